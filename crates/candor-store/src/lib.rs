//! Where Candor keeps things: records on SQLite or PostgreSQL, media in a folder or S3, the job queue,
//! and live state in process or in Redis. Chosen by URLs, never by code.

pub mod connect;
pub mod entities;
pub mod error;
pub mod live;
pub mod migrations;
pub mod near;
pub mod objects;
pub mod queue;
pub mod records;
pub mod time;
pub mod upkeep;

pub use connect::{Backend, Store};
pub use error::StoreError;
pub use time::Micros;
