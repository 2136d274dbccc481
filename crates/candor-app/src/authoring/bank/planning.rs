//! Questions for an interview: an organisation's own, then those that Candor comes with.

use std::collections::BTreeSet;

use candor_core::{
    access::{Action, Actor},
    ids::{OrganisationId, PositionId},
    interview::{Question, RoleFamily},
};
use candor_interviewer::bank;
use candor_store::{entities::bank_questions, records::scoped};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{Entry, SHIPPED_LANGUAGES};
use crate::AppError;

/// Most questions of its own that an organisation's interview chooses from.
const MOST: u64 = 5000;

/// All questions that an interview may ask, in the order in which they are preferred: those written for the position
/// (source recruiter), those of the organisation's bank, those that Candor comes with. An own question replaces the
/// shipped one whose key it has.
///
/// # Errors
/// What the database says.
pub async fn questions_for(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    position: Option<PositionId>,
    family: RoleFamily,
    language: &str,
) -> Result<Vec<Question>, AppError> {
    use bank_questions::Column;
    let whose = Condition::any()
        .add(Column::PositionId.is_null())
        .add_option(position.map(|id| Column::PositionId.eq(id.uuid())));
    let rows = scoped::rows::<bank_questions::Entity>(organisation)
        .filter(Column::RoleFamily.eq(family.as_str()))
        .filter(Column::Language.eq(language))
        .filter(whose)
        .order_by_asc(Column::SortOrder)
        .order_by_asc(Column::Id)
        .limit(MOST)
        .all(connection)
        .await?;
    let mut entries = rows
        .into_iter()
        .map(Entry::try_from)
        .collect::<Result<Vec<_>, _>>()?;
    // Stable: within both parts the order stays.
    entries.sort_by_key(|entry| entry.position.is_none());
    let own: BTreeSet<String> = entries.iter().map(|entry| entry.key.clone()).collect();
    let shipped = bank::shipped(family, language)
        .iter()
        .filter(|question| !own.contains(&question.id))
        .cloned();
    Ok(entries
        .into_iter()
        .map(Entry::question)
        .chain(shipped)
        .collect())
}

/// The questions that Candor comes with.
///
/// # Errors
/// [`AppError::Denied`], or [`AppError::Invalid`] for a kind of work or a language that there are none for.
pub fn list_shipped(
    actor: &Actor,
    role_family: &str,
    language: &str,
) -> Result<&'static [Question], AppError> {
    actor.may(Action::ReadCandidates)?;
    let families = RoleFamily::ALL.map(RoleFamily::as_str);
    let family = crate::fields::one_of("role_family", role_family, &families)?;
    let language = crate::fields::one_of("language", language, &SHIPPED_LANGUAGES)?;
    let family = RoleFamily::from_name(&family);
    Ok(family.map_or(&[], |family| bank::shipped(family, &language)))
}
