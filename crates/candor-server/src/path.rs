//! Ids in paths: one that can't be an id names nothing, so the answer is 404.

use std::str::FromStr;

use axum::{
    extract::{FromRequestParts, Query as AxumQuery, RawPathParams},
    http::request::Parts,
};
use candor_app::AppError;
use serde::de::DeserializeOwned;

use crate::problem::ApiError;

/// The first parameter of the path.
#[derive(Debug, Clone, Copy)]
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: FromStr> FromRequestParts<S> for Path<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let nothing = || ApiError(AppError::NotFound("resource"));
        let params = RawPathParams::from_request_parts(parts, state)
            .await
            .map_err(|_| nothing())?;
        let (_, first) = params.iter().next().ok_or_else(nothing)?;
        first.parse().map(Self).map_err(|_| nothing())
    }
}

/// The query of the address; what can't be read is a problem with status 422.
#[derive(Debug, Clone, Copy)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        let invalid = |message: String| {
            Err(ApiError(AppError::Invalid {
                code: "invalid_query",
                message: message.chars().take(300).collect(),
                field: None,
            }))
        };
        // No text that is kept holds it, and PostgreSQL does not even compare with it.
        if parts.uri.query().is_some_and(|query| query.contains("%00")) {
            return invalid("the query must not hold the character U+0000".to_owned());
        }
        match AxumQuery::<T>::try_from_uri(&parts.uri) {
            Ok(AxumQuery(query)) => Ok(Self(query)),
            Err(error) => invalid(error.body_text()),
        }
    }
}
