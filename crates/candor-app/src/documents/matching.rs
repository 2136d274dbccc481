//! A résumé beside a position: which of the terms of one the other has. No mark of a person.

use candor_core::{
    access::Actor,
    ids::{DocumentId, PositionId},
    measured::Measured,
};
use candor_interviewer::documents::matching;

use super::get_document;
use crate::{App, AppError, people};

/// What was found, or why nothing can be.
pub type MatchOutcome = Measured<matching::Match>;

/// A résumé beside a position.
#[derive(Debug, Clone)]
pub struct DocumentMatch {
    /// Which position.
    pub position: PositionId,
    /// What was found, or why nothing can be.
    pub outcome: MatchOutcome,
}

/// Compares a document with a position: that which is named, else its own.
///
/// # Errors
/// [`AppError::Denied`]; [`AppError::NotFound`]; [`AppError::Invalid`] where no position is named; [`AppError::Conflict`]
/// (`document_without_text`).
pub async fn match_document(
    app: &App,
    actor: &Actor,
    id: DocumentId,
    position: Option<PositionId>,
) -> Result<DocumentMatch, AppError> {
    let document = get_document(app, actor, id).await?;
    let Some(position) = position.or(document.position) else {
        let message = "the document belongs to no position; name one";
        return Err(AppError::invalid("missing", "position_id", message));
    };
    let row = people::get_position(app, actor, position).await?;
    let Some(resume) = document.text else {
        let why = document.error.unwrap_or_default();
        return Err(AppError::conflict("document_without_text", why));
    };
    let requirements = row.posting.and_then(|posting| posting.requirements);
    let requirements = requirements.map(|text| format!("\n\nRequirements\n\n{text}"));
    let job = format!(
        "{}\n\n{}{}",
        row.title,
        row.description,
        requirements.unwrap_or_default()
    );
    let compare = move || matching::matching(&resume, &job, None);
    let outcome = tokio::task::spawn_blocking(compare)
        .await
        .map_err(AppError::internal)?;
    Ok(DocumentMatch { position, outcome })
}
