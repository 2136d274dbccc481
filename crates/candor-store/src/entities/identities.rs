//! A person as another system knows them.

use sea_orm::entity::prelude::*;

use crate::time::Micros;

/// A person as another system knows them.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "identities")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Who it is here.
    pub user_id: Uuid,
    /// The system, by its address.
    #[sea_orm(column_type = "Text")]
    pub issuer: String,
    /// Its own name for the person.
    #[sea_orm(column_type = "Text")]
    pub subject: String,
    /// When it was linked.
    pub created_at: Micros,
    /// Last sign-in.
    pub last_used_at: Micros,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
