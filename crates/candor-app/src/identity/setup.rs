//! The first admin, and one-time links with which people choose their password.

use candor_core::{
    access::{Action, Actor, Principal, Role},
    ids::{OrganisationId, UserId},
};
use candor_store::records::{
    audit as chains, organisations,
    tokens::{self as rows, SetupLinkRow},
    users,
};
use jiff::{SignedDuration, Timestamp};
use sea_orm::ConnectionTrait;
use serde_json::json;
use uuid::Uuid;

use super::{
    passwords,
    people::{self, Person, insert_person},
    sessions::{self, Session},
};
use crate::{
    App, AppError,
    audit::{self, Entry},
    organisations::insert_main_organisation,
    secrets::{random_token, token_hash},
};

/// How long a link for the first admin is good for.
const FIRST_ADMIN_HOURS: i64 = 24;

/// How long an invitation is good for.
const INVITATION_HOURS: i64 = 7 * 24;

/// A one-time link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetupLink {
    /// What stands at the end of `/setup/…`.
    pub token: String,
    /// Not valid from then on.
    pub expires_at: Timestamp,
}

impl SetupLink {
    /// The address that the person opens; `base` without a slash at the end.
    pub fn url(&self, base: &str) -> String {
        format!("{}/setup/{}", base.trim_end_matches('/'), self.token)
    }
}

/// What a link is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SetupPurpose {
    /// It makes the first admin.
    FirstAdmin,
    /// It sets the password of this account.
    Password(Person),
    /// It signs in the only person of single-user mode.
    SingleUser,
}

/// What a person fills in behind a link.
#[derive(Clone)]
pub struct SetupForm {
    /// Id or e-mail; for the first admin.
    pub login: Option<String>,
    /// Name that people see.
    pub display_name: Option<String>,
    /// The password; not in single-user mode.
    pub password: String,
}

/// Makes the first admin and their organisation, unless there is an admin.
///
/// # Errors
/// [`AppError::Invalid`] for a password under twelve characters, [`AppError::Conflict`] when somebody else
/// has registered the login.
pub async fn ensure_first_admin(app: &App, email: &str, password: &str) -> Result<bool, AppError> {
    if organisations::any_admin(app.store.fresh()).await? {
        return Ok(false);
    }
    passwords::check(password, email, passwords::SHORTEST_OF_STAFF)?;
    let hash = passwords::hash(app, password).await?;
    let transaction = app.store.begin().await?;
    chains::lock_chain(&transaction, None).await?;
    // Another process may have been quicker.
    if organisations::any_admin(&transaction).await? {
        return Ok(false);
    }
    insert_admin(&transaction, app, email, None, Some(hash)).await?;
    transaction.commit().await?;
    Ok(true)
}

/// A new one-time link that makes the first admin, in place of earlier ones; `None` when there is an admin.
///
/// # Errors
/// What the database says.
pub async fn setup_link(app: &App) -> Result<Option<SetupLink>, AppError> {
    let transaction = app.store.begin().await?;
    if organisations::any_admin(&transaction).await? {
        return Ok(None);
    }
    let link = insert_link(&transaction, app, None, None, FIRST_ADMIN_HOURS).await?;
    transaction.commit().await?;
    Ok(Some(link))
}

/// Invites a person: an account without a password, and the link with which they set one.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::Invalid`], [`AppError::Conflict`] (`login_taken`).
pub async fn invite_person(
    app: &App,
    actor: &Actor,
    login: &str,
    display_name: Option<&str>,
    role: Role,
) -> Result<(Person, SetupLink), AppError> {
    actor.may(Action::ManageUsers)?;
    let transaction = app.store.begin().await?;
    let person = people::insert_member(&transaction, app, actor, login, display_name, role).await?;
    let link = insert_link(
        &transaction,
        app,
        Some(person.id),
        Some(actor.organisation),
        INVITATION_HOURS,
    )
    .await?;
    transaction.commit().await?;
    Ok((person, link))
}

/// A new link for a member who lost the first one or their password. Earlier links stop working; the
/// password goes on working until another is set.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::NotFound`], [`AppError::Conflict`] (`member_elsewhere`) for people who
/// belong to other organisations too: no admin may take over what they have there.
pub async fn renew_link(
    app: &App,
    actor: &Actor,
    user: UserId,
) -> Result<(Person, SetupLink), AppError> {
    actor.may(Action::ManageUsers)?;
    let transaction = app.store.begin().await?;
    organisations::get_member(&transaction, actor.organisation, user).await?;
    if organisations::count_memberships(&transaction, user).await? > 1 {
        return Err(AppError::conflict(
            "member_elsewhere",
            "they belong to another organisation too and change their password themselves",
        ));
    }
    let organisation = Some(actor.organisation);
    let link = insert_link(
        &transaction,
        app,
        Some(user),
        organisation,
        INVITATION_HOURS,
    )
    .await?;
    let person = Person::from(&users::get(&transaction, user).await?);
    let entry = Entry::by(actor, "user.link_made", &user, json!({}));
    audit::record(&transaction, app, entry).await?;
    transaction.commit().await?;
    Ok((person, link))
}

/// What an unused link is for.
///
/// # Errors
/// [`AppError::NotFound`] when it is unknown, used or expired.
pub async fn get_setup(app: &App, token: &str) -> Result<SetupPurpose, AppError> {
    let link = valid(app.store.fresh(), app, token).await?;
    purpose(app.store.fresh(), app, &link).await
}

