//! Keys of machines.

use sea_orm::entity::prelude::*;

use crate::time::Micros;

/// Keys of machines.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "api_keys")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The organisation it acts in.
    pub organisation_id: Uuid,
    /// What it is for.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// First characters, to recognise it by.
    #[sea_orm(column_type = "Text")]
    pub prefix: String,
    /// SHA-256 of the key, hexadecimal.
    #[sea_orm(column_type = "Text")]
    pub key_hash: String,
    /// List of scopes.
    #[sea_orm(column_type = "JsonBinary")]
    pub scopes: Json,
    /// The consent that the key's holder attests for every upload.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub attested_consent: Option<Json>,
    /// The person who made it; none: the operator.
    pub created_by: Option<Uuid>,
    /// When it was made.
    pub created_at: Micros,
    /// Not valid from then on.
    pub expires_at: Option<Micros>,
    /// Last use, to the minute.
    pub last_used_at: Option<Micros>,
    /// Since when it is invalid.
    pub revoked_at: Option<Micros>,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
