//! The end of a live interview: its recording arrives, its analysis is queued.

use axum::{
    Json,
    extract::{DefaultBodyLimit, Request, State},
    response::Response,
};
use candor_app::practice::{self, NewAnalysis};
use candor_core::ids::InterviewId;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    analysis::{PracticeJob, wishes},
    caller::{Named, Signed},
    fields::{Detail, refusal},
    form::{self, PracticeUploadForm},
};
use crate::ServerState;

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    // The recording has a limit of its own, which holds while it arrives.
    OpenApiRouter::new()
        .routes(routes!(end_live_practice))
        .layer(DefaultBodyLimit::disable())
}

/// The recording and how it is analysed.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a form that is read field by field")]
struct EndLivePracticeForm {
    #[schema(inline)]
    #[serde(flatten)]
    upload: PracticeUploadForm,
    /// Frames per second, 2 unless given.
    #[schema(rename = "frameFps", minimum = 1, maximum = 10)]
    frame_fps: Option<f64>,
    /// Length of a window in seconds, 3 unless given.
    #[schema(rename = "windowSizeSeconds", minimum = 0.5, maximum = 30)]
    window_size_seconds: Option<f64>,
    /// Accepted and not used: the documented network was never trained. The results carry a warning.
    #[schema(rename = "useLearnedFusion")]
    use_learned_fusion: Option<bool>,
    /// When the video began, on the clock that `answerStartedAt` and `answerEndedAt` come from: with it every answer is
    /// measured on its own part of the video.
    #[schema(rename = "recordingStartedAt", format = DateTime)]
    recording_started_at: Option<String>,
}

/// A session whose analysis is queued.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct EndedLivePractice {
    /// The session.
    session_id: Uuid,
    /// `analysis_queued`.
    status: &'static str,
    /// `false`: ask for the job.
    analysis_ready: bool,
    /// The job.
    analysis_job_id: Uuid,
    /// Its state.
    analysis_job_status: &'static str,
    /// Empty until the analysis is finished.
    #[schema(value_type = Object)]
    summary_scores: Map<String, Value>,
}

/// Takes the recording of a session and queues its analysis.
#[utoipa::path(
    post, path = "/app/live/{sessionId}/end", tag = "practice",
    params(("sessionId" = String, Path, description = "The session")),
    request_body(content = EndLivePracticeForm, content_type = "multipart/form-data"),
    responses(
        (status = 200, body = EndedLivePractice),
        (status = 400, body = Detail, description = "No .mp4 or .webm video"),
        (status = 401, body = Detail), (status = 403, body = Detail), (status = 404, body = Detail),
        (status = 413, body = Detail), (status = 422, body = Detail), (status = 503, body = Detail)
    )
)]
async fn end_live_practice(
    State(state): State<ServerState>,
    Signed(actor): Signed,
    Named(session): Named<InterviewId>,
    request: Request,
) -> Result<Json<EndedLivePractice>, Response> {
    let app = &state.app;
    practice::session_for_upload(app, &actor, session)
        .await
        .map_err(refusal)?;
    let mut form = form::receive(app, &actor, request).await?;
    let wishes = wishes(&mut form.fields);
    let began = form.fields.optional_time("recordingStartedAt");
    let agreement = form.fields.agreement();
    form.fields.check()?;
    let kept = practice::upload(app, &actor, session, agreement, form.video, form.audio)
        .await
        .map_err(form::refused)?;
    // The recording ends the interview, wherever its questions stand.
    practice::close_live(app, &actor, session)
        .await
        .map_err(refusal)?;
    let new = NewAnalysis {
        session,
        video: kept.video,
        audio: kept.audio,
        agreement: None,
        wishes,
        began,
    };
    let job = practice::analyse(app, &actor, new)
        .await
        .map_err(form::refused)?;
    let job = PracticeJob::from(job);
    Ok(Json(EndedLivePractice {
        session_id: session.uuid(),
        status: "analysis_queued",
        analysis_ready: false,
        analysis_job_id: job.job_id,
        analysis_job_status: job.status,
        summary_scores: Map::new(),
    }))
}
