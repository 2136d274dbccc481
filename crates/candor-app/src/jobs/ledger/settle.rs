//! What follows from a step's new state for the other steps and for the job.

use candor_store::{entities::jobs, records};
use sea_orm::ActiveValue::Set;
use serde_json::json;

use super::{Change, needs, released, state};
use crate::AppError;

/// Makes ready what waits for nothing any more, and ends the job when nothing is left to run.
pub(in crate::jobs) async fn settle(change: &mut Change<'_>) -> Result<(), AppError> {
    if state::job::has_ended(&change.job.state) {
        return Ok(());
    }
    if change.job.cancel_requested_at.is_some() {
        cancel_waiting(change).await?;
    } else {
        ready_followers(change).await?;
    }
    let Some(end) = end(change) else {
        return Ok(());
    };
    let error = match end {
        state::job::FAILED => change
            .steps
            .iter()
            .find(|step| step.state == state::step::ERROR)
            .map(|step| {
                let error = step.error.as_deref().unwrap_or("failed");
                format!("{}: {error}", step.name)
            }),
        _ => None,
    };
    let job = records::jobs::update_job(
        change.transaction,
        &change.job,
        change.now,
        jobs::ActiveModel {
            state: Set(end.to_owned()),
            finished_at: Set(Some(change.now)),
            error: Set(error.clone()),
            ..Default::default()
        },
    )
    .await?;
    change.job = job;
    if let Some(pipeline) = change.app.pipelines.find(&change.job.pipeline) {
        pipeline
            .ended(change.app, change.transaction, &change.job)
            .await?;
    }
    let kind = format!("job.{end}");
    change.tell(&kind, json!({ "state": end, "error": error }));
    metrics::counter!("candor_jobs_ended_total", "pipeline" => change.job.pipeline.clone(), "state" => end)
        .increment(1);
    Ok(())
}

async fn cancel_waiting(change: &mut Change<'_>) -> Result<(), AppError> {
    for at in 0..change.steps.len() {
        let waits = [state::step::PENDING, state::step::READY];
        if waits.contains(&change.steps[at].state.as_str()) {
            change
                .set_step(at, state::step::CANCELLED, released())
                .await?;
        }
    }
    Ok(())
}

async fn ready_followers(change: &mut Change<'_>) -> Result<(), AppError> {
    for at in 0..change.steps.len() {
        let step = &change.steps[at];
        if step.state == state::step::PENDING && needs_are_met(change, at) {
            change.make_ready(at, None, released()).await?;
        }
    }
    Ok(())
}

/// Whether all that a step waits for is done.
pub(in crate::jobs) fn needs_are_met(change: &Change<'_>, at: usize) -> bool {
    needs(&change.steps[at]).iter().all(|need| {
        change
            .find(need)
            .is_some_and(|at| is_met(&change.steps[at].state))
    })
}

fn is_met(state: &str) -> bool {
    [state::step::DONE, state::step::SKIPPED].contains(&state)
}

/// How the job ends now; `None`: it goes on.
fn end(change: &Change<'_>) -> Option<&'static str> {
    let any = |state: &str| change.steps.iter().any(|step| step.state == state);
    if change.steps.iter().all(|step| is_met(&step.state)) {
        Some(state::job::DONE)
    } else if any(state::step::IN_PROGRESS) || any(state::step::READY) {
        None
    } else if change.job.cancel_requested_at.is_some() {
        Some(state::job::CANCELLED)
    } else {
        Some(state::job::FAILED)
    }
}
