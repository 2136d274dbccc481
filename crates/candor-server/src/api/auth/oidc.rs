//! Sign-in through OpenID Connect: to the provider, and back into a browser's session.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use candor_app::{
    AppError,
    identity::{
        self,
        oidc::{self, Returned},
    },
};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::page::{escape, page, wants_page};
use crate::{
    ServerState,
    auth::{Origin, cookies},
    path::Query,
    problem::Problem,
    responses::ElsewhereProblems,
};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(start_oidc))
        .routes(routes!(finish_oidc))
}

/// With what the provider sends people back.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ReturnQuery {
    /// Is exchanged for the identity.
    code: Option<String>,
    /// As it was sent.
    state: Option<String>,
    /// Why there is no code.
    error: Option<String>,
}

/// Sends a browser to the provider that the settings name. The attempt is bound to the browser by a cookie and
/// has to be finished within ten minutes.
#[utoipa::path(
    get, path = "/api/v1/auth/oidc/start", tag = "auth", security(()),
    responses((status = 303, description = "On to the provider"), ElsewhereProblems)
)]
async fn start_oidc(
    State(state): State<ServerState>,
    Origin(address): Origin,
    headers: HeaderMap,
) -> Result<Response, Response> {
    let app = &state.app;
    let answer = |error| told(&headers, error);
    identity::count_attempt(app, address).map_err(answer)?;
    let begun = oidc::begin(app).await.map_err(answer)?;
    let location =
        HeaderValue::try_from(&begun.url).map_err(|error| answer(AppError::internal(error)))?;
    let cookies = cookies::begin_elsewhere(app, &begun);
    let to = [
        (header::LOCATION, location),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((StatusCode::SEE_OTHER, to, cookies).into_response())
}

/// Takes a browser back from the provider: begins a session with the same cookies as a password does. People
/// see errors as a page, programs as a problem.
#[utoipa::path(
    get, path = "/api/v1/auth/oidc/callback", tag = "auth", security(()),
    params(ReturnQuery),
    responses((status = 303, description = "Signed in: on to the application"), ElsewhereProblems)
)]
async fn finish_oidc(
    State(state): State<ServerState>,
    Origin(address): Origin,
    headers: HeaderMap,
    Query(query): Query<ReturnQuery>,
) -> Result<Response, Response> {
    let app = &state.app;
    let answer = |error| {
        let mut response = told(&headers, error);
        cookies::end_elsewhere(app, response.headers_mut());
        response
    };
    identity::count_attempt(app, address).map_err(answer)?;
    let returned = Returned {
        code: query.code,
        state: query.state,
        error: query.error,
    };
    let sealed = cookies::find(&headers, cookies::ELSEWHERE);
    let session = oidc::finish(app, sealed, returned).await.map_err(answer)?;
    let mut cookies = cookies::set(app, &session);
    cookies::end_elsewhere(app, &mut cookies);
    let to = [
        (header::LOCATION, HeaderValue::from_static("/")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((StatusCode::SEE_OTHER, to, cookies).into_response())
}

/// Why it did not work.
fn told(headers: &HeaderMap, error: AppError) -> Response {
    let problem = Problem::from(error);
    if !wants_page(headers) {
        return problem.into_response();
    }
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = format!(
        "<p>{}</p><p><a href=\"/\">Go back</a></p>",
        escape(&problem.detail)
    );
    let mut response = page(status, "You are not signed in", &body);
    problem.write_headers(&mut response);
    response
}
