//! Documented routes of *adaptive*: a recruiter's jobs, and those that anybody may see. Jobs are positions; their
//! replies have the names of the contract's columns.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use candor_app::{
    AppError,
    paging::{MOST, PageRequest},
    people::{self, Position, PositionFilter, Posting},
};
use candor_core::{access::Action, ids::PositionId, interview::RoleFamily};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{allowed, invalid, read, refusal, signed_in};
use crate::{
    ServerState,
    auth::Caller,
    compat::errors::{ActErrors, CreateErrors, GetErrors},
    path::Query,
    problem::ApiError,
};

/// Public jobs that are listed at once.
const LISTED: usize = 500;

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(adaptive_list_jobs, adaptive_create_job))
        .routes(routes!(adaptive_delete_job))
        .routes(routes!(adaptive_list_public_jobs))
        .routes(routes!(adaptive_get_public_job))
}

/// A new job; it has a public page at once.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AdaptiveJobRequest {
    /// Title.
    title: String,
    /// `technical`, `behavioral`, `sales` or `customer_success`.
    #[schema(example = "technical")]
    role: String,
    /// Who employs.
    #[serde(alias = "company_name")]
    company_name: Option<String>,
    /// What the work is.
    description: Option<String>,
    /// What is asked for.
    requirements: Option<String>,
    /// Where.
    location: Option<String>,
    /// Pay, in words.
    #[serde(alias = "salary_range")]
    salary_range: Option<String>,
}

/// A job.
#[derive(Serialize, ToSchema)]
struct AdaptiveJob {
    id: Uuid,
    title: String,
    role: Option<String>,
    company_name: Option<String>,
    description: String,
    requirements: Option<String>,
    location: Option<String>,
    salary_range: Option<String>,
    is_active: bool,
    created_at: Timestamp,
}

impl From<Position> for AdaptiveJob {
    fn from(position: Position) -> Self {
        let posting = position.posting.unwrap_or_default();
        Self {
            id: position.id.uuid(),
            title: position.title,
            role: position.role_family,
            company_name: posting.company_name,
            description: position.description,
            requirements: posting.requirements,
            location: posting.location,
            salary_range: posting.salary_range,
            is_active: position.status == "open",
            created_at: position.created_at,
        }
    }
}

/// One job.
#[derive(Serialize, ToSchema)]
struct AdaptiveJobReply {
    job: AdaptiveJob,
}

/// Jobs, newest first.
#[derive(Serialize, ToSchema)]
struct AdaptiveJobs {
    jobs: Vec<AdaptiveJob>,
    /// Send it as `cursor` for older ones.
    #[serde(rename = "nextCursor", skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Where the list of public jobs goes on.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct AdaptivePublicJobsQuery {
    /// `nextCursor` of the list before.
    cursor: Option<String>,
}

/// Whether it was deleted.
#[derive(Serialize, ToSchema)]
struct AdaptiveJobDeleted {
    deleted: bool,
}

/// All jobs of the organisation.
#[utoipa::path(
    get, path = "/api/v1/recruiter/jobs", tag = "adaptive",
    responses((status = 200, body = AdaptiveJobs), GetErrors)
)]
async fn adaptive_list_jobs(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
) -> Result<Json<AdaptiveJobs>, Response> {
    let actor = signed_in(caller)?;
    let mut jobs = Vec::new();
    let mut after = None;
    loop {
        let request = PageRequest { after, limit: MOST };
        let filter = PositionFilter::default();
        let page = people::list_positions(&state.app, &actor, filter, request)
            .await
            .map_err(refusal)?;
        jobs.extend(page.items.into_iter().map(AdaptiveJob::from));
        after = page.next_cursor;
        if after.is_none() {
            return Ok(Json(AdaptiveJobs {
                jobs,
                next_cursor: None,
            }));
        }
    }
}

