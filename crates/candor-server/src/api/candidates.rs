//! Candidates.

use axum::{extract::State, http::StatusCode};
use candor_app::people;
use candor_core::ids::CandidateId;
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
        .routes(routes!(create_candidate, list_candidates))
        .routes(routes!(get_candidate, update_candidate, delete_candidate))
}

/// A new candidate.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreateCandidateRequest {
    /// Your own id.
    #[schema(max_length = 300)]
    external_id: Option<String>,
    /// Full name.
    #[schema(max_length = 300)]
    name: Option<String>,
    /// E-mail.
    #[schema(max_length = 254)]
    email: Option<String>,
    /// Telephone number.
    #[schema(max_length = 40)]
    phone: Option<String>,
    /// Education, experience, skills, documents as given; at most 64 KiB.
    #[schema(value_type = Option<Object>)]
    profile: Option<Value>,
}

/// Changes of a candidate: absent fields stay, `null` clears.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UpdateCandidateRequest {
    /// Your own id.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 300)]
    external_id: Option<Option<String>>,
    /// Full name.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 300)]
    name: Option<Option<String>>,
    /// E-mail.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 254)]
    email: Option<Option<String>>,
    /// Telephone number.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 40)]
    phone: Option<Option<String>>,
    /// Education, experience, skills, documents as given; at most 64 KiB.
    #[schema(value_type = Option<Object>)]
    profile: Option<Value>,
}

/// A person who is interviewed.
#[derive(Debug, Serialize, ToSchema)]
struct CandidateResponse {
    /// Identifier.
    #[schema(value_type = String)]
    id: CandidateId,
    /// Your own id.
    external_id: Option<String>,
    /// Full name.
    name: Option<String>,
    /// E-mail.
    email: Option<String>,
    /// Telephone number.
    phone: Option<String>,
    /// Education, experience, skills, documents as given; at most 64 KiB.
    #[schema(value_type = Object)]
    profile: Value,
    /// When it was made.
    created_at: Timestamp,
    /// Last change.
    updated_at: Timestamp,
    /// Grows by one with every change; the `ETag`.
    version: i32,
}

impl From<people::Candidate> for CandidateResponse {
    fn from(candidate: people::Candidate) -> Self {
        Self {
            id: candidate.id,
            external_id: candidate.external_id,
            name: candidate.name,
            email: candidate.email,
            phone: candidate.phone,
            profile: candidate.profile,
            created_at: candidate.created_at,
            updated_at: candidate.updated_at,
            version: candidate.version,
        }
    }
}

/// Which candidates are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct CandidateQuery {
    /// With this id of yours.
    external_id: Option<String>,
    /// With this e-mail.
    email: Option<String>,
}

/// Makes a candidate.
#[utoipa::path(
    post, path = "/api/v1/candidates", tag = "candidates",
    request_body = CreateCandidateRequest,
    responses((status = 201, body = CandidateResponse), CreateProblems)
)]
async fn create_candidate(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Json(request): Json<CreateCandidateRequest>,
) -> ApiResult<Versioned<CandidateResponse>> {
    let new = people::NewCandidate {
        external_id: request.external_id,
        name: request.name,
        email: request.email,
        phone: request.phone,
        profile: request.profile,
    };
    let made = people::create_candidate(&state.app, &actor, new).await?;
    let location = format!("/api/v1/candidates/{}", made.id);
    Ok(Versioned::created(made.version, location, made.into()))
}

/// A page of candidates, newest first.
#[utoipa::path(
    get, path = "/api/v1/candidates", tag = "candidates",
    params(PageQuery, CandidateQuery),
    responses((status = 200, body = ListResponse<CandidateResponse>), ListProblems)
)]
async fn list_candidates(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Paging(page): Paging,
    Query(query): Query<CandidateQuery>,
) -> ApiResult<Json<ListResponse<CandidateResponse>>> {
    let filter = people::CandidateFilter {
        external_id: query.external_id,
        email: query.email,
    };
    let page = people::list_candidates(&state.app, &actor, filter, page).await?;
    Ok(Json(page.map(CandidateResponse::from).into()))
}

/// One candidate.
#[utoipa::path(
    get, path = "/api/v1/candidates/{id}", tag = "candidates",
    params(("id" = String, Path, description = "The candidate")),
    responses((status = 200, body = CandidateResponse), GetProblems)
)]
async fn get_candidate(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<CandidateId>,
) -> ApiResult<Versioned<CandidateResponse>> {
    let found = people::get_candidate(&state.app, &actor, id).await?;
    Ok(Versioned::found(found.version, found.into()))
}

/// Changes fields of a candidate: absent ones stay, `null` clears.
#[utoipa::path(
    patch, path = "/api/v1/candidates/{id}", tag = "candidates",
    params(
        ("id" = String, Path, description = "The candidate"),
        ("If-Match" = String, Header, description = "ETag of the version that was read"),
    ),
    request_body = UpdateCandidateRequest,
    responses((status = 200, body = CandidateResponse), UpdateProblems)
)]
async fn update_candidate(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<CandidateId>,
    IfMatch(expected): IfMatch,
    Json(request): Json<UpdateCandidateRequest>,
) -> ApiResult<Versioned<CandidateResponse>> {
    let change = people::CandidateChange {
        external_id: request.external_id,
        name: request.name,
        email: request.email,
        phone: request.phone,
        profile: request.profile,
    };
    let changed = people::update_candidate(&state.app, &actor, id, expected, change).await?;
    Ok(Versioned::found(changed.version, changed.into()))
}

/// Deletes a candidate with everything about them, for good: applications, documents, invitations, interviews with what
/// was said, recorded and judged, and the account where it serves nothing else. The audit log stays and names nobody.
#[utoipa::path(
    delete, path = "/api/v1/candidates/{id}", tag = "candidates",
    params(
        ("id" = String, Path, description = "The candidate"),
        ("If-Match" = Option<String>, Header, description = "ETag: delete only this version"),
    ),
    responses((status = 204, description = "Deleted"), DeleteProblems)
)]
async fn delete_candidate(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<CandidateId>,
    MaybeIfMatch(expected): MaybeIfMatch,
) -> ApiResult<StatusCode> {
    people::delete_candidate(&state.app, &actor, id, expected).await?;
    Ok(StatusCode::NO_CONTENT)
}
