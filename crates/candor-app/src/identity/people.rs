//! Accounts of people.

use candor_core::{
    access::{Action, Actor, Denied, Role},
    ids::UserId,
};
use candor_store::records::{
    organisations,
    users::{self, UserRow},
};
use jiff::Timestamp;
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::{
    App, AppError,
    audit::{self, Entry},
    fields::line,
};

/// Shortest id of a person, in characters.
pub const SHORTEST_HANDLE: usize = 3;

/// Longest id of a person, in characters.
pub const LONGEST_HANDLE: usize = 254;

/// What ids of accounts begin with that Candor makes for itself.
const RESERVED: &str = "candor:";

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
    let entry = Entry::by(actor, "user.created", &person.id, json!({ "role": role }));
    audit::record(transaction, app, entry).await?;
    Ok(person)
}

/// The signed-in person.
///
/// # Errors
/// [`AppError::Denied`] for keys.
pub async fn get_me(app: &App, actor: &Actor) -> Result<Person, AppError> {
    let id = actor.user().ok_or(Denied)?;
    Ok((&users::get(app.store.near(), id).await?).into())
}

/// Changes the name that people see of the signed-in person.
///
/// # Errors
/// [`AppError::Denied`] for keys, [`AppError::Invalid`].
pub async fn update_me(app: &App, actor: &Actor, display_name: &str) -> Result<Person, AppError> {
    let id = actor.user().ok_or(Denied)?;
    let name = line("display_name", display_name, 100)?;
    users::set_display_name(app.store.writer(), id, &name, app.clock.now().into()).await?;
    Ok((&users::get(app.store.writer(), id).await?).into())
}

/// Refuses an id that is taken or can't be one.
pub(super) async fn check_free(app: &App, handle: &str) -> Result<(), AppError> {
    let login = login(&checked(handle)?);
    match users::find_by_login(app.store.near(), &login).await? {
        Some(_) => Err(taken()),
        None => Ok(()),
    }
}

fn checked(handle: &str) -> Result<String, AppError> {
    let handle = line("login", handle, LONGEST_HANDLE)?;
    if handle.chars().count() < SHORTEST_HANDLE {
        return Err(AppError::invalid(
            "invalid_text",
            "login",
            format!("login must have {SHORTEST_HANDLE} characters or more"),
        ));
    }
    Ok(handle)
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
    let handle = checked(handle)?;
    if login(&handle).starts_with(RESERVED) {
        return Err(taken());
    }
    insert_account(transaction, handle, display_name, password_hash, now).await
}

/// [`insert_person`], also under a reserved id.
pub(super) async fn insert_account(
    transaction: &impl ConnectionTrait,
    handle: String,
    display_name: Option<&str>,
    password_hash: Option<String>,
    now: Timestamp,
) -> Result<Person, AppError> {
    let display_name = match display_name.map(str::trim) {
        Some(name) if !name.is_empty() => line("display_name", name, 100)?,
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
