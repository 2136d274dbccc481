//! The account of a candidate who is gone: it goes too where it serves nothing else.

use candor_core::{access::Role, policy::OrganisationKind};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
};
use uuid::Uuid;

use crate::{
    StoreError,
    entities::{
        analyses, candidates, interviews, memberships, organisations, recordings, reflections,
        users,
    },
};

/// Removes an account with its sessions, and its own empty workspace. `false`: it stays, because its person is a
/// candidate or a member elsewhere, has another role here, or has practised.
///
/// # Errors
/// What the database says.
pub async fn remove_account(
    connection: &impl ConnectionTrait,
    organisation: Uuid,
    user: Uuid,
) -> Result<bool, StoreError> {
    let rows = memberships::Entity::find()
        .filter(memberships::Column::UserId.eq(user))
        .all(connection)
        .await?;
    if rows.iter().any(|row| row.role != Role::Candidate.as_str()) {
        return Ok(false);
    }
    let elsewhere: Vec<Uuid> = rows
        .iter()
        .map(|row| row.organisation_id)
        .filter(|id| *id != organisation)
        .collect();
    let own: Vec<Uuid> = organisations::Entity::find()
        .filter(organisations::Column::Id.is_in(elsewhere.iter().copied()))
        .filter(organisations::Column::Kind.eq(OrganisationKind::Personal.as_str()))
        .select_only()
        .column(organisations::Column::Id)
        .into_tuple()
        .all(connection)
        .await?;
    if own.len() != elsewhere.len() || serves(connection, user, &own).await? {
        return Ok(false);
    }
    users::Entity::delete_many()
        .filter(users::Column::Id.eq(user))
        .exec(connection)
        .await?;
    organisations::Entity::delete_many()
        .filter(organisations::Column::Id.is_in(own))
        .exec(connection)
        .await?;
    Ok(true)
}

/// Whether anything hangs on the account or lies in its own workspaces.
async fn serves(
    connection: &impl ConnectionTrait,
    user: Uuid,
    own: &[Uuid],
) -> Result<bool, StoreError> {
    macro_rules! any {
        ($table:ident: $person:ident) => {{
            let which = Condition::any()
                .add($table::Column::$person.eq(user))
                .add($table::Column::OrganisationId.is_in(own.iter().copied()));
            let found = $table::Entity::find().filter(which).count(connection);
            found.await? > 0
        }};
    }
    let others = memberships::Entity::find()
        .filter(memberships::Column::OrganisationId.is_in(own.iter().copied()))
        .filter(memberships::Column::UserId.ne(user))
        .count(connection)
        .await?;
    Ok(others > 0
        || any!(candidates: UserId)
        || any!(interviews: OwnerId)
        || any!(recordings: OwnerId)
        || any!(analyses: OwnerId)
        || any!(reflections: UserId))
}
