//! Who did what: appended, each row hashed with the one before; pseudonymous ids only.

use sea_orm::entity::prelude::*;

use crate::time::Micros;

/// Who did what: appended, each row hashed with the one before; pseudonymous ids only.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_log")]
pub struct Model {
    /// Order.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Where; none: the installation.
    pub organisation_id: Option<Uuid>,
    /// When.
    pub at: Micros,
    /// Principal.
    #[sea_orm(column_type = "Text")]
    pub actor: String,
    /// E.g. `api_key.created`.
    #[sea_orm(column_type = "Text")]
    pub action: String,
    /// Id of what it was done to.
    #[sea_orm(column_type = "Text", nullable)]
    pub subject: Option<String>,
    /// What changed; never personal data.
    #[sea_orm(column_type = "JsonBinary")]
    pub details: Json,
    /// Hash of the row before.
    #[sea_orm(column_type = "Text")]
    pub previous_hash: String,
    /// SHA-256 over this row and `previous_hash`.
    #[sea_orm(column_type = "Text")]
    pub hash: String,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
