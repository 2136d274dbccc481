//! Whose account an identity is: linked before, invited by an admin, or new where that is allowed. An account
//! with a password is never taken over.

use candor_core::{
    access::Principal,
    ids::{OrganisationId, UserId},
};
use candor_store::records::{
    identities::{self, IdentityRow},
    organisations, tokens,
    users::{self, UserRow},
};
use sea_orm::ConnectionTrait;
use serde_json::json;
use uuid::Uuid;

use super::{provider::Claims, refused, role_of_strangers};
use crate::{
    App, AppError,
    audit::{self, Entry},
    fields::line,
    identity::{
        people::{self, Person, insert_person},
        sessions::{self, Session},
    },
};

/// Longest name of a person at their provider, in bytes (OpenID Connect Core 1.0, section 2).
const LONGEST: usize = 255;

/// Signs the person in whom the claims are about.
pub(super) async fn open(app: &App, claims: &Claims) -> Result<Session, AppError> {
    if claims.subject.is_empty() || claims.subject.len() > LONGEST {
        return Err(refused("the provider names nobody"));
    }
    let email = checked_email(app, claims)?;
    let now = app.clock.now();
    let transaction = app.store.begin().await?;
    let known = identities::find(&transaction, &claims.issuer, &claims.subject).await?;
    let user = match known {
        Some(identity) => {
            identities::touch(&transaction, identity.id, now.into()).await?;
            users::get(&transaction, identity.user_id.into()).await?
        }
        None => {
            let user = match users::find_by_login(&transaction, &email).await? {
                Some(user) => invited(&transaction, user).await?,
                None => stranger(&transaction, app, claims, &email).await?,
            };
            link(&transaction, app, claims, user.id.into()).await?;
            user
        }
    };
    if user.disabled_at.is_some() {
        return Err(refused("the account is switched off; ask an admin"));
    }
    let home = organisations::find_home(&transaction, user.id.into()).await?;
    let organisation = home.map(|(organisation, _)| organisation).ok_or_else(|| {
        AppError::refused(
            "no_organisation",
            "the account belongs to no organisation; ask an admin",
        )
    })?;
    let session = sessions::open(&transaction, app, Person::from(&user), organisation).await?;
    transaction.commit().await?;
    Ok(session)
}

/// The address, in lower case, if its owner has shown that it is theirs and it may come in.
fn checked_email(app: &App, claims: &Claims) -> Result<String, AppError> {
    let email = claims
        .email
        .as_deref()
        .filter(|_| claims.is_email_verified)
        .map(people::login)
        .ok_or_else(|| {
            AppError::refused(
                "email_not_verified",
                "the provider does not vouch for your e-mail address",
            )
        })?;
    let domains = &app.config.auth.oidc_domains;
    let domain = email.rsplit_once('@').map_or("", |(_, domain)| domain);
    let may_come_in = domains.is_empty()
        || domains
            .iter()
            .any(|allowed| allowed.trim().eq_ignore_ascii_case(domain));
    if may_come_in {
        Ok(email)
    } else {
        Err(AppError::refused(
            "domain_refused",
            "addresses of this domain may not sign in here",
        ))
    }
}

/// Somebody whom an admin invited and who has signed in nowhere yet.
async fn invited(transaction: &impl ConnectionTrait, user: UserRow) -> Result<UserRow, AppError> {
    let is_somebodys =
        user.password_hash.is_some() || identities::any_of(transaction, user.id.into()).await?;
    if is_somebodys {
        return Err(AppError::conflict(
            "account_exists",
            "there is an account with this address already; sign in as before, or ask an admin",
        ));
    }
    Ok(user)
}

/// Somebody of a domain whose people get an account.
async fn stranger(
    transaction: &impl ConnectionTrait,
    app: &App,
    claims: &Claims,
    email: &str,
) -> Result<UserRow, AppError> {
    let turned_away = || {
        AppError::refused(
            "not_invited",
            "nobody has invited this address; ask an admin",
        )
    };
    let role = role_of_strangers(&app.config).ok_or_else(turned_away)?;
    let organisation = organisations::find_first_shared(transaction)
        .await?
        .ok_or_else(turned_away)?;
    let organisation = OrganisationId::from(organisation.id);
    let now = app.clock.now();
    let name = claims
        .name
        .as_deref()
        .map(|name| name.chars().take(100).collect::<String>())
        .and_then(|name| line("display_name", &name, 100).ok());
    let person = insert_person(transaction, email, name.as_deref(), None, now).await?;
    organisations::add_member(transaction, organisation, person.id, role, now.into()).await?;
    let entry = Entry::new(
        organisation,
        Principal::User(person.id),
        "user.registered",
        &person.id,
        json!({ "role": role }),
    );
    audit::record(transaction, app, entry).await?;
    Ok(users::get(transaction, person.id).await?)
}

async fn link(
    transaction: &impl ConnectionTrait,
    app: &App,
    claims: &Claims,
    user: UserId,
) -> Result<(), AppError> {
    let now = app.clock.now().into();
    let row = IdentityRow {
        id: Uuid::now_v7(),
        user_id: user.uuid(),
        issuer: claims.issuer.clone(),
        subject: claims.subject.clone(),
        created_at: now,
        last_used_at: now,
    };
    identities::insert(transaction, row).await?;
    // Who signs in elsewhere needs no link to choose a password with.
    tokens::discard_links(transaction, Some(user), now).await?;
    if let Some((organisation, _)) = organisations::find_home(transaction, user).await? {
        let entry = Entry::new(
            organisation,
            Principal::User(user),
            "user.identity_linked",
            &user,
            json!({ "issuer": claims.issuer }),
        );
        audit::record(transaction, app, entry).await?;
    }
    Ok(())
}
