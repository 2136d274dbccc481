//! Jobs that people are interviewed for.

use sea_orm::entity::prelude::*;

use crate::time::Micros;

/// Jobs that people are interviewed for.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "positions")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose.
    pub organisation_id: Uuid,
    /// The client's own id.
    #[sea_orm(column_type = "Text", nullable)]
    pub external_id: Option<String>,
    /// Title.
    #[sea_orm(column_type = "Text")]
    pub title: String,
    /// Job description.
    #[sea_orm(column_type = "Text")]
    pub description: String,
    /// `technical`, `behavioral`, `sales`, `customer_success` or another.
    #[sea_orm(column_type = "Text", nullable)]
    pub role_family: Option<String>,
    /// `draft`, `open` or `closed`.
    #[sea_orm(column_type = "Text")]
    pub status: String,
    /// Weights, formulas and instructions of the position.
    #[sea_orm(column_type = "JsonBinary")]
    pub settings: Json,
    /// What the public page says besides: company, place, pay, requirements.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub posting: Option<Json>,
    /// Since when it has a public page; none: it has none.
    pub published_at: Option<Micros>,
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
