//! Mail about invitations; each is one job.

use sea_orm::entity::prelude::*;

use crate::time::Micros;

/// Mail about invitations; each is one job.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "mails")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose.
    pub organisation_id: Uuid,
    /// The invitation.
    pub invitation_id: Uuid,
    /// The job that sends it.
    pub job_id: Option<Uuid>,
    /// `invitation`, `change`, `cancellation` or `reminder`.
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    /// Of the calendar entry when it was written.
    pub sequence: i32,
    /// Not before.
    pub due_at: Micros,
    /// `queued`, `sent`, `failed` or `dropped`.
    #[sea_orm(column_type = "Text")]
    pub state: String,
    /// Why it could not be sent, or is not needed any more.
    #[sea_orm(column_type = "Text", nullable)]
    pub error: Option<String>,
    /// When it was made.
    pub created_at: Micros,
    /// Last change.
    pub updated_at: Micros,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
