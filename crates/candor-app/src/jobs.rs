//! Durable jobs: pipelines of steps, run from a ledger that is the truth; the queue only wakes workers.
//!
//! A step is one file that implements [`Step`]; a pipeline is one line for each step.

mod alone;
mod backoff;
mod definition;
mod events;
mod hash;
mod ledger;
mod operate;
mod reconcile;
mod runner;
mod steer;
mod views;
mod workers;

pub use alone::run_step_alone;
pub use candor_store::records::jobs::state;
pub use definition::{
    AttemptWatch, JobInput, Pipeline, Pipelines, Pool, Step, StepContext, StepError, StepLimits,
    StepOutput,
};
pub use events::{JobEvent, events};
pub use operate::{
    JobFilter, QueueOverview, StepQueue, WorkerView, cancel_job, get_queues, list_jobs, read_job,
    retry_job_step,
};
pub use steer::{cancel, enqueue, enqueue_at, retry_step, wake};
pub use views::{AttemptView, JobView, StepView, get_job};
pub use workers::Workers;
