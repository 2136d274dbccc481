//! What answers are judged by.

use axum::{extract::State, http::StatusCode};
use candor_app::people;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    ServerState,
    auth::Caller,
    etag::{IfMatch, MaybeIfMatch, Versioned},
    json::Json,
    paging::{ListResponse, PageQuery, Paging},
    path::Path,
    problem::ApiResult,
    responses::{CreateProblems, DeleteProblems, GetProblems, ListProblems, UpdateProblems},
};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(create_competency, list_competencies))
        .routes(routes!(
            get_competency,
            update_competency,
            delete_competency
        ))
}

/// A new competency.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreateCompetencyRequest {
    /// Stable name: small letters, digits and `_`; unique.
    #[schema(min_length = 1, max_length = 60)]
    key: String,
    /// Name that people see.
    #[schema(min_length = 1, max_length = 300)]
    name: String,
    /// What it means.
    #[schema(min_length = 1, max_length = 20000)]
    description: String,
}

/// Changes of a competency: absent fields stay, `null` clears.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UpdateCompetencyRequest {
    /// Name that people see.
    #[schema(min_length = 1, max_length = 300)]
    name: Option<String>,
    /// What it means.
    #[schema(min_length = 1, max_length = 20000)]
    description: Option<String>,
}

/// What answers are judged by.
#[derive(Debug, Serialize, ToSchema)]
struct CompetencyResponse {
    /// Identifier.
    id: Uuid,
    /// Stable name: small letters, digits and `_`; unique.
    key: String,
    /// Name that people see.
    name: String,
    /// What it means.
    description: String,
    /// When it was made.
    created_at: Timestamp,
    /// Last change.
    updated_at: Timestamp,
    /// Grows by one with every change; the `ETag`.
    version: i32,
}

impl From<people::Competency> for CompetencyResponse {
    fn from(competency: people::Competency) -> Self {
        Self {
            id: competency.id,
            key: competency.key,
            name: competency.name,
            description: competency.description,
            created_at: competency.created_at,
            updated_at: competency.updated_at,
            version: competency.version,
        }
    }
}

/// Makes a competency.
#[utoipa::path(
    post, path = "/api/v1/competencies", tag = "competencies",
    request_body = CreateCompetencyRequest,
    responses((status = 201, body = CompetencyResponse), CreateProblems)
)]
async fn create_competency(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Json(request): Json<CreateCompetencyRequest>,
) -> ApiResult<Versioned<CompetencyResponse>> {
    let new = people::NewCompetency {
        key: request.key,
        name: request.name,
        description: request.description,
    };
    let made = people::create_competency(&state.app, &actor, new).await?;
    let location = format!("/api/v1/competencies/{}", made.id);
    Ok(Versioned::created(made.version, location, made.into()))
}

/// A page of competencies, newest first.
#[utoipa::path(
    get, path = "/api/v1/competencies", tag = "competencies",
    params(PageQuery),
    responses((status = 200, body = ListResponse<CompetencyResponse>), ListProblems)
)]
async fn list_competencies(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Paging(page): Paging,
) -> ApiResult<Json<ListResponse<CompetencyResponse>>> {
    let page = people::list_competencies(&state.app, &actor, page).await?;
    Ok(Json(page.map(CompetencyResponse::from).into()))
}

/// One competency.
#[utoipa::path(
    get, path = "/api/v1/competencies/{id}", tag = "competencies",
    params(("id" = String, Path, description = "The competency")),
    responses((status = 200, body = CompetencyResponse), GetProblems)
)]
async fn get_competency(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<Uuid>,
) -> ApiResult<Versioned<CompetencyResponse>> {
    let found = people::get_competency(&state.app, &actor, id).await?;
    Ok(Versioned::found(found.version, found.into()))
}

/// Changes fields of a competency: absent ones stay, `null` clears.
#[utoipa::path(
    patch, path = "/api/v1/competencies/{id}", tag = "competencies",
    params(
        ("id" = String, Path, description = "The competency"),
        ("If-Match" = String, Header, description = "ETag of the version that was read"),
    ),
    request_body = UpdateCompetencyRequest,
    responses((status = 200, body = CompetencyResponse), UpdateProblems)
)]
async fn update_competency(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<Uuid>,
    IfMatch(expected): IfMatch,
    Json(request): Json<UpdateCompetencyRequest>,
) -> ApiResult<Versioned<CompetencyResponse>> {
    let change = people::CompetencyChange {
        name: request.name,
        description: request.description,
    };
    let changed = people::update_competency(&state.app, &actor, id, expected, change).await?;
    Ok(Versioned::found(changed.version, changed.into()))
}

/// Deletes a competency.
#[utoipa::path(
    delete, path = "/api/v1/competencies/{id}", tag = "competencies",
    params(
        ("id" = String, Path, description = "The competency"),
        ("If-Match" = Option<String>, Header, description = "ETag: delete only this version"),
    ),
    responses((status = 204, description = "Deleted"), DeleteProblems)
)]
async fn delete_competency(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<Uuid>,
    MaybeIfMatch(expected): MaybeIfMatch,
) -> ApiResult<StatusCode> {
    people::delete_competency(&state.app, &actor, id, expected).await?;
    Ok(StatusCode::NO_CONTENT)
}
