//! One signed-in session of a person: all refresh tokens that followed from one login.

use sea_orm::entity::prelude::*;

use crate::time::Micros;

/// One signed-in session of a person: all refresh tokens that followed from one login.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "token_families")]
pub struct Model {
    /// Identifier; access tokens name it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose.
    pub user_id: Uuid,
    /// The organisation that the session acts in.
    pub organisation_id: Uuid,
    /// Sign-in.
    pub created_at: Micros,
    /// End of the newest refresh token.
    pub expires_at: Micros,
    /// Since when nothing of it is valid.
    pub revoked_at: Option<Micros>,
    /// `logout`, `reuse`, `password` or `admin`.
    #[sea_orm(column_type = "Text", nullable)]
    pub revoked_reason: Option<String>,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
