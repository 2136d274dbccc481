//! Sign-in of people.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use candor_app::{
    AppError,
    identity::{self, Credentials, NewAccount, passwords, people, sessions},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    ServerState,
    auth::{Origin, bearer, check_csrf, cookies},
    json::Json,
    problem::ApiResult,
    responses::{OverviewProblems, RefreshProblems, RegisterProblems, SignInProblems},
};

mod oidc;
pub(crate) mod page;
mod setup;
mod wire;

pub(super) use wire::{RoleName, TokenResponse, UserResponse, private};

use wire::{LoginRequest, LogoutRequest, RefreshRequest, RegisterRequest, SessionResponse};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(register))
        .routes(routes!(login))
        .routes(routes!(refresh))
        .routes(routes!(logout))
        .routes(routes!(create_session, get_session, delete_session))
        .routes(routes!(refresh_session))
        .merge(oidc::routes())
        .merge(setup::routes())
}

/// Makes an account with a workspace of its own. An id that is taken is a conflict; nothing changes then.
#[utoipa::path(
    post, path = "/api/v1/auth/register", tag = "auth", security(()),
    request_body = RegisterRequest,
    responses((status = 201, body = TokenResponse), RegisterProblems)
)]
async fn register(
    State(state): State<ServerState>,
    Origin(address): Origin,
    Json(request): Json<RegisterRequest>,
) -> ApiResult<Response> {
    identity::count_attempt(&state.app, address)?;
    let new = NewAccount {
        login: request.login,
        password: request.password,
        display_name: request.display_name,
    };
    let session = identity::register(&state.app, new, passwords::SHORTEST).await?;
    Ok(private(StatusCode::CREATED, TokenResponse::from(session)))
}

/// Begins a session.
#[utoipa::path(
    post, path = "/api/v1/auth/login", tag = "auth", security(()),
    request_body = LoginRequest,
    responses((status = 200, body = TokenResponse), SignInProblems)
)]
async fn login(
    State(state): State<ServerState>,
    Origin(address): Origin,
    Json(request): Json<LoginRequest>,
) -> ApiResult<Response> {
    identity::count_attempt(&state.app, address)?;
    let session = identity::login(&state.app, Credentials::from(request)).await?;
    Ok(private(StatusCode::OK, TokenResponse::from(session)))
}

/// Exchanges a refresh token for new tokens; it counts once. Presenting it again ends the session.
#[utoipa::path(
    post, path = "/api/v1/auth/refresh", tag = "auth", security(()),
    request_body = RefreshRequest,
    responses((status = 200, body = TokenResponse), RefreshProblems)
)]
async fn refresh(
    State(state): State<ServerState>,
    Json(request): Json<RefreshRequest>,
) -> ApiResult<Response> {
    let session = sessions::refresh(&state.app, &request.refresh_token).await?;
    Ok(private(StatusCode::OK, TokenResponse::from(session)))
}

/// Ends the session of the refresh token, or of the access token in the header.
#[utoipa::path(
    post, path = "/api/v1/auth/logout", tag = "auth", security(()),
    request_body = LogoutRequest,
    responses((status = 204, description = "It has ended"), RefreshProblems)
)]
async fn logout(
    State(state): State<ServerState>,
    headers: HeaderMap,
    Json(request): Json<LogoutRequest>,
) -> ApiResult<StatusCode> {
    let refresh_token = request.refresh_token.as_deref();
    if sessions::logout(&state.app, refresh_token, bearer(&headers)).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(AppError::Unauthenticated.into())
    }
}

/// Begins a browser's session: the tokens lie in cookies that scripts can't read. Requests that change
/// something must send `csrf_token` as `X-CSRF-Token`.
#[utoipa::path(
    post, path = "/api/v1/auth/session", tag = "auth", security(()),
    request_body = LoginRequest,
    responses((status = 200, body = SessionResponse), SignInProblems)
)]
async fn create_session(
    State(state): State<ServerState>,
    Origin(address): Origin,
    Json(request): Json<LoginRequest>,
) -> ApiResult<Response> {
    identity::count_attempt(&state.app, address)?;
    let session = identity::login(&state.app, Credentials::from(request)).await?;
    Ok(in_cookies(&state, session))
}

/// The browser's session, as it was told when it began: for pages that were not there then, as after a sign-in
/// through OpenID Connect.
#[utoipa::path(
    get, path = "/api/v1/auth/session", tag = "auth", security(()),
    responses((status = 200, body = SessionResponse), OverviewProblems)
)]
async fn get_session(State(state): State<ServerState>, headers: HeaderMap) -> ApiResult<Response> {
    let token = cookies::find(&headers, cookies::ACCESS).ok_or(AppError::Unauthenticated)?;
    let actor = identity::authenticate(&state.app, token).await?;
    let person = people::get_me(&state.app, &actor).await?;
    let body = SessionResponse::of(&state.app, token, person, actor.organisation)?;
    Ok(private(StatusCode::OK, body))
}

/// Goes on with a browser's session: exchanges the refresh token of its cookie.
#[utoipa::path(
    post, path = "/api/v1/auth/session/refresh", tag = "auth", security(()),
    params(("X-CSRF-Token" = String, Header, description = "csrf_token of the session")),
    responses((status = 200, body = SessionResponse), RefreshProblems)
)]
async fn refresh_session(
    State(state): State<ServerState>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let token = cookies::find(&headers, cookies::REFRESH).ok_or(AppError::Unauthenticated)?;
    check_csrf(&state.app, &headers, token)?;
    let session = sessions::refresh(&state.app, token).await?;
    Ok(in_cookies(&state, session))
}

/// Ends a browser's session and clears its cookies.
#[utoipa::path(
    delete, path = "/api/v1/auth/session", tag = "auth", security(()),
    params(("X-CSRF-Token" = String, Header, description = "csrf_token of the session")),
    responses((status = 204, description = "It has ended"), RefreshProblems)
)]
async fn delete_session(
    State(state): State<ServerState>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let access = cookies::find(&headers, cookies::ACCESS);
    let refresh = cookies::find(&headers, cookies::REFRESH);
    let token = access.or(refresh).ok_or(AppError::Unauthenticated)?;
    check_csrf(&state.app, &headers, token)?;
    sessions::logout(&state.app, refresh, access).await?;
    Ok((StatusCode::NO_CONTENT, cookies::clear(&state.app)).into_response())
}

/// Answers with a session whose tokens lie in cookies.
fn in_cookies(state: &ServerState, session: sessions::Session) -> Response {
    let headers = cookies::set(&state.app, &session);
    let body = SessionResponse::new(&state.app, session);
    let mut response = private(StatusCode::OK, body);
    response.headers_mut().extend(headers);
    response
}
