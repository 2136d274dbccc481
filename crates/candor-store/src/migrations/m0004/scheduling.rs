//! Invitations, what is mailed, and documents that people hand in.

use sea_orm_migration::{prelude::*, schema::*};

use super::{index, references};

/// In the order in which they can be made.
pub fn tables() -> Vec<TableCreateStatement> {
    vec![documents(), invitations(), mails()]
}

/// Indexes of these tables.
pub fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("documents", &["organisation_id", "created_at"]),
        index("documents", &["candidate_id"]),
        index("invitations", &["organisation_id", "created_at"]),
        index(
            "invitations",
            &["organisation_id", "status", "scheduled_at"],
        ),
        index("invitations", &["interview_id"]),
        index("mails", &["invitation_id"]),
        index("mails", &["organisation_id", "state", "due_at"]),
    ]
}

fn documents() -> TableCreateStatement {
    Table::create()
        .table("documents")
        .col(uuid("id").primary_key())
        .col(uuid("organisation_id"))
        .col(uuid_null("candidate_id"))
        .col(uuid_null("application_id"))
        .col(uuid_null("position_id"))
        .col(text("kind"))
        .col(text("source"))
        .col(text_null("source_url"))
        .col(text_null("object_key"))
        .col(text_null("file_name"))
        .col(text_null("content_type"))
        .col(big_integer("bytes"))
        .col(text_null("sha256"))
        .col(text("state"))
        .col(text_null("error"))
        .col(text_null("text"))
        .col(json_binary("details"))
        .col(text("created_by"))
        .col(big_integer("created_at"))
        .col(big_integer("updated_at"))
        .col(big_integer_null("deleted_at"))
        .col(integer("version"))
        .foreign_key(&mut references(
            "documents",
            "organisation_id",
            "organisations",
        ))
        .foreign_key(&mut references("documents", "candidate_id", "candidates"))
        .foreign_key(&mut references(
            "documents",
            "application_id",
            "applications",
        ))
        .foreign_key(&mut references("documents", "position_id", "positions"))
        .to_owned()
}

fn invitations() -> TableCreateStatement {
    Table::create()
        .table("invitations")
        .col(uuid("id").primary_key())
        .col(uuid("organisation_id"))
        .col(uuid_null("interview_id"))
        .col(uuid_null("candidate_id"))
        .col(uuid_null("application_id"))
        .col(uuid_null("position_id"))
        .col(uuid_null("document_id"))
        .col(text("candidate_email"))
        .col(text_null("candidate_name"))
        .col(text("role_family"))
        .col(text_null("interview_type"))
        .col(text("language"))
        .col(text_null("difficulty"))
        .col(integer_null("duration_minutes"))
        .col(json_binary("focus_areas"))
        .col(json_binary("questions"))
        .col(text_null("message"))
        .col(text_null("resume_url"))
        .col(big_integer("scheduled_at"))
        .col(text("time_zone"))
        .col(big_integer("opens_at"))
        .col(big_integer("closes_at"))
        .col(text("status"))
        .col(text("token_hash").unique_key())
        .col(text("token_sealed"))
        .col(text_null("start_key_hash"))
        .col(integer("sequence"))
        .col(text("email_state"))
        .col(text_null("email_error"))
        .col(big_integer_null("email_sent_at"))
        .col(text("created_by"))
        .col(big_integer("created_at"))
        .col(big_integer("updated_at"))
        .col(big_integer_null("deleted_at"))
        .col(integer("version"))
        .foreign_key(&mut references(
            "invitations",
            "organisation_id",
            "organisations",
        ))
        .foreign_key(&mut references("invitations", "interview_id", "interviews"))
        .foreign_key(&mut references("invitations", "candidate_id", "candidates"))
        .foreign_key(&mut references(
            "invitations",
            "application_id",
            "applications",
        ))
        .foreign_key(&mut references("invitations", "position_id", "positions"))
        .foreign_key(&mut references("invitations", "document_id", "documents"))
        .to_owned()
}

fn mails() -> TableCreateStatement {
    Table::create()
        .table("mails")
        .col(uuid("id").primary_key())
        .col(uuid("organisation_id"))
        .col(uuid("invitation_id"))
        .col(uuid_null("job_id"))
        .col(text("kind"))
        .col(integer("sequence"))
        .col(big_integer("due_at"))
        .col(text("state"))
        .col(text_null("error"))
        .col(big_integer("created_at"))
        .col(big_integer("updated_at"))
        .foreign_key(&mut references("mails", "organisation_id", "organisations"))
        .foreign_key(&mut references("mails", "invitation_id", "invitations"))
        .to_owned()
}
