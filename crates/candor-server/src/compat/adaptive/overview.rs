//! What admins of *adaptive* see of their organisation: candidates, applications, numbers.

use std::collections::BTreeMap;

use axum::{Json, extract::State, response::Response};
use candor_app::{
    invitations::{self, InvitationFilter},
    overview::{Numbers, count_numbers},
    paging::PageRequest,
    people::{self, ApplicationFilter, CandidateFilter},
};
use candor_core::{
    access::Action,
    ids::{CandidateId, PositionId},
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    AdaptiveError, allowed,
    paging::{AdaptiveCursor, page},
    refusal,
    schedules::AdaptiveScheduleRow,
};
use crate::{ServerState, address::OwnAddress, auth::Caller, path::Query, problem::ApiError};

/// Schedules of the overview.
const LATEST: u64 = 10;

/// Routes of this file.
pub(super) fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(adaptive_candidates))
        .routes(routes!(adaptive_applications))
        .routes(routes!(adaptive_overview))
}

/// A candidate, with the names of columns.
#[derive(Debug, Serialize, ToSchema)]
struct AdaptiveCandidateRow {
    id: Uuid,
    email: Option<String>,
    name: Option<String>,
    external_id: Option<String>,
    phone: Option<String>,
    created_at: Timestamp,
}

/// Candidates.
#[derive(Debug, Serialize, ToSchema)]
struct AdaptiveCandidates {
    candidates: Vec<AdaptiveCandidateRow>,
    /// Send it as `cursor` for older ones.
    #[serde(rename = "nextCursor", skip_serializing_if = "Option::is_none")]
    next_cursor: Option<Uuid>,
}

/// An application, with the names of columns.
#[derive(Debug, Serialize, ToSchema)]
struct AdaptiveApplicationRow {
    id: Uuid,
    candidate_id: Option<Uuid>,
    candidate_email: Option<String>,
    candidate_name: Option<String>,
    position_id: Option<Uuid>,
    position_title: Option<String>,
    status: String,
    created_at: Timestamp,
}

/// Applications.
#[derive(Debug, Serialize, ToSchema)]
struct AdaptiveApplicationRows {
    applications: Vec<AdaptiveApplicationRow>,
    /// Send it as `cursor` for older ones.
    #[serde(rename = "nextCursor", skip_serializing_if = "Option::is_none")]
    next_cursor: Option<Uuid>,
}

/// How many there are.
#[derive(Debug, Serialize, ToSchema)]
struct AdaptiveMetrics {
    recruiters: u64,
    candidates: u64,
    interviews: u64,
}

/// The organisation at a glance.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AdaptiveOverview {
    metrics: AdaptiveMetrics,
    latest_schedules: Vec<AdaptiveScheduleRow>,
}

/// Candidates of the organisation, newest first.
#[utoipa::path(
    get, path = "/api/v1/admin/candidates", tag = "adaptive",
    params(AdaptiveCursor),
    responses(
        (status = 200, body = AdaptiveCandidates),
        (status = 400, body = AdaptiveError, description = "No such cursor"),
        (status = 401, body = AdaptiveError), (status = 403, body = AdaptiveError),
        (status = 503, body = AdaptiveError)
    )
)]
async fn adaptive_candidates(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    query: Result<Query<AdaptiveCursor>, ApiError>,
) -> Result<Json<AdaptiveCandidates>, Response> {
    let actor = allowed(caller, Action::ManageUsers)?;
    let all = CandidateFilter::default();
    let page = people::list_candidates(&state.app, &actor, all, page(query)?)
        .await
        .map_err(refusal)?;
    let row = |found: people::Candidate| AdaptiveCandidateRow {
        id: found.id.uuid(),
        email: found.email,
        name: found.name,
        external_id: found.external_id,
        phone: found.phone,
        created_at: found.created_at,
    };
    Ok(Json(AdaptiveCandidates {
        next_cursor: page.next_cursor,
        candidates: page.items.into_iter().map(row).collect(),
    }))
}

/// Applications to the organisation, newest first.
#[utoipa::path(
    get, path = "/api/v1/admin/applications", tag = "adaptive",
    params(AdaptiveCursor),
    responses(
        (status = 200, body = AdaptiveApplicationRows),
        (status = 400, body = AdaptiveError, description = "No such cursor"),
        (status = 401, body = AdaptiveError), (status = 403, body = AdaptiveError),
        (status = 503, body = AdaptiveError)
    )
)]
async fn adaptive_applications(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    query: Result<Query<AdaptiveCursor>, ApiError>,
) -> Result<Json<AdaptiveApplicationRows>, Response> {
    let actor = allowed(caller, Action::ManageUsers)?;
    let app = &state.app;
    let all = ApplicationFilter::default();
    let page = people::list_applications(app, &actor, all, page(query)?)
        .await
        .map_err(refusal)?;
    let mut candidates: BTreeMap<CandidateId, Option<people::Candidate>> = BTreeMap::new();
    let mut positions: BTreeMap<PositionId, Option<people::Position>> = BTreeMap::new();
    let mut applications = Vec::new();
    for found in page.items {
        if let Some(id) = found.candidate
            && !candidates.contains_key(&id)
        {
            // One that was deleted meanwhile has no name any more.
            candidates.insert(id, people::get_candidate(app, &actor, id).await.ok());
        }
        if let Some(id) = found.position
            && !positions.contains_key(&id)
        {
            positions.insert(id, people::get_position(app, &actor, id).await.ok());
        }
        let candidate = found.candidate.and_then(|id| candidates[&id].as_ref());
        let position = found.position.and_then(|id| positions[&id].as_ref());
        applications.push(AdaptiveApplicationRow {
            id: found.id.uuid(),
            candidate_id: found.candidate.map(Into::into),
            candidate_email: candidate.and_then(|one| one.email.clone()),
            candidate_name: candidate.and_then(|one| one.name.clone()),
            position_id: found.position.map(Into::into),
            position_title: position.map(|one| one.title.clone()),
            status: found.status,
            created_at: found.created_at,
        });
    }
    Ok(Json(AdaptiveApplicationRows {
        applications,
        next_cursor: page.next_cursor,
    }))
}

/// The organisation at a glance.
#[utoipa::path(
    get, path = "/api/v1/admin/overview", tag = "adaptive",
    responses(
        (status = 200, body = AdaptiveOverview),
        (status = 401, body = AdaptiveError), (status = 403, body = AdaptiveError),
        (status = 503, body = AdaptiveError)
    )
)]
async fn adaptive_overview(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    OwnAddress(base): OwnAddress,
) -> Result<Json<AdaptiveOverview>, Response> {
    let actor = allowed(caller, Action::ManageUsers)?;
    let app = &state.app;
    let Numbers {
        recruiters,
        candidates,
        interviews,
    } = count_numbers(app, &actor).await.map_err(refusal)?;
    let latest = PageRequest {
        after: None,
        limit: LATEST,
    };
    let all = InvitationFilter::default();
    let latest = invitations::list_invitations(app, &actor, all, latest)
        .await
        .map_err(refusal)?;
    Ok(Json(AdaptiveOverview {
        metrics: AdaptiveMetrics {
            recruiters,
            candidates,
            interviews,
        },
        latest_schedules: latest
            .items
            .into_iter()
            .map(|found| AdaptiveScheduleRow::new(found, &base))
            .collect(),
    }))
}
