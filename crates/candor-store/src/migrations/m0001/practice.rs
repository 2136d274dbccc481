//! Documents of practice sessions and what their audits keep.

use sea_orm_migration::{prelude::*, schema::*};

use super::{index, references, unique};

/// In the order in which they can be made.
pub fn tables() -> Vec<TableCreateStatement> {
    vec![practice_documents(), fairness_samples()]
}

/// Indexes of these tables.
pub fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        unique("practice_documents", &["analysis_id", "made_from"]),
        index("practice_documents", &["interview_id"]),
        index("fairness_samples", &["organisation_id", "day"]),
    ]
}

fn practice_documents() -> TableCreateStatement {
    Table::create()
        .table("practice_documents")
        .col(uuid("id").primary_key())
        .col(uuid("organisation_id"))
        .col(uuid("interview_id"))
        .col(uuid("analysis_id"))
        .col(text("made_from"))
        .col(json_binary("analysis"))
        .col(json_binary("advanced"))
        .col(double_null("overall_score"))
        .col(big_integer("created_at"))
        .foreign_key(&mut references(
            "practice_documents",
            "organisation_id",
            "organisations",
        ))
        .foreign_key(&mut references(
            "practice_documents",
            "interview_id",
            "interviews",
        ))
        .foreign_key(&mut references(
            "practice_documents",
            "analysis_id",
            "analyses",
        ))
        .to_owned()
}

fn fairness_samples() -> TableCreateStatement {
    Table::create()
        .table("fairness_samples")
        .col(uuid("id").primary_key())
        .col(uuid("organisation_id"))
        .col(integer("day"))
        .col(text_null("eye_contact_band"))
        .col(text_null("speaking_rate_band"))
        .col(text_null("pause_band"))
        .col(text_null("content_relevance_band"))
        .col(text_null("lighting_condition"))
        .col(double_null("engagement"))
        .col(double_null("communication_clarity"))
        .col(double_null("interview_comprehension"))
        .col(double_null("overall_performance"))
        .foreign_key(&mut references(
            "fairness_samples",
            "organisation_id",
            "organisations",
        ))
        .to_owned()
}
