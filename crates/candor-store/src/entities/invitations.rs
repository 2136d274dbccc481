//! Invitations to interviews.

use sea_orm::entity::prelude::*;

use crate::time::Micros;

/// Invitations to interviews.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "invitations")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose.
    pub organisation_id: Uuid,
    /// The interview, once it was begun.
    pub interview_id: Option<Uuid>,
    /// Who is invited, once known.
    pub candidate_id: Option<Uuid>,
    /// The application that it is part of.
    pub application_id: Option<Uuid>,
    /// The position that it is for.
    pub position_id: Option<Uuid>,
    /// The résumé.
    pub document_id: Option<Uuid>,
    /// Address.
    #[sea_orm(column_type = "Text")]
    pub candidate_email: String,
    /// Name.
    #[sea_orm(column_type = "Text", nullable)]
    pub candidate_name: Option<String>,
    /// `technical`, `behavioral`, `sales` or `customer_success`.
    #[sea_orm(column_type = "Text")]
    pub role_family: String,
    /// `mixed`, `technical`, `behavioral` or `screening`.
    #[sea_orm(column_type = "Text", nullable)]
    pub interview_type: Option<String>,
    /// BCP 47 primary subtag, of the interview and of mail.
    #[sea_orm(column_type = "Text")]
    pub language: String,
    /// Level to begin with.
    #[sea_orm(column_type = "Text", nullable)]
    pub difficulty: Option<String>,
    /// Time budget.
    pub duration_minutes: Option<i32>,
    /// What is asked about first, an array of texts.
    #[sea_orm(column_type = "JsonBinary")]
    pub focus_areas: Json,
    /// The recruiter's own questions, an array.
    #[sea_orm(column_type = "JsonBinary")]
    pub questions: Json,
    /// To the candidate.
    #[sea_orm(column_type = "Text", nullable)]
    pub message: Option<String>,
    /// Where the résumé lies, as the client told.
    #[sea_orm(column_type = "Text", nullable)]
    pub resume_url: Option<String>,
    /// When it is to begin.
    pub scheduled_at: Micros,
    /// IANA name, for the times in mail.
    #[sea_orm(column_type = "Text")]
    pub time_zone: String,
    /// The link opens.
    pub opens_at: Micros,
    /// The link closes.
    pub closes_at: Micros,
    /// `scheduled`, `in_progress`, `completed` or `cancelled`.
    #[sea_orm(column_type = "Text")]
    pub status: String,
    /// SHA-256 of the join token, hexadecimal.
    #[sea_orm(column_type = "Text")]
    pub token_hash: String,
    /// The join token, encrypted: whoever may invite can read the link again.
    #[sea_orm(column_type = "Text")]
    pub token_sealed: String,
    /// SHA-256 of the secret that came with the start, hexadecimal.
    #[sea_orm(column_type = "Text", nullable)]
    pub start_key_hash: Option<String>,
    /// Of the calendar entry: grows with every change of time, and with cancellation.
    pub sequence: i32,
    /// `not_sent`, `queued`, `sent` or `failed`.
    #[sea_orm(column_type = "Text")]
    pub email_state: String,
    /// Why it could not be sent.
    #[sea_orm(column_type = "Text", nullable)]
    pub email_error: Option<String>,
    /// When it was sent.
    pub email_sent_at: Option<Micros>,
    /// Id of the person or key that made it.
    #[sea_orm(column_type = "Text")]
    pub created_by: String,
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
