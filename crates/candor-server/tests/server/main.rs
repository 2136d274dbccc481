//! The HTTP interface as clients see it: the real router on real databases.

mod access_matrix;
mod calls;
mod health;
mod idempotency;
mod identity;
mod media;
mod operations;
mod pipeline;
mod practice;
mod properties;
mod records;
mod surface;
mod webhooks;
