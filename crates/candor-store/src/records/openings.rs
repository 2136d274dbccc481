//! Positions that anybody may see: published, open, and not of a person's own workspace. The one place that reads
//! across organisations for strangers.

use candor_core::policy::OrganisationKind;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::{only::ReadOne, reach::there_is};
use crate::{
    Micros, StoreError,
    entities::{organisations, positions},
};

fn openings() -> Condition {
    use positions::Column;
    let shared =
        Condition::all().add(organisations::Column::Kind.ne(OrganisationKind::Personal.as_str()));
    Condition::all()
        .add(Column::DeletedAt.is_null())
        .add(Column::PublishedAt.is_not_null())
        .add(Column::Status.eq("open"))
        .add(there_is(
            organisations::Column::Id,
            Column::OrganisationId,
            shared,
        ))
}

/// The last one that was seen of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// When it was published.
    pub published_at: Micros,
    /// Its id.
    pub id: Uuid,
}

/// The newest ones, or those that come after one that was seen; at most `limit`.
///
/// # Errors
/// What the database says.
pub async fn list_openings(
    connection: &impl ConnectionTrait,
    after: Option<Seen>,
    limit: u64,
) -> Result<Vec<positions::Model>, StoreError> {
    use positions::Column;
    let older = after.map(|seen| {
        let at_once = Condition::all()
            .add(Column::PublishedAt.eq(seen.published_at))
            .add(Column::Id.lt(seen.id));
        Condition::any()
            .add(Column::PublishedAt.lt(seen.published_at))
            .add(at_once)
    });
    Ok(positions::Entity::find()
        .filter(openings().add_option(older))
        .order_by_desc(Column::PublishedAt)
        .order_by_desc(Column::Id)
        .limit(limit)
        .all(connection)
        .await?)
}

/// One of them.
///
/// # Errors
/// What the database says.
pub async fn find_opening(
    connection: &impl ReadOne,
    id: Uuid,
) -> Result<Option<positions::Model>, StoreError> {
    let condition = openings().add(positions::Column::Id.eq(id));
    Ok(connection.read_one::<positions::Entity>(condition).await?)
}
