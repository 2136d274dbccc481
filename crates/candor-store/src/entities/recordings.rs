//! Media of an interview.

use sea_orm::entity::prelude::*;

use crate::time::Micros;

/// Media of an interview.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "recordings")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose.
    pub organisation_id: Uuid,
    /// The interview.
    pub interview_id: Option<Uuid>,
    /// The question it answers.
    pub question_id: Option<Uuid>,
    /// The person it belongs to; none: the organisation.
    pub owner_id: Option<Uuid>,
    /// The client's own id.
    #[sea_orm(column_type = "Text", nullable)]
    pub external_id: Option<String>,
    /// `upload`, `resumable`, `segments` or `url`.
    #[sea_orm(column_type = "Text")]
    pub source: String,
    /// Where it is fetched from.
    #[sea_orm(column_type = "Text", nullable)]
    pub source_url: Option<String>,
    /// `pending`, `available`, `failed` or `deleted`.
    #[sea_orm(column_type = "Text")]
    pub state: String,
    /// Key in the media store.
    #[sea_orm(column_type = "Text", nullable)]
    pub object_key: Option<String>,
    /// Name that the client gave.
    #[sea_orm(column_type = "Text", nullable)]
    pub file_name: Option<String>,
    /// By content, not by name.
    #[sea_orm(column_type = "Text", nullable)]
    pub content_type: Option<String>,
    /// Size in bytes.
    pub bytes: Option<i64>,
    /// Hexadecimal.
    #[sea_orm(column_type = "Text", nullable)]
    pub sha256: Option<String>,
    /// Length in seconds, once probed.
    pub duration_s: Option<f64>,
    /// Once probed.
    pub has_video: Option<bool>,
    /// Once probed.
    pub has_audio: Option<bool>,
    /// Why it failed, for people.
    #[sea_orm(column_type = "Text", nullable)]
    pub error: Option<String>,
    /// The consent it was made under.
    pub consent_id: Option<Uuid>,
    /// Principal that made it.
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
