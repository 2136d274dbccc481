//! Positions and competencies.

use axum::{extract::State, http::StatusCode};
use candor_app::people;
use candor_core::ids::PositionId;
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

mod comparison;
mod competencies;
mod description;
mod rubrics;

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(create_position, list_positions))
        .routes(routes!(get_position, update_position, delete_position))
        .merge(comparison::routes())
        .merge(competencies::routes())
        .merge(description::routes())
        .merge(rubrics::routes())
}

/// A new position.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreatePositionRequest {
    /// Your own id.
    #[schema(max_length = 300)]
    external_id: Option<String>,
    /// Title.
    #[schema(min_length = 1, max_length = 300)]
    title: String,
    /// Job description; may be empty.
    #[schema(max_length = 20000)]
    description: Option<String>,
    /// `technical`, `behavioral`, `sales`, `customer_success` or another.
    #[schema(max_length = 300)]
    role_family: Option<String>,
    /// `draft`, `open` or `closed`; `open` unless given.
    status: Option<String>,
    /// Weights, formulas and instructions of the position; at most 64 KiB.
    #[schema(value_type = Option<Object>)]
    settings: Option<Value>,
    /// What its public page says besides title and description.
    posting: Option<PostingBody>,
    /// Whether it has a public page while it is open; not unless said.
    is_public: Option<bool>,
}

/// Changes of a position: absent fields stay, `null` clears.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UpdatePositionRequest {
    /// Your own id.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 300)]
    external_id: Option<Option<String>>,
    /// Title.
    #[schema(min_length = 1, max_length = 300)]
    title: Option<String>,
    /// Job description; may be empty.
    #[schema(max_length = 20000)]
    description: Option<String>,
    /// `technical`, `behavioral`, `sales`, `customer_success` or another.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 300)]
    role_family: Option<Option<String>>,
    /// `draft`, `open` or `closed`; `open` unless given.
    status: Option<String>,
    /// Weights, formulas and instructions of the position; at most 64 KiB.
    #[schema(value_type = Option<Object>)]
    settings: Option<Value>,
    /// What its public page says besides title and description; replaced as a whole.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<PostingBody>)]
    posting: Option<Option<PostingBody>>,
    /// Whether it has a public page while it is open.
    is_public: Option<bool>,
}

/// What the public page of a position says besides.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PostingBody {
    /// Who employs.
    #[schema(max_length = 300)]
    company_name: Option<String>,
    /// Part of the company.
    #[schema(max_length = 300)]
    department: Option<String>,
    /// Where.
    #[schema(max_length = 300)]
    location: Option<String>,
    /// E.g. full time.
    #[schema(max_length = 300)]
    employment_type: Option<String>,
    /// Pay, in words.
    #[schema(max_length = 300)]
    salary_range: Option<String>,
    /// What is asked for.
    #[schema(max_length = 20000)]
    requirements: Option<String>,
}

impl From<PostingBody> for people::Posting {
    fn from(body: PostingBody) -> Self {
        Self {
            company_name: body.company_name,
            department: body.department,
            location: body.location,
            employment_type: body.employment_type,
            salary_range: body.salary_range,
            requirements: body.requirements,
        }
    }
}

impl From<people::Posting> for PostingBody {
    fn from(posting: people::Posting) -> Self {
        Self {
            company_name: posting.company_name,
            department: posting.department,
            location: posting.location,
            employment_type: posting.employment_type,
            salary_range: posting.salary_range,
            requirements: posting.requirements,
        }
    }
}

/// A job that people are interviewed for.
#[derive(Debug, Serialize, ToSchema)]
struct PositionResponse {
    /// Identifier.
    #[schema(value_type = String)]
    id: PositionId,
    /// Your own id.
    external_id: Option<String>,
    /// Title.
    title: String,
    /// Job description; may be empty.
    description: String,
    /// `technical`, `behavioral`, `sales`, `customer_success` or another.
    role_family: Option<String>,
    /// `draft`, `open` or `closed`; `open` unless given.
    status: String,
    /// Weights, formulas and instructions of the position; at most 64 KiB.
    #[schema(value_type = Object)]
    settings: Value,
    /// What its public page says besides title and description.
    posting: Option<PostingBody>,
    /// Whether it has a public page while it is open.
    is_public: bool,
    /// Since when.
    published_at: Option<Timestamp>,
    /// When it was made.
    created_at: Timestamp,
    /// Last change.
    updated_at: Timestamp,
    /// Grows by one with every change; the `ETag`.
    version: i32,
}

