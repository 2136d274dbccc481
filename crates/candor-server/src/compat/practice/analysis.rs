//! Analyses of a session and their jobs.

use axum::{Json, body::Bytes, extract::State, http::StatusCode, response::Response};
use candor_app::practice::{self, Job, JobState, NewAnalysis, Wishes};
use candor_core::{
    access::Action,
    ids::{InterviewId, JobId, RecordingId},
};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    caller::{Named, Signed},
    fields::{Detail, Fields, answer, refusal},
    form,
};
use crate::ServerState;

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(analyse_practice_video))
        .routes(routes!(get_practice_job))
        .routes(routes!(get_latest_practice_job))
        .routes(routes!(get_practice_results))
}

/// What an analysis takes.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a body that is read field by field")]
struct AnalysePracticeVideoRequest {
    /// The session.
    #[schema(rename = "sessionId")]
    session_id: String,
    /// Media id of an uploaded recording of this session.
    #[schema(rename = "videoFilePath")]
    video_file_path: String,
    /// Media id of a separate recording of the sound.
    #[schema(rename = "audioFilePath")]
    audio_file_path: Option<String>,
    /// Frames per second, 2 unless given.
    #[schema(rename = "frameFps", minimum = 1, maximum = 10)]
    frame_fps: Option<f64>,
    /// Length of a window in seconds, 3 unless given.
    #[schema(rename = "windowSizeSeconds", minimum = 0.5, maximum = 30)]
    window_size_seconds: Option<f64>,
    /// Accepted and not used: the documented network was never trained. The results carry a warning.
    #[schema(rename = "useLearnedFusion")]
    use_learned_fusion: Option<bool>,
    /// When the video began, on the clock that `answerStartedAt` and `answerEndedAt` of the live interview come from: with
    /// it every answer is measured on its own part of the video. What was told before of the same video stays.
    #[schema(rename = "recordingStartedAt", format = DateTime)]
    recording_started_at: Option<String>,
}

/// An analysis as a job.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PracticeJob {
    /// The job.
    pub job_id: Uuid,
    session_id: Uuid,
    /// `queued` until a worker takes it, then `running`, `completed` or `failed`.
    pub status: &'static str,
    /// Always `null`: queues are inner matters.
    task_id: Option<String>,
    /// Why it failed.
    error_message: Option<String>,
    /// The scores, once they are there.
    result_summary: PracticeJobSummary,
    /// When it was accepted.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// Last change.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

/// The outcome of a job in short.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PracticeJobSummary {
    /// The session.
    session_id: Uuid,
    /// By name; empty until they are there.
    #[schema(value_type = Object)]
    summary_scores: Value,
}

impl From<Job> for PracticeJob {
    fn from(job: Job) -> Self {
        Self {
            job_id: job.id.uuid(),
            session_id: job.session.uuid(),
            status: match job.state {
                JobState::Queued => "queued",
                JobState::Running => "running",
                JobState::Completed => "completed",
                JobState::Failed => "failed",
            },
            task_id: None,
            error_message: job.error,
            result_summary: PracticeJobSummary {
                session_id: job.session.uuid(),
                summary_scores: job.summary_scores,
            },
            created_at: job.created_at,
            updated_at: job.updated_at,
        }
    }
}

/// Reads how an analysis is wished; what is wrong stays in `fields`.
pub fn wishes(fields: &mut Fields) -> Wishes {
    let usual = practice::DEFAULT_WISHES;
    Wishes {
        frame_fps: fields.number("frameFps", usual.frame_fps, 1.0..=10.0),
        window_s: fields.number("windowSizeSeconds", usual.window_s, 0.5..=30.0),
        learned_fusion: fields
            .flag("useLearnedFusion")
            .unwrap_or(usual.learned_fusion),
    }
}

