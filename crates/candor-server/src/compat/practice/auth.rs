//! Accounts and sign-in as *practice* documents them; errors are `{"detail"}`.

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use candor_app::{
    AppError,
    identity::{self, Credentials, NewAccount, passwords, people, sessions},
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    ServerState,
    auth::{Caller, Origin, bearer},
    problem::ApiError,
};

use super::fields::{Detail, Fields, answer, refusal};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(practice_register))
        .routes(routes!(practice_login))
        .routes(routes!(practice_refresh))
        .routes(routes!(practice_logout))
        .routes(routes!(practice_me))
}

/// What registering takes.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a body that is read field by field")]
struct PracticeRegisterRequest {
    /// Chosen id.
    #[schema(rename = "userId", min_length = 3, max_length = 64)]
    user_id: String,
    /// Password.
    #[schema(min_length = 6, max_length = 128)]
    password: String,
    /// Name that people see; the id unless given.
    #[schema(rename = "displayName", max_length = 100)]
    display_name: Option<String>,
}

/// What signing in takes.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a body that is read field by field")]
struct PracticeLoginRequest {
    /// Chosen id.
    #[schema(rename = "userId")]
    user_id: String,
    /// Password.
    password: String,
}

/// What going on takes.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a body that is read field by field")]
struct PracticeRefreshRequest {
    /// The newest refresh token.
    #[schema(rename = "refreshToken", min_length = 16)]
    refresh_token: String,
}

/// What signing out takes.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a body that is read field by field")]
struct PracticeLogoutRequest {
    /// The newest refresh token.
    #[schema(rename = "refreshToken")]
    refresh_token: Option<String>,
}

/// A person.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PracticeUser {
    /// Chosen id.
    user_id: String,
    /// Name that people see.
    display_name: String,
}

impl From<people::Person> for PracticeUser {
    fn from(person: people::Person) -> Self {
        Self {
            user_id: person.handle,
            display_name: person.display_name,
        }
    }
}

/// Tokens of a session.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PracticeAuthResponse {
    /// Always `bearer`.
    token_type: &'static str,
    /// The same as `accessToken`.
    token: String,
    /// Goes into the header `Authorization: Bearer …`.
    access_token: String,
    /// Is exchanged once for new tokens.
    refresh_token: String,
    /// Life of the access token, in seconds.
    expires_in: i64,
    /// Who signed in.
    user: PracticeUser,
}

/// Whether a session ended.
#[derive(Serialize, ToSchema)]
struct PracticeLogoutResponse {
    /// `false`: the refresh token was unknown or had ended.
    success: bool,
}

fn tokens(status: StatusCode, session: sessions::Session) -> Response {
    let body = PracticeAuthResponse {
        token_type: "bearer",
        token: session.access_token.clone(),
        access_token: session.access_token,
        refresh_token: session.refresh_token,
        expires_in: session.expires_in_s,
        user: session.person.into(),
    };
    let mut response = (status, Json(body)).into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Makes an account. An id that is taken is a conflict; nothing changes then.
#[utoipa::path(
    post, path = "/auth/register", tag = "practice", security(()),
    request_body = PracticeRegisterRequest,
    responses(
        (status = 201, body = PracticeAuthResponse),
        (status = 403, body = Detail, description = "Accounts are made by invitation here"),
        (status = 409, body = Detail, description = "The id is taken"),
        (status = 413, body = Detail), (status = 422, body = Detail), (status = 429, body = Detail),
        (status = 503, body = Detail)
    )
)]
async fn practice_register(
    State(state): State<ServerState>,
    Origin(address): Origin,
    body: Bytes,
) -> Result<Response, Response> {
    identity::count_attempt(&state.app, address).map_err(refusal)?;
    let mut fields = Fields::read(&body)?;
    let login = fields.text("userId", 3, 64);
    let password = fields.text(
        "password",
        passwords::SHORTEST_DOCUMENTED,
        passwords::LONGEST,
    );
    let display_name = fields.optional_text("displayName", 100);
    let (Some(login), Some(password)) = (login, password) else {
        return Err(fields.refusal());
    };
    fields.check()?;
    let new = NewAccount {
        login,
        password,
        display_name,
    };
    let session = identity::register(&state.app, new, passwords::SHORTEST_DOCUMENTED)
        .await
        .map_err(refusal)?;
    Ok(tokens(StatusCode::CREATED, session))
}

