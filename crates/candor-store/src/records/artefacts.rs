//! What steps made: appended, never changed; the newest of a name counts.

use candor_core::ids::{ArtefactId, JobId, OrganisationId};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use crate::{
    StoreError,
    entities::{artefacts, reports},
};

pub use artefacts::Model;

/// Adds one.
///
/// # Errors
/// What the database says.
pub async fn insert(connection: &impl ConnectionTrait, row: Model) -> Result<(), StoreError> {
    let row: artefacts::ActiveModel = row.into();
    artefacts::Entity::insert(row.reset_all())
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// Which of `keys` belong to an artefact or to a report.
///
/// # Errors
/// What the database says.
pub async fn known_keys(
    connection: &impl ConnectionTrait,
    keys: &[String],
) -> Result<Vec<String>, StoreError> {
    let mut known: Vec<String> = artefacts::Entity::find()
        .select_only()
        .column(artefacts::Column::ObjectKey)
        .filter(artefacts::Column::ObjectKey.is_in(keys.iter().map(String::as_str)))
        .into_tuple()
        .all(connection)
        .await?;
    let of_reports: Vec<String> = reports::Entity::find()
        .select_only()
        .column(reports::Column::ObjectKey)
        .filter(reports::Column::ObjectKey.is_in(keys.iter().map(String::as_str)))
        .into_tuple()
        .all(connection)
        .await?;
    known.extend(of_reports);
    Ok(known)
}

/// Every artefact of a job, oldest first.
///
/// # Errors
/// What the database says.
pub async fn list_of_job(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    job: JobId,
) -> Result<Vec<Model>, StoreError> {
    Ok(of_job(organisation, job)
        .order_by_asc(artefacts::Column::Id)
        .all(connection)
        .await?)
}

/// One artefact of a job.
///
/// # Errors
/// What the database says.
pub async fn find(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    job: JobId,
    id: ArtefactId,
) -> Result<Option<Model>, StoreError> {
    Ok(of_job(organisation, job)
        .filter(artefacts::Column::Id.eq(id.uuid()))
        .one(connection)
        .await?)
}

/// The newest artefact of this name.
///
/// # Errors
/// What the database says.
pub async fn find_newest(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    job: JobId,
    name: &str,
) -> Result<Option<Model>, StoreError> {
    Ok(of_job(organisation, job)
        .filter(artefacts::Column::Name.eq(name))
        .order_by_desc(artefacts::Column::Id)
        .one(connection)
        .await?)
}

fn of_job(organisation: OrganisationId, job: JobId) -> sea_orm::Select<artefacts::Entity> {
    artefacts::Entity::find()
        .filter(artefacts::Column::OrganisationId.eq(organisation.uuid()))
        .filter(artefacts::Column::JobId.eq(job.uuid()))
}
