//! Documented routes of *pipeline*.

pub(super) mod reader;
mod records;
pub(super) mod requests;
mod results;
mod services;
mod submissions;

use axum::extract::RawPathParams;
use candor_app::AppError;
use utoipa_axum::router::OpenApiRouter;

use crate::ServerState;

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .merge(records::routes())
        .merge(results::routes())
        .merge(services::routes())
        .merge(submissions::routes())
}

/// Parameters of the path that can't be read name nothing.
pub(super) type Params = Result<RawPathParams, axum::extract::rejection::RawPathParamsRejection>;

/// A parameter of the path. One that no database can hold names nothing.
fn param(params: &Params, name: &str, what: &'static str) -> Result<String, AppError> {
    params
        .as_ref()
        .ok()
        .and_then(|params| params.iter().find(|(key, _)| *key == name))
        .map(|(_, value)| value.to_owned())
        .filter(|value| !value.contains('\0'))
        .ok_or(AppError::NotFound(what))
}

/// An id in the path; one that can't be an id names nothing.
pub(super) fn id_param<T: std::str::FromStr>(
    params: &Params,
    name: &str,
    what: &'static str,
) -> Result<T, AppError> {
    param(params, name, what)?
        .parse()
        .map_err(|_| AppError::NotFound(what))
}