/// Begins a session.
#[utoipa::path(
    post, path = "/auth/login", tag = "practice", security(()),
    request_body = PracticeLoginRequest,
    responses(
        (status = 200, body = PracticeAuthResponse),
        (status = 401, body = Detail), (status = 403, body = Detail), (status = 413, body = Detail),
        (status = 422, body = Detail), (status = 429, body = Detail), (status = 503, body = Detail)
    )
)]
async fn practice_login(
    State(state): State<ServerState>,
    Origin(address): Origin,
    body: Bytes,
) -> Result<Response, Response> {
    identity::count_attempt(&state.app, address).map_err(refusal)?;
    let mut fields = Fields::read(&body)?;
    let login = fields.text("userId", 0, usize::MAX);
    let password = fields.text("password", 0, usize::MAX);
    let (Some(login), Some(password)) = (login, password) else {
        return Err(fields.refusal());
    };
    let credentials = Credentials {
        login,
        password,
        organisation: None,
    };
    let session = identity::login(&state.app, credentials)
        .await
        .map_err(|error| match error {
            AppError::Unauthenticated => answer(StatusCode::UNAUTHORIZED, "Invalid credentials"),
            error => refusal(error),
        })?;
    Ok(tokens(StatusCode::OK, session))
}

/// Exchanges a refresh token for new tokens; it counts once. Presenting it again ends the session.
#[utoipa::path(
    post, path = "/auth/refresh", tag = "practice", security(()),
    request_body = PracticeRefreshRequest,
    responses(
        (status = 200, body = PracticeAuthResponse),
        (status = 401, body = Detail), (status = 413, body = Detail), (status = 422, body = Detail),
        (status = 503, body = Detail)
    )
)]
async fn practice_refresh(
    State(state): State<ServerState>,
    body: Bytes,
) -> Result<Response, Response> {
    let mut fields = Fields::read(&body)?;
    let Some(token) = fields.text("refreshToken", 16, usize::MAX) else {
        return Err(fields.refusal());
    };
    let session = sessions::refresh(&state.app, &token)
        .await
        .map_err(|error| match error {
            AppError::Unauthenticated => answer(StatusCode::UNAUTHORIZED, "Invalid refresh token"),
            error => refusal(error),
        })?;
    Ok(tokens(StatusCode::OK, session))
}

/// Ends the session of the refresh token and of the access token in the header. The body may be left out.
#[utoipa::path(
    post, path = "/auth/logout", tag = "practice", security(()),
    request_body = Option<PracticeLogoutRequest>,
    responses(
        (status = 200, body = PracticeLogoutResponse),
        (status = 413, body = Detail), (status = 422, body = Detail), (status = 503, body = Detail)
    )
)]
async fn practice_logout(
    State(state): State<ServerState>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<PracticeLogoutResponse>, Response> {
    let token = if body.trim_ascii().is_empty() || body.trim_ascii() == b"null" {
        None
    } else {
        let mut fields = Fields::read(&body)?;
        let token = fields.optional_text("refreshToken", usize::MAX);
        fields.check()?;
        token
    };
    let success = sessions::logout(&state.app, token.as_deref(), bearer(&headers))
        .await
        .map_err(refusal)?;
    Ok(Json(PracticeLogoutResponse { success }))
}

/// The signed-in person.
#[utoipa::path(
    get, path = "/auth/me", tag = "practice",
    responses(
        (status = 200, body = PracticeUser),
        (status = 401, body = Detail),
        (status = 403, body = Detail, description = "A key is no person"),
        (status = 503, body = Detail)
    )
)]
async fn practice_me(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
) -> Result<Json<PracticeUser>, Response> {
    let Caller(actor) = caller.map_err(|error| refusal(error.0))?;
    let person = people::get_me(&state.app, &actor).await.map_err(refusal)?;
    Ok(Json(person.into()))
}
