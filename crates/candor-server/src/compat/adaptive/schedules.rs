//! Schedules of *adaptive*: what its admins and its recruiters do with them is the same, at routes of their own.

use std::time::Duration;

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use candor_app::{
    AppError,
    invitations::{self, InvitationFilter, NewInvitation},
    mail,
    paging::PageRequest,
};
use candor_core::{access::Actor, ids::InvitationId};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use uuid::Uuid;

use super::{AdaptiveDeleted, paging::LISTED, read, refusal};
use crate::{
    ServerState,
    path::{Path, Query},
    problem::ApiError,
};

mod admin;
mod asked;
mod recruiter;
mod told;

use asked::{AdaptiveScheduleChange, AdaptiveScheduleRequest};
pub(super) use told::AdaptiveScheduleRow;
use told::{AdaptiveScheduled, AdaptiveSchedules, AdaptiveUpdated};

/// Longest wait for the mail before the reply tells how it stands.
const MAIL_PATIENCE: Duration = Duration::from_secs(3);

/// Routes of both.
pub(super) fn routes() -> OpenApiRouter<ServerState> {
    admin::routes().merge(recruiter::routes())
}

/// Which schedules are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct AdaptiveScheduleQuery {
    /// In this state.
    status: Option<String>,
    /// `nextCursor` of the list before.
    cursor: Option<Uuid>,
}

async fn create(
    state: &ServerState,
    actor: &Actor,
    base: &str,
    body: &[u8],
) -> Result<Response, Response> {
    let request: AdaptiveScheduleRequest = read(body)?;
    schedule(state, actor, request.read(None)?, base).await
}

/// Makes a schedule and waits a moment for its mail, to tell what became of it.
async fn schedule(
    state: &ServerState,
    actor: &Actor,
    new: NewInvitation,
    base: &str,
) -> Result<Response, Response> {
    let app = &state.app;
    let (made, _) = invitations::create_invitation(app, actor, new)
        .await
        .map_err(wrong)?;
    let told = mail::await_mail(app, actor.organisation, made.id, MAIL_PATIENCE)
        .await
        .map_err(refusal)?;
    let made = AdaptiveScheduled::new(told.unwrap_or(made), base);
    Ok((StatusCode::CREATED, Json(made)).into_response())
}

async fn list(
    state: &ServerState,
    actor: &Actor,
    query: Result<Query<AdaptiveScheduleQuery>, ApiError>,
    base: &str,
) -> Result<Json<AdaptiveSchedules>, Response> {
    let Query(query) = query.map_err(|error| refusal(error.0))?;
    let filter = InvitationFilter {
        status: query.status,
        ..InvitationFilter::default()
    };
    let page = PageRequest {
        after: query.cursor,
        limit: LISTED,
    };
    let page = invitations::list_invitations(&state.app, actor, filter, page)
        .await
        .map_err(refusal)?;
    Ok(Json(AdaptiveSchedules {
        next_cursor: page.next_cursor,
        schedules: page
            .items
            .into_iter()
            .map(|found| AdaptiveScheduleRow::new(found, base))
            .collect(),
    }))
}

/// Changes the time or the state.
async fn change(
    state: &ServerState,
    actor: &Actor,
    id: Result<Path<InvitationId>, ApiError>,
    body: &[u8],
) -> Result<Json<AdaptiveUpdated>, Response> {
    let Path(id) = id.map_err(|error| refusal(error.0))?;
    let request: AdaptiveScheduleChange = read(body)?;
    invitations::update_invitation(&state.app, actor, id, None, request.read())
        .await
        .map_err(wrong)?;
    Ok(Json(AdaptiveUpdated { updated: true }))
}

async fn delete(
    state: &ServerState,
    actor: &Actor,
    id: Result<Path<InvitationId>, ApiError>,
) -> Result<Json<AdaptiveDeleted>, Response> {
    let Path(id) = id.map_err(|error| refusal(error.0))?;
    invitations::delete_invitation(&state.app, actor, id, None)
        .await
        .map_err(refusal)?;
    Ok(Json(AdaptiveDeleted { deleted: true }))
}

/// A refusal in the words of these routes: there `role_family` is `role`.
fn wrong(error: AppError) -> Response {
    match error {
        AppError::Invalid {
            code,
            message,
            field: Some(field),
        } => {
            let (field, message) = match field.as_str() {
                "role_family" => ("role".to_owned(), message.replace("role_family", "role")),
                _ => (field, message),
            };
            refusal(AppError::invalid(code, &field, message))
        }
        error => refusal(error),
    }
}
