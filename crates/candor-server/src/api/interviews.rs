//! Interviews, their questions and answers, and the tokens that let candidates in.

use candor_app::interviews;
use candor_core::ids::{ApplicationId, CandidateId, InterviewId, PositionId};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    ServerState,
    auth::Caller,
    etag::{IfMatch, MaybeIfMatch, Versioned},
    json::Json,
    paging::{ListResponse, PageQuery, Paging},
    path::{Path, Query},
    problem::ApiResult,
    responses::{CreateProblems, DeleteProblems, GetProblems, ListProblems, UpdateProblems},
};

pub(crate) mod outcome;
mod questions;
mod responses;
mod retries;
mod session;
mod tokens;
mod transcripts;
mod wire;

use axum::{extract::State, http::StatusCode};
use serde::Deserialize;
use utoipa::IntoParams;
use wire::{CreateInterviewRequest, InterviewResponse, UpdateInterviewRequest};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(create_interview, list_interviews))
        .routes(routes!(get_interview, update_interview, delete_interview))
        .merge(questions::routes())
        .merge(responses::routes())
        .merge(session::routes())
        .merge(outcome::routes())
        .merge(transcripts::routes())
        .merge(retries::routes())
        .merge(tokens::routes())
}

/// Makes an interview, with its first questions.
#[utoipa::path(
    post, path = "/api/v1/interviews", tag = "interviews",
    request_body = CreateInterviewRequest,
    responses((status = 201, body = InterviewResponse), CreateProblems)
)]
async fn create_interview(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Json(request): Json<CreateInterviewRequest>,
) -> ApiResult<Versioned<InterviewResponse>> {
    let made = interviews::create_interview(&state.app, &actor, request.into()).await?;
    let location = format!("/api/v1/interviews/{}", made.id);
    Ok(Versioned::created(made.version, location, made.into()))
}

/// Which interviews are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct InterviewQuery {
    /// Of this candidate.
    #[param(value_type = Option<String>)]
    candidate_id: Option<CandidateId>,
    /// For this position.
    #[param(value_type = Option<String>)]
    position_id: Option<PositionId>,
    /// Of this application.
    #[param(value_type = Option<String>)]
    application_id: Option<ApplicationId>,
    /// With this id of the client's.
    external_id: Option<String>,
    /// In this state.
    status: Option<String>,
    /// For this purpose.
    purpose: Option<String>,
}

/// A page of interviews, newest first.
#[utoipa::path(
    get, path = "/api/v1/interviews", tag = "interviews",
    params(PageQuery, InterviewQuery),
    responses((status = 200, body = ListResponse<InterviewResponse>), ListProblems)
)]
async fn list_interviews(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Paging(page): Paging,
    Query(query): Query<InterviewQuery>,
) -> ApiResult<Json<ListResponse<InterviewResponse>>> {
    let filter = interviews::InterviewFilter {
        candidate: query.candidate_id,
        position: query.position_id,
        application: query.application_id,
        external_id: query.external_id,
        status: query.status,
        purpose: query.purpose,
    };
    let page = interviews::list_interviews(&state.app, &actor, filter, page).await?;
    Ok(Json(page.map(InterviewResponse::from).into()))
}

/// One interview.
#[utoipa::path(
    get, path = "/api/v1/interviews/{id}", tag = "interviews",
    params(("id" = String, Path, description = "The interview")),
    responses((status = 200, body = InterviewResponse), GetProblems)
)]
async fn get_interview(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<InterviewId>,
) -> ApiResult<Versioned<InterviewResponse>> {
    let found = interviews::get_interview(&state.app, &actor, id).await?;
    Ok(Versioned::found(found.version, found.into()))
}

/// Changes fields of an interview: absent ones stay, `null` clears.
#[utoipa::path(
    patch, path = "/api/v1/interviews/{id}", tag = "interviews",
    params(
        ("id" = String, Path, description = "The interview"),
        ("If-Match" = String, Header, description = "ETag of the version that was read"),
    ),
    request_body = UpdateInterviewRequest,
    responses((status = 200, body = InterviewResponse), UpdateProblems)
)]
async fn update_interview(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<InterviewId>,
    IfMatch(expected): IfMatch,
    Json(request): Json<UpdateInterviewRequest>,
) -> ApiResult<Versioned<InterviewResponse>> {
    let changed =
        interviews::update_interview(&state.app, &actor, id, expected, request.into()).await?;
    Ok(Versioned::found(changed.version, changed.into()))
}

/// Deletes an interview.
#[utoipa::path(
    delete, path = "/api/v1/interviews/{id}", tag = "interviews",
    params(
        ("id" = String, Path, description = "The interview"),
        ("If-Match" = Option<String>, Header, description = "ETag: delete only this version"),
    ),
    responses((status = 204, description = "Deleted"), DeleteProblems)
)]
async fn delete_interview(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<InterviewId>,
    MaybeIfMatch(expected): MaybeIfMatch,
) -> ApiResult<StatusCode> {
    interviews::delete_interview(&state.app, &actor, id, expected).await?;
    Ok(StatusCode::NO_CONTENT)
}
