//! Organisations, their members and their policy.

use candor_core::{
    access::{Action, Actor, Denied, Powers, Principal},
    ids::OrganisationId,
    policy::{InvalidPolicy, LegalBasis, OrganisationKind, Policy, Processor, Scoring},
};
use candor_store::{
    StoreError,
    records::{
        audit as chains,
        only::ReadOne,
        organisations::{self as rows, OrganisationRow},
    },
};
use jiff::Timestamp;
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::{
    App, AppError,
    audit::{self, Entry},
    fields::line,
    identity,
};

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
    record_creation(&transaction, app, by, id, kind).await?;
    transaction.commit().await?;
    Ok(id)
}

pub(crate) async fn record_creation(
    transaction: &impl ConnectionTrait,
    app: &App,
    by: Principal,
    id: OrganisationId,
    kind: OrganisationKind,
) -> Result<(), AppError> {
    let entry = Entry::new(id, by, "organisation.created", &id, json!({ "kind": kind }));
    audit::record(transaction, app, entry).await
}

/// An organisation, as its members see it.
#[derive(Debug, Clone, PartialEq)]
pub struct Organisation {
    /// Identifier.
    pub id: OrganisationId,
    /// Name that people see.
    pub name: String,
    /// What it allows itself.
    pub policy: Policy,
    /// When it was made.
    pub created_at: Timestamp,
    /// Last change.
    pub updated_at: Timestamp,
    /// Grows by one with every change.
    pub version: i32,
}

impl TryFrom<OrganisationRow> for Organisation {
    type Error = StoreError;

    fn try_from(row: OrganisationRow) -> Result<Self, StoreError> {
        Ok(Self {
            policy: read_policy(&row)?,
            id: row.id.into(),
            name: row.name,
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
            version: row.version,
        })
    }
}

/// What an admin asks of the policy.
#[derive(Debug, Clone)]
pub struct PolicyRequest {
    /// What the organisation is.
    pub kind: OrganisationKind,
    /// What hiring scores rest on.
    pub scoring: Scoring,
    /// The legal basis of observing face and voice in hiring; none: they are not observed.
    pub legal_basis: Option<String>,
    /// Days that recordings are kept; none: until deleted.
    pub retention_days: Option<u32>,
    /// Name of whoever runs the chat model that may be asked; none: no chat model is.
    pub chat_processor: Option<String>,
}

/// An organisation, for whoever runs commands on the machine itself.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn find_organisation(app: &App, id: OrganisationId) -> Result<Organisation, AppError> {
    Ok(rows::get(app.store.near(), id).await?.try_into()?)
}

/// The actor's organisation.
///
/// # Errors
/// [`AppError::Denied`] for candidates with the token of an interview, who are no members.
pub async fn get_organisation(app: &App, actor: &Actor) -> Result<Organisation, AppError> {
    if matches!(actor.powers, Powers::Interview(_)) {
        return Err(Denied.into());
    }
    Ok(rows::get(app.store.near(), actor.organisation)
        .await?
        .try_into()?)
}

/// Renames the actor's organisation. `version`: the one that was read, when the caller wants to be sure.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::Invalid`], [`AppError::Stale`].
pub async fn update_organisation(
    app: &App,
    actor: &Actor,
    name: &str,
    version: Option<i32>,
) -> Result<Organisation, AppError> {
    actor.may(Action::ManageOrganisation)?;
    let name = line("name", name, 200)?;
    change(app, actor, version, "organisation.renamed", |row| {
        row.name = name;
        Ok(json!({}))
    })
    .await
}

