//! One person on this machine, without a password: `auth.mode = "off"`.
//!
//! Other accounts of the machine and pages of other sites stay out: whoever starts the server gets a
//! one-time link, the browser keeps a session, and names other than this machine's are refused.

use candor_core::{
    access::{Principal, Role},
    ids::OrganisationId,
    policy::OrganisationKind,
};
use candor_store::records::{audit as chains, organisations, users};

use super::{
    people::{Person, insert_account},
    setup::{SetupLink, insert_link},
};
use crate::{
    App, AppError,
    config::Config,
    organisations::{insert_organisation, record_creation},
};

/// The account; nobody can register an id that begins with `candor:`.
pub(super) const LOGIN: &str = "candor:local";

/// How long the link is good for.
const HOURS: i64 = 24;

/// Whether the server has one user without a password.
pub fn is_on(config: &Config) -> bool {
    config.auth.mode == "off"
}

/// Makes the account at the first start, and a new one-time link for this start. The link's page signs the
/// person in.
///
/// # Errors
/// [`AppError::Refused`] when the mode is on, or when the server listens on other addresses than this
/// machine's own.
pub async fn single_user(app: &App) -> Result<SetupLink, AppError> {
    if !is_on(&app.config) {
        return Err(AppError::refused(
            "auth_on",
            "auth.mode must be \"off\" for single-user mode",
        ));
    }
    if !app.config.listens_on_loopback_only() {
        return Err(AppError::refused(
            "not_loopback",
            "auth.mode = \"off\" is for this machine only: listen on 127.0.0.1 or [::1]",
        ));
    }
    let transaction = app.store.begin().await?;
    chains::lock_chain(&transaction, None).await?;
    let (person, organisation) = ensure_account(&transaction, app).await?;
    let link = insert_link(
        &transaction,
        app,
        Some(person.id),
        Some(organisation),
        HOURS,
    )
    .await?;
    transaction.commit().await?;
    Ok(link)
}

/// The account and its organisation; made when there are none. The caller's transaction holds the
/// installation's chain.
pub(crate) async fn ensure_account(
    transaction: &impl sea_orm::ConnectionTrait,
    app: &App,
) -> Result<(Person, OrganisationId), AppError> {
    if let Some(user) = users::find_by_login(transaction, LOGIN).await? {
        let home = organisations::find_home(transaction, user.id.into()).await?;
        let (organisation, _) = home.ok_or(AppError::NotFound("organisation"))?;
        return Ok((Person::from(&user), organisation));
    }
    let now = app.clock.now();
    let person = insert_account(transaction, LOGIN.to_owned(), Some("You"), None, now).await?;
    let kind = OrganisationKind::Personal;
    let organisation = insert_organisation(transaction, app, "This machine", kind).await?;
    organisations::add_member(
        transaction,
        organisation,
        person.id,
        Role::Admin,
        now.into(),
    )
    .await?;
    record_creation(transaction, app, Principal::Operator, organisation, kind).await?;
    Ok((person, organisation))
}
