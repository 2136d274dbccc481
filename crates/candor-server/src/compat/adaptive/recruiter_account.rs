//! Recruiters of *adaptive* sign in and see who they are.

use axum::{Json, body::Bytes, extract::State, http::StatusCode, response::Response};
use candor_app::identity::people;
use candor_core::access::{Action, Actor, Powers, Role};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    AdaptiveError, allowed,
    recruiters::level,
    refusal,
    sign_in::{AdaptivePersonLogin, private, sign_in},
};
use crate::{
    ServerState,
    auth::{Caller, Origin},
    problem::ApiError,
};

/// Routes of this file.
pub(super) fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(adaptive_recruiter_login))
        .routes(routes!(adaptive_recruiter_me))
}

/// The signed-in recruiter.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AdaptiveRecruiterPerson {
    id: Uuid,
    email: String,
    name: String,
    /// `full` or `limited`.
    permission_level: &'static str,
}

/// The signed-in recruiter.
#[derive(Debug, Serialize, ToSchema)]
struct AdaptiveRecruiterMe {
    recruiter: AdaptiveRecruiterPerson,
}

/// The token of a recruiter.
#[derive(Debug, Serialize, ToSchema)]
struct AdaptiveRecruiterSession {
    /// Goes into the header `Authorization: Bearer …`.
    token: String,
    recruiter: AdaptiveRecruiterPerson,
}

/// Signs a recruiter in. Candidates are refused like strangers.
#[utoipa::path(
    post, path = "/api/v1/recruiter/login", tag = "adaptive", security(()),
    request_body = AdaptivePersonLogin,
    responses(
        (status = 200, body = AdaptiveRecruiterSession),
        (status = 400, body = AdaptiveError, description = "E-mail or password is missing"),
        (status = 401, body = AdaptiveError), (status = 413, body = AdaptiveError),
        (status = 429, body = AdaptiveError), (status = 503, body = AdaptiveError)
    )
)]
async fn adaptive_recruiter_login(
    State(state): State<ServerState>,
    Origin(address): Origin,
    body: Bytes,
) -> Result<Response, Response> {
    let may = |actor: &Actor| matches!(actor.powers, Powers::Role(role) if role != Role::Candidate);
    let (session, actor) = sign_in(&state, address, &body, may).await?;
    let body = AdaptiveRecruiterSession {
        token: session.access_token,
        recruiter: AdaptiveRecruiterPerson {
            id: session.person.id.uuid(),
            email: session.person.handle,
            name: session.person.display_name,
            permission_level: level(actor.powers == Powers::Role(Role::Reviewer)),
        },
    };
    Ok(private(StatusCode::OK, body))
}

/// The signed-in recruiter.
#[utoipa::path(
    get, path = "/api/v1/recruiter/me", tag = "adaptive",
    responses(
        (status = 200, body = AdaptiveRecruiterMe),
        (status = 401, body = AdaptiveError),
        (status = 403, body = AdaptiveError, description = "A candidate, or no person"),
        (status = 503, body = AdaptiveError)
    )
)]
async fn adaptive_recruiter_me(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
) -> Result<Json<AdaptiveRecruiterMe>, Response> {
    let actor = allowed(caller, Action::ReadCandidates)?;
    let person = people::get_me(&state.app, &actor).await.map_err(refusal)?;
    Ok(Json(AdaptiveRecruiterMe {
        recruiter: AdaptiveRecruiterPerson {
            id: person.id.uuid(),
            email: person.handle,
            name: person.display_name,
            permission_level: level(actor.powers == Powers::Role(Role::Reviewer)),
        },
    }))
}
