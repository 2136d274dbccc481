//! What a step made; appended.

use sea_orm::entity::prelude::*;

use crate::time::Micros;

/// What a step made; appended.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "artefacts")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose.
    pub organisation_id: Uuid,
    /// The job.
    pub job_id: Uuid,
    /// The step.
    #[sea_orm(column_type = "Text")]
    pub step: String,
    /// What it is, e.g. `transcript`.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// Key in the media store; none: the value stands here.
    #[sea_orm(column_type = "Text", nullable)]
    pub object_key: Option<String>,
    /// The value itself.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub value: Option<Json>,
    /// Type.
    #[sea_orm(column_type = "Text")]
    pub content_type: String,
    /// Size in bytes.
    pub bytes: i64,
    /// Hexadecimal.
    #[sea_orm(column_type = "Text")]
    pub sha256: String,
    /// What it was made from.
    #[sea_orm(column_type = "Text")]
    pub input_hash: String,
    /// Engine, model, formula versions, settings.
    #[sea_orm(column_type = "JsonBinary")]
    pub provenance: Json,
    /// When it was made.
    pub created_at: Micros,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
