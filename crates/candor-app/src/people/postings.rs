//! What the public page of a position says, and which positions have one.

use candor_core::ids::PositionId;
use candor_store::records::openings;
use serde::{Deserialize, Serialize};

use super::Position;
use crate::{App, AppError, fields};

/// Most openings of a list.
const LISTED: u64 = 500;

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

/// Positions that anybody may see, newest first: published and open ones of organisations that are no person's own
/// workspace; at most 500.
///
/// # Errors
/// What the database says.
pub async fn list_openings(app: &App) -> Result<Vec<Position>, AppError> {
    let rows = openings::list_openings(app.store.reader(), LISTED).await?;
    Ok(rows.into_iter().map(Into::into).collect())
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
