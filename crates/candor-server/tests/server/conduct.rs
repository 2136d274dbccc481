//! Interviews in words, held by the server.

mod adaptive;
mod compared;
mod durable;
mod formula;
mod outcome;
mod refused;
mod shared;
mod stage;
