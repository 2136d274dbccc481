//! The HTTP interface as clients see it: the real router on real databases.

mod analyses;
mod calls;
mod health;
mod operations;
mod idempotency;
mod identity;
mod records;
