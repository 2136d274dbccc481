//! Recordings: upload, numbered parts, fetch, playback.

use axum::{extract::State, http::StatusCode};
use candor_app::{
    AppError,
    media::{self, RecordingFilter, RecordingState},
};
use candor_core::ids::{InterviewId, RecordingId};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    ServerState,
    auth::Caller,
    etag::Versioned,
    json::Json,
    paging::{ListResponse, PageQuery, Paging},
    path::{Path, Query},
    problem::ApiResult,
    responses::{ActProblems, AppendProblems, GetProblems, ListProblems},
};

mod content;
mod live;
mod upload;
mod wire;

pub(crate) use content::play;
pub(super) use upload::meta;
pub(super) use wire::ConsentRequest;
use wire::{FetchRecordingRequest, RecordingResponse};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(list_recordings))
        .routes(routes!(fetch_recording))
        .routes(routes!(get_recording, delete_recording))
        .merge(upload::routes())
        .merge(content::routes())
        .merge(live::routes())
}

/// Which recordings are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct RecordingQuery {
    /// Of this interview.
    #[param(value_type = Option<String>)]
    interview_id: Option<InterviewId>,
    /// With this id of the client's.
    external_id: Option<String>,
    /// `pending`, `available` or `failed`.
    state: Option<String>,
}

/// A page of recordings, newest first.
#[utoipa::path(
    get, path = "/api/v1/recordings", tag = "recordings",
    params(PageQuery, RecordingQuery),
    responses((status = 200, body = ListResponse<RecordingResponse>), ListProblems)
)]
async fn list_recordings(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Paging(page): Paging,
    Query(query): Query<RecordingQuery>,
) -> ApiResult<Json<ListResponse<RecordingResponse>>> {
    let wanted = query
        .state
        .map(|name| {
            RecordingState::from_name(&name).ok_or_else(|| {
                AppError::invalid(
                    "invalid_query",
                    "state",
                    "state is pending, available or failed",
                )
            })
        })
        .transpose()?;
    let filter = RecordingFilter {
        interview: query.interview_id,
        external_id: query.external_id,
        state: wanted,
    };
    let page = media::list_recordings(&state.app, &actor, filter, page).await?;
    Ok(Json(page.map(RecordingResponse::from).into()))
}

/// Announces a recording that is fetched from an address when it is analysed.
#[utoipa::path(
    post, path = "/api/v1/recordings/fetch", tag = "recordings",
    request_body = FetchRecordingRequest,
    responses((status = 201, body = RecordingResponse), AppendProblems)
)]
async fn fetch_recording(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Json(request): Json<FetchRecordingRequest>,
) -> ApiResult<Versioned<RecordingResponse>> {
    let (url, new) = request.read();
    let made = media::create_fetch(&state.app, &actor, &url, new).await?;
    Ok(created(made))
}

/// One recording.
#[utoipa::path(
    get, path = "/api/v1/recordings/{id}", tag = "recordings",
    params(("id" = String, Path, description = "The recording")),
    responses((status = 200, body = RecordingResponse), GetProblems)
)]
async fn get_recording(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<RecordingId>,
) -> ApiResult<Versioned<RecordingResponse>> {
    let found = media::get_recording(&state.app, &actor, id).await?;
    Ok(Versioned::found(found.version, found.into()))
}

/// Deletes a recording with its media.
#[utoipa::path(
    delete, path = "/api/v1/recordings/{id}", tag = "recordings",
    params(("id" = String, Path, description = "The recording")),
    responses((status = 204, description = "Deleted"), ActProblems)
)]
async fn delete_recording(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<RecordingId>,
) -> ApiResult<StatusCode> {
    media::delete_recording(&state.app, &actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn created(made: media::Recording) -> Versioned<RecordingResponse> {
    let location = format!("/api/v1/recordings/{}", made.id);
    Versioned::created(made.version, location, made.into())
}
