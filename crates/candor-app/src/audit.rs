//! The audit log: who did what. Appended, hash-chained, pseudonymous ids only.
//!
//! Each organisation has a chain of its own, and so has the installation: an admin can check theirs, and
//! writers of different organisations don't wait for each other.

use candor_core::{
    access::{Action, Actor, Principal},
    ids::OrganisationId,
};
use candor_store::{
    Micros,
    records::audit::{self, AuditRow},
};
use jiff::Timestamp;
use sea_orm::ConnectionTrait;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{App, AppError};

/// Stands where a first row names the row before it.
const BEGINNING: &str = "";

/// Lines that are checked at a time.
const BATCH: u64 = 1000;

/// What is written down.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Where; none: the installation.
    pub organisation: Option<OrganisationId>,
    /// Who.
    pub actor: Principal,
    /// E.g. `api_key.created`.
    pub action: &'static str,
    /// Id of what it was done to.
    pub subject: Option<String>,
    /// What changed; never personal data. An object.
    pub details: Value,
}

impl Entry {
    /// What somebody did to `subject` in an organisation.
    pub fn new(
        organisation: OrganisationId,
        actor: Principal,
        action: &'static str,
        subject: &impl ToString,
        details: Value,
    ) -> Self {
        Self {
            organisation: Some(organisation),
            actor,
            action,
            subject: Some(subject.to_string()),
            details,
        }
    }

    /// What an actor did to `subject` in their organisation.
    pub fn by(
        actor: &Actor,
        action: &'static str,
        subject: &impl ToString,
        details: Value,
    ) -> Self {
        Self::new(
            actor.organisation,
            actor.principal,
            action,
            subject,
            details,
        )
    }
}

/// Appends an entry in the caller's transaction. Call it last: on PostgreSQL the chain is locked until the
/// transaction ends, and who waits for a row meanwhile would wait for ever.
///
/// # Errors
/// What the database says.
pub async fn record(
    transaction: &impl ConnectionTrait,
    app: &App,
    entry: Entry,
) -> Result<(), AppError> {
    audit::lock_chain(transaction, entry.organisation).await?;
    let previous_hash = audit::find_last_hash(transaction, entry.organisation)
        .await?
        .unwrap_or_else(|| BEGINNING.to_owned());
    let mut row = AuditRow {
        id: 0,
        organisation_id: entry.organisation.map(Into::into),
        at: Micros::from(app.clock.now()),
        actor: entry.actor.to_string(),
        action: entry.action.to_owned(),
        subject: entry.subject,
        details: exact(entry.details),
        previous_hash,
        hash: String::new(),
    };
    row.hash = hash(&row);
    Ok(audit::append(transaction, row).await?)
}

/// A line of the log.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditLine {
    /// Order; grows, with gaps.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// Principal.
    pub actor: String,
    /// What was done.
    pub action: String,
    /// Id of what it was done to.
    pub subject: Option<String>,
    /// What changed.
    pub details: Value,
    /// Hash of this line, which covers the one before.
    pub hash: String,
}

/// Whether the chain is whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// Lines that were read.
    pub lines: u64,
    /// Hash of the last one. Kept elsewhere, it shows later that no line was cut off.
    pub head: Option<String>,
    /// The first line that was changed, or whose predecessor is missing.
    pub broken_at: Option<i64>,
}

/// Lines of the actor's organisation, newest first; `before` is the last one seen.
///
/// # Errors
/// [`AppError::Denied`].
pub async fn list_audit(
    app: &App,
    actor: &Actor,
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<AuditLine>, AppError> {
    actor.may(Action::ReadAudit)?;
    let organisation = Some(actor.organisation);
    let rows = audit::list_backward(app.store.reader(), organisation, before, limit).await?;
    Ok(rows
        .into_iter()
        .map(|row| AuditLine {
            id: row.id,
            at: row.at.into(),
            actor: row.actor,
            action: row.action,
            subject: row.subject,
            details: row.details,
            hash: row.hash,
        })
        .collect())
}

/// Checks the chain of the actor's organisation.
///
/// # Errors
/// [`AppError::Denied`].
pub async fn verify_audit(app: &App, actor: &Actor) -> Result<Verification, AppError> {
    actor.may(Action::ReadAudit)?;
    verify(app, Some(actor.organisation)).await
}

/// Checks a chain from its first line to its last; none: the installation's.
///
/// # Errors
/// What the database says.
pub async fn verify(
    app: &App,
    organisation: Option<OrganisationId>,
) -> Result<Verification, AppError> {
    let mut seen = Verification {
        lines: 0,
        head: None,
        broken_at: None,
    };
    let mut after = 0;
    loop {
        let rows = audit::list_forward(app.store.fresh(), organisation, after, BATCH).await?;
        let Some(last) = rows.last() else {
            return Ok(seen);
        };
        after = last.id;
        for row in rows {
            let follows = row.previous_hash == seen.head.as_deref().unwrap_or(BEGINNING);
            if (!follows || hash(&row) != row.hash) && seen.broken_at.is_none() {
                seen.broken_at = Some(row.id);
            }
            seen.lines += 1;
            seen.head = Some(row.hash);
        }
    }
}

/// SHA-256 over the parts of a row in a form that does not depend on the database: JSON with sorted keys.
fn hash(row: &AuditRow) -> String {
    let parts = Value::from(vec![
        Value::from(row.previous_hash.as_str()),
        Value::from(row.organisation_id.map(|id| id.to_string())),
        Value::from(row.at.0),
        Value::from(row.actor.as_str()),
        Value::from(row.action.as_str()),
        Value::from(row.subject.as_deref()),
        row.details.clone(),
    ]);
    let mut text = String::new();
    write_sorted(&parts, &mut text);
    hex::encode(Sha256::digest(text.as_bytes()))
}

fn write_sorted(value: &Value, text: &mut String) {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(name, _)| *name);
            text.push('{');
            for (name, value) in fields {
                text.push_str(&Value::from(name.as_str()).to_string());
                text.push(':');
                write_sorted(value, text);
                text.push(',');
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for item in items {
                write_sorted(item, text);
                text.push(',');
            }
            text.push(']');
        }
        plain => text.push_str(&plain.to_string()),
    }
}

/// Fractions become text, because databases write them back in other digits, and the zero character, which
/// PostgreSQL refuses, is left out.
fn exact(value: Value) -> Value {
    match value {
        Value::Number(number) if number.is_f64() => Value::from(number.to_string()),
        Value::String(text) => Value::from(text.replace('\0', "")),
        Value::Array(items) => Value::from(items.into_iter().map(exact).collect::<Vec<_>>()),
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| (name.replace('\0', ""), exact(value)))
            .collect(),
        plain => plain,
    }
}
