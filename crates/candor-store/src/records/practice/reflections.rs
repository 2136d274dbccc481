//! Reflections of one person.

use candor_core::ids::{OrganisationId, UserId};
use sea_orm::{
    ColumnTrait, ConnectionTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};

use crate::{StoreError, entities::reflections, records::scoped};

fn of(organisation: OrganisationId, person: UserId) -> Select<reflections::Entity> {
    scoped::rows::<reflections::Entity>(organisation)
        .filter(reflections::Column::UserId.eq(person.uuid()))
}

/// The newest `limit`, newest first.
///
/// # Errors
/// What the database says.
pub async fn latest_reflections(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    person: UserId,
    limit: u64,
) -> Result<Vec<reflections::Model>, StoreError> {
    Ok(of(organisation, person)
        .order_by_desc(reflections::Column::Id)
        .limit(limit)
        .all(connection)
        .await?)
}

/// How many there are.
///
/// # Errors
/// What the database says.
pub async fn count_reflections(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    person: UserId,
) -> Result<u64, StoreError> {
    Ok(of(organisation, person).count(connection).await?)
}
