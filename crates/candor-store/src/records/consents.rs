//! Consent: given, looked up, withdrawn; never changed.

use candor_core::ids::{ConsentId, OrganisationId};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, sea_query::Expr,
};
use uuid::Uuid;

use crate::{Micros, StoreError, entities::consents};

/// Adds a consent.
///
/// # Errors
/// What the database says.
pub async fn insert(
    connection: &impl ConnectionTrait,
    consent: consents::Model,
) -> Result<(), StoreError> {
    consents::Entity::insert(consent.into_active_model())
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// One consent.
///
/// # Errors
/// What the database says.
pub async fn find(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    id: ConsentId,
) -> Result<Option<consents::Model>, StoreError> {
    Ok(consents::Entity::find()
        .filter(consents::Column::OrganisationId.eq(organisation.uuid()))
        .filter(consents::Column::Id.eq(id.uuid()))
        .one(connection)
        .await?)
}

/// Every consent about one of these subjects (kind and id), withdrawn ones too, and those with one of
/// these ids.
///
/// # Errors
/// What the database says.
pub async fn about(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    subjects: &[(&str, Uuid)],
    ids: &[Uuid],
) -> Result<Vec<consents::Model>, StoreError> {
    let mut any = Condition::any().add(consents::Column::Id.is_in(ids.iter().copied()));
    for (kind, id) in subjects {
        any = any.add(
            Condition::all()
                .add(consents::Column::SubjectKind.eq(*kind))
                .add(consents::Column::SubjectId.eq(*id)),
        );
    }
    Ok(consents::Entity::find()
        .filter(consents::Column::OrganisationId.eq(organisation.uuid()))
        .filter(any)
        .order_by_asc(consents::Column::Id)
        .all(connection)
        .await?)
}

/// At most `limit` consents about one subject before `after`, newest first.
///
/// # Errors
/// What the database says.
pub async fn list(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    subject: (&str, Uuid),
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<consents::Model>, StoreError> {
    let mut query = consents::Entity::find()
        .filter(consents::Column::OrganisationId.eq(organisation.uuid()))
        .filter(consents::Column::SubjectKind.eq(subject.0))
        .filter(consents::Column::SubjectId.eq(subject.1));
    if let Some(after) = after {
        query = query.filter(consents::Column::Id.lt(after));
    }
    Ok(query
        .order_by_desc(consents::Column::Id)
        .limit(limit)
        .all(connection)
        .await?)
}

/// Withdraws a consent; one that is withdrawn keeps its time.
///
/// # Errors
/// What the database says.
pub async fn withdraw(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    id: ConsentId,
    now: Micros,
) -> Result<(), StoreError> {
    consents::Entity::update_many()
        .col_expr(consents::Column::WithdrawnAt, Expr::value(now))
        .filter(consents::Column::OrganisationId.eq(organisation.uuid()))
        .filter(consents::Column::Id.eq(id.uuid()))
        .filter(consents::Column::WithdrawnAt.is_null())
        .exec(connection)
        .await?;
    Ok(())
}
