//! Sign-in as clients write and read it.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use candor_app::{
    App, AppError,
    identity::{
        Credentials,
        people::Person,
        sessions::{self, Session},
    },
};
use candor_core::{
    access::Role,
    ids::{OrganisationId, UserId},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An answer that nobody on the way may keep.
pub fn private(status: StatusCode, body: impl Serialize) -> Response {
    let mut response = (status, Json(body)).into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A new account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegisterRequest {
    /// What to sign in with: an id or an e-mail.
    #[schema(min_length = 3, max_length = 254)]
    pub login: String,
    /// Not the login, not one character repeated.
    #[schema(min_length = 8, max_length = 128)]
    pub password: String,
    /// Name that people see; the login unless given.
    #[schema(max_length = 100)]
    pub display_name: Option<String>,
}

/// Signing in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LoginRequest {
    /// Id or e-mail.
    login: String,
    /// Password.
    password: String,
    /// Where to act, for members of several organisations; the first they joined unless given.
    #[schema(value_type = Option<String>)]
    organisation_id: Option<OrganisationId>,
}

impl From<LoginRequest> for Credentials {
    fn from(request: LoginRequest) -> Self {
        Self {
            login: request.login,
            password: request.password,
            organisation: request.organisation_id,
        }
    }
}

/// Going on with a session.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefreshRequest {
    /// The newest refresh token of the session.
    pub refresh_token: String,
}

/// Ending a session.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LogoutRequest {
    /// The newest refresh token of the session; without it the access token in the header names it.
    pub refresh_token: Option<String>,
}

/// Tokens of a session.
#[derive(Serialize, ToSchema)]
pub struct TokenResponse {
    /// Always `bearer`.
    token_type: &'static str,
    /// Goes into the header `Authorization: Bearer …`.
    access_token: String,
    /// Is exchanged once for new tokens.
    refresh_token: String,
    /// Life of the access token, in seconds.
    expires_in_s: i64,
    /// Who signed in.
    user: UserResponse,
    /// Where they act.
    #[schema(value_type = String)]
    organisation_id: OrganisationId,
}

impl From<Session> for TokenResponse {
    fn from(session: Session) -> Self {
        Self {
            token_type: "bearer",
            access_token: session.access_token,
            refresh_token: session.refresh_token,
            expires_in_s: session.expires_in_s,
            user: session.person.into(),
            organisation_id: session.organisation,
        }
    }
}

/// A browser's session.
#[derive(Serialize, ToSchema)]
pub struct SessionResponse {
    /// Goes into the header `X-CSRF-Token` of requests that change something.
    csrf_token: String,
    /// Life of the access token, in seconds.
    expires_in_s: i64,
    /// Who signed in.
    user: UserResponse,
    /// Where they act.
    #[schema(value_type = String)]
    organisation_id: OrganisationId,
}

impl SessionResponse {
    /// The session without its tokens.
    pub fn new(app: &App, session: Session) -> Self {
        Self::of(
            app,
            &session.access_token,
            session.person,
            session.organisation,
        )
        .expect("the token was signed a moment ago")
    }

    /// The session of an access token.
    ///
    /// # Errors
    /// [`AppError::Unauthenticated`] when it has ended.
    pub fn of(
        app: &App,
        access_token: &str,
        person: Person,
        organisation: OrganisationId,
    ) -> Result<Self, AppError> {
        let csrf_token =
            sessions::csrf_token(app, access_token).ok_or(AppError::Unauthenticated)?;
        Ok(Self {
            csrf_token,
            expires_in_s: sessions::seconds_left(app, access_token)?,
            user: person.into(),
            organisation_id: organisation,
        })
    }
}

/// A person.
#[derive(Serialize, ToSchema)]
pub struct UserResponse {
    /// Identifier.
    #[schema(value_type = String)]
    id: UserId,
    /// What they sign in with.
    login: String,
    /// Name that people see.
    display_name: String,
}

impl From<Person> for UserResponse {
    fn from(person: Person) -> Self {
        Self {
            id: person.id,
            login: person.handle,
            display_name: person.display_name,
        }
    }
}

/// What a person is in an organisation.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoleName {
    /// Sees and makes what is their own.
    Candidate,
    /// Reads interviews, recordings and reports.
    Reviewer,
    /// Also makes interviews and runs analyses.
    Recruiter,
    /// Also manages people, keys, webhooks, policy and queues.
    Admin,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Candidate => Self::Candidate,
            RoleName::Reviewer => Self::Reviewer,
            RoleName::Recruiter => Self::Recruiter,
            RoleName::Admin => Self::Admin,
        }
    }
}

impl From<Role> for RoleName {
    fn from(role: Role) -> Self {
        match role {
            Role::Candidate => Self::Candidate,
            Role::Reviewer => Self::Reviewer,
            Role::Recruiter => Self::Recruiter,
            Role::Admin => Self::Admin,
        }
    }
}
