//! Where events are told.

use sea_orm::entity::prelude::*;

use crate::time::Micros;

/// Where events are told.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "webhooks")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose.
    pub organisation_id: Uuid,
    /// Address.
    #[sea_orm(column_type = "Text")]
    pub url: String,
    /// What it is for.
    #[sea_orm(column_type = "Text", nullable)]
    pub description: Option<String>,
    /// List of event types; empty: all.
    #[sea_orm(column_type = "JsonBinary")]
    pub events: Json,
    /// Signing secret, encrypted.
    #[sea_orm(column_type = "Text")]
    pub secret_sealed: String,
    /// The secret before the last rotation, encrypted.
    #[sea_orm(column_type = "Text", nullable)]
    pub previous_secret_sealed: Option<String>,
    /// Until when both sign.
    pub previous_valid_until: Option<Micros>,
    /// Whether events are told.
    pub enabled: bool,
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
