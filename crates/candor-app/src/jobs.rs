//! Durable jobs: pipelines of steps, run from a ledger that is the truth; the queue only wakes workers.
//!
//! A step is one file that implements [`Step`]; a pipeline is one line for each step.

mod definition;

pub use definition::{
    AttemptWatch, JobInput, Pipeline, Pipelines, Pool, Step, StepContext, StepError, StepLimits,
    StepOutput,
};
