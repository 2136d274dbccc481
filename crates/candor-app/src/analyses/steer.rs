//! Stopping an analysis, and running its steps once more.

use std::sync::Arc;

use candor_core::{
    access::{Action, Actor},
    ids::AnalysisId,
};
use candor_store::records::analyses as rows;
use serde_json::json;

use super::{AnalysisView, view};
use crate::{
    App, AppError, audit,
    jobs::{self, StepView},
    records::bound,
};

/// Stops an analysis.
///
/// # Errors
/// [`AppError::NotFound`] for one out of reach; [`AppError::Conflict`] `analysis_ended`.
pub async fn cancel(app: &App, actor: &Actor, id: AnalysisId) -> Result<AnalysisView, AppError> {
    let bound = bound(actor, Action::RunAnalyses)?;
    let before = view(app, bound, id).await?;
    if before.analysis.finished_at.is_some() {
        return Err(AppError::conflict(
            "analysis_ended",
            "the analysis has ended; there is nothing to cancel",
        ));
    }
    jobs::cancel(app, before.analysis.job).await?;
    note(app, actor, "analysis.cancelled", id, json!({})).await?;
    view(app, bound, id).await
}

/// Runs one step once more, with `and_after` also those that depend on it. History is kept.
///
/// # Errors
/// [`AppError::NotFound`] for an analysis out of reach or a step that there is not;
/// [`AppError::Conflict`] while it runs.
pub async fn rerun_step(
    app: &App,
    actor: &Actor,
    id: AnalysisId,
    step: &str,
    and_after: bool,
) -> Result<AnalysisView, AppError> {
    let bound = bound(actor, Action::RunAnalyses)?;
    let before = view(app, bound, id).await?;
    if before.job.steps.iter().all(|known| known.name != step) {
        return Err(AppError::NotFound("step"));
    }
    jobs::retry_step(app, before.analysis.job, step, and_after).await?;
    let details = json!({ "step": step, "and_after": and_after });
    note(app, actor, "analysis.step_repeated", id, details).await?;
    view(app, bound, id).await
}

/// Runs one step in this process and waits for its end. For whoever runs commands on the machine itself; no
/// route leads here.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Conflict`] while it runs, or before what it needs is done.
pub async fn run_step_as_operator(
    app: &Arc<App>,
    id: AnalysisId,
    step: &str,
) -> Result<StepView, AppError> {
    let (organisation, job) = rows::whose(app.store.fresh(), id).await?;
    let known = jobs::get_job(app, organisation, job).await?;
    if known.steps.iter().all(|known| known.name != step) {
        return Err(AppError::NotFound("step"));
    }
    let ran = jobs::run_step_alone(app, job, step).await?;
    let operator = Actor::operator(organisation);
    let details = json!({ "step": step });
    note(app, &operator, "analysis.step_repeated", id, details).await?;
    Ok(ran)
}

async fn note(
    app: &App,
    actor: &Actor,
    action: &'static str,
    id: AnalysisId,
    details: serde_json::Value,
) -> Result<(), AppError> {
    let transaction = app.store.begin().await?;
    let entry = audit::Entry::new(actor.organisation, actor.principal, action, &id, details);
    audit::record(&transaction, app, entry).await?;
    transaction.commit().await?;
    Ok(())
}