/// Does what the link is for, once, and signs the person in.
///
/// # Errors
/// [`AppError::NotFound`] when it is unknown, used or expired, [`AppError::Invalid`],
/// [`AppError::Conflict`].
pub async fn use_setup(app: &App, token: &str, form: SetupForm) -> Result<Session, AppError> {
    let purpose = get_setup(app, token).await?;
    let handle = match &purpose {
        SetupPurpose::FirstAdmin => form.login.as_deref().ok_or_else(|| {
            AppError::invalid("invalid_login", "login", "an e-mail or an id is needed")
        })?,
        SetupPurpose::Password(person) => &person.handle,
        SetupPurpose::SingleUser => "",
    }
    .to_owned();
    let hash = match &purpose {
        SetupPurpose::SingleUser => None,
        SetupPurpose::FirstAdmin | SetupPurpose::Password(_) => {
            passwords::check(&form.password, &handle, passwords::SHORTEST_OF_STAFF)?;
            Some(passwords::hash(app, &form.password).await?)
        }
    };
    let transaction = app.store.begin().await?;
    chains::lock_chain(&transaction, None).await?;
    let link = valid(&transaction, app, token).await?;
    let now = app.clock.now().into();
    if !rows::use_link(&transaction, link.id, now).await? {
        return Err(AppError::NotFound("link"));
    }
    let name = form.display_name.as_deref();
    let (person, organisation) = match (purpose, hash) {
        (SetupPurpose::FirstAdmin, hash) => {
            if organisations::any_admin(&transaction).await? {
                return Err(AppError::NotFound("link"));
            }
            insert_admin(&transaction, app, &handle, name, hash).await?
        }
        (SetupPurpose::Password(person), Some(hash)) => {
            sessions::set_password(&transaction, app, person.id, &hash).await?;
            let organisation = link.organisation_id.ok_or(AppError::NotFound("link"))?;
            let entry = Entry::new(
                organisation.into(),
                Principal::User(person.id),
                "user.password_set",
                &person.id,
                json!({}),
            );
            audit::record(&transaction, app, entry).await?;
            (person, organisation.into())
        }
        (SetupPurpose::SingleUser | SetupPurpose::Password(_), _) => {
            let (Some(user), Some(organisation)) = (link.user_id, link.organisation_id) else {
                return Err(AppError::NotFound("link"));
            };
            let user = users::get(&transaction, user.into()).await?;
            (Person::from(&user), organisation.into())
        }
    };
    let session = sessions::open(&transaction, app, person, organisation).await?;
    transaction.commit().await?;
    app.identity.forget();
    Ok(session)
}

async fn valid(
    connection: &impl ConnectionTrait,
    app: &App,
    token: &str,
) -> Result<SetupLinkRow, AppError> {
    let now = app.clock.now();
    rows::find_link(connection, &token_hash(token))
        .await?
        .filter(|link| link.used_at.is_none() && now < link.expires_at.into())
        .ok_or(AppError::NotFound("link"))
}

async fn purpose(
    connection: &impl ConnectionTrait,
    app: &App,
    link: &SetupLinkRow,
) -> Result<SetupPurpose, AppError> {
    let Some(user) = link.user_id else {
        return if organisations::any_admin(connection).await? {
            Err(AppError::NotFound("link"))
        } else {
            Ok(SetupPurpose::FirstAdmin)
        };
    };
    let user = users::get(connection, user.into()).await?;
    if user.login == super::single_user::LOGIN {
        return if super::single_user::is_on(&app.config) {
            Ok(SetupPurpose::SingleUser)
        } else {
            Err(AppError::NotFound("link"))
        };
    }
    Ok(SetupPurpose::Password(Person::from(&user)))
}

async fn insert_admin(
    transaction: &impl ConnectionTrait,
    app: &App,
    login: &str,
    display_name: Option<&str>,
    hash: Option<String>,
) -> Result<(Person, OrganisationId), AppError> {
    let now = app.clock.now();
    let person = insert_person(transaction, login, display_name, hash, now).await?;
    let organisation = insert_main_organisation(transaction, app).await?;
    organisations::add_member(
        transaction,
        organisation,
        person.id,
        Role::Admin,
        now.into(),
    )
    .await?;
    rows::discard_links(transaction, None, now.into()).await?;
    let details = json!({ "role": Role::Admin });
    let entry = Entry::new(
        organisation,
        Principal::Operator,
        "user.created",
        &person.id,
        details,
    );
    audit::record(transaction, app, entry).await?;
    Ok((person, organisation))
}

pub(super) async fn insert_link(
    transaction: &impl ConnectionTrait,
    app: &App,
    user: Option<UserId>,
    organisation: Option<OrganisationId>,
    hours: i64,
) -> Result<SetupLink, AppError> {
    let now = app.clock.now();
    rows::discard_links(transaction, user, now.into()).await?;
    let link = SetupLink {
        token: random_token(),
        expires_at: now + SignedDuration::from_hours(hours),
    };
    let row = SetupLinkRow {
        id: Uuid::now_v7(),
        user_id: user.map(Into::into),
        organisation_id: organisation.map(Into::into),
        token_hash: token_hash(&link.token),
        created_at: now.into(),
        expires_at: link.expires_at.into(),
        used_at: None,
    };
    rows::insert_link(transaction, row).await?;
    Ok(link)
}
