//! Questions and rubrics that organisations write.

use sea_orm_migration::{prelude::*, schema::*};

use super::{index, references, unique};

/// In the order in which they can be made.
pub fn tables() -> Vec<TableCreateStatement> {
    vec![bank_questions(), rubrics()]
}

/// Indexes of these tables.
pub fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        unique("bank_questions", &["organisation_id", "language", "key"]),
        index("bank_questions", &["organisation_id", "role_family"]),
        unique("rubrics", &["position_id", "revision"]),
    ]
}

fn bank_questions() -> TableCreateStatement {
    Table::create()
        .table("bank_questions")
        .col(uuid("id").primary_key())
        .col(uuid("organisation_id"))
        .col(uuid_null("position_id"))
        .col(text("key"))
        .col(text("role_family"))
        .col(text("phase"))
        .col(text("difficulty"))
        .col(text("language"))
        .col(text("text"))
        .col(json_binary("competencies"))
        .col(json_binary("key_points"))
        .col(json_binary("follow_ups"))
        .col(text_null("starter_code"))
        .col(text_null("code_language"))
        .col(integer("sort_order"))
        .col(text("created_by"))
        .col(big_integer("created_at"))
        .col(big_integer("updated_at"))
        .col(integer("version"))
        .foreign_key(&mut references(
            "bank_questions",
            "organisation_id",
            "organisations",
        ))
        .foreign_key(&mut references(
            "bank_questions",
            "position_id",
            "positions",
        ))
        .to_owned()
}

fn rubrics() -> TableCreateStatement {
    Table::create()
        .table("rubrics")
        .col(uuid("id").primary_key())
        .col(uuid("organisation_id"))
        .col(uuid("position_id"))
        .col(integer("revision"))
        .col(text("source"))
        .col(json_binary("body"))
        .col(json_binary_null("provenance"))
        .col(text("created_by"))
        .col(big_integer("created_at"))
        .foreign_key(&mut references(
            "rubrics",
            "organisation_id",
            "organisations",
        ))
        .foreign_key(&mut references("rubrics", "position_id", "positions"))
        .to_owned()
}
