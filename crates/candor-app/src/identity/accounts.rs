//! Registering and signing in.

use candor_core::{
    access::{Actor, Denied, Principal, Role},
    ids::{OrganisationId, UserId},
    policy::OrganisationKind,
};
use candor_store::records::{organisations, users};
use jiff::SignedDuration;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{
    limits, memory, passwords,
    people::{self, Person, insert_person},
    sessions::{self, Session},
};
use crate::{
    App, AppError,
    audit::{self, Entry},
    config::Config,
    organisations::{insert_organisation, record_creation},
};

/// Longest id that is looked up, in bytes.
const LONGEST_LOGIN: usize = 1024;

/// An account that somebody asks for.
#[derive(Clone)]
pub struct NewAccount {
    /// What they will sign in with, 3 to 64 characters.
    pub login: String,
    /// See [`passwords`].
    pub password: String,
    /// Name that people see; none: the login.
    pub display_name: Option<String>,
}

/// What somebody signs in with.
#[derive(Clone)]
pub struct Credentials {
    /// Id or e-mail.
    pub login: String,
    /// Password.
    pub password: String,
    /// Where they want to act; none: the organisation they joined first.
    pub organisation: Option<OrganisationId>,
}

/// Whether anybody may register: by setting, or because the server listens on this machine only.
pub fn registration_is_open(config: &Config) -> bool {
    match config.auth.registration.as_str() {
        "open" => true,
        "auto" => config.listens_on_loopback_only(),
        _ => false,
    }
}

/// Makes an account with a workspace of its own, in which its owner is a candidate: never an admin.
///
/// # Errors
/// [`AppError::Refused`] (`registration_closed`), [`AppError::Invalid`], [`AppError::Conflict`]
/// (`login_taken`): an account never changes because somebody registers its id again.
pub async fn register(
    app: &App,
    new: NewAccount,
    shortest_password: usize,
) -> Result<Session, AppError> {
    if !registration_is_open(&app.config) {
        return Err(AppError::refused(
            "registration_closed",
            "accounts are made by invitation here; ask an admin",
        ));
    }
    passwords::check(&new.password, &new.login, shortest_password)?;
    // Before the password is hashed, which is the expensive part.
    people::check_free(app, &new.login).await?;
    let hash = passwords::hash(app, &new.password).await?;
    let transaction = app.store.begin().await?;
    let now = app.clock.now();
    let name = new.display_name.as_deref();
    let person = insert_person(&transaction, &new.login, name, Some(hash), now).await?;
    let by = Principal::User(person.id);
    let kind = OrganisationKind::Personal;
    let organisation = insert_organisation(&transaction, app, &person.display_name, kind).await?;
    organisations::add_member(
        &transaction,
        organisation,
        person.id,
        Role::Candidate,
        now.into(),
    )
    .await?;
    let session = sessions::open(&transaction, app, person, organisation).await?;
    record_creation(&transaction, app, by, organisation, kind).await?;
    let owner = session.person.id;
    let entry = Entry::new(organisation, by, "user.registered", &owner, json!({}));
    audit::record(&transaction, app, entry).await?;
    transaction.commit().await?;
    Ok(session)
}

