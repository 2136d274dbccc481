//! The HTTP interface as clients see it: the real router on real databases.

mod access_matrix;
mod calls;
mod compatibility;
mod health;
mod media;
mod operations;
mod practice;
mod idempotency;
mod identity;
mod lab;
mod pipeline;
mod records;
mod surface;
