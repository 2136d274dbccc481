//! Use cases of Candor: what is done, by whom, in which order.
//!
//! Engines are known only as ports of `candor-core`; the composition root brings them.

pub mod analyses;
pub mod analyze;
pub mod app;
pub mod audit;
pub mod authoring;
pub mod conduct;
pub mod config;
pub mod consent;
pub mod documented;
pub mod documents;
pub mod engines;
pub mod error;
pub mod eval;
pub mod fields;
pub mod idempotency;
pub mod identity;
pub mod interviews;
pub mod jobs;
pub mod media;
pub mod mind;
pub mod organisations;
pub mod page;
pub mod paging;
mod patience;
pub mod people;
pub mod practice;
pub mod progress;
pub mod readiness;
pub mod records;
pub mod schema;
pub mod secrets;
pub mod seed;
pub mod stages;
pub mod steps;
pub mod transcripts;
pub mod usage;
pub mod webhooks;

pub use app::App;
pub use error::AppError;
