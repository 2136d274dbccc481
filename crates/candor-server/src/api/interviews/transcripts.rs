//! What was said in an interview in words, as files: the report of it is in [`super::outcome`].

use axum::{extract::State, response::Response};
use candor_app::{conduct, transcripts::TranscriptFormat};
use candor_core::{access::Actor, ids::InterviewId};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::outcome::attached;
use crate::{ServerState, auth::Caller, path::Path, problem::ApiResult, responses::GetProblems};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(get_interview_transcript_vtt))
        .routes(routes!(get_interview_transcript_srt))
        .routes(routes!(get_interview_transcript_txt))
        .routes(routes!(get_interview_transcript_json))
}

async fn file(
    state: &ServerState,
    actor: &Actor,
    id: InterviewId,
    format: TranscriptFormat,
) -> ApiResult<Response> {
    let file = conduct::export_transcript(&state.app, actor, id, format).await?;
    Ok(attached(file))
}

/// What was said in an interview that is over, as WebVTT with a voice for each speaker. A turn has one moment: a question and
/// its answer share one cue, from the asking to the answer, counted from the first turn.
#[utoipa::path(
    get, path = "/api/v1/interviews/{id}/transcript.vtt", tag = "interviews in words",
    params(("id" = String, Path, description = "The interview")),
    responses((status = 200, description = "The cues", content_type = "text/vtt"), GetProblems)
)]
async fn get_interview_transcript_vtt(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<InterviewId>,
) -> ApiResult<Response> {
    file(&state, &actor, id, TranscriptFormat::Vtt).await
}

/// What was said in an interview that is over, as SubRip; with the times of the WebVTT file.
#[utoipa::path(
    get, path = "/api/v1/interviews/{id}/transcript.srt", tag = "interviews in words",
    params(("id" = String, Path, description = "The interview")),
    responses(
        (status = 200, description = "The cues", content_type = "application/x-subrip"),
        GetProblems
    )
)]
async fn get_interview_transcript_srt(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<InterviewId>,
) -> ApiResult<Response> {
    file(&state, &actor, id, TranscriptFormat::Srt).await
}

/// What was said in an interview that is over, as text: a paragraph for each turn, with its time on the clock and who
/// spoke.
#[utoipa::path(
    get, path = "/api/v1/interviews/{id}/transcript.txt", tag = "interviews in words",
    params(("id" = String, Path, description = "The interview")),
    responses((status = 200, description = "The text", content_type = "text/plain"), GetProblems)
)]
async fn get_interview_transcript_txt(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<InterviewId>,
) -> ApiResult<Response> {
    file(&state, &actor, id, TranscriptFormat::Text).await
}

/// What was said in an interview that is over, as `{language, segments: [{start, end, speaker, kind, question_id, at,
/// text}]}` with `start` and `end` in seconds from the first turn; `end` is `null` where nothing followed.
#[utoipa::path(
    get, path = "/api/v1/interviews/{id}/transcript.json", tag = "interviews in words",
    params(("id" = String, Path, description = "The interview")),
    responses((status = 200, body = Object), GetProblems)
)]
async fn get_interview_transcript_json(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<InterviewId>,
) -> ApiResult<Response> {
    file(&state, &actor, id, TranscriptFormat::Json).await
}
