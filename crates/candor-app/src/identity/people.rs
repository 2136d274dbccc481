//! Accounts of people.

use candor_core::{
    access::{Action, Actor, Role},
    ids::UserId,
};
use candor_store::records::{
    organisations,
    users::{self, UserRow},
};
use jiff::Timestamp;
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::{App, AppError, audit, input::text};

/// A person, as they are shown to themselves and to admins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Identifier.
    pub id: UserId,
    /// What they chose to sign in with, as they wrote it.
    pub handle: String,
    /// Name that people see.
    pub display_name: String,
}

impl From<&UserRow> for Person {
    fn from(row: &UserRow) -> Self {
        Self {
            id: row.id.into(),
            handle: row.handle.clone(),
            display_name: row.display_name.clone(),
        }
    }
}

/// Makes an account in the actor's organisation, without a password.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::Invalid`], [`AppError::Conflict`] (`login_taken`).
pub async fn add_person(
    app: &App,
    actor: &Actor,
    handle: &str,
    display_name: Option<&str>,
    role: Role,
) -> Result<Person, AppError> {
    actor.may(Action::ManageUsers)?;
    let transaction = app.store.begin().await?;
    let person = insert_member(&transaction, app, actor, handle, display_name, role).await?;
    transaction.commit().await?;
    Ok(person)
}

/// [`add_person`] in the caller's transaction.
pub(super) async fn insert_member(
    transaction: &impl ConnectionTrait,
    app: &App,
    actor: &Actor,
    handle: &str,
    display_name: Option<&str>,
    role: Role,
) -> Result<Person, AppError> {
    let now = app.clock.now();
    let person = insert_person(transaction, handle, display_name, None, now).await?;
    organisations::add_member(transaction, actor.organisation, person.id, role, now.into()).await?;
    audit::record(
        transaction,
        app,
        audit::Entry {
            organisation: Some(actor.organisation),
            actor: actor.principal,
            action: "user.created",
            subject: Some(person.id.to_string()),
            details: json!({ "role": role }),
        },
    )
    .await?;
    Ok(person)
}

/// How an account is found: capitals don't tell people apart.
pub(super) fn login(handle: &str) -> String {
    handle.trim().to_lowercase()
}

/// Adds an account in the caller's transaction.
///
/// # Errors
/// [`AppError::Invalid`], [`AppError::Conflict`] (`login_taken`).
pub(crate) async fn insert_person(
    transaction: &impl ConnectionTrait,
    handle: &str,
    display_name: Option<&str>,
    password_hash: Option<String>,
    now: Timestamp,
) -> Result<Person, AppError> {
    let handle = text("userId", handle, 3..=64)?;
    let display_name = match display_name.map(str::trim) {
        Some(name) if !name.is_empty() => text("displayName", name, 1..=100)?,
        _ => handle.clone(),
    };
    let login = login(&handle);
    if users::find_by_login(transaction, &login).await?.is_some() {
        return Err(taken());
    }
    let row = UserRow {
        id: UserId::generate().uuid(),
        email: login.contains('@').then(|| login.clone()),
        login,
        handle,
        display_name,
        password_hash,
        failed_logins: 0,
        locked_until: None,
        disabled_at: None,
        created_at: now.into(),
        updated_at: now.into(),
        version: 1,
    };
    let person = Person::from(&row);
    match users::insert(transaction, row).await {
        // Somebody else was quicker.
        Err(candor_store::StoreError::Conflict { .. }) => Err(taken()),
        other => Ok(other.map(|()| person)?),
    }
}

fn taken() -> AppError {
    AppError::conflict(
        "login_taken",
        "an account with this id exists; sign in, or choose another id",
    )
}