impl From<people::Position> for PositionResponse {
    fn from(position: people::Position) -> Self {
        Self {
            id: position.id,
            external_id: position.external_id,
            title: position.title,
            description: position.description,
            role_family: position.role_family,
            status: position.status,
            settings: position.settings,
            posting: position.posting.map(Into::into),
            is_public: position.published_at.is_some(),
            published_at: position.published_at,
            created_at: position.created_at,
            updated_at: position.updated_at,
            version: position.version,
        }
    }
}

/// Which positions are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct PositionQuery {
    /// With this id of yours.
    external_id: Option<String>,
    /// In this state.
    status: Option<String>,
}

/// Makes a position.
#[utoipa::path(
    post, path = "/api/v1/positions", tag = "positions",
    request_body = CreatePositionRequest,
    responses((status = 201, body = PositionResponse), CreateProblems)
)]
async fn create_position(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Json(request): Json<CreatePositionRequest>,
) -> ApiResult<Versioned<PositionResponse>> {
    let new = people::NewPosition {
        external_id: request.external_id,
        title: request.title,
        description: request.description,
        role_family: request.role_family,
        status: request.status,
        settings: request.settings,
        posting: request.posting.map(Into::into),
        is_public: request.is_public,
    };
    let made = people::create_position(&state.app, &actor, new).await?;
    let location = format!("/api/v1/positions/{}", made.id);
    Ok(Versioned::created(made.version, location, made.into()))
}

/// A page of positions, newest first.
#[utoipa::path(
    get, path = "/api/v1/positions", tag = "positions",
    params(PageQuery, PositionQuery),
    responses((status = 200, body = ListResponse<PositionResponse>), ListProblems)
)]
async fn list_positions(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Paging(page): Paging,
    Query(query): Query<PositionQuery>,
) -> ApiResult<Json<ListResponse<PositionResponse>>> {
    let filter = people::PositionFilter {
        external_id: query.external_id,
        status: query.status,
    };
    let page = people::list_positions(&state.app, &actor, filter, page).await?;
    Ok(Json(page.map(PositionResponse::from).into()))
}

/// One position.
#[utoipa::path(
    get, path = "/api/v1/positions/{id}", tag = "positions",
    params(("id" = String, Path, description = "The position")),
    responses((status = 200, body = PositionResponse), GetProblems)
)]
async fn get_position(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<PositionId>,
) -> ApiResult<Versioned<PositionResponse>> {
    let found = people::get_position(&state.app, &actor, id).await?;
    Ok(Versioned::found(found.version, found.into()))
}

/// Changes fields of a position: absent ones stay, `null` clears.
#[utoipa::path(
    patch, path = "/api/v1/positions/{id}", tag = "positions",
    params(
        ("id" = String, Path, description = "The position"),
        ("If-Match" = String, Header, description = "ETag of the version that was read"),
    ),
    request_body = UpdatePositionRequest,
    responses((status = 200, body = PositionResponse), UpdateProblems)
)]
async fn update_position(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<PositionId>,
    IfMatch(expected): IfMatch,
    Json(request): Json<UpdatePositionRequest>,
) -> ApiResult<Versioned<PositionResponse>> {
    let change = people::PositionChange {
        external_id: request.external_id,
        title: request.title,
        description: request.description,
        role_family: request.role_family,
        status: request.status,
        settings: request.settings,
        posting: request.posting.map(|posting| posting.map(Into::into)),
        is_public: request.is_public,
    };
    let changed = people::update_position(&state.app, &actor, id, expected, change).await?;
    Ok(Versioned::found(changed.version, changed.into()))
}

/// Deletes a position.
#[utoipa::path(
    delete, path = "/api/v1/positions/{id}", tag = "positions",
    params(
        ("id" = String, Path, description = "The position"),
        ("If-Match" = Option<String>, Header, description = "ETag: delete only this version"),
    ),
    responses((status = 204, description = "Deleted"), DeleteProblems)
)]
async fn delete_position(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<PositionId>,
    MaybeIfMatch(expected): MaybeIfMatch,
) -> ApiResult<StatusCode> {
    people::delete_position(&state.app, &actor, id, expected).await?;
    Ok(StatusCode::NO_CONTENT)
}