/// Queues the analysis of a recording that was uploaded for the session.
#[utoipa::path(
    post, path = "/analysis/video", tag = "practice",
    request_body = AnalysePracticeVideoRequest,
    responses(
        (status = 202, body = PracticeJob),
        (status = 400, body = Detail, description = "No such recording of this session"),
        (status = 401, body = Detail), (status = 403, body = Detail), (status = 404, body = Detail),
        (status = 413, body = Detail), (status = 422, body = Detail), (status = 503, body = Detail)
    )
)]
async fn analyse_practice_video(
    State(state): State<ServerState>,
    signed: Signed,
    body: Bytes,
) -> Result<(StatusCode, Json<PracticeJob>), Response> {
    let actor = signed.who_may(Action::RunAnalyses)?;
    let mut fields = Fields::read(&body)?;
    let session = fields.text("sessionId", 1, 200);
    let video = fields.text("videoFilePath", 1, 1000);
    let audio = fields.optional_text("audioFilePath", 1000);
    let wishes = wishes(&mut fields);
    let began = fields.optional_time("recordingStartedAt");
    let agreement = fields.agreement();
    let (Some(session), Some(video)) = (session, video) else {
        return Err(fields.refusal());
    };
    fields.check()?;
    let unknown = || refusal(candor_app::AppError::NotFound("session"));
    let session: InterviewId = session.parse().map_err(|_| unknown())?;
    practice::get_session(&state.app, &actor, session)
        .await
        .map_err(refusal)?;
    let new = NewAnalysis {
        session,
        video: media_id("videoFilePath", &video)?,
        audio: match audio {
            Some(audio) => Some(media_id("audioFilePath", &audio)?),
            None => None,
        },
        agreement,
        wishes,
        began,
    };
    let job = practice::analyse(&state.app, &actor, new)
        .await
        .map_err(form::refused)?;
    Ok((StatusCode::ACCEPTED, Json(job.into())))
}

/// A media id; a path of the server is none.
fn media_id(name: &str, text: &str) -> Result<RecordingId, Response> {
    text.parse().map_err(|_| {
        answer(
            StatusCode::BAD_REQUEST,
            format!("{name} is the id of an uploaded recording, e.g. rec_…; paths are not taken"),
        )
    })
}

/// One job of the caller.
#[utoipa::path(
    get, path = "/analysis/jobs/{jobId}", tag = "practice",
    params(("jobId" = String, Path, description = "The job")),
    responses(
        (status = 200, body = PracticeJob),
        (status = 401, body = Detail), (status = 403, body = Detail), (status = 404, body = Detail),
        (status = 503, body = Detail)
    )
)]
async fn get_practice_job(
    State(state): State<ServerState>,
    Signed(actor): Signed,
    Named(job): Named<JobId>,
) -> Result<Json<PracticeJob>, Response> {
    let found = practice::get_job(&state.app, &actor, job).await;
    found.map(|job| Json(job.into())).map_err(refusal)
}

/// The newest job of a session.
#[utoipa::path(
    get, path = "/analysis/{sessionId}/job", tag = "practice",
    params(("sessionId" = String, Path, description = "The session")),
    responses(
        (status = 200, body = PracticeJob),
        (status = 401, body = Detail), (status = 403, body = Detail), (status = 404, body = Detail),
        (status = 503, body = Detail)
    )
)]
async fn get_latest_practice_job(
    State(state): State<ServerState>,
    Signed(actor): Signed,
    Named(session): Named<InterviewId>,
) -> Result<Json<PracticeJob>, Response> {
    let found = practice::latest_job(&state.app, &actor, session).await;
    found.map(|job| Json(job.into())).map_err(refusal)
}

/// The results of the newest finished analysis; 404 until there is one.
#[utoipa::path(
    get, path = "/analysis/{sessionId}/results", tag = "practice",
    params(("sessionId" = String, Path, description = "The session")),
    responses(
        (status = 200, body = Object),
        (status = 401, body = Detail), (status = 403, body = Detail), (status = 404, body = Detail),
        (status = 503, body = Detail)
    )
)]
async fn get_practice_results(
    State(state): State<ServerState>,
    Signed(actor): Signed,
    Named(session): Named<InterviewId>,
) -> Result<Json<Value>, Response> {
    let found = practice::results(&state.app, &actor, session).await;
    found.map(Json).map_err(refusal)
}
