//! Applications.

use axum::{extract::State, http::StatusCode};
use candor_app::people;
use candor_core::ids::{ApplicationId, CandidateId, PositionId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    ServerState,
    auth::Caller,
    etag::{IfMatch, MaybeIfMatch, Versioned},
    json::{Json, present},
    paging::{ListResponse, PageQuery, Paging},
    path::{Path, Query},
    problem::ApiResult,
    responses::{CreateProblems, DeleteProblems, GetProblems, ListProblems, UpdateProblems},
};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(create_application, list_applications))
        .routes(routes!(
            get_application,
            update_application,
            delete_application
        ))
}

/// A new application.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreateApplicationRequest {
    /// Your own id.
    #[schema(max_length = 300)]
    external_id: Option<String>,
    /// Who applies.
    #[schema(value_type = Option<String>)]
    candidate_id: Option<CandidateId>,
    /// What for.
    #[schema(value_type = Option<String>)]
    position_id: Option<PositionId>,
    /// State in your words; `submitted` unless given.
    #[schema(max_length = 60)]
    status: Option<String>,
    /// The application as given; at most 64 KiB.
    #[schema(value_type = Option<Object>)]
    details: Option<Value>,
}

/// Changes of an application: absent fields stay, `null` clears.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UpdateApplicationRequest {
    /// Your own id.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 300)]
    external_id: Option<Option<String>>,
    /// Who applies.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    candidate_id: Option<Option<CandidateId>>,
    /// What for.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    position_id: Option<Option<PositionId>>,
    /// State in your words; `submitted` unless given.
    #[schema(max_length = 60)]
    status: Option<String>,
    /// The application as given; at most 64 KiB.
    #[schema(value_type = Option<Object>)]
    details: Option<Value>,
}

/// A candidate applies for a position.
#[derive(Debug, Serialize, ToSchema)]
struct ApplicationResponse {
    /// Identifier.
    #[schema(value_type = String)]
    id: ApplicationId,
    /// Your own id.
    external_id: Option<String>,
    /// Who applies.
    #[schema(value_type = Option<String>)]
    candidate_id: Option<CandidateId>,
    /// What for.
    #[schema(value_type = Option<String>)]
    position_id: Option<PositionId>,
    /// State in your words; `submitted` unless given.
    status: String,
    /// The application as given; at most 64 KiB.
    #[schema(value_type = Object)]
    details: Value,
    /// When it was made.
    created_at: Timestamp,
    /// Last change.
    updated_at: Timestamp,
    /// Grows by one with every change; the `ETag`.
    version: i32,
}

impl From<people::Application> for ApplicationResponse {
    fn from(application: people::Application) -> Self {
        Self {
            id: application.id,
            external_id: application.external_id,
            candidate_id: application.candidate,
            position_id: application.position,
            status: application.status,
            details: application.details,
            created_at: application.created_at,
            updated_at: application.updated_at,
            version: application.version,
        }
    }
}

/// Which applications are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ApplicationQuery {
    /// Of this candidate.
    #[param(value_type = Option<String>)]
    candidate_id: Option<CandidateId>,
    /// For this position.
    #[param(value_type = Option<String>)]
    position_id: Option<PositionId>,
    /// With this id of yours.
    external_id: Option<String>,
    /// In this state.
    status: Option<String>,
}

/// Makes an application.
#[utoipa::path(
    post, path = "/api/v1/applications", tag = "applications",
    request_body = CreateApplicationRequest,
    responses((status = 201, body = ApplicationResponse), CreateProblems)
)]
async fn create_application(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Json(request): Json<CreateApplicationRequest>,
) -> ApiResult<Versioned<ApplicationResponse>> {
    let new = people::NewApplication {
        external_id: request.external_id,
        candidate: request.candidate_id,
        position: request.position_id,
        status: request.status,
        details: request.details,
    };
    let made = people::create_application(&state.app, &actor, new).await?;
    let location = format!("/api/v1/applications/{}", made.id);
    Ok(Versioned::created(made.version, location, made.into()))
}

/// A page of applications, newest first.
#[utoipa::path(
    get, path = "/api/v1/applications", tag = "applications",
    params(PageQuery, ApplicationQuery),
    responses((status = 200, body = ListResponse<ApplicationResponse>), ListProblems)
)]
async fn list_applications(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Paging(page): Paging,
    Query(query): Query<ApplicationQuery>,
) -> ApiResult<Json<ListResponse<ApplicationResponse>>> {
    let filter = people::ApplicationFilter {
        candidate: query.candidate_id,
        position: query.position_id,
        external_id: query.external_id,
        status: query.status,
    };
    let page = people::list_applications(&state.app, &actor, filter, page).await?;
    Ok(Json(page.map(ApplicationResponse::from).into()))
}

/// One application.
#[utoipa::path(
    get, path = "/api/v1/applications/{id}", tag = "applications",
    params(("id" = String, Path, description = "The application")),
    responses((status = 200, body = ApplicationResponse), GetProblems)
)]
async fn get_application(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<ApplicationId>,
) -> ApiResult<Versioned<ApplicationResponse>> {
    let found = people::get_application(&state.app, &actor, id).await?;
    Ok(Versioned::found(found.version, found.into()))
}

/// Changes fields of an application: absent ones stay, `null` clears.
#[utoipa::path(
    patch, path = "/api/v1/applications/{id}", tag = "applications",
    params(
        ("id" = String, Path, description = "The application"),
        ("If-Match" = String, Header, description = "ETag of the version that was read"),
    ),
    request_body = UpdateApplicationRequest,
    responses((status = 200, body = ApplicationResponse), UpdateProblems)
)]
async fn update_application(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<ApplicationId>,
    IfMatch(expected): IfMatch,
    Json(request): Json<UpdateApplicationRequest>,
) -> ApiResult<Versioned<ApplicationResponse>> {
    let change = people::ApplicationChange {
        external_id: request.external_id,
        candidate: request.candidate_id,
        position: request.position_id,
        status: request.status,
        details: request.details,
    };
    let changed = people::update_application(&state.app, &actor, id, expected, change).await?;
    Ok(Versioned::found(changed.version, changed.into()))
}

/// Deletes an application.
#[utoipa::path(
    delete, path = "/api/v1/applications/{id}", tag = "applications",
    params(
        ("id" = String, Path, description = "The application"),
        ("If-Match" = Option<String>, Header, description = "ETag: delete only this version"),
    ),
    responses((status = 204, description = "Deleted"), DeleteProblems)
)]
async fn delete_application(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<ApplicationId>,
    MaybeIfMatch(expected): MaybeIfMatch,
) -> ApiResult<StatusCode> {
    people::delete_application(&state.app, &actor, id, expected).await?;
    Ok(StatusCode::NO_CONTENT)
}
