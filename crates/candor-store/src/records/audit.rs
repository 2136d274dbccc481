//! The audit log: appended only, one chain of hashes for each organisation and one for the installation.

use candor_core::ids::OrganisationId;
use sea_orm::{
    ActiveValue::NotSet, ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect, Select, Statement,
};
use sha2::{Digest, Sha256};

use crate::{StoreError, entities::audit_log};

pub use crate::entities::audit_log::Model as AuditRow;

fn chain(organisation: Option<OrganisationId>) -> Select<audit_log::Entity> {
    let rows = audit_log::Entity::find();
    match organisation {
        Some(id) => rows.filter(audit_log::Column::OrganisationId.eq(id.uuid())),
        None => rows.filter(audit_log::Column::OrganisationId.is_null()),
    }
}

/// Keeps other writers from the chain until the transaction ends. SQLite has one writer anyway.
///
/// # Errors
/// What the database says.
pub async fn lock_chain(
    transaction: &impl ConnectionTrait,
    organisation: Option<OrganisationId>,
) -> Result<(), StoreError> {
    if transaction.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    let name = organisation.map_or_else(|| "installation".to_owned(), |id| id.to_string());
    let digest = Sha256::digest(format!("candor audit {name}"));
    let key = i64::from_be_bytes(
        digest[..8]
            .try_into()
            .expect("a slice of eight bytes was taken"),
    );
    transaction
        .execute_raw(Statement::from_sql_and_values(
            DbBackend::Postgres,
            "select pg_advisory_xact_lock($1)",
            [key.into()],
        ))
        .await?;
    Ok(())
}

/// Hash of the last row of the chain. Call [`lock_chain`] before.
///
/// # Errors
/// What the database says.
pub async fn find_last_hash(
    connection: &impl ConnectionTrait,
    organisation: Option<OrganisationId>,
) -> Result<Option<String>, StoreError> {
    Ok(chain(organisation)
        .select_only()
        .column(audit_log::Column::Hash)
        .order_by_desc(audit_log::Column::Id)
        .limit(1)
        .into_tuple()
        .one(connection)
        .await?)
}

/// Appends a row; the database numbers it, whatever `id` it has.
///
/// # Errors
/// What the database says.
pub async fn append(transaction: &impl ConnectionTrait, row: AuditRow) -> Result<(), StoreError> {
    let mut row = audit_log::ActiveModel::from(row);
    row.id = NotSet;
    audit_log::Entity::insert(row)
        .exec_without_returning(transaction)
        .await?;
    Ok(())
}

/// Rows of the chain after this one, oldest first.
///
/// # Errors
/// What the database says.
pub async fn list_forward(
    connection: &impl ConnectionTrait,
    organisation: Option<OrganisationId>,
    after: i64,
    limit: u64,
) -> Result<Vec<AuditRow>, StoreError> {
    Ok(chain(organisation)
        .filter(audit_log::Column::Id.gt(after))
        .order_by_asc(audit_log::Column::Id)
        .limit(limit)
        .all(connection)
        .await?)
}

/// Rows of the chain before this one (or the newest), newest first.
///
/// # Errors
/// What the database says.
pub async fn list_backward(
    connection: &impl ConnectionTrait,
    organisation: Option<OrganisationId>,
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<AuditRow>, StoreError> {
    let mut rows = chain(organisation);
    if let Some(id) = before {
        rows = rows.filter(audit_log::Column::Id.lt(id));
    }
    Ok(rows
        .order_by_desc(audit_log::Column::Id)
        .limit(limit)
        .all(connection)
        .await?)
}
