//! Tokens of candidates, each for one interview.

use sea_orm::entity::prelude::*;

use crate::time::Micros;

/// Tokens of candidates, each for one interview.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "interview_tokens")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose.
    pub organisation_id: Uuid,
    /// The interview that it is for.
    pub interview_id: Uuid,
    /// First characters, to recognise it by.
    #[sea_orm(column_type = "Text")]
    pub prefix: String,
    /// SHA-256 of the token, hexadecimal.
    #[sea_orm(column_type = "Text")]
    pub token_hash: String,
    /// Principal that made it.
    #[sea_orm(column_type = "Text")]
    pub created_by: String,
    /// When it was made.
    pub created_at: Micros,
    /// Not valid from then on.
    pub expires_at: Micros,
    /// Since when it is invalid.
    pub revoked_at: Option<Micros>,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
