//! Organisations, people and what lets them in.

use sea_orm_migration::{prelude::*, schema::*};

use super::{index, references, unique};

/// In the order in which they can be made.
pub fn tables() -> Vec<TableCreateStatement> {
    vec![
        organisations(),
        users(),
        memberships(),
        token_families(),
        refresh_tokens(),
        setup_links(),
        api_keys(),
        candidates(),
        positions(),
        competencies(),
        applications(),
    ]
}

/// Indexes of these tables.
pub fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        unique("memberships", &["organisation_id", "user_id"]),
        index("memberships", &["user_id"]),
        index("token_families", &["user_id"]),
        index("refresh_tokens", &["family_id"]),
        index("setup_links", &["user_id"]),
        index("api_keys", &["organisation_id"]),
        index("candidates", &["organisation_id", "created_at"]),
        index("candidates", &["organisation_id", "external_id"]),
        index("positions", &["organisation_id", "created_at"]),
        unique("competencies", &["organisation_id", "key"]),
        index("applications", &["organisation_id", "created_at"]),
        index("applications", &["organisation_id", "external_id"]),
    ]
}

fn organisations() -> TableCreateStatement {
    Table::create()
        .table("organisations")
        .col(uuid("id").primary_key())
        .col(text("name"))
        .col(text("kind"))
        .col(json_binary("policy"))
        .col(integer_null("retention_days"))
        .col(big_integer("created_at"))
        .col(big_integer("updated_at"))
        .col(integer("version"))
        .to_owned()
}

fn users() -> TableCreateStatement {
    Table::create()
        .table("users")
        .col(uuid("id").primary_key())
        .col(text("login").unique_key())
        .col(text("handle"))
        .col(text_null("email"))
        .col(text("display_name"))
        .col(text_null("password_hash"))
        .col(integer("failed_logins"))
        .col(big_integer_null("locked_until"))
        .col(big_integer_null("disabled_at"))
        .col(big_integer("created_at"))
        .col(big_integer("updated_at"))
        .col(integer("version"))
        .to_owned()
}

fn memberships() -> TableCreateStatement {
    Table::create()
        .table("memberships")
        .col(uuid("id").primary_key())
        .col(uuid("organisation_id"))
        .col(uuid("user_id"))
        .col(text("role"))
        .col(big_integer("created_at"))
        .foreign_key(&mut references(
            "memberships",
            "organisation_id",
            "organisations",
        ))
        .foreign_key(&mut references("memberships", "user_id", "users"))
        .to_owned()
}

fn token_families() -> TableCreateStatement {
    Table::create()
        .table("token_families")
        .col(uuid("id").primary_key())
        .col(uuid("user_id"))
        .col(uuid("organisation_id"))
        .col(big_integer("created_at"))
        .col(big_integer("expires_at"))
        .col(big_integer_null("revoked_at"))
        .col(text_null("revoked_reason"))
        .foreign_key(&mut references("token_families", "user_id", "users"))
        .foreign_key(&mut references(
            "token_families",
            "organisation_id",
            "organisations",
        ))
        .to_owned()
}

fn refresh_tokens() -> TableCreateStatement {
    Table::create()
        .table("refresh_tokens")
        .col(uuid("id").primary_key())
        .col(uuid("family_id"))
        .col(text("token_hash").unique_key())
        .col(big_integer("issued_at"))
        .col(big_integer("expires_at"))
        .col(big_integer_null("used_at"))
        .col(uuid_null("replaced_by"))
        .foreign_key(&mut references(
            "refresh_tokens",
            "family_id",
            "token_families",
        ))
        .to_owned()
}

fn setup_links() -> TableCreateStatement {
    Table::create()
        .table("setup_links")
        .col(uuid("id").primary_key())
        .col(uuid_null("user_id"))
        .col(uuid_null("organisation_id"))
        .col(text("token_hash").unique_key())
        .col(big_integer("created_at"))
        .col(big_integer("expires_at"))
        .col(big_integer_null("used_at"))
        .foreign_key(&mut references("setup_links", "user_id", "users"))
        .foreign_key(&mut references(
            "setup_links",
            "organisation_id",
            "organisations",
        ))
        .to_owned()
}

fn api_keys() -> TableCreateStatement {
    Table::create()
        .table("api_keys")
        .col(uuid("id").primary_key())
        .col(uuid("organisation_id"))
        .col(text("name"))
        .col(text("prefix"))
        .col(text("key_hash").unique_key())
        .col(json_binary("scopes"))
        .col(json_binary_null("attested_consent"))
        .col(uuid_null("created_by"))
        .col(big_integer("created_at"))
        .col(big_integer_null("expires_at"))
        .col(big_integer_null("last_used_at"))
        .col(big_integer_null("revoked_at"))
        .foreign_key(&mut references(
            "api_keys",
            "organisation_id",
            "organisations",
        ))
        .to_owned()
}

fn candidates() -> TableCreateStatement {
    Table::create()
        .table("candidates")
        .col(uuid("id").primary_key())
        .col(uuid("organisation_id"))
        .col(uuid_null("user_id"))
        .col(text_null("external_id"))
        .col(text_null("name"))
        .col(text_null("email"))
        .col(text_null("phone"))
        .col(json_binary("profile"))
        .col(big_integer("created_at"))
        .col(big_integer("updated_at"))
        .col(big_integer_null("deleted_at"))
        .col(integer("version"))
        .foreign_key(&mut references(
            "candidates",
            "organisation_id",
            "organisations",
        ))
        .to_owned()
}

fn positions() -> TableCreateStatement {
    Table::create()
        .table("positions")
        .col(uuid("id").primary_key())
        .col(uuid("organisation_id"))
        .col(text_null("external_id"))
        .col(text("title"))
        .col(text("description"))
        .col(text_null("role_family"))
        .col(text("status"))
        .col(json_binary("settings"))
        .col(big_integer("created_at"))
        .col(big_integer("updated_at"))
        .col(big_integer_null("deleted_at"))
        .col(integer("version"))
        .foreign_key(&mut references(
            "positions",
            "organisation_id",
            "organisations",
        ))
        .to_owned()
}

fn competencies() -> TableCreateStatement {
    Table::create()
        .table("competencies")
        .col(uuid("id").primary_key())
        .col(uuid("organisation_id"))
        .col(text("key"))
        .col(text("name"))
        .col(text("description"))
        .col(big_integer("created_at"))
        .col(big_integer("updated_at"))
        .col(integer("version"))
        .foreign_key(&mut references(
            "competencies",
            "organisation_id",
            "organisations",
        ))
        .to_owned()
}

fn applications() -> TableCreateStatement {
    Table::create()
        .table("applications")
        .col(uuid("id").primary_key())
        .col(uuid("organisation_id"))
        .col(text_null("external_id"))
        .col(uuid_null("candidate_id"))
        .col(uuid_null("position_id"))
        .col(text("status"))
        .col(json_binary("details"))
        .col(big_integer("created_at"))
        .col(big_integer("updated_at"))
        .col(big_integer_null("deleted_at"))
        .col(integer("version"))
        .foreign_key(&mut references(
            "applications",
            "organisation_id",
            "organisations",
        ))
        .foreign_key(&mut references(
            "applications",
            "candidate_id",
            "candidates",
        ))
        .foreign_key(&mut references("applications", "position_id", "positions"))
        .to_owned()
}
