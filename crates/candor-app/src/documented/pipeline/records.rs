//! Records of *pipeline*: accepted once, with one analysis for each recorded answer.

mod accept;
mod load;
mod rows;
mod service;

pub use accept::{Accepted, AcceptedAnswer, create_record};
pub use load::{Answer, find_answer, get_answer, get_record, retry_step};
pub use service::{NewServiceJob, Service, find_service_job, start_service_job};

/// Interface that records and their analyses come through.
pub const ORIGIN: &str = "pipeline";
