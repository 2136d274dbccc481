//! Recruiters of an organisation, as an admin keeps them: people with a password that the admin chose. A *full*
//! recruiter has the role recruiter, a *limited* one that of a reviewer, who reads and changes nothing.

use candor_core::{
    access::{Action, Actor, Role},
    ids::UserId,
};
use candor_store::{
    StoreError,
    records::{audit as chains, organisations as rows, organisations::MemberRow, tokens, users},
};
use jiff::Timestamp;
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::{members, passwords, people, sessions};
use crate::{
    App, AppError,
    audit::{self, Entry},
    fields,
    paging::{Page, PageRequest},
};

/// A recruiter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recruiter {
    /// Identifier.
    pub id: UserId,
    /// What they sign in with.
    pub email: String,
    /// Name.
    pub name: String,
    /// Whether they may only read.
    pub is_limited: bool,
    /// Whether they may sign in.
    pub is_active: bool,
    /// When they joined.
    pub joined_at: Timestamp,
}

impl Recruiter {
    /// None for people of another role.
    fn of(row: MemberRow) -> Result<Option<Self>, StoreError> {
        let role = Role::from_name(&row.role).ok_or(StoreError::Damaged { what: "role" })?;
        let is_limited = match role {
            Role::Recruiter => false,
            Role::Reviewer => true,
            Role::Candidate | Role::Admin => return Ok(None),
        };
        Ok(Some(Self {
            id: row.user_id.into(),
            email: row.handle,
            name: row.display_name,
            is_limited,
            is_active: row.disabled_at.is_none(),
            joined_at: row.created_at.into(),
        }))
    }
}

/// A recruiter that an admin adds.
#[derive(Clone)]
pub struct NewRecruiter {
    /// What they sign in with.
    pub email: String,
    /// Password, 12 characters or more.
    pub password: String,
    /// Name; the e-mail unless given.
    pub name: Option<String>,
    /// Whether they may only read.
    pub is_limited: bool,
}

/// What is changed about a recruiter.
#[derive(Clone, Default)]
pub struct RecruiterChange {
    /// Name.
    pub name: Option<String>,
    /// Another password.
    pub password: Option<String>,
    /// Whether they may only read.
    pub is_limited: Option<bool>,
    /// Whether they may sign in.
    pub is_active: Option<bool>,
}

fn role(is_limited: bool) -> Role {
    if is_limited {
        Role::Reviewer
    } else {
        Role::Recruiter
    }
}

/// Adds a recruiter with a password.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::Invalid`], [`AppError::Conflict`] (`login_taken`).
pub async fn create_recruiter(
    app: &App,
    actor: &Actor,
    new: NewRecruiter,
) -> Result<Recruiter, AppError> {
    actor.may(Action::ManageUsers)?;
    let email = fields::email("email", &new.email)?;
    passwords::check(&new.password, &email, passwords::SHORTEST_OF_STAFF)?;
    people::check_free(app, &email).await?;
    let hash = passwords::hash(app, &new.password).await?;
    let transaction = app.store.begin().await?;
    let name = new.name.as_deref();
    let role = role(new.is_limited);
    let person = people::insert_member(&transaction, app, actor, &email, name, role).await?;
    let now = app.clock.now().into();
    users::set_password(&transaction, person.id, &hash, now).await?;
    let made = find(&transaction, actor, person.id).await?;
    transaction.commit().await?;
    Ok(made)
}

/// A page of recruiters, newest account first.
///
/// # Errors
/// [`AppError::Denied`].
pub async fn list_recruiters(
    app: &App,
    actor: &Actor,
    page: PageRequest,
) -> Result<Page<Recruiter>, AppError> {
    actor.may(Action::ManageUsers)?;
    let organisation = actor.organisation;
    let reader = app.store.reader();
    let found = rows::list_members(reader, organisation, page.after, page.limit + 1).await?;
    // People of other roles take places of a page, so that its end stays where it is.
    let page = Page::cut(found, page, |row| row.user_id);
    let next_cursor = page.next_cursor;
    let read = page.items.into_iter().map(Recruiter::of);
    let items = read.collect::<Result<Vec<_>, _>>()?;
    Ok(Page {
        items: items.into_iter().flatten().collect(),
        next_cursor,
    })
}

/// Changes a recruiter. Another password and switching off end their sessions.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::NotFound`] also for people of another role, [`AppError::Invalid`], or
/// [`AppError::Conflict`] (`member_elsewhere`) for people who belong to another organisation too.
pub async fn update_recruiter(
    app: &App,
    actor: &Actor,
    id: UserId,
    change: RecruiterChange,
) -> Result<Recruiter, AppError> {
    actor.may(Action::ManageUsers)?;
    let before = find(app.store.fresh(), actor, id).await?;
    let hash = match &change.password {
        Some(password) => {
            passwords::check(password, &before.email, passwords::SHORTEST_OF_STAFF)?;
            Some(passwords::hash(app, password).await?)
        }
        None => None,
    };
    let name = change
        .name
        .map(|name| fields::line("name", &name, 100))
        .transpose()?;
    let now = app.clock.now();
    let transaction = app.store.begin().await?;
    chains::lock_chain(&transaction, Some(actor.organisation)).await?;
    let before = find(&transaction, actor, id).await?;
    let is_theirs = hash.is_some() || name.is_some() || change.is_active.is_some();
    if is_theirs && rows::count_memberships(&transaction, id).await? > 1 {
        return Err(AppError::conflict(
            "member_elsewhere",
            "they belong to another organisation too; only they themselves change their account",
        ));
    }
    if let Some(name) = &name {
        users::set_display_name(&transaction, id, name, now.into()).await?;
    }
    if let Some(hash) = &hash {
        sessions::set_password(&transaction, app, id, hash).await?;
    }
    if let Some(is_limited) = change.is_limited.filter(|new| *new != before.is_limited) {
        rows::set_role(&transaction, actor.organisation, id, role(is_limited)).await?;
    }
    if let Some(is_active) = change.is_active.filter(|new| *new != before.is_active) {
        let since = (!is_active).then(|| now.into());
        users::set_disabled(&transaction, id, since, now.into()).await?;
        if !is_active {
            let organisation = Some(actor.organisation);
            tokens::revoke_sessions(&transaction, id, organisation, "admin", now.into()).await?;
        }
    }
    let after = find(&transaction, actor, id).await?;
    let details = json!({
        "role": role(after.is_limited),
        "is_active": after.is_active,
        "password": hash.is_some(),
    });
    let entry = Entry::by(actor, "user.changed", &id, details);
    audit::record(&transaction, app, entry).await?;
    transaction.commit().await?;
    app.identity.forget();
    Ok(after)
}

/// Takes a recruiter out of the organisation.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::NotFound`] also for people of another role.
pub async fn delete_recruiter(app: &App, actor: &Actor, id: UserId) -> Result<(), AppError> {
    actor.may(Action::ManageUsers)?;
    find(app.store.fresh(), actor, id).await?;
    members::remove_member(app, actor, id).await
}

async fn find(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    id: UserId,
) -> Result<Recruiter, AppError> {
    let row = rows::get_member(connection, actor.organisation, id).await?;
    Recruiter::of(row)?.ok_or(AppError::NotFound("recruiter"))
}