/// Sets the policy. A legal basis and a processor are kept with who recorded them and when; the same words keep both.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::Invalid`] (`invalid_policy`), [`AppError::Stale`].
pub async fn update_policy(
    app: &App,
    actor: &Actor,
    request: PolicyRequest,
    version: Option<i32>,
) -> Result<Organisation, AppError> {
    actor.may(Action::ManageOrganisation)?;
    let now = app.clock.now();
    change(app, actor, version, "organisation.policy_changed", |row| {
        let before = read_policy(row)?;
        let personal = OrganisationKind::Personal;
        if (before.kind == personal) != (request.kind == personal) {
            return Err(AppError::invalid(
                "invalid_policy",
                "kind",
                "a person's own workspace stays one, and no other organisation becomes one",
            ));
        }
        let basis = request.legal_basis.map(|basis| {
            before
                .behavioural_observations
                .filter(|kept| kept.basis == basis.trim())
                .unwrap_or_else(|| LegalBasis {
                    basis: basis.trim().to_owned(),
                    recorded_by: actor.principal.to_string(),
                    recorded_at: now,
                })
        });
        let processor = request.chat_processor.map(|name| {
            before
                .chat_processor
                .filter(|kept| kept.name == name.trim())
                .unwrap_or_else(|| Processor {
                    name: name.trim().to_owned(),
                    recorded_by: actor.principal.to_string(),
                    recorded_at: now,
                })
        });
        let policy = Policy {
            kind: request.kind,
            scoring: request.scoring,
            behavioural_observations: basis,
            retention_days: request.retention_days,
            chat_processor: processor,
        };
        let invalid = |error: InvalidPolicy| AppError::Invalid {
            code: "invalid_policy",
            message: error.to_string(),
            field: None,
        };
        policy.check().map_err(invalid)?;
        let basis = policy.behavioural_observations.as_ref();
        if basis.is_some_and(|basis| basis.basis.contains('\0')) {
            return Err(invalid(InvalidPolicy::Basis));
        }
        row.kind = policy.kind.as_str().to_owned();
        row.policy = stored(&policy);
        row.retention_days = policy
            .retention_days
            .and_then(|days| i32::try_from(days).ok());
        Ok(json!({
            "kind": policy.kind,
            "scoring": policy.scoring,
            "behavioural_observations": basis.is_some(),
            "retention_days": policy.retention_days,
            "chat_processor": policy.chat_processor.as_ref().map(|processor| &processor.name),
        }))
    })
    .await
}

async fn change(
    app: &App,
    actor: &Actor,
    version: Option<i32>,
    action: &'static str,
    edit: impl FnOnce(&mut OrganisationRow) -> Result<serde_json::Value, AppError>,
) -> Result<Organisation, AppError> {
    let transaction = app.store.begin().await?;
    let mut row = rows::get(&transaction, actor.organisation).await?;
    if version.is_some_and(|version| version != row.version) {
        return Err(AppError::Stale);
    }
    let details = edit(&mut row)?;
    row.updated_at = app.clock.now().into();
    match rows::update(&transaction, &row).await {
        Err(StoreError::Conflict { .. }) => return Err(AppError::Stale),
        done => done?,
    }
    row.version += 1;
    let entry = Entry::by(actor, action, &actor.organisation, details);
    audit::record(&transaction, app, entry).await?;
    transaction.commit().await?;
    Ok(row.try_into()?)
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
        name: line("name", name, 200)?,
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

/// The organisation of whoever runs the installation; made when there is none. Keys that are made on the
/// machine itself and the first admin belong to it. In single-user mode it is that person's.
///
/// # Errors
/// What the database says.
pub async fn ensure_main_organisation(app: &App) -> Result<OrganisationId, AppError> {
    let transaction = app.store.begin().await?;
    chains::lock_chain(&transaction, None).await?;
    let id = if identity::single_user_is_on(&app.config) {
        identity::ensure_single_user(&transaction, app).await?.1
    } else {
        insert_main_organisation(&transaction, app).await?
    };
    transaction.commit().await?;
    Ok(id)
}

/// [`ensure_main_organisation`] in the caller's transaction, which holds the installation's chain.
pub(crate) async fn insert_main_organisation(
    transaction: &impl ConnectionTrait,
    app: &App,
) -> Result<OrganisationId, AppError> {
    if let Some(row) = rows::find_first_shared(transaction).await? {
        return Ok(row.id.into());
    }
    let kind = OrganisationKind::Other;
    let id = insert_organisation(transaction, app, "Organisation", kind).await?;
    record_creation(transaction, app, Principal::Operator, id, kind).await?;
    Ok(id)
}

/// The policy of an organisation.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn policy(app: &App, organisation: OrganisationId) -> Result<Policy, AppError> {
    policy_with(app.store.near(), organisation).await
}

/// [`policy`] as the caller's connection sees it.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn policy_with(
    connection: &impl ReadOne,
    organisation: OrganisationId,
) -> Result<Policy, AppError> {
    Ok(read_policy(&rows::get(connection, organisation).await?)?)
}

/// Kind and retention have columns of their own, by which rows are found.
fn stored(policy: &Policy) -> serde_json::Value {
    serde_json::json!({
        "scoring": policy.scoring,
        "behavioural_observations": policy.behavioural_observations,
        "chat_processor": policy.chat_processor,
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
        chat_processor: serde_json::from_value(part("chat_processor")).map_err(|_| damaged())?,
        retention_days: row
            .retention_days
            .map(u32::try_from)
            .transpose()
            .map_err(|_| damaged())?,
    })
}
