//! Résumés and job descriptions; the file lies in the media store.

use sea_orm::entity::prelude::*;

use crate::time::Micros;

/// Résumés and job descriptions; the file lies in the media store.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "documents")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose.
    pub organisation_id: Uuid,
    /// The candidate.
    pub candidate_id: Option<Uuid>,
    /// The application.
    pub application_id: Option<Uuid>,
    /// The position.
    pub position_id: Option<Uuid>,
    /// `resume` or `job_description`.
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    /// `upload`, `url` or `s3`.
    #[sea_orm(column_type = "Text")]
    pub source: String,
    /// Where it was fetched.
    #[sea_orm(column_type = "Text", nullable)]
    pub source_url: Option<String>,
    /// Key in the media store.
    #[sea_orm(column_type = "Text", nullable)]
    pub object_key: Option<String>,
    /// As it was handed in.
    #[sea_orm(column_type = "Text", nullable)]
    pub file_name: Option<String>,
    /// By content.
    #[sea_orm(column_type = "Text", nullable)]
    pub content_type: Option<String>,
    /// Size.
    pub bytes: i64,
    /// Hexadecimal.
    #[sea_orm(column_type = "Text", nullable)]
    pub sha256: Option<String>,
    /// `pending`, `read` or `refused`.
    #[sea_orm(column_type = "Text")]
    pub state: String,
    /// Why it could not be read.
    #[sea_orm(column_type = "Text", nullable)]
    pub error: Option<String>,
    /// What it says.
    #[sea_orm(column_type = "Text", nullable)]
    pub text: Option<String>,
    /// Sections, pages, what was cut.
    #[sea_orm(column_type = "JsonBinary")]
    pub details: Json,
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
