//! The HTTP interface as clients see it: the real router on real databases.

mod health;
mod media;
mod operations;
mod identity;
