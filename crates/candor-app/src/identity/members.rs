//! People of an organisation, as its admins see them.

use candor_core::{
    access::{Action, Actor, Role},
    ids::UserId,
};
use candor_store::{
    StoreError,
    records::{audit as chains, organisations as rows, organisations::MemberRow, tokens},
};
use jiff::Timestamp;
use serde_json::json;

use crate::{
    App, AppError,
    audit::{self, Entry},
    paging::{Page, PageRequest},
};

/// A member of an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Identifier.
    pub id: UserId,
    /// What they sign in with.
    pub handle: String,
    /// Name that people see.
    pub display_name: String,
    /// Role in the organisation.
    pub role: Role,
    /// Whether they have set a password yet.
    pub has_password: bool,
    /// When they joined.
    pub joined_at: Timestamp,
}

impl TryFrom<MemberRow> for Member {
    type Error = StoreError;

    fn try_from(row: MemberRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.user_id.into(),
            handle: row.handle,
            display_name: row.display_name,
            role: Role::from_name(&row.role).ok_or(StoreError::Damaged { what: "role" })?,
            has_password: row.has_password,
            joined_at: row.created_at.into(),
        })
    }
}

/// Members of the actor's organisation, newest account first.
///
/// # Errors
/// [`AppError::Denied`].
pub async fn list_members(
    app: &App,
    actor: &Actor,
    page: PageRequest,
) -> Result<Page<Member>, AppError> {
    actor.may(Action::ManageUsers)?;
    let found = rows::list_members(
        app.store.reader(),
        actor.organisation,
        page.after,
        page.limit + 1,
    )
    .await?;
    let members = found
        .into_iter()
        .map(Member::try_from)
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Page::cut(members, page, |member| member.id.uuid()))
}

/// One member.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::NotFound`].
pub async fn get_member(app: &App, actor: &Actor, user: UserId) -> Result<Member, AppError> {
    actor.may(Action::ManageUsers)?;
    Ok(
        rows::get_member(app.store.fresh(), actor.organisation, user)
            .await?
            .try_into()?,
    )
}

/// Gives a member another role, which counts from their next request on.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::NotFound`], [`AppError::Conflict`] (`last_admin`).
pub async fn update_role(
    app: &App,
    actor: &Actor,
    user: UserId,
    role: Role,
) -> Result<Member, AppError> {
    actor.may(Action::ManageUsers)?;
    let transaction = app.store.begin().await?;
    // Two admins who demote each other at the same time come one after the other.
    chains::lock_chain(&transaction, Some(actor.organisation)).await?;
    let before = member(&transaction, actor, user).await?;
    if before.role == Role::Admin && role != Role::Admin {
        keep_an_admin(&transaction, actor).await?;
    }
    rows::set_role(&transaction, actor.organisation, user, role).await?;
    let details = json!({ "before": before.role, "role": role });
    let entry = Entry::by(actor, "user.role_changed", &user, details);
    audit::record(&transaction, app, entry).await?;
    transaction.commit().await?;
    app.identity.forget();
    Ok(Member { role, ..before })
}

/// Ends a membership and the person's sessions in the organisation.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::NotFound`], [`AppError::Conflict`] (`last_admin`).
pub async fn remove_member(app: &App, actor: &Actor, user: UserId) -> Result<(), AppError> {
    actor.may(Action::ManageUsers)?;
    let transaction = app.store.begin().await?;
    chains::lock_chain(&transaction, Some(actor.organisation)).await?;
    if member(&transaction, actor, user).await?.role == Role::Admin {
        keep_an_admin(&transaction, actor).await?;
    }
    let now = app.clock.now().into();
    rows::remove_member(&transaction, actor.organisation, user).await?;
    let organisation = Some(actor.organisation);
    tokens::revoke_sessions(&transaction, user, organisation, "admin", now).await?;
    tokens::discard_links(&transaction, Some(user), now).await?;
    let entry = Entry::by(actor, "user.removed", &user, json!({}));
    audit::record(&transaction, app, entry).await?;
    transaction.commit().await?;
    app.identity.forget();
    Ok(())
}

async fn member(
    transaction: &impl sea_orm::ConnectionTrait,
    actor: &Actor,
    user: UserId,
) -> Result<Member, AppError> {
    Ok(rows::get_member(transaction, actor.organisation, user)
        .await?
        .try_into()?)
}

async fn keep_an_admin(
    transaction: &impl sea_orm::ConnectionTrait,
    actor: &Actor,
) -> Result<(), AppError> {
    if rows::count_admins(transaction, actor.organisation).await? > 1 {
        return Ok(());
    }
    Err(AppError::conflict(
        "last_admin",
        "they are the only admin; make somebody else an admin first",
    ))
}
