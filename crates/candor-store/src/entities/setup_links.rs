//! One-time links: the first admin's, or those with which invited people choose a password.

use sea_orm::entity::prelude::*;

use crate::time::Micros;

/// A one-time link.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "setup_links")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose password it sets; none: it makes the first admin.
    pub user_id: Option<Uuid>,
    /// The organisation that invited; none: the installation.
    pub organisation_id: Option<Uuid>,
    /// SHA-256 of the token, hexadecimal.
    #[sea_orm(column_type = "Text")]
    pub token_hash: String,
    /// When it was made.
    pub created_at: Micros,
    /// Not valid from then on.
    pub expires_at: Micros,
    /// When it was used.
    pub used_at: Option<Micros>,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
