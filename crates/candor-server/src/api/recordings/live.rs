//! Live recordings: parts with numbers and hashes.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use candor_app::{AppError, media};
use candor_core::{access::Action, ids::RecordingId};
use futures::{StreamExt, TryStreamExt};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    created,
    wire::{CompleteRecordingRequest, RecordingMeta, RecordingResponse, SegmentResponse},
};
use crate::{
    ServerState,
    auth::Caller,
    drain,
    etag::Versioned,
    json::Json,
    path::{Below, Path},
    problem::ApiResult,
    responses::AppendProblems,
};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(create_live_recording))
        .routes(routes!(put_recording_segment))
        .routes(routes!(complete_recording))
}

/// Begins a recording whose parts are sent while it is made.
#[utoipa::path(
    post, path = "/api/v1/recordings/live", tag = "recordings",
    request_body = RecordingMeta,
    responses((status = 201, body = RecordingResponse), AppendProblems)
)]
async fn create_live_recording(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Json(meta): Json<RecordingMeta>,
) -> ApiResult<Versioned<RecordingResponse>> {
    Ok(created(
        media::create_live(&state.app, &actor, meta.into()).await?,
    ))
}

/// Keeps a part. The same part sent again changes nothing (200).
#[utoipa::path(
    put, path = "/api/v1/recordings/{id}/segments/{number}", tag = "recordings",
    params(
        ("id" = String, Path, description = "The recording"),
        ("number" = u32, Path, description = "From 0"),
        ("X-Content-SHA256" = Option<String>, Header, description = "SHA-256 of the part, hexadecimal"),
        ("Digest" = Option<String>, Header, description = "The same as `sha-256=` and base64"),
        ("Content-Digest" = Option<String>, Header, description = "The same as `sha-256=:base64:`"),
    ),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses(
        (status = 200, body = SegmentResponse, description = "It was there already"),
        (status = 201, body = SegmentResponse),
        AppendProblems
    )
)]
async fn put_recording_segment(
    State(state): State<ServerState>,
    caller: Caller,
    Below(id, number): Below<RecordingId, u32>,
    headers: HeaderMap,
    body: Body,
) -> ApiResult<(StatusCode, Json<SegmentResponse>)> {
    let actor = caller.who_may(Action::WriteRecordings)?;
    let mut body = body.into_data_stream();
    let kept = match hash(&headers) {
        Ok(sha256) => {
            let bytes = (&mut body).map_err(std::io::Error::other).boxed();
            media::put_segment(&state.app, &actor, id, number, &sha256, bytes).await
        }
        Err(error) => Err(error),
    };
    match kept {
        Ok(kept) => {
            // A repeat is known by its hash; its bytes are not needed.
            if kept.is_repeat {
                drain::body(body).await;
            }
            let status = if kept.is_repeat {
                StatusCode::OK
            } else {
                StatusCode::CREATED
            };
            let segment = SegmentResponse {
                number: kept.number,
                bytes: kept.bytes,
                sha256: kept.sha256,
            };
            Ok((status, Json(segment)))
        }
        Err(error) => {
            drain::body(body).await;
            Err(error.into())
        }
    }
}

/// Ends a live recording: its parts become one.
#[utoipa::path(
    post, path = "/api/v1/recordings/{id}/complete", tag = "recordings",
    params(("id" = String, Path, description = "The recording")),
    request_body = CompleteRecordingRequest,
    responses((status = 200, body = RecordingResponse), AppendProblems)
)]
async fn complete_recording(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<RecordingId>,
    Json(request): Json<CompleteRecordingRequest>,
) -> ApiResult<Versioned<RecordingResponse>> {
    let app = Arc::clone(&state.app);
    // A long recording takes its time; who asks again when the request's is over finds it done.
    let completing =
        tokio::spawn(async move { media::complete_live(&app, &actor, id, request.segments).await });
    let made = completing.await.map_err(AppError::internal)??;
    Ok(Versioned::found(made.version, made.into()))
}

/// The hash that the client tells, as hexadecimal digits.
fn hash(headers: &HeaderMap) -> Result<String, AppError> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let told = text("x-content-sha256")
        .map(|value| value.trim().to_ascii_lowercase())
        .or_else(|| text("digest").and_then(digest))
        .or_else(|| text("content-digest").and_then(digest))
        .filter(|value| value.len() == 64 && value.bytes().all(|byte| byte.is_ascii_hexdigit()));
    told.ok_or_else(|| {
        AppError::invalid(
            "missing_hash",
            "X-Content-SHA256",
            "send the part's SHA-256 as X-Content-SHA256 (hexadecimal) or Digest",
        )
    })
}

/// `sha-256=base64` (RFC 3230) and `sha-256=:base64:` (RFC 9530), among others.
fn digest(text: &str) -> Option<String> {
    text.split(',').find_map(|one| {
        let (name, value) = one.trim().split_once('=')?;
        let value = value.trim_start_matches(':');
        let value = value.strip_suffix(':').unwrap_or(value);
        let bytes = BASE64_STANDARD.decode(value).ok()?;
        name.eq_ignore_ascii_case("sha-256")
            .then(|| hex::encode(bytes))
    })
}
