//! The portal of candidates of *adaptive*: their account, and what concerns them in every organisation.

use axum::{Json, body::Bytes, extract::State, http::StatusCode, response::Response};
use candor_app::{
    identity::{self, NewAccount, passwords, people},
    invitations::own::{self, OwnApplication, OwnInvitation},
};
use candor_core::access::{Actor, Powers, Role};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    AdaptiveError, invalid, read, refusal,
    sign_in::{AdaptivePersonLogin, private, sign_in},
    signed_in,
};
use crate::{
    ServerState,
    address::OwnAddress,
    auth::{Caller, Origin},
    problem::ApiError,
};

/// Routes of this file.
pub(super) fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(adaptive_candidate_signup))
        .routes(routes!(adaptive_candidate_login))
        .routes(routes!(adaptive_candidate_me))
        .routes(routes!(adaptive_candidate_applications))
        .routes(routes!(adaptive_candidate_dashboard))
}

/// A new account.
#[derive(Deserialize, ToSchema)]
struct AdaptiveSignupRequest {
    /// Name.
    name: String,
    /// What to sign in with.
    email: String,
    /// 8 characters or more.
    password: String,
}

/// A person.
#[derive(Debug, Serialize, ToSchema)]
struct AdaptivePerson {
    id: Uuid,
    email: String,
    name: String,
}

impl From<people::Person> for AdaptivePerson {
    fn from(person: people::Person) -> Self {
        Self {
            id: person.id.uuid(),
            email: person.handle,
            name: person.display_name,
        }
    }
}

/// The token of a person.
#[derive(Debug, Serialize, ToSchema)]
struct AdaptiveCandidateSession {
    /// Goes into the header `Authorization: Bearer …`.
    token: String,
    candidate: AdaptivePerson,
}

/// The signed-in person.
#[derive(Debug, Serialize, ToSchema)]
struct AdaptiveCandidateMe {
    candidate: AdaptivePerson,
}

/// An application of the signed-in person.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AdaptiveOwnApplication {
    id: Uuid,
    company_name: String,
    position_id: Option<Uuid>,
    position_title: Option<String>,
    status: String,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<OwnApplication> for AdaptiveOwnApplication {
    fn from(own: OwnApplication) -> Self {
        Self {
            id: own.id.uuid(),
            company_name: own.organisation,
            position_id: own.position.map(Into::into),
            position_title: own.position_title,
            status: own.status,
            created_at: own.created_at,
            updated_at: own.updated_at,
        }
    }
}

/// An interview of the signed-in person.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AdaptiveOwnSchedule {
    id: Uuid,
    company_name: String,
    role: String,
    scheduled_at: Timestamp,
    time_zone: String,
    duration_minutes: Option<i32>,
    message: Option<String>,
    status: String,
    interview_id: Option<Uuid>,
    /// `null` once there is nothing to join any more.
    join_url: Option<String>,
}

impl AdaptiveOwnSchedule {
    fn new(own: OwnInvitation, base: &str) -> Self {
        let found = own.invitation;
        let joinable = ["scheduled", "in_progress"].contains(&found.status.as_str());
        Self {
            id: found.id.uuid(),
            company_name: own.organisation,
            join_url: found.join_url(base).filter(|_| joinable),
            role: found.role_family,
            scheduled_at: found.scheduled_at,
            time_zone: found.time_zone,
            duration_minutes: found.duration_minutes,
            message: found.message,
            status: found.status,
            interview_id: found.interview.map(Into::into),
        }
    }
}

/// Applications of the signed-in person.
#[derive(Debug, Serialize, ToSchema)]
struct AdaptiveOwnApplications {
    applications: Vec<AdaptiveOwnApplication>,
}

/// Everything that concerns the signed-in person.
#[derive(Debug, Serialize, ToSchema)]
struct AdaptiveDashboard {
    profile: AdaptivePerson,
    applications: Vec<AdaptiveOwnApplication>,
    schedules: Vec<AdaptiveOwnSchedule>,
}