/// Begins a session. An unknown id, a wrong password and an account that is switched off answer alike, and
/// after as long.
///
/// # Errors
/// [`AppError::Unauthenticated`]; [`AppError::RateLimited`] while the id is locked;
/// [`AppError::Refused`] (`no_organisation`) when the person belongs nowhere (any more).
pub async fn login(app: &App, credentials: Credentials) -> Result<Session, AppError> {
    if credentials.login.len() > LONGEST_LOGIN || credentials.login.contains('\0') {
        return Err(AppError::Unauthenticated);
    }
    let login = people::login(&credentials.login);
    let Some(user) = users::find_by_login(app.store.near(), &login).await? else {
        let id: memory::Digest = Sha256::digest(login.as_bytes()).into();
        limits::count_stranger(app, id)?;
        passwords::verify(app, &credentials.password, None).await?;
        return Err(AppError::Unauthenticated);
    };
    let id = UserId::from(user.id);
    count_attempt(app, id).await?;
    let fits = passwords::verify(app, &credentials.password, user.password_hash.clone()).await?;
    if !fits || user.disabled_at.is_some() {
        note_lock(app, id).await?;
        return Err(AppError::Unauthenticated);
    }
    let transaction = app.store.begin().await?;
    users::clear_failures(&transaction, id).await?;
    let organisation = match credentials.organisation {
        Some(wanted) => organisations::find_role(&transaction, wanted, id)
            .await?
            .map(|_| wanted),
        None => organisations::find_home(&transaction, id)
            .await?
            .map(|(organisation, _)| organisation),
    };
    let organisation = organisation.ok_or_else(|| {
        AppError::refused(
            "no_organisation",
            "the account belongs to no organisation; ask an admin",
        )
    })?;
    let session = sessions::open(&transaction, app, Person::from(&user), organisation).await?;
    transaction.commit().await?;
    Ok(session)
}

async fn count_attempt(app: &App, id: UserId) -> Result<(), AppError> {
    let auth = &app.config.auth;
    let now = app.clock.now();
    let until = now + SignedDuration::from_mins(auth.lockout_minutes.into());
    let most = i32::try_from(auth.lockout_failures.max(1)).unwrap_or(i32::MAX);
    let allowed =
        users::count_attempt(app.store.writer(), id, most, now.into(), until.into()).await?;
    if allowed {
        return Ok(());
    }
    let until = users::get(app.store.writer(), id)
        .await?
        .locked_until
        .map_or(now, Into::into);
    Err(limits::locked(now, until))
}

/// Writes down that the attempt before locked the account.
async fn note_lock(app: &App, id: UserId) -> Result<(), AppError> {
    let transaction = app.store.begin().await?;
    let locked = users::get(&transaction, id).await?.locked_until.is_some();
    let home = organisations::find_home(&transaction, id).await?;
    if let (true, Some((home, _))) = (locked, home) {
        let entry = Entry::new(home, Principal::User(id), "user.locked", &id, json!({}));
        audit::record(&transaction, app, entry).await?;
        transaction.commit().await?;
    }
    Ok(())
}

/// Sets another password; all other sessions of the person end.
///
/// # Errors
/// [`AppError::Denied`] for keys, [`AppError::Invalid`] for a wrong present password or a weak new one,
/// [`AppError::RateLimited`] after too many wrong ones.
pub async fn change_password(
    app: &App,
    actor: &Actor,
    present: &str,
    new: &str,
) -> Result<Session, AppError> {
    let id = actor.user().ok_or(Denied)?;
    let user = users::get(app.store.near(), id).await?;
    count_attempt(app, id).await?;
    if !passwords::verify(app, present, user.password_hash.clone()).await? {
        return Err(AppError::invalid(
            "wrong_password",
            "current_password",
            "the present password is another one",
        ));
    }
    passwords::check(new, &user.handle, passwords::SHORTEST)?;
    let hash = passwords::hash(app, new).await?;
    let transaction = app.store.begin().await?;
    sessions::set_password(&transaction, app, id, &hash).await?;
    let person = Person::from(&user);
    let session = sessions::open(&transaction, app, person, actor.organisation).await?;
    let entry = Entry::by(actor, "user.password_changed", &id, json!({}));
    audit::record(&transaction, app, entry).await?;
    transaction.commit().await?;
    app.identity.forget();
    Ok(session)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registration_is_open_on_this_machine_only_unless_set() {
        let mut config = Config::default();
        assert!(registration_is_open(&config));
        config.server.listen = vec!["127.0.0.1:8000".to_owned(), "[::1]:8000".to_owned()];
        assert!(registration_is_open(&config));
        config.server.listen.push("0.0.0.0:8000".to_owned());
        assert!(!registration_is_open(&config));
        config.auth.registration = "open".to_owned();
        assert!(registration_is_open(&config));
        config.auth.registration = "invite".to_owned();
        config.server.listen.truncate(1);
        assert!(!registration_is_open(&config));
    }
}
