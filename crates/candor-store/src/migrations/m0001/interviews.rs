//! Interviews, consent and media.

use sea_orm_migration::{prelude::*, schema::*};

use super::{index, references, unique};

/// In the order in which they can be made.
pub fn tables() -> Vec<TableCreateStatement> {
    vec![
        interviews(),
        interview_questions(),
        interview_responses(),
        consents(),
        recordings(),
        recording_segments(),
        uploads(),
    ]
}

/// Indexes of these tables.
pub fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("interviews", &["organisation_id", "created_at"]),
        index("interviews", &["organisation_id", "external_id"]),
        index("interviews", &["owner_id", "created_at"]),
        unique("interview_questions", &["interview_id", "external_id"]),
        index("interview_responses", &["interview_id", "created_at"]),
        index("consents", &["subject_id"]),
        index("recordings", &["organisation_id", "created_at"]),
        index("recordings", &["interview_id"]),
        index("recordings", &["organisation_id", "external_id"]),
        unique("recording_segments", &["recording_id", "number"]),
        index("uploads", &["organisation_id"]),
        index("uploads", &["expires_at"]),
    ]
}

fn interviews() -> TableCreateStatement {
    Table::create()
        .table("interviews")
        .col(uuid("id").primary_key())
        .col(uuid("organisation_id"))
        .col(uuid_null("owner_id"))
        .col(uuid_null("candidate_id"))
        .col(uuid_null("application_id"))
        .col(uuid_null("position_id"))
        .col(text_null("external_id"))
        .col(text("origin"))
        .col(text("purpose"))
        .col(text_null("title"))
        .col(text_null("job_role"))
        .col(text_null("domain"))
        .col(text("status"))
        .col(json_binary("details"))
        .col(double_null("overall_score"))
        .col(big_integer_null("started_at"))
        .col(big_integer_null("finished_at"))
        .col(big_integer("created_at"))
        .col(big_integer("updated_at"))
        .col(big_integer_null("deleted_at"))
        .col(integer("version"))
        .foreign_key(&mut references(
            "interviews",
            "organisation_id",
            "organisations",
        ))
        .foreign_key(&mut references("interviews", "candidate_id", "candidates"))
        .foreign_key(&mut references(
            "interviews",
            "application_id",
            "applications",
        ))
        .foreign_key(&mut references("interviews", "position_id", "positions"))
        .to_owned()
}

fn interview_questions() -> TableCreateStatement {
    Table::create()
        .table("interview_questions")
        .col(uuid("id").primary_key())
        .col(uuid("organisation_id"))
        .col(uuid("interview_id"))
        .col(text("external_id"))
        .col(integer("ordinal"))
        .col(text_null("text"))
        .col(text_null("expected_answer"))
        .col(json_binary("keywords"))
        .col(double_null("duration_s"))
        .col(json_binary("details"))
        .col(big_integer("created_at"))
        .foreign_key(&mut references(
            "interview_questions",
            "organisation_id",
            "organisations",
        ))
        .foreign_key(&mut references(
            "interview_questions",
            "interview_id",
            "interviews",
        ))
        .to_owned()
}

fn interview_responses() -> TableCreateStatement {
    Table::create()
        .table("interview_responses")
        .col(uuid("id").primary_key())
        .col(uuid("organisation_id"))
        .col(uuid("interview_id"))
        .col(uuid_null("question_id"))
        .col(text("text"))
        .col(json_binary("details"))
        .col(big_integer("created_at"))
        .foreign_key(&mut references(
            "interview_responses",
            "organisation_id",
            "organisations",
        ))
        .foreign_key(&mut references(
            "interview_responses",
            "interview_id",
            "interviews",
        ))
        .foreign_key(&mut references(
            "interview_responses",
            "question_id",
            "interview_questions",
        ))
        .to_owned()
}

fn consents() -> TableCreateStatement {
    Table::create()
        .table("consents")
        .col(uuid("id").primary_key())
        .col(uuid("organisation_id"))
        .col(text("subject_kind"))
        .col(uuid("subject_id"))
        .col(text("version"))
        .col(json_binary("scopes"))
        .col(text("given_by"))
        .col(big_integer("obtained_at"))
        .col(text("how"))
        .col(big_integer("created_at"))
        .col(big_integer_null("withdrawn_at"))
        .foreign_key(&mut references(
            "consents",
            "organisation_id",
            "organisations",
        ))
        .to_owned()
}

fn recordings() -> TableCreateStatement {
    Table::create()
        .table("recordings")
        .col(uuid("id").primary_key())
        .col(uuid("organisation_id"))
        .col(uuid_null("interview_id"))
        .col(uuid_null("question_id"))
        .col(uuid_null("owner_id"))
        .col(text_null("external_id"))
        .col(text("source"))
        .col(text_null("source_url"))
        .col(text("state"))
        .col(text_null("object_key"))
        .col(text_null("file_name"))
        .col(text_null("content_type"))
        .col(big_integer_null("bytes"))
        .col(text_null("sha256"))
        .col(double_null("duration_s"))
        .col(boolean_null("has_video"))
        .col(boolean_null("has_audio"))
        .col(text_null("error"))
        .col(uuid_null("consent_id"))
        .col(text("created_by"))
        .col(big_integer("created_at"))
        .col(big_integer("updated_at"))
        .col(big_integer_null("deleted_at"))
        .col(integer("version"))
        .foreign_key(&mut references(
            "recordings",
            "organisation_id",
            "organisations",
        ))
        .foreign_key(&mut references("recordings", "interview_id", "interviews"))
        .foreign_key(&mut references(
            "recordings",
            "question_id",
            "interview_questions",
        ))
        .foreign_key(&mut references("recordings", "consent_id", "consents"))
        .to_owned()
}

fn recording_segments() -> TableCreateStatement {
    Table::create()
        .table("recording_segments")
        .col(uuid("id").primary_key())
        .col(uuid("recording_id"))
        .col(integer("number"))
        .col(text("object_key"))
        .col(big_integer("bytes"))
        .col(text("sha256"))
        .col(big_integer("created_at"))
        .foreign_key(&mut references(
            "recording_segments",
            "recording_id",
            "recordings",
        ))
        .to_owned()
}

fn uploads() -> TableCreateStatement {
    Table::create()
        .table("uploads")
        .col(uuid("id").primary_key())
        .col(uuid("organisation_id"))
        .col(text("principal"))
        .col(uuid_null("recording_id"))
        .col(big_integer_null("bytes_total"))
        .col(big_integer("bytes_received"))
        .col(json_binary("metadata"))
        .col(text("state"))
        .col(json_binary("storage"))
        .col(big_integer("expires_at"))
        .col(big_integer("created_at"))
        .col(big_integer("updated_at"))
        .col(integer("version"))
        .foreign_key(&mut references(
            "uploads",
            "organisation_id",
            "organisations",
        ))
        .to_owned()
}
