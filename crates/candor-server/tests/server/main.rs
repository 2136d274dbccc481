//! The HTTP interface as clients see it: the real router on real databases.

mod calls;
mod health;
mod operations;
mod idempotency;
mod identity;
mod lab;
mod pipeline;
mod records;
