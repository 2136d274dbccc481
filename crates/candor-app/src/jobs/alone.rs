//! One step of a job, run here and now.

use std::sync::Arc;

use candor_core::ids::JobId;
use candor_store::queue::WakeUp;
use tokio_util::sync::CancellationToken;

use super::{
    StepView,
    ledger::{self, Change, Outbox},
    runner::Runner,
    state,
    steer::reset_for_retry,
    views::get_job,
    workers::keep_alive,
};
use crate::{App, AppError};

/// Runs one step of a job in this process and waits for its end; steps after it are left as they are.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Conflict`] while the step runs elsewhere, or before the steps that it
/// needs are done.
pub async fn run_step_alone(app: &Arc<App>, job: JobId, step: &str) -> Result<StepView, AppError> {
    let transaction = app.store.begin().await?;
    let mut change = Change::begin(app, &transaction, job.uuid()).await?;
    let organisation = change.job.organisation_id.into();
    reset_for_retry(&mut change, step, false).await?;
    let at = change.find(step).ok_or(AppError::NotFound("step"))?;
    if !ledger::needs_are_met(&change, at) {
        return Err(AppError::conflict(
            "needs_not_met",
            "the steps that it needs are not done yet",
        ));
    }
    change.make_ready(at, None, ledger::released()).await?;
    let message = WakeUp {
        v: 1,
        job: job.uuid(),
        step: step.to_owned(),
        id: change.steps[at].message.clone().unwrap_or_default(),
    };
    let outbox = change.finish().await?;
    transaction.commit().await?;
    let runner = Arc::new(Runner::new(Arc::clone(app), &[]));
    let end = CancellationToken::new();
    let alive = tokio::spawn(keep_alive(Arc::clone(&runner), end.clone()));
    // A worker may be faster; then it is the one that runs it.
    let opened = ledger::open(app, &runner.worker.name, &message).await?;
    Outbox::send(outbox, app).await;
    match opened {
        Some(attempt) => runner.run(attempt).await,
        None => wait_for_end(app, organisation, job, step).await?,
    }
    end.cancel();
    let _ = alive.await;
    let view = get_job(app, organisation, job).await?;
    let found = view.steps.into_iter().find(|other| other.name == step);
    found.ok_or(AppError::NotFound("step"))
}

async fn wait_for_end(
    app: &Arc<App>,
    organisation: candor_core::ids::OrganisationId,
    job: JobId,
    step: &str,
) -> Result<(), AppError> {
    loop {
        let view = get_job(app, organisation, job).await?;
        let ends = [
            state::step::DONE,
            state::step::ERROR,
            state::step::CANCELLED,
        ];
        let ended = view
            .steps
            .iter()
            .any(|other| other.name == step && ends.contains(&other.state.as_str()));
        if ended {
            return Ok(());
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
}
