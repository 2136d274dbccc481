//! One event for one address.

use sea_orm::entity::prelude::*;

use crate::time::Micros;

/// One event for one address.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook_deliveries")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose.
    pub organisation_id: Uuid,
    /// The registered address; none: a `callbackUrl`.
    pub webhook_id: Option<Uuid>,
    /// The work that delivers it.
    pub job_id: Option<Uuid>,
    /// Address.
    #[sea_orm(column_type = "Text")]
    pub url: String,
    /// `webhook-id` of every try.
    #[sea_orm(column_type = "Text")]
    pub event_id: String,
    /// E.g. `analysis.done`.
    #[sea_orm(column_type = "Text")]
    pub event_type: String,
    /// The exact body that is signed.
    #[sea_orm(column_type = "Text")]
    pub body: String,
    /// `pending`, `delivered`, `failed`.
    #[sea_orm(column_type = "Text")]
    pub state: String,
    /// Tries so far.
    pub attempts: i32,
    /// HTTP status of the last answer.
    pub last_status: Option<i32>,
    /// Why the last try failed.
    #[sea_orm(column_type = "Text", nullable)]
    pub last_error: Option<String>,
    /// When the event happened.
    pub created_at: Micros,
    /// When it was accepted.
    pub delivered_at: Option<Micros>,
    /// Last change.
    pub updated_at: Micros,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
