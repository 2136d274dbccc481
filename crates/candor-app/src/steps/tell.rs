//! Telling others that an analysis ended: webhooks, and the callback of the request.

use candor_core::ids::{AnalysisId, RecordingId};
use candor_store::{
    entities::jobs,
    records::{
        analyses,
        reach::{self, Rows},
        recordings,
    },
};
use sea_orm::DatabaseTransaction;
use serde_json::{Value, json};

use crate::{App, AppError, webhooks};

/// Tells that an analysis is done or failed; nobody is told about one that somebody cancelled.
pub(super) async fn ended(
    app: &App,
    transaction: &DatabaseTransaction,
    job: &jobs::Model,
) -> Result<(), AppError> {
    let event = match job.state.as_str() {
        "done" => "analysis.done",
        "failed" => "analysis.failed",
        _ => return Ok(()),
    };
    let organisation = job.organisation_id.into();
    let analysis = analyses::get_by_job(transaction, organisation, job.id.into()).await?;
    let mut data = json!({
        "analysis_id": AnalysisId::from(analysis.id),
        "interview_id": analysis.interview_id.map(candor_core::ids::InterviewId::from),
        "external_id": analysis.external_id,
        "state": job.state,
        "overall_score": analysis.overall_score,
    });
    if analysis.origin == "pipeline" {
        let response = match analysis.recording_id.map(RecordingId::from) {
            Some(id) => recordings::find(transaction, organisation, Rows::All, id).await?,
            None => None,
        };
        // The body that the pipeline contract notes.
        data["jobId"] = json!(analysis.id);
        data["videoResponseId"] = json!(response.and_then(|recording| recording.external_id));
        data["status"] = json!(job.state);
        data["overallScore"] = json!(analysis.overall_score);
        data["aiAnalysisId"] = match job.state.as_str() {
            "done" => json!(analysis.id),
            _ => Value::Null,
        };
    }
    let callback = analysis.callback_url.as_deref();
    if !reach::is_private(&analysis) {
        return webhooks::emit(app, transaction, organisation, event, data, callback).await;
    }
    // Deliveries are the organisation's to read: the person's own address learns that it ended, not how well.
    for score in ["overall_score", "overallScore"] {
        if let Some(told) = data.get_mut(score) {
            *told = Value::Null;
        }
    }
    match callback {
        Some(url) => webhooks::call_back(app, transaction, organisation, event, &data, url).await,
        None => Ok(()),
    }
}
