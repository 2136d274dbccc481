//! Sign-ins elsewhere that came back: each counts once.

use sea_orm::entity::prelude::*;

use crate::time::Micros;

/// A sign-in that came back.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "spent_states")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// SHA-256 of its state, hexadecimal.
    #[sea_orm(column_type = "Text")]
    pub state_hash: String,
    /// Nobody can come back with it from then on.
    pub expires_at: Micros,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
