//! The client for chat models against a scripted server.

mod chat {
    mod client;
    mod interview;
    mod served;
    mod thorough;
}
