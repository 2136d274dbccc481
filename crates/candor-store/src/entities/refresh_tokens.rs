//! Single-use refresh tokens.

use sea_orm::entity::prelude::*;

use crate::time::Micros;

/// Single-use refresh tokens.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "refresh_tokens")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Its session.
    pub family_id: Uuid,
    /// SHA-256 of the token, hexadecimal.
    #[sea_orm(column_type = "Text")]
    pub token_hash: String,
    /// Issued.
    pub issued_at: Micros,
    /// Not valid from then on.
    pub expires_at: Micros,
    /// When it was exchanged.
    pub used_at: Option<Micros>,
    /// The token it was exchanged for.
    pub replaced_by: Option<Uuid>,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
