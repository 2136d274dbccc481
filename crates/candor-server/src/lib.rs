//! HTTP interface of Candor: the native API, the documented routes of five systems, and the pages.
//!
//! A handler reads the request, calls one use case of `candor-app`, and writes the answer.

pub mod address;
pub mod api;
pub mod auth;
pub mod compat;
mod download;
mod drain;
pub mod etag;
pub mod health;
pub mod idempotency;
pub mod json;
pub mod listen;
pub mod middleware;
pub mod openapi;
pub mod paging;
pub mod path;
pub mod problem;
mod queues_page;
pub mod responses;
pub mod router;
mod start;
pub mod state;
pub mod telemetry;

pub use router::router;
pub use state::ServerState;
