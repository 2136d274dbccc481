//! Interviews as they are held, and what is decided after them.

use sea_orm_migration::{prelude::*, schema::*};

use super::{index, references, unique};

/// In the order in which they can be made.
pub fn tables() -> Vec<TableCreateStatement> {
    vec![
        interview_sessions(),
        interview_turns(),
        decisions(),
        token_usage(),
    ]
}

/// Indexes of these tables.
pub fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        unique("interview_turns", &["interview_id", "ordinal"]),
        index("interview_sessions", &["organisation_id", "status"]),
        index("decisions", &["interview_id", "decided_at"]),
        unique(
            "token_usage",
            &["organisation_id", "day", "processor", "model", "task"],
        ),
    ]
}

fn interview_sessions() -> TableCreateStatement {
    Table::create()
        .table("interview_sessions")
        .col(uuid("id").primary_key())
        .col(uuid("organisation_id"))
        .col(uuid_null("rubric_id"))
        .col(json_binary("plan"))
        .col(json_binary("state"))
        .col(integer("n_turns"))
        .col(text("status"))
        .col(big_integer("created_at"))
        .col(big_integer("updated_at"))
        .col(integer("version"))
        .foreign_key(&mut references("interview_sessions", "id", "interviews"))
        .foreign_key(&mut references(
            "interview_sessions",
            "organisation_id",
            "organisations",
        ))
        .foreign_key(&mut references(
            "interview_sessions",
            "rubric_id",
            "rubrics",
        ))
        .to_owned()
}

fn interview_turns() -> TableCreateStatement {
    Table::create()
        .table("interview_turns")
        .col(uuid("id").primary_key())
        .col(uuid("organisation_id"))
        .col(uuid("interview_id"))
        .col(integer("ordinal"))
        .col(text("speaker"))
        .col(text("kind"))
        .col(text_null("question_id"))
        .col(text("text"))
        .col(json_binary_null("evaluation"))
        .col(json_binary_null("first_evaluation"))
        .col(json_binary("details"))
        .col(big_integer("said_at"))
        .foreign_key(&mut references(
            "interview_turns",
            "organisation_id",
            "organisations",
        ))
        .foreign_key(&mut references(
            "interview_turns",
            "interview_id",
            "interviews",
        ))
        .to_owned()
}

fn decisions() -> TableCreateStatement {
    Table::create()
        .table("decisions")
        .col(uuid("id").primary_key())
        .col(uuid("organisation_id"))
        .col(uuid("interview_id"))
        .col(uuid_null("report_id"))
        .col(text("decision"))
        .col(text("reason"))
        .col(text("decided_by"))
        .col(big_integer("decided_at"))
        .foreign_key(&mut references(
            "decisions",
            "organisation_id",
            "organisations",
        ))
        .foreign_key(&mut references("decisions", "interview_id", "interviews"))
        .foreign_key(&mut references("decisions", "report_id", "reports"))
        .to_owned()
}

fn token_usage() -> TableCreateStatement {
    Table::create()
        .table("token_usage")
        .col(uuid("id").primary_key())
        .col(uuid("organisation_id"))
        .col(integer("day"))
        .col(text("processor"))
        .col(text("model"))
        .col(text("task"))
        .col(big_integer("calls"))
        .col(big_integer("estimated_calls"))
        .col(big_integer("calls_without_figures"))
        .col(big_integer("prompt_tokens"))
        .col(big_integer("completion_tokens"))
        .foreign_key(&mut references(
            "token_usage",
            "organisation_id",
            "organisations",
        ))
        .to_owned()
}
