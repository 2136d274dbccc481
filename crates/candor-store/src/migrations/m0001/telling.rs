//! Webhooks, the audit log and requests that happen once.

use sea_orm_migration::{prelude::*, schema::*};

use super::{index, references, unique};

/// In the order in which they can be made.
pub fn tables() -> Vec<TableCreateStatement> {
    vec![
        webhooks(),
        webhook_deliveries(),
        webhook_tries(),
        audit_log(),
        idempotency_keys(),
    ]
}

/// Indexes of these tables.
pub fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("webhooks", &["organisation_id"]),
        index("webhook_deliveries", &["organisation_id", "created_at"]),
        index("webhook_deliveries", &["webhook_id"]),
        index("webhook_tries", &["delivery_id"]),
        index("audit_log", &["organisation_id", "id"]),
        unique("idempotency_keys", &["organisation_id", "principal", "key"]),
        index("idempotency_keys", &["expires_at"]),
    ]
}

fn webhooks() -> TableCreateStatement {
    Table::create()
        .table("webhooks")
        .col(uuid("id").primary_key())
        .col(uuid("organisation_id"))
        .col(text("url"))
        .col(text_null("description"))
        .col(json_binary("events"))
        .col(text("secret_sealed"))
        .col(text_null("previous_secret_sealed"))
        .col(big_integer_null("previous_valid_until"))
        .col(boolean("enabled"))
        .col(big_integer("created_at"))
        .col(big_integer("updated_at"))
        .col(big_integer_null("deleted_at"))
        .col(integer("version"))
        .foreign_key(&mut references(
            "webhooks",
            "organisation_id",
            "organisations",
        ))
        .to_owned()
}

fn webhook_deliveries() -> TableCreateStatement {
    Table::create()
        .table("webhook_deliveries")
        .col(uuid("id").primary_key())
        .col(uuid("organisation_id"))
        .col(uuid_null("webhook_id"))
        .col(uuid_null("job_id"))
        .col(text("url"))
        .col(text("event_id"))
        .col(text("event_type"))
        .col(text("body"))
        .col(text("state"))
        .col(integer("attempts"))
        .col(integer_null("last_status"))
        .col(text_null("last_error"))
        .col(big_integer("created_at"))
        .col(big_integer_null("delivered_at"))
        .col(big_integer("updated_at"))
        .foreign_key(&mut references(
            "webhook_deliveries",
            "organisation_id",
            "organisations",
        ))
        .foreign_key(&mut references(
            "webhook_deliveries",
            "webhook_id",
            "webhooks",
        ))
        .to_owned()
}

fn webhook_tries() -> TableCreateStatement {
    Table::create()
        .table("webhook_tries")
        .col(uuid("id").primary_key())
        .col(uuid("organisation_id"))
        .col(uuid("delivery_id"))
        .col(integer_null("status"))
        .col(text_null("error"))
        .col(big_integer("started_at"))
        .col(big_integer("finished_at"))
        .foreign_key(&mut references(
            "webhook_tries",
            "organisation_id",
            "organisations",
        ))
        .foreign_key(&mut references(
            "webhook_tries",
            "delivery_id",
            "webhook_deliveries",
        ))
        .to_owned()
}

fn audit_log() -> TableCreateStatement {
    Table::create()
        .table("audit_log")
        .col(big_integer("id").auto_increment().primary_key())
        .col(uuid_null("organisation_id"))
        .col(big_integer("at"))
        .col(text("actor"))
        .col(text("action"))
        .col(text_null("subject"))
        .col(json_binary("details"))
        .col(text("previous_hash"))
        .col(text("hash"))
        .to_owned()
}

fn idempotency_keys() -> TableCreateStatement {
    Table::create()
        .table("idempotency_keys")
        .col(uuid("id").primary_key())
        .col(uuid("organisation_id"))
        .col(text("principal"))
        .col(text("key"))
        .col(text("request_hash"))
        .col(integer_null("status"))
        .col(json_binary_null("body"))
        .col(big_integer("created_at"))
        .col(big_integer("expires_at"))
        .foreign_key(&mut references(
            "idempotency_keys",
            "organisation_id",
            "organisations",
        ))
        .to_owned()
}
