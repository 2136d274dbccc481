//! People who are interviewed.

use sea_orm::entity::prelude::*;

use crate::time::Micros;

/// People who are interviewed.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "candidates")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose record.
    pub organisation_id: Uuid,
    /// Their account, where they have one.
    pub user_id: Option<Uuid>,
    /// The client's own id.
    #[sea_orm(column_type = "Text", nullable)]
    pub external_id: Option<String>,
    /// Full name.
    #[sea_orm(column_type = "Text", nullable)]
    pub name: Option<String>,
    /// E-mail.
    #[sea_orm(column_type = "Text", nullable)]
    pub email: Option<String>,
    /// Telephone number.
    #[sea_orm(column_type = "Text", nullable)]
    pub phone: Option<String>,
    /// Education, experience, skills, documents as given.
    #[sea_orm(column_type = "JsonBinary")]
    pub profile: Json,
    /// When it was made.
    pub created_at: Micros,
    /// Last change.
    pub updated_at: Micros,
    /// Deleted.
    pub deleted_at: Option<Micros>,
    /// Grows by one with every change.
    pub version: i32,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
