//! An organisation in numbers.

use candor_core::access::{Action, Actor, Role};
use candor_store::{
    entities::{candidates, interviews},
    records::{organisations, scoped},
};
use sea_orm::PaginatorTrait;

use crate::{App, AppError};

/// How many there are of what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numbers {
    /// People with the role recruiter or reviewer.
    pub recruiters: u64,
    /// Candidates.
    pub candidates: u64,
    /// Interviews for hiring and practice alike.
    pub interviews: u64,
}

/// Counts what the actor's organisation has.
///
/// # Errors
/// [`AppError::Denied`].
pub async fn count_numbers(app: &App, actor: &Actor) -> Result<Numbers, AppError> {
    actor.may(Action::ManageUsers)?;
    let (reader, organisation) = (app.store.reader(), actor.organisation);
    let roles = [Role::Recruiter, Role::Reviewer];
    Ok(Numbers {
        recruiters: organisations::count_members(reader, organisation, &roles).await?,
        candidates: scoped::rows::<candidates::Entity>(organisation)
            .count(reader)
            .await?,
        interviews: scoped::rows::<interviews::Entity>(organisation)
            .count(reader)
            .await?,
    })
}
