//! `?cursor=…&limit=…` of lists, and their answer `{items, next_cursor}`.

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use candor_app::{
    AppError,
    paging::{MOST, Page, PageRequest},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::problem::ApiError;

/// What a client may send with a list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// `next_cursor` of the page before.
    pub cursor: Option<Uuid>,
    /// Items on the page, 1 to 200; 50 unless given.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u64>,
}

/// The checked page request.
#[derive(Debug, Clone, Copy)]
pub struct Paging(pub PageRequest);

impl<S: Send + Sync> FromRequestParts<S> for Paging {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        let Query(query) = Query::<PageQuery>::try_from_uri(&parts.uri)
            .map_err(|error| AppError::invalid("invalid_page", "cursor", error.body_text()))?;
        let limit = query.limit.unwrap_or(PageRequest::default().limit);
        if !(1..=MOST).contains(&limit) {
            return Err(AppError::invalid(
                "invalid_page",
                "limit",
                format!("limit must be between 1 and {MOST}"),
            )
            .into());
        }
        Ok(Self(PageRequest {
            after: query.cursor,
            limit,
        }))
    }
}

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListResponse<T: ToSchema> {
    /// The items, newest first.
    pub items: Vec<T>,
    /// Send it as `cursor` for the next page; `null`: this was the last one.
    pub next_cursor: Option<Uuid>,
}

impl<T: ToSchema> From<Page<T>> for ListResponse<T> {
    fn from(page: Page<T>) -> Self {
        Self {
            items: page.items,
            next_cursor: page.next_cursor,
        }
    }
}
