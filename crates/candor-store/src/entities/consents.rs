//! Who agreed to what, when and how; withdrawn, never changed.

use sea_orm::entity::prelude::*;

use crate::time::Micros;

/// Who agreed to what, when and how; withdrawn, never changed.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "consents")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose record.
    pub organisation_id: Uuid,
    /// `interview`, `candidate` or `user`.
    #[sea_orm(column_type = "Text")]
    pub subject_kind: String,
    /// Who or what it covers.
    pub subject_id: Uuid,
    /// Version of the text that was agreed to.
    #[sea_orm(column_type = "Text")]
    pub version: String,
    /// List of `recording`, `analysis`, `behaviour`.
    #[sea_orm(column_type = "JsonBinary")]
    pub scopes: Json,
    /// Who gave it, as stated.
    #[sea_orm(column_type = "Text")]
    pub given_by: String,
    /// When it was given.
    pub obtained_at: Micros,
    /// `app`, `upload` or `attested`.
    #[sea_orm(column_type = "Text")]
    pub how: String,
    /// When it was recorded.
    pub created_at: Micros,
    /// Since when it is void.
    pub withdrawn_at: Option<Micros>,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
