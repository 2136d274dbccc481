//! The audit log.

use axum::extract::State;
use candor_app::{
    AppError,
    audit::{self, AuditLine},
    paging::{MOST, PageRequest},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    ServerState,
    auth::Caller,
    json::Json,
    path::Query,
    problem::ApiResult,
    responses::{GetProblems, ListProblems},
};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(list_audit))
        .routes(routes!(verify_audit))
}

/// Which page of the log.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct AuditQuery {
    /// `next_cursor` of the page before.
    cursor: Option<i64>,
    /// Lines on the page, 1 to 200; 50 unless given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
}

/// A line of the log.
#[derive(Serialize, ToSchema)]
struct AuditLineResponse {
    /// Order; grows, with gaps.
    id: i64,
    /// When.
    at: Timestamp,
    /// Pseudonymous id of who did it.
    actor: String,
    /// What was done, e.g. `api_key.created`.
    action: String,
    /// Id of what it was done to.
    subject: Option<String>,
    /// What changed.
    #[schema(value_type = Object)]
    details: Value,
    /// SHA-256 over the line and the hash of the line before.
    hash: String,
}

impl From<AuditLine> for AuditLineResponse {
    fn from(line: AuditLine) -> Self {
        Self {
            id: line.id,
            at: line.at,
            actor: line.actor,
            action: line.action,
            subject: line.subject,
            details: line.details,
            hash: line.hash,
        }
    }
}

/// A page of the log.
#[derive(Serialize, ToSchema)]
struct AuditResponse {
    /// Lines, newest first.
    items: Vec<AuditLineResponse>,
    /// Send it as `cursor` for the next page; `null`: this was the last one.
    next_cursor: Option<i64>,
}

/// Whether the log is whole.
#[derive(Serialize, ToSchema)]
struct VerificationResponse {
    /// No line was changed or taken out from between others.
    intact: bool,
    /// Lines that were read.
    lines: u64,
    /// Hash of the newest line. Kept elsewhere, it shows later whether lines were cut off at the end.
    head: Option<String>,
    /// The first line that does not fit.
    broken_at: Option<i64>,
}

/// A page of the organisation's audit log, newest first.
#[utoipa::path(
    get, path = "/api/v1/audit", tag = "audit", params(AuditQuery),
    responses((status = 200, body = AuditResponse), ListProblems)
)]
async fn list_audit(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Query(query): Query<AuditQuery>,
) -> ApiResult<Json<AuditResponse>> {
    let limit = query.limit.unwrap_or(PageRequest::default().limit);
    if !(1..=MOST).contains(&limit) {
        return Err(AppError::invalid(
            "invalid_page",
            "limit",
            format!("limit must be between 1 and {MOST}"),
        )
        .into());
    }
    let mut lines = audit::list_audit(&state.app, &actor, query.cursor, limit + 1).await?;
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = lines.len() > most;
    lines.truncate(most);
    Ok(Json(AuditResponse {
        next_cursor: lines.last().filter(|_| more).map(|line| line.id),
        items: lines.into_iter().map(Into::into).collect(),
    }))
}

/// Reads the organisation's whole audit log and says whether its chain of hashes is whole.
#[utoipa::path(
    get, path = "/api/v1/audit/verification", tag = "audit",
    responses((status = 200, body = VerificationResponse), GetProblems)
)]
async fn verify_audit(
    State(state): State<ServerState>,
    Caller(actor): Caller,
) -> ApiResult<Json<VerificationResponse>> {
    let seen = audit::verify_audit(&state.app, &actor).await?;
    Ok(Json(VerificationResponse {
        intact: seen.broken_at.is_none(),
        lines: seen.lines,
        head: seen.head,
        broken_at: seen.broken_at,
    }))
}
