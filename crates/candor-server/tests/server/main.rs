//! The HTTP interface as clients see it: the real router on real databases.

mod health;
mod operations;
mod identity;
