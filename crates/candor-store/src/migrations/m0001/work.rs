//! The ledger of durable work and its outcomes.

use sea_orm_migration::{prelude::*, schema::*};

use super::{index, references, unique};

/// In the order in which they can be made.
pub fn tables() -> Vec<TableCreateStatement> {
    vec![
        jobs(),
        job_steps(),
        job_attempts(),
        job_events(),
        workers(),
        artefacts(),
        analyses(),
        reports(),
    ]
}

/// Indexes of these tables.
pub fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("durable_jobs", &["organisation_id", "created_at"]),
        index("durable_jobs", &["state"]),
        index("durable_jobs", &["subject_id"]),
        unique("job_steps", &["job_id", "name"]),
        index("job_steps", &["state", "pool", "priority", "ready_at"]),
        unique("job_attempts", &["job_id", "step", "attempt"]),
        index("job_attempts", &["state"]),
        index("job_events", &["job_id", "id"]),
        index("artefacts", &["job_id", "step"]),
        index("artefacts", &["input_hash"]),
        index("analyses", &["organisation_id", "created_at"]),
        index("analyses", &["interview_id"]),
        index("analyses", &["recording_id"]),
        index("analyses", &["organisation_id", "external_id"]),
        index("reports", &["organisation_id", "created_at"]),
        index("reports", &["analysis_id"]),
        index("reports", &["interview_id"]),
    ]
}

fn jobs() -> TableCreateStatement {
    Table::create()
        .table("durable_jobs")
        .col(uuid("id").primary_key())
        .col(uuid("organisation_id"))
        .col(text("pipeline"))
        .col(uuid_null("subject_id"))
        .col(integer("priority"))
        .col(text("state"))
        .col(json_binary("input"))
        .col(text_null("error"))
        .col(big_integer_null("cancel_requested_at"))
        .col(big_integer("created_at"))
        .col(big_integer_null("started_at"))
        .col(big_integer_null("finished_at"))
        .col(big_integer("updated_at"))
        .col(integer("version"))
        .foreign_key(&mut references(
            "durable_jobs",
            "organisation_id",
            "organisations",
        ))
        .to_owned()
}

fn job_steps() -> TableCreateStatement {
    Table::create()
        .table("job_steps")
        .col(uuid("id").primary_key())
        .col(uuid("job_id"))
        .col(text("name"))
        .col(integer("ordinal"))
        .col(text("pool"))
        .col(json_binary("needs"))
        .col(text("state"))
        .col(integer("priority"))
        .col(integer("attempts"))
        .col(integer("max_attempts"))
        .col(big_integer_null("not_before"))
        .col(text_null("message"))
        .col(uuid_null("attempt_id"))
        .col(text_null("worker"))
        .col(big_integer_null("heartbeat_at"))
        .col(double("progress"))
        .col(text_null("input_hash"))
        .col(json_binary_null("output"))
        .col(text_null("error_code"))
        .col(text_null("error"))
        .col(big_integer_null("ready_at"))
        .col(big_integer_null("started_at"))
        .col(big_integer_null("finished_at"))
        .col(integer("version"))
        .foreign_key(&mut references("job_steps", "job_id", "durable_jobs"))
        .to_owned()
}

fn job_attempts() -> TableCreateStatement {
    Table::create()
        .table("job_attempts")
        .col(uuid("id").primary_key())
        .col(uuid("job_id"))
        .col(text("step"))
        .col(integer("attempt"))
        .col(text("worker"))
        .col(text("state"))
        .col(text_null("error_code"))
        .col(text_null("error"))
        .col(json_binary_null("details"))
        .col(big_integer("started_at"))
        .col(big_integer_null("finished_at"))
        .foreign_key(&mut references("job_attempts", "job_id", "durable_jobs"))
        .to_owned()
}

fn job_events() -> TableCreateStatement {
    Table::create()
        .table("job_events")
        .col(big_integer("id").auto_increment().primary_key())
        .col(uuid("job_id"))
        .col(text("kind"))
        .col(json_binary("data"))
        .col(big_integer("at"))
        .foreign_key(&mut references("job_events", "job_id", "durable_jobs"))
        .to_owned()
}

fn workers() -> TableCreateStatement {
    Table::create()
        .table("job_workers")
        .col(text("name").primary_key())
        .col(json_binary("pools"))
        .col(big_integer("started_at"))
        .col(big_integer("heartbeat_at"))
        .col(big_integer_null("stopped_at"))
        .to_owned()
}

fn artefacts() -> TableCreateStatement {
    Table::create()
        .table("artefacts")
        .col(uuid("id").primary_key())
        .col(uuid("organisation_id"))
        .col(uuid("job_id"))
        .col(text("step"))
        .col(text("name"))
        .col(text_null("object_key"))
        .col(json_binary_null("value"))
        .col(text("content_type"))
        .col(big_integer("bytes"))
        .col(text("sha256"))
        .col(text("input_hash"))
        .col(json_binary("provenance"))
        .col(big_integer("created_at"))
        .foreign_key(&mut references(
            "artefacts",
            "organisation_id",
            "organisations",
        ))
        .foreign_key(&mut references("artefacts", "job_id", "durable_jobs"))
        .to_owned()
}

fn analyses() -> TableCreateStatement {
    Table::create()
        .table("analyses")
        .col(uuid("id").primary_key())
        .col(uuid("organisation_id"))
        .col(uuid("job_id").unique_key())
        .col(uuid_null("recording_id"))
        .col(uuid_null("interview_id"))
        .col(uuid_null("question_id"))
        .col(uuid_null("owner_id"))
        .col(text("origin"))
        .col(text_null("external_id"))
        .col(text("purpose"))
        .col(json_binary("settings"))
        .col(text_null("callback_url"))
        .col(text("state"))
        .col(double_null("overall_score"))
        .col(json_binary_null("result"))
        .col(text_null("error"))
        .col(uuid_null("consent_id"))
        .col(big_integer("created_at"))
        .col(big_integer_null("started_at"))
        .col(big_integer_null("finished_at"))
        .col(big_integer("updated_at"))
        .col(integer("version"))
        .foreign_key(&mut references(
            "analyses",
            "organisation_id",
            "organisations",
        ))
        .foreign_key(&mut references("analyses", "job_id", "durable_jobs"))
        .foreign_key(&mut references("analyses", "recording_id", "recordings"))
        .foreign_key(&mut references("analyses", "interview_id", "interviews"))
        .foreign_key(&mut references(
            "analyses",
            "question_id",
            "interview_questions",
        ))
        .foreign_key(&mut references("analyses", "consent_id", "consents"))
        .to_owned()
}

fn reports() -> TableCreateStatement {
    Table::create()
        .table("reports")
        .col(uuid("id").primary_key())
        .col(uuid("organisation_id"))
        .col(uuid_null("interview_id"))
        .col(uuid_null("analysis_id"))
        .col(text("kind"))
        .col(text("format"))
        .col(text_null("object_key"))
        .col(json_binary_null("body"))
        .col(text("sha256"))
        .col(big_integer("created_at"))
        .foreign_key(&mut references(
            "reports",
            "organisation_id",
            "organisations",
        ))
        .foreign_key(&mut references("reports", "analysis_id", "analyses"))
        .foreign_key(&mut references("reports", "interview_id", "interviews"))
        .to_owned()
}
