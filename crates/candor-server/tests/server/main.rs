//! The HTTP interface as clients see it: the real router on real databases.

mod calls;
mod health;
mod idempotency;
mod operations;
mod identity;
mod records;
