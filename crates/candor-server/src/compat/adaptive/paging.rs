//! Lists of *adaptive* that go on with `cursor`.

use axum::response::Response;
use candor_app::paging::PageRequest;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::refusal;
use crate::{path::Query, problem::ApiError};

/// Things that are listed at once.
pub(super) const LISTED: u64 = 200;

/// Where a list goes on.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct AdaptiveCursor {
    /// `nextCursor` of the list before.
    pub cursor: Option<Uuid>,
}

/// The page that is asked for.
pub(super) fn page(
    query: Result<Query<AdaptiveCursor>, ApiError>,
) -> Result<PageRequest, Response> {
    let Query(query) = query.map_err(|error| refusal(error.0))?;
    Ok(PageRequest {
        after: query.cursor,
        limit: LISTED,
    })
}
