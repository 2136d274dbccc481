//! The outcome of an analysis, told to the `callbackUrl` of its request and to registered addresses.

use candor_store::{entities::jobs, records::analyses};
use sea_orm::DatabaseTransaction;
use serde_json::{Value, json};

use crate::{App, AppError, webhooks};

/// An analysis ended; its own row says so already. Nothing is told of one that somebody stopped.
pub(crate) async fn ended(
    app: &App,
    transaction: &DatabaseTransaction,
    job: &jobs::Model,
) -> Result<(), AppError> {
    let organisation = job.organisation_id.into();
    let analysis = analyses::get_by_job(transaction, organisation, job.id.into()).await?;
    let event = match analysis.state.as_str() {
        "done" => "analysis.done",
        "failed" => "analysis.failed",
        _ => return Ok(()),
    };
    let callback_url = analysis.callback_url.as_deref();
    webhooks::emit(
        app,
        transaction,
        organisation,
        event,
        outcome(&analysis),
        callback_url,
    )
    .await
}

/// The documented body.
fn outcome(analysis: &analyses::Model) -> Value {
    let id = analysis.id.to_string();
    json!({
        "jobId": id,
        "videoResponseId": analysis.external_id,
        "status": analysis.state,
        "overallScore": analysis.overall_score,
        "aiAnalysisId": (analysis.state == "done").then_some(id),
    })
}
