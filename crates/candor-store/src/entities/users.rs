//! A person with an account.

use sea_orm::entity::prelude::*;

use crate::time::Micros;

/// A person with an account.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// What they sign in with, in lower case: an e-mail or a chosen id.
    #[sea_orm(column_type = "Text")]
    pub login: String,
    /// The login as they wrote it.
    #[sea_orm(column_type = "Text")]
    pub handle: String,
    /// E-mail, where one is known.
    #[sea_orm(column_type = "Text", nullable)]
    pub email: Option<String>,
    /// Name that people see.
    #[sea_orm(column_type = "Text")]
    pub display_name: String,
    /// argon2id; none for accounts that only sign in elsewhere.
    #[sea_orm(column_type = "Text", nullable)]
    pub password_hash: Option<String>,
    /// Failures since the last success.
    pub failed_logins: i32,
    /// No sign-in before this time.
    pub locked_until: Option<Micros>,
    /// Since when the account may do nothing.
    pub disabled_at: Option<Micros>,
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