/// Makes an account, in a workspace of its own.
#[utoipa::path(
    post, path = "/api/v1/candidate/signup", tag = "adaptive", security(()),
    request_body = AdaptiveSignupRequest,
    responses(
        (status = 201, body = AdaptiveCandidateSession),
        (status = 400, body = AdaptiveError, description = "A field is missing or wrong"),
        (status = 403, body = AdaptiveError, description = "Accounts are made by invitation here"),
        (status = 409, body = AdaptiveError, description = "The e-mail has an account"),
        (status = 413, body = AdaptiveError), (status = 429, body = AdaptiveError),
        (status = 503, body = AdaptiveError)
    )
)]
async fn adaptive_candidate_signup(
    State(state): State<ServerState>,
    Origin(address): Origin,
    body: Bytes,
) -> Result<Response, Response> {
    let app = &state.app;
    identity::count_attempt(app, address).map_err(refusal)?;
    let request: AdaptiveSignupRequest = read(&body)?;
    let email = candor_app::fields::email("email", &request.email).map_err(refusal)?;
    if request.name.trim().is_empty() {
        return Err(invalid("name", "name is required"));
    }
    let new = NewAccount {
        login: email,
        password: request.password,
        display_name: Some(request.name),
    };
    let session = identity::register(app, new, passwords::SHORTEST)
        .await
        .map_err(refusal)?;
    let body = AdaptiveCandidateSession {
        token: session.access_token,
        candidate: session.person.into(),
    };
    Ok(private(StatusCode::CREATED, body))
}

/// Signs a candidate in. Staff are refused like strangers.
#[utoipa::path(
    post, path = "/api/v1/candidate/login", tag = "adaptive", security(()),
    request_body = AdaptivePersonLogin,
    responses(
        (status = 200, body = AdaptiveCandidateSession),
        (status = 400, body = AdaptiveError, description = "E-mail or password is missing"),
        (status = 401, body = AdaptiveError), (status = 413, body = AdaptiveError),
        (status = 429, body = AdaptiveError), (status = 503, body = AdaptiveError)
    )
)]
async fn adaptive_candidate_login(
    State(state): State<ServerState>,
    Origin(address): Origin,
    body: Bytes,
) -> Result<Response, Response> {
    let may = |actor: &Actor| actor.powers == Powers::Role(Role::Candidate);
    let (session, _) = sign_in(&state, address, &body, may).await?;
    let body = AdaptiveCandidateSession {
        token: session.access_token,
        candidate: session.person.into(),
    };
    Ok(private(StatusCode::OK, body))
}

/// The signed-in person.
#[utoipa::path(
    get, path = "/api/v1/candidate/me", tag = "adaptive",
    responses(
        (status = 200, body = AdaptiveCandidateMe),
        (status = 401, body = AdaptiveError),
        (status = 403, body = AdaptiveError, description = "No person"),
        (status = 503, body = AdaptiveError)
    )
)]
async fn adaptive_candidate_me(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
) -> Result<Json<AdaptiveCandidateMe>, Response> {
    let actor = signed_in(caller)?;
    let person = people::get_me(&state.app, &actor).await.map_err(refusal)?;
    Ok(Json(AdaptiveCandidateMe {
        candidate: person.into(),
    }))
}

/// Applications of the signed-in person in every organisation, newest first.
#[utoipa::path(
    get, path = "/api/v1/candidate/applications", tag = "adaptive",
    responses(
        (status = 200, body = AdaptiveOwnApplications),
        (status = 401, body = AdaptiveError),
        (status = 403, body = AdaptiveError, description = "No person"),
        (status = 503, body = AdaptiveError)
    )
)]
async fn adaptive_candidate_applications(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
) -> Result<Json<AdaptiveOwnApplications>, Response> {
    let actor = signed_in(caller)?;
    let own = own::list_own(&state.app, &actor).await.map_err(refusal)?;
    Ok(Json(AdaptiveOwnApplications {
        applications: own.applications.into_iter().map(Into::into).collect(),
    }))
}

/// The signed-in person with their applications and interviews.
#[utoipa::path(
    get, path = "/api/v1/candidate/dashboard", tag = "adaptive",
    responses(
        (status = 200, body = AdaptiveDashboard),
        (status = 401, body = AdaptiveError),
        (status = 403, body = AdaptiveError, description = "No person"),
        (status = 503, body = AdaptiveError)
    )
)]
async fn adaptive_candidate_dashboard(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    OwnAddress(base): OwnAddress,
) -> Result<Json<AdaptiveDashboard>, Response> {
    let actor = signed_in(caller)?;
    let person = people::get_me(&state.app, &actor).await.map_err(refusal)?;
    let own = own::list_own(&state.app, &actor).await.map_err(refusal)?;
    Ok(Json(AdaptiveDashboard {
        profile: person.into(),
        applications: own.applications.into_iter().map(Into::into).collect(),
        schedules: own
            .invitations
            .into_iter()
            .map(|own| AdaptiveOwnSchedule::new(own, &base))
            .collect(),
    }))
}
