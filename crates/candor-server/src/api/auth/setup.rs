//! One-time links: `/setup/{token}` as a small page without scripts, and as JSON.

use axum::{
    extract::{FromRequest, Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use candor_app::{
    AppError,
    identity::{
        self,
        setup::{SetupForm, SetupPurpose, get_setup, use_setup},
    },
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    page::{escape, page, wants_page},
    wire::{SessionResponse, private},
};
use crate::{
    ServerState,
    auth::{Origin, cookies},
    json::Json,
    path::Path,
    problem::{ApiResult, Problem},
    responses::{GetProblems, SetupProblems},
};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new().routes(routes!(get_setup_link, use_setup_link))
}

/// What a one-time link is for.
#[derive(Serialize, ToSchema)]
struct SetupResponse {
    /// `first_admin`, `password` or `single_user`.
    purpose: &'static str,
    /// Whose password it sets.
    login: Option<String>,
}

/// What is filled in behind a one-time link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SetupRequest {
    /// Id or e-mail of the first admin.
    login: Option<String>,
    /// Name that people see, of the first admin.
    display_name: Option<String>,
    /// At least twelve characters; not in single-user mode.
    #[serde(default)]
    password: String,
}

/// Says what a one-time link is for: as a page to people, as JSON to programs.
#[utoipa::path(
    get, path = "/setup/{token}", tag = "auth", security(()),
    params(("token" = String, Path, description = "The link's token")),
    responses((status = 200, body = SetupResponse), GetProblems)
)]
async fn get_setup_link(
    State(state): State<ServerState>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let found = get_setup(&state.app, &token).await;
    if wants_page(&headers) {
        return Ok(match found {
            Ok(purpose) => form(StatusCode::OK, &purpose, None),
            Err(AppError::NotFound(_)) => used_up(),
            Err(error) => return Err(error.into()),
        });
    }
    let (purpose, login) = match found? {
        SetupPurpose::FirstAdmin => ("first_admin", None),
        SetupPurpose::Password(person) => ("password", Some(person.handle)),
        SetupPurpose::SingleUser => ("single_user", None),
    };
    Ok(private(StatusCode::OK, SetupResponse { purpose, login }))
}

/// Does what a one-time link is for, once, and signs the person in with cookies.
#[utoipa::path(
    post, path = "/setup/{token}", tag = "auth", security(()),
    params(("token" = String, Path, description = "The link's token")),
    request_body = SetupRequest,
    responses(
        (status = 200, body = SessionResponse),
        (status = 303, description = "The form of the page was sent: on to the application"),
        SetupProblems
    )
)]
async fn use_setup_link(
    State(state): State<ServerState>,
    Origin(address): Origin,
    Path(token): Path<String>,
    request: Request,
) -> Result<Response, Response> {
    let answer = |error: AppError| Problem::from(error).into_response();
    identity::count_attempt(&state.app, address).map_err(answer)?;
    let is_form = request
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| {
            kind.as_bytes()
                .starts_with(b"application/x-www-form-urlencoded")
        });
    let filled = if is_form {
        let axum::Form(filled) = axum::Form::<SetupRequest>::from_request(request, &state)
            .await
            .map_err(|_| {
                answer(AppError::invalid(
                    "invalid_form",
                    "form",
                    "fill in the form",
                ))
            })?;
        filled
    } else {
        let Json(filled) = Json::<SetupRequest>::from_request(request, &state)
            .await
            .map_err(IntoResponse::into_response)?;
        filled
    };
    let filled = SetupForm {
        login: filled.login,
        display_name: filled.display_name,
        password: filled.password,
    };
    match use_setup(&state.app, &token, filled).await {
        Ok(session) => {
            let cookies = cookies::set(&state.app, &session);
            let mut response = if is_form {
                (StatusCode::SEE_OTHER, [(header::LOCATION, "/")]).into_response()
            } else {
                private(StatusCode::OK, SessionResponse::new(&state.app, session))
            };
            response.headers_mut().extend(cookies);
            Ok(response)
        }
        Err(AppError::Invalid { message, .. } | AppError::Conflict { message, .. }) if is_form => {
            let purpose = get_setup(&state.app, &token).await.map_err(answer)?;
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(form(status, &purpose, Some(&message)))
        }
        Err(AppError::NotFound(_)) if is_form => Ok(used_up()),
        Err(error) => Err(answer(error)),
    }
}

fn used_up() -> Response {
    let title = "This link is used up";
    page(StatusCode::NOT_FOUND, title, "<p>Ask for a new one.</p>")
}

fn form(status: StatusCode, purpose: &SetupPurpose, wrong: Option<&str>) -> Response {
    let (title, fields) = match purpose {
        SetupPurpose::FirstAdmin => (
            "Make the first admin".to_owned(),
            "<p><label>E-mail or id<br><input name=\"login\" required minlength=\"3\" maxlength=\"254\" autocomplete=\"username\"></label></p>\
             <p><label>Name<br><input name=\"display_name\" maxlength=\"100\" autocomplete=\"name\"></label></p>",
        ),
        SetupPurpose::Password(person) => (format!("Choose a password for {}", person.handle), ""),
        SetupPurpose::SingleUser => ("Start on this machine".to_owned(), ""),
    };
    let password = if *purpose == SetupPurpose::SingleUser {
        ""
    } else {
        "<p><label>Password, 12 characters or more<br><input type=\"password\" name=\"password\" required minlength=\"12\" maxlength=\"128\" autocomplete=\"new-password\"></label></p>"
    };
    let wrong = wrong.map_or_else(String::new, |wrong| {
        format!("<p role=\"alert\">{}</p>", escape(wrong))
    });
    let body = format!(
        "{wrong}<form method=\"post\">{fields}{password}<p><button>Go on</button></p></form>"
    );
    page(status, &title, &body)
}
