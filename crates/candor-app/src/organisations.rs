//! Organisations, their members and their policy.

use candor_core::{
    access::Principal,
    ids::OrganisationId,
    policy::{OrganisationKind, Policy},
};
use candor_store::{
    StoreError,
    records::organisations::{self as rows, OrganisationRow},
};
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::{App, AppError, audit, input::text};

/// Makes an organisation. For the operator and for what happens at start; no route leads here.
///
/// # Errors
/// [`AppError::Invalid`].
pub async fn create_organisation(
    app: &App,
    by: Principal,
    name: &str,
    kind: OrganisationKind,
) -> Result<OrganisationId, AppError> {
    let transaction = app.store.begin().await?;
    let id = insert_organisation(&transaction, app, name, kind).await?;
    audit::record(
        &transaction,
        app,
        audit::Entry {
            organisation: Some(id),
            actor: by,
            action: "organisation.created",
            subject: Some(id.to_string()),
            details: json!({ "kind": kind }),
        },
    )
    .await?;
    transaction.commit().await?;
    Ok(id)
}

/// Adds an organisation in the caller's transaction; its policy allows the least.
pub(crate) async fn insert_organisation(
    transaction: &impl ConnectionTrait,
    app: &App,
    name: &str,
    kind: OrganisationKind,
) -> Result<OrganisationId, AppError> {
    let now = app.clock.now();
    let id = OrganisationId::generate();
    let policy = Policy {
        kind,
        ..Policy::default()
    };
    let row = OrganisationRow {
        id: id.uuid(),
        name: text("name", name, 1..=200)?,
        kind: kind.as_str().to_owned(),
        policy: stored(&policy),
        retention_days: None,
        created_at: now.into(),
        updated_at: now.into(),
        version: 1,
    };
    rows::insert(transaction, row).await?;
    Ok(id)
}

/// The policy of an organisation.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn policy(app: &App, organisation: OrganisationId) -> Result<Policy, AppError> {
    Ok(read_policy(
        &rows::get(app.store.current(), organisation).await?,
    )?)
}

/// Kind and retention have columns of their own, by which rows are found.
fn stored(policy: &Policy) -> serde_json::Value {
    serde_json::json!({
        "scoring": policy.scoring,
        "behavioural_observations": policy.behavioural_observations,
    })
}

fn read_policy(row: &OrganisationRow) -> Result<Policy, StoreError> {
    let damaged = || StoreError::Damaged { what: "policy" };
    let part = |name: &str| row.policy.get(name).cloned().unwrap_or_default();
    Ok(Policy {
        kind: OrganisationKind::from_name(&row.kind).ok_or_else(damaged)?,
        scoring: serde_json::from_value(part("scoring")).map_err(|_| damaged())?,
        behavioural_observations: serde_json::from_value(part("behavioural_observations"))
            .map_err(|_| damaged())?,
        retention_days: row
            .retention_days
            .map(u32::try_from)
            .transpose()
            .map_err(|_| damaged())?,
    })
}
