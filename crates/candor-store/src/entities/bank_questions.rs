//! Questions of an organisation's own bank.

use sea_orm::entity::prelude::*;

use crate::time::Micros;

/// Questions of an organisation's own bank.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "bank_questions")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose.
    pub organisation_id: Uuid,
    /// Asked for this position only; none: for every one of its role.
    pub position_id: Option<Uuid>,
    /// Stable id within the bank, the one that is exported and imported.
    #[sea_orm(column_type = "Text")]
    pub key: String,
    /// `technical`, `behavioral`, `sales` or `customer_success`.
    #[sea_orm(column_type = "Text")]
    pub role_family: String,
    /// `intro`, `technical`, `coding`, `behavioral` or `wrap_up`.
    #[sea_orm(column_type = "Text")]
    pub phase: String,
    /// `easy`, `medium` or `hard`.
    #[sea_orm(column_type = "Text")]
    pub difficulty: String,
    /// BCP 47 primary subtag.
    #[sea_orm(column_type = "Text")]
    pub language: String,
    /// Its words.
    #[sea_orm(column_type = "Text")]
    pub text: String,
    /// Keys of competencies, an array.
    #[sea_orm(column_type = "JsonBinary")]
    pub competencies: Json,
    /// What a good answer contains, an array of texts.
    #[sea_orm(column_type = "JsonBinary")]
    pub key_points: Json,
    /// What may be asked after it, an array of texts.
    #[sea_orm(column_type = "JsonBinary")]
    pub follow_ups: Json,
    /// Code that a programming question starts with.
    #[sea_orm(column_type = "Text", nullable)]
    pub starter_code: Option<String>,
    /// Language of that code.
    #[sea_orm(column_type = "Text", nullable)]
    pub code_language: Option<String>,
    /// Lower comes first.
    pub sort_order: i32,
    /// Id of the person or key that made it.
    #[sea_orm(column_type = "Text")]
    pub created_by: String,
    /// When it was made.
    pub created_at: Micros,
    /// Last change.
    pub updated_at: Micros,
    /// Grows by one with every change.
    pub version: i32,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
