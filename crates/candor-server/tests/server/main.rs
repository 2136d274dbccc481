//! The HTTP interface as clients see it: the real router on real databases.

mod calls;
mod health;
mod operations;
mod practice;
mod idempotency;
mod identity;
mod records;
