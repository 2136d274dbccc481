//! What the public page of a position says, and which positions have one.

use std::{fmt, str::FromStr};

use candor_core::ids::PositionId;
use candor_store::{
    Micros,
    records::openings::{self, Seen},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Position;
use crate::{App, AppError, fields};

/// What the public page of a position says besides title and description.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Posting {
    /// Who employs.
    pub company_name: Option<String>,
    /// Part of the company.
    pub department: Option<String>,
    /// Where.
    pub location: Option<String>,
    /// E.g. full time.
    pub employment_type: Option<String>,
    /// Pay, in words.
    pub salary_range: Option<String>,
    /// What is asked for.
    pub requirements: Option<String>,
}

impl Posting {
    /// The same, where every field is as it must be.
    pub(super) fn check(self) -> Result<Self, AppError> {
        let line = |field: &str, text: Option<String>| {
            fields::optional_line(field, text.filter(|text| !text.trim().is_empty()))
        };
        let requirements = self.requirements.filter(|text| !text.trim().is_empty());
        Ok(Self {
            company_name: line("posting.company_name", self.company_name)?,
            department: line("posting.department", self.department)?,
            location: line("posting.location", self.location)?,
            employment_type: line("posting.employment_type", self.employment_type)?,
            salary_range: line("posting.salary_range", self.salary_range)?,
            requirements: requirements
                .map(|text| fields::prose("posting.requirements", &text, fields::PROSE))
                .transpose()?,
        })
    }
}

/// Where a list of openings goes on. It stays good when the opening that it names is closed meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpeningsCursor(Seen);

impl fmt::Display for OpeningsCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0.published_at.0, self.0.id.simple())
    }
}

impl FromStr for OpeningsCursor {
    type Err = AppError;

    fn from_str(text: &str) -> Result<Self, AppError> {
        let read = || {
            let (at, id) = text.split_once('.')?;
            Some(Seen {
                published_at: Micros(at.parse().ok()?),
                id: Uuid::parse_str(id).ok()?,
            })
        };
        read().map(Self).ok_or_else(|| {
            let message = "cursor is what the list before told as its next one";
            AppError::invalid("invalid_page", "cursor", message)
        })
    }
}

/// Positions that anybody may see, the last published first: published and open ones of organisations that are no
/// person's own workspace. At most `limit`, and where the list goes on.
///
/// # Errors
/// What the database says.
pub async fn list_openings(
    app: &App,
    after: Option<OpeningsCursor>,
    limit: usize,
) -> Result<(Vec<Position>, Option<OpeningsCursor>), AppError> {
    let (after, most) = (after.map(|cursor| cursor.0), limit as u64 + 1);
    let mut rows = openings::list_openings(app.store.reader(), after, most).await?;
    let goes_on = rows.len() > limit;
    rows.truncate(limit);
    let last = rows.last().filter(|_| goes_on).and_then(|row| {
        Some(OpeningsCursor(Seen {
            published_at: row.published_at?,
            id: row.id,
        }))
    });
    Ok((rows.into_iter().map(Into::into).collect(), last))
}

/// One of them.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn get_opening(app: &App, id: PositionId) -> Result<Position, AppError> {
    openings::find_opening(app.store.near(), id.uuid())
        .await?
        .map(Into::into)
        .ok_or(AppError::NotFound("job"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_written_and_nothing_else_is_one() {
        let cursor = OpeningsCursor(Seen {
            published_at: Micros(1_764_392_000_000_000),
            id: Uuid::now_v7(),
        });
        assert_eq!(
            cursor.to_string().parse::<OpeningsCursor>().unwrap(),
            cursor
        );
        for text in [
            "",
            ".",
            "1.",
            "1",
            "x.00",
            "1.0190",
            "9223372036854775808.0",
        ] {
            assert!(text.parse::<OpeningsCursor>().is_err(), "{text}");
        }
    }
}
