//! Events told to other systems: registered addresses, and the `callbackUrl` of one request.

mod emit;

pub use emit::{EVENTS, emit};
