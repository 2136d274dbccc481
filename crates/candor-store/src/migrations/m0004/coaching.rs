//! What people write about their own practice.

use sea_orm_migration::{prelude::*, schema::*};

use super::{index, references};

/// In the order in which they can be made.
pub fn tables() -> Vec<TableCreateStatement> {
    vec![reflections()]
}

/// Indexes of these tables.
pub fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("reflections", &["user_id", "created_at"]),
        index("reflections", &["interview_id"]),
    ]
}

fn reflections() -> TableCreateStatement {
    Table::create()
        .table("reflections")
        .col(uuid("id").primary_key())
        .col(uuid("organisation_id"))
        .col(uuid("user_id"))
        .col(uuid("interview_id"))
        .col(text("text"))
        .col(json_binary("coaching"))
        .col(json_binary("summary_scores"))
        .col(big_integer("created_at"))
        .foreign_key(&mut references(
            "reflections",
            "organisation_id",
            "organisations",
        ))
        .foreign_key(&mut references("reflections", "user_id", "users"))
        .foreign_key(&mut references("reflections", "interview_id", "interviews"))
        .to_owned()
}
