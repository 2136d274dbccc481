//! The role of a person in an organisation.

use sea_orm::entity::prelude::*;

use crate::time::Micros;

/// The role of a person in an organisation.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "memberships")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Where.
    pub organisation_id: Uuid,
    /// Who.
    pub user_id: Uuid,
    /// `candidate`, `reviewer`, `recruiter` or `admin`.
    #[sea_orm(column_type = "Text")]
    pub role: String,
    /// When it was granted.
    pub created_at: Micros,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