/// Makes a job and publishes it.
#[utoipa::path(
    post, path = "/api/v1/recruiter/jobs", tag = "adaptive",
    request_body = AdaptiveJobRequest,
    responses((status = 201, body = AdaptiveJobReply), CreateErrors)
)]
async fn adaptive_create_job(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    body: Bytes,
) -> Result<(StatusCode, Json<AdaptiveJobReply>), Response> {
    let actor = allowed(caller, Action::WriteCandidates)?;
    let request: AdaptiveJobRequest = read(&body)?;
    let families = RoleFamily::ALL.map(RoleFamily::as_str);
    if !families.contains(&request.role.as_str()) {
        let message = format!("role must be one of: {}", families.join(", "));
        return Err(invalid("role", message));
    }
    let new = people::NewPosition {
        title: request.title,
        description: request.description,
        role_family: Some(request.role),
        posting: Some(Posting {
            company_name: request.company_name,
            location: request.location,
            salary_range: request.salary_range,
            requirements: request.requirements,
            ..Posting::default()
        }),
        is_public: Some(true),
        ..people::NewPosition::default()
    };
    let made = people::create_position(&state.app, &actor, new)
        .await
        .map_err(told)?;
    let reply = AdaptiveJobReply { job: made.into() };
    Ok((StatusCode::CREATED, Json(reply)))
}

/// Deletes a job.
#[utoipa::path(
    delete, path = "/api/v1/recruiter/jobs/{id}", tag = "adaptive",
    params(("id" = String, Path, description = "The job")),
    responses((status = 200, body = AdaptiveJobDeleted), ActErrors)
)]
async fn adaptive_delete_job(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    Path(id): Path<String>,
) -> Result<Json<AdaptiveJobDeleted>, Response> {
    let actor = allowed(caller, Action::WriteCandidates)?;
    people::delete_position(&state.app, &actor, named(&id)?, None)
        .await
        .map_err(|error| refusal(no_job(error)))?;
    Ok(Json(AdaptiveJobDeleted { deleted: true }))
}

/// Published, open jobs of all organisations, newest first; 500 at once.
#[utoipa::path(
    get, path = "/api/v1/public/jobs", tag = "adaptive", security(()),
    params(AdaptivePublicJobsQuery),
    responses((status = 200, body = AdaptiveJobs), GetErrors)
)]
async fn adaptive_list_public_jobs(
    State(state): State<ServerState>,
    query: Result<Query<AdaptivePublicJobsQuery>, ApiError>,
) -> Result<Json<AdaptiveJobs>, Response> {
    let Query(query) = query.map_err(|error| refusal(error.0))?;
    let after = query.cursor.as_deref().map(str::parse).transpose();
    let (openings, next) = people::list_openings(&state.app, after.map_err(refusal)?, LISTED)
        .await
        .map_err(refusal)?;
    Ok(Json(AdaptiveJobs {
        jobs: openings.into_iter().map(Into::into).collect(),
        next_cursor: next.map(|cursor| cursor.to_string()),
    }))
}

/// One published, open job.
#[utoipa::path(
    get, path = "/api/v1/public/jobs/{positionId}", tag = "adaptive", security(()),
    params(("positionId" = String, Path, description = "The job")),
    responses((status = 200, body = AdaptiveJobReply), GetErrors)
)]
async fn adaptive_get_public_job(
    State(state): State<ServerState>,
    Path(id): Path<String>,
) -> Result<Json<AdaptiveJobReply>, Response> {
    let found = people::get_opening(&state.app, named(&id)?)
        .await
        .map_err(refusal)?;
    Ok(Json(AdaptiveJobReply { job: found.into() }))
}

/// The position that a path names.
pub(super) fn named(id: &str) -> Result<PositionId, Response> {
    id.parse().map_err(|_| refusal(AppError::NotFound("job")))
}

fn no_job(error: AppError) -> AppError {
    match error {
        AppError::NotFound(_) => AppError::NotFound("job"),
        error => error,
    }
}

/// A refusal, with the fields' names of the contract.
fn told(error: AppError) -> Response {
    match error {
        AppError::Invalid {
            code,
            message,
            field: Some(field),
        } => {
            let name = field.trim_start_matches("posting.").to_owned();
            refusal(AppError::invalid(
                code,
                &name,
                message.replacen(&field, &name, 1),
            ))
        }
        error => refusal(error),
    }
}
