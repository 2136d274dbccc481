//! Lists in pages: newest first, continued after the last id that was seen.

use serde::Serialize;
use uuid::Uuid;

/// Most items of one page.
pub const MOST: u64 = 200;

/// Which page is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRequest {
    /// Items come after this one (ids are ordered by creation time).
    pub after: Option<Uuid>,
    /// Items on the page, 1 to [`MOST`].
    pub limit: u64,
}

impl Default for PageRequest {
    fn default() -> Self {
        Self {
            after: None,
            limit: 50,
        }
    }
}

/// One page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Send it as `cursor` for the next page; none: this was the last one.
    pub next_cursor: Option<Uuid>,
}

impl<T> Page<T> {
    /// Cuts the page from rows of which one more than the limit was read.
    pub fn cut(mut rows: Vec<T>, request: PageRequest, id: impl Fn(&T) -> Uuid) -> Self {
        let limit = usize::try_from(request.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor = rows.last().filter(|_| more).map(id);
        Self {
            items: rows,
            next_cursor,
        }
    }

    /// The same page of something else.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(change).collect(),
            next_cursor: self.next_cursor,
        }
    }
}
