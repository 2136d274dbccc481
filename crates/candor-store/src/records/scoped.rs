//! What all records of an organisation have in common: they are found, listed and changed only inside it.

use candor_core::ids::OrganisationId;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait,
    IntoActiveModel, Iterable, QueryFilter, QueryOrder, QuerySelect, Select, TryIntoModel,
    sea_query::Expr,
};
use uuid::Uuid;

use super::only::ReadOne;
use crate::{Micros, StoreError};

/// A table whose rows belong to organisations.
pub trait Scoped: EntityTrait<ActiveModel: TryIntoModel<Self::Model>> {
    /// What a row is called in errors.
    const NAME: &'static str;
    /// Identifier; ordered by creation.
    const ID: Self::Column;
    /// Whose row it is.
    const ORGANISATION: Self::Column;
    /// Set on rows that count as gone.
    const DELETED: Option<Self::Column>;
    /// Grows by one with every change.
    const VERSION: Option<Self::Column>;
}

macro_rules! scoped {
    ($($table:ident $name:literal deleted $deleted:tt version $version:tt;)*) => {$(
        impl Scoped for crate::entities::$table::Entity {
            const NAME: &'static str = $name;
            const ID: Self::Column = crate::entities::$table::Column::Id;
            const ORGANISATION: Self::Column = crate::entities::$table::Column::OrganisationId;
            const DELETED: Option<Self::Column> = scoped!(@column $table $deleted DeletedAt);
            const VERSION: Option<Self::Column> = scoped!(@column $table $version Version);
        }
    )*};
    (@column $table:ident yes $column:ident) => { Some(crate::entities::$table::Column::$column) };
    (@column $table:ident no $column:ident) => { None };
}

scoped! {
    applications "application" deleted yes version yes;
    bank_questions "question" deleted no version yes;
    candidates "candidate" deleted yes version yes;
    competencies "competency" deleted no version yes;
    decisions "decision" deleted no version no;
    documents "document" deleted yes version yes;
    interview_questions "question" deleted no version no;
    interview_responses "response" deleted no version no;
    interview_sessions "interview session" deleted no version yes;
    interview_turns "turn" deleted no version no;
    interviews "interview" deleted yes version yes;
    invitations "invitation" deleted yes version yes;
    mails "mail" deleted no version no;
    positions "position" deleted yes version yes;
    reflections "reflection" deleted no version no;
    rubrics "rubric" deleted no version no;
    webhook_deliveries "delivery" deleted no version no;
    webhook_tries "try" deleted no version no;
    webhooks "webhook" deleted yes version yes;
}

fn inside<E: Scoped>(organisation: OrganisationId) -> Condition {
    let condition = Condition::all().add(E::ORGANISATION.eq(organisation.uuid()));
    match E::DELETED {
        Some(deleted) => condition.add(deleted.is_null()),
        None => condition,
    }
}

/// The rows of an organisation that are not deleted.
pub fn rows<E: Scoped>(organisation: OrganisationId) -> Select<E> {
    E::find().filter(inside::<E>(organisation))
}

/// One row, where it also fulfils `filter`.
///
/// # Errors
/// What the database says.
pub async fn find<E: Scoped>(
    connection: &impl ReadOne,
    organisation: OrganisationId,
    id: Uuid,
    filter: Condition,
) -> Result<Option<E::Model>, StoreError> {
    let condition = inside::<E>(organisation).add(E::ID.eq(id)).add(filter);
    Ok(connection.read_one::<E>(condition).await?)
}

/// Rows that fulfil `filter`, newest first, after the row `after`; one more than `limit`, so that the caller
/// sees whether there are more.
///
/// # Errors
/// What the database says.
pub async fn page<E: Scoped>(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    filter: Condition,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<E::Model>, StoreError> {
    let mut select = rows::<E>(organisation).filter(filter);
    if let Some(after) = after {
        select = select.filter(E::ID.lt(after));
    }
    Ok(select
        .order_by_desc(E::ID)
        .limit(limit + 1)
        .all(connection)
        .await?)
}

/// Adds a row.
///
/// # Errors
/// [`StoreError::Conflict`] where something that must be unique exists already.
pub async fn insert<E>(connection: &impl ConnectionTrait, row: E::Model) -> Result<(), StoreError>
where
    E: Scoped,
    E::Model: IntoActiveModel<E::ActiveModel>,
{
    let mut row: E::ActiveModel = row.into_active_model();
    for column in E::Column::iter() {
        row.reset(column);
    }
    match E::insert(row).exec_without_returning(connection).await {
        Ok(_) => Ok(()),
        Err(error) => Err(named::<E>(error)),
    }
}

/// Changes the columns that are set in `values`, where the row fulfils `filter` and still has the version
/// `expected`, and counts its version up. `None`: it does not.
///
/// # Errors
/// [`StoreError::Conflict`] where something that must be unique exists already.
pub async fn update<E: Scoped>(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    id: Uuid,
    expected: Option<i32>,
    filter: Condition,
    values: E::ActiveModel,
) -> Result<Option<E::Model>, StoreError> {
    let mut statement = E::update_many()
        .set(values)
        .filter(inside::<E>(organisation))
        .filter(E::ID.eq(id))
        .filter(filter);
    if let Some(version) = E::VERSION {
        statement = statement.col_expr(version, Expr::col(version).add(1));
        if let Some(expected) = expected {
            statement = statement.filter(version.eq(expected));
        }
    }
    match statement.exec_with_returning(connection).await {
        Ok(rows) => Ok(rows.into_iter().next()),
        Err(error) => Err(named::<E>(error)),
    }
}

/// Deletes a row, where it fulfils `filter` and still has the version `expected`: it is marked as gone `now`,
/// or removed for good where the table keeps none that are gone. `false`: it does not, or is not there.
///
/// # Errors
/// What the database says.
pub async fn delete<E: Scoped>(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    id: Uuid,
    expected: Option<i32>,
    filter: Condition,
    now: Micros,
) -> Result<bool, StoreError> {
    let mut which = inside::<E>(organisation).add(E::ID.eq(id)).add(filter);
    if let (Some(version), Some(expected)) = (E::VERSION, expected) {
        which = which.add(version.eq(expected));
    }
    let Some(deleted) = E::DELETED else {
        let statement = E::delete_many().filter(which);
        return Ok(statement.exec(connection).await?.rows_affected > 0);
    };
    let mut statement = E::update_many()
        .col_expr(deleted, Expr::value(now))
        .filter(which);
    if let Some(version) = E::VERSION {
        statement = statement.col_expr(version, Expr::col(version).add(1));
    }
    Ok(statement.exec(connection).await?.rows_affected > 0)
}

fn named<E: Scoped>(error: sea_orm::DbErr) -> StoreError {
    match StoreError::from(error) {
        StoreError::Conflict { .. } => StoreError::Conflict { entity: E::NAME },
        other => other,
    }
}
