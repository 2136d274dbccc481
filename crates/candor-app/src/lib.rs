//! Use cases of Candor: what is done, in which order.
//!
//! Engines are known only as ports of `candor-core`; the composition root brings them.

pub mod analyze;
pub mod engines;
pub mod eval;
pub mod page;
pub mod progress;
pub mod schema;
pub mod stages;
pub mod transcripts;
