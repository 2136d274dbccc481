//! API keys: shown once, stored hashed, scoped, of one organisation.

use candor_core::{
    access::{Action, Actor, AttestedConsent, Scope},
    ids::{ApiKeyId, OrganisationId, UserId},
};
use candor_store::{
    StoreError,
    records::keys::{self, KeyRow},
};
use jiff::Timestamp;
use serde_json::json;

use crate::{
    App, AppError,
    audit::{self, Entry},
    fields::{LINE, line},
    paging::{Page, PageRequest},
    secrets::{random_token, token_hash},
};

/// What every key begins with.
pub const PREFIX: &str = "cdr_";

/// Characters of a key that are kept to recognise it by.
const RECOGNISED: usize = 10;

/// What a new key is asked for with.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// What it is for, 1 to 100 characters.
    pub name: String,
    /// At least one.
    pub scopes: Vec<Scope>,
    /// The consent that the key's holder attests for every upload.
    pub attested_consent: Option<AttestedConsent>,
    /// Not valid from then on.
    pub expires_at: Option<Timestamp>,
}

/// An API key, without the key.
#[derive(Debug, Clone, PartialEq)]
pub struct ApiKey {
    /// Identifier.
    pub id: ApiKeyId,
    /// What it is for.
    pub name: String,
    /// First characters.
    pub prefix: String,
    /// What it may be used for.
    pub scopes: Vec<Scope>,
    /// What its holder attests.
    pub attested_consent: Option<AttestedConsent>,
    /// The person who made it; none: the operator.
    pub created_by: Option<UserId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Not valid from then on.
    pub expires_at: Option<Timestamp>,
    /// Last use, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// Since when it is invalid.
    pub revoked_at: Option<Timestamp>,
}

impl TryFrom<KeyRow> for ApiKey {
    type Error = StoreError;

    fn try_from(row: KeyRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id.into(),
            name: row.name,
            prefix: row.prefix,
            scopes: serde_json::from_value(row.scopes)
                .map_err(|_| StoreError::Damaged { what: "scope" })?,
            attested_consent: row
                .attested_consent
                .map(serde_json::from_value)
                .transpose()
                .map_err(|_| StoreError::Damaged { what: "consent" })?,
            created_by: row.created_by.map(Into::into),
            created_at: row.created_at.into(),
            expires_at: row.expires_at.map(Into::into),
            last_used_at: row.last_used_at.map(Into::into),
            revoked_at: row.revoked_at.map(Into::into),
        })
    }
}

/// Makes a key; the second part of the answer is the key itself, shown this once.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::Invalid`].
pub async fn create_key(
    app: &App,
    actor: &Actor,
    new: NewKey,
) -> Result<(ApiKey, String), AppError> {
    actor.may(Action::ManageKeys)?;
    insert(app, actor, new).await
}

/// [`create_key`] for whoever runs commands on the machine itself.
///
/// # Errors
/// [`AppError::Invalid`], [`AppError::NotFound`].
pub async fn create_key_as_operator(
    app: &App,
    organisation: OrganisationId,
    new: NewKey,
) -> Result<(ApiKey, String), AppError> {
    insert(app, &Actor::operator(organisation), new).await
}

async fn insert(app: &App, actor: &Actor, new: NewKey) -> Result<(ApiKey, String), AppError> {
    let name = line("name", &new.name, 100)?;
    let now = app.clock.now();
    if new.scopes.is_empty() {
        return Err(AppError::invalid(
            "invalid_scopes",
            "scopes",
            "at least one of read, write, operate and admin is needed",
        ));
    }
    if new.expires_at.is_some_and(|at| at <= now) {
        return Err(AppError::invalid(
            "invalid_time",
            "expires_at",
            "expires_at must be in the future",
        ));
    }
    if let Some(consent) = &new.attested_consent {
        line("attested_consent.version", &consent.version, LINE)?;
        line("attested_consent.by", &consent.by, LINE)?;
    }
    let mut scopes = new.scopes;
    scopes.sort_unstable();
    scopes.dedup();
    let key = format!("{PREFIX}{}", random_token());
    let row = KeyRow {
        id: ApiKeyId::generate().uuid(),
        organisation_id: actor.organisation.uuid(),
        name,
        prefix: key[..RECOGNISED].to_owned(),
        key_hash: token_hash(&key),
        scopes: json!(scopes),
        attested_consent: new.attested_consent.map(|consent| json!(consent)),
        created_by: actor.user().map(Into::into),
        created_at: now.into(),
        expires_at: new.expires_at.map(Into::into),
        last_used_at: None,
        revoked_at: None,
    };
    let made = ApiKey::try_from(row.clone())?;
    let transaction = app.store.begin().await?;
    keys::insert(&transaction, row).await?;
    let details = json!({
        "scopes": made.scopes,
        "attests_consent": made.attested_consent.is_some(),
    });
    let entry = Entry::by(actor, "api_key.created", &made.id, details);
    audit::record(&transaction, app, entry).await?;
    transaction.commit().await?;
    Ok((made, key))
}

/// Keys of the organisation, newest first.
///
/// # Errors
/// [`AppError::Denied`].
pub async fn list_keys(
    app: &App,
    actor: &Actor,
    page: PageRequest,
) -> Result<Page<ApiKey>, AppError> {
    actor.may(Action::ManageKeys)?;
    let rows = keys::list(
        app.store.reader(),
        actor.organisation,
        page.after,
        page.limit + 1,
    )
    .await?;
    let keys = rows
        .into_iter()
        .map(ApiKey::try_from)
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Page::cut(keys, page, |key| key.id.uuid()))
}

/// One key of the organisation.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::NotFound`].
pub async fn get_key(app: &App, actor: &Actor, id: ApiKeyId) -> Result<ApiKey, AppError> {
    actor.may(Action::ManageKeys)?;
    Ok(keys::get(app.store.near(), actor.organisation, id)
        .await?
        .try_into()?)
}

/// Revokes a key, at once in this process; a key that was revoked before stays so.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::NotFound`].
pub async fn revoke_key(app: &App, actor: &Actor, id: ApiKeyId) -> Result<ApiKey, AppError> {
    actor.may(Action::ManageKeys)?;
    let transaction = app.store.begin().await?;
    let now = app.clock.now();
    let revoked = keys::revoke(&transaction, actor.organisation, id, now.into()).await?;
    let row = keys::get(&transaction, actor.organisation, id).await?;
    if revoked {
        let entry = Entry::by(actor, "api_key.revoked", &id, json!({}));
        audit::record(&transaction, app, entry).await?;
    }
    transaction.commit().await?;
    app.identity.forget();
    Ok(row.try_into()?)
}
