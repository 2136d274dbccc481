//! Ids in paths: one that can't be an id names nothing, so the answer is 404. Texts that no database can keep
//! name nothing either.

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
        Ok(Self(named(&params(parts, state).await?, 0)?))
    }
}

/// The first two parameters of the path: a thing, and something below it.
#[derive(Debug, Clone, Copy)]
pub struct Below<T, U>(pub T, pub U);

impl<S: Send + Sync, T: FromStr, U: FromStr> FromRequestParts<S> for Below<T, U> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let params = params(parts, state).await?;
        Ok(Self(named(&params, 0)?, named(&params, 1)?))
    }
}

async fn params(parts: &mut Parts, state: &(impl Send + Sync)) -> Result<RawPathParams, ApiError> {
    RawPathParams::from_request_parts(parts, state)
        .await
        .map_err(|_| nothing())
}

fn named<T: FromStr>(params: &RawPathParams, place: usize) -> Result<T, ApiError> {
    let (_, text) = params.iter().nth(place).ok_or_else(nothing)?;
    if text.contains('\0') {
        return Err(nothing());
    }
    text.parse().map_err(|_| nothing())
}

fn nothing() -> ApiError {
    ApiError(AppError::NotFound("resource"))
}

/// The query of the address; what can't be read is a problem with status 422.
#[derive(Debug, Clone, Copy)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        // No text that is kept holds it, and PostgreSQL does not even compare with it.
        if parts.uri.query().is_some_and(|query| query.contains("%00")) {
            return Err(invalid("the query must not hold the character U+0000"));
        }
        match AxumQuery::<T>::try_from_uri(&parts.uri) {
            Ok(AxumQuery(query)) => Ok(Self(query)),
            Err(error) => Err(invalid(&error.body_text())),
        }
    }
}

fn invalid(message: &str) -> ApiError {
    ApiError(AppError::Invalid {
        code: "invalid_query",
        message: message.chars().take(300).collect(),
        field: None,
    })
}
