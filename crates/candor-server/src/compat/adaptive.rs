//! Documented routes of *adaptive*. Errors are `{"error"}`; a stable `code` stands beside it, or what is wrong with
//! fields in `details`.

use axum::{
    Json,
    http::StatusCode,
    middleware::from_fn,
    response::{IntoResponse, Response},
};
use candor_app::AppError;
use candor_core::access::{Action, Actor, Denied};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

use crate::{
    ServerState,
    auth::Caller,
    problem::{ApiError, Problem},
};

mod applications;
mod candidate;
mod interview;
mod jobs;
mod join;
mod join_page;
mod login;
mod overview;
mod paging;
mod questions;
mod recruiter_account;
mod recruiters;
mod report;
mod schedules;
mod sign_in;
mod state;
mod wrong;

use wrong::{AdaptiveError, invalid, read};

/// Routes of *adaptive*.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .merge(applications::routes())
        .merge(candidate::routes())
        .merge(interview::routes())
        .merge(jobs::routes())
        .merge(join::routes())
        .merge(join_page::routes())
        .merge(login::routes())
        .merge(overview::routes())
        .merge(questions::routes())
        .merge(recruiter_account::routes())
        .merge(recruiters::routes())
        .merge(report::routes())
        .merge(schedules::routes())
        .layer(from_fn(wrong::tell_value))
}

/// That it was deleted.
#[derive(Debug, Serialize, ToSchema)]
struct AdaptiveDeleted {
    deleted: bool,
}

/// An error in the documented shape.
fn answer(status: StatusCode, error: impl Into<String>) -> Response {
    (status, Json(AdaptiveError::new(error, None))).into_response()
}

/// A refusal of a use case in the documented shape; what is wrong with a field is a 400.
fn refusal(error: AppError) -> Response {
    if let AppError::Invalid {
        message,
        field: Some(field),
        ..
    } = &error
    {
        return invalid(&camel(field), message.as_str());
    }
    let problem = Problem::from(error);
    let status = match problem.status {
        422 => StatusCode::BAD_REQUEST,
        status => StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
    };
    let told = AdaptiveError::new(problem.detail.as_str(), Some(problem.code.clone()));
    let mut response = (status, Json(told)).into_response();
    problem.write_headers(&mut response);
    response
}

/// The signed-in caller, or the documented 401.
fn signed_in(caller: Result<Caller, ApiError>) -> Result<Actor, Response> {
    let Caller(actor) = caller.map_err(|error| refusal(error.0))?;
    Ok(actor)
}

/// The signed-in caller who may do this, or the documented 401 or 403.
fn allowed(caller: Result<Caller, ApiError>, action: Action) -> Result<Actor, Response> {
    let actor = signed_in(caller)?;
    match actor.may(action) {
        Ok(_) => Ok(actor),
        Err(_) => Err(refusal(Denied.into())),
    }
}

/// A field's name as *adaptive* writes it.
fn camel(field: &str) -> String {
    let mut name = String::with_capacity(field.len());
    let mut upper = false;
    for c in field.chars() {
        match (c, upper) {
            ('_', _) => upper = true,
            (c, true) => {
                name.push(c.to_ascii_uppercase());
                upper = false;
            }
            (c, false) => name.push(c),
        }
    }
    name
}
