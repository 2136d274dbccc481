//! Playback: whole or one range at a time.

use axum::{extract::State, http::HeaderMap, response::Response};
use candor_app::{App, AppError, media};
use candor_core::{access::Actor, ids::RecordingId};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    ServerState,
    auth::Caller,
    download::{self, Described},
    path::Path,
    problem::{ApiResult, Problem},
    responses::ActProblems,
};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new().routes(routes!(get_recording_content))
}

/// The media of a recording, or one range of it.
#[utoipa::path(
    method(get, head), path = "/api/v1/recordings/{id}/content", tag = "recordings",
    params(
        ("id" = String, Path, description = "The recording"),
        ("Range" = Option<String>, Header, description = "One range of bytes"),
        ("If-Range" = Option<String>, Header, description = "ETag: the range counts only for this version"),
        ("If-None-Match" = Option<String>, Header, description = "ETag that the client has"),
    ),
    responses(
        (status = 200, description = "All of it", content_type = "application/octet-stream"),
        (status = 206, description = "The range", content_type = "application/octet-stream"),
        (status = 304, description = "The client has it"),
        (status = 416, description = "No such range, or more than one", body = Problem, content_type = "application/problem+json"),
        ActProblems
    )
)]
async fn get_recording_content(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<RecordingId>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    Ok(play(&state.app, &actor, id, &headers).await?)
}

/// Answers a request for a recording with these headers: whole, one range, or "the client has it".
///
/// # Errors
/// Like [`media::open`].
pub async fn play(
    app: &App,
    actor: &Actor,
    id: RecordingId,
    headers: &HeaderMap,
) -> Result<Response, AppError> {
    let recording = media::get_recording(app, actor, id).await?;
    let (Some(bytes), Some(sha256)) = (recording.bytes, &recording.sha256) else {
        return Err(AppError::conflict(
            "recording_not_available",
            format!(
                "the recording is {}; it can't be read",
                recording.state.as_str()
            ),
        ));
    };
    let described = Described {
        content_type: recording.content_type.as_deref(),
        bytes,
        sha256,
        file_name: recording.file_name.as_deref(),
    };
    download::answer(headers, described, |range| {
        media::open(app, actor, id, range)
    })
    .await
}
