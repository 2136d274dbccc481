//! Sessions of people: short access tokens, and refresh tokens that count once.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use candor_core::{
    access::Principal,
    ids::{OrganisationId, TokenFamilyId, UserId},
};
use candor_store::records::{
    tokens::{self as rows, FamilyRow, RefreshRow},
    users,
};
use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use sea_orm::ConnectionTrait;
use serde_json::json;
use sha2::Sha256;
use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::{
    people::Person,
    tokens::{self, Claims, TokenType},
};
use crate::{
    App, AppError,
    audit::{self, Entry},
    secrets::token_hash,
};

/// What a person gets for signing in.
#[derive(Debug, Clone)]
pub struct Session {
    /// Says who calls.
    pub access_token: String,
    /// Is exchanged once for the next session's tokens.
    pub refresh_token: String,
    /// Life of the access token, in seconds.
    pub expires_in_s: i64,
    /// Life of the refresh token, in seconds.
    pub refresh_in_s: i64,
    /// Whose.
    pub person: Person,
    /// Where it acts.
    pub organisation: OrganisationId,
}

/// Begins a session of somebody who has proven who they are: by password, by a one-time token, or by being
/// the operator.
///
/// # Errors
/// What the database says.
pub async fn open_session(
    app: &App,
    person: Person,
    organisation: OrganisationId,
) -> Result<Session, AppError> {
    let transaction = app.store.begin().await?;
    let session = open(&transaction, app, person, organisation).await?;
    transaction.commit().await?;
    Ok(session)
}

/// Begins a session in the caller's transaction.
pub(crate) async fn open(
    transaction: &impl ConnectionTrait,
    app: &App,
    person: Person,
    organisation: OrganisationId,
) -> Result<Session, AppError> {
    let now = app.clock.now();
    let family = TokenFamilyId::generate();
    let row = FamilyRow {
        id: family.uuid(),
        user_id: person.id.uuid(),
        organisation_id: organisation.uuid(),
        created_at: now.into(),
        expires_at: (now + refresh_life(app)).into(),
        revoked_at: None,
        revoked_reason: None,
    };
    rows::insert_family(transaction, row).await?;
    issue(
        transaction,
        app,
        person,
        organisation,
        family,
        Uuid::new_v4(),
    )
    .await
}

async fn issue(
    transaction: &impl ConnectionTrait,
    app: &App,
    person: Person,
    organisation: OrganisationId,
    family: TokenFamilyId,
    refresh_id: Uuid,
) -> Result<Session, AppError> {
    let now = app.clock.now();
    let access_life = SignedDuration::from_mins(app.config.auth.access_minutes.into());
    let claims = |token_type, jti, ends: Timestamp| Claims {
        sub: person.handle.clone(),
        display_name: (token_type == TokenType::Access).then(|| person.display_name.clone()),
        token_type,
        iat: now.as_second(),
        exp: ends.as_second(),
        jti,
        fam: family,
        org: organisation,
    };
    let access = claims(TokenType::Access, Uuid::new_v4(), now + access_life);
    let refresh = claims(TokenType::Refresh, refresh_id, now + refresh_life(app));
    let access_token = tokens::sign(app, &access)?;
    let refresh_token = tokens::sign(app, &refresh)?;
    let row = RefreshRow {
        id: refresh_id,
        family_id: family.uuid(),
        token_hash: token_hash(&refresh_token),
        issued_at: now.into(),
        expires_at: refresh.ends().into(),
        used_at: None,
        replaced_by: None,
    };
    rows::insert_refresh(transaction, row).await?;
    Ok(Session {
        access_token,
        refresh_token,
        expires_in_s: access_life.as_secs(),
        refresh_in_s: refresh_life(app).as_secs(),
        person,
        organisation,
    })
}

/// Exchanges a refresh token for new tokens. A token that was exchanged before was stolen, from this caller or
/// by it: the whole session ends, its access tokens too.
///
/// # Errors
/// [`AppError::Unauthenticated`].
pub async fn refresh(app: &App, token: &str) -> Result<Session, AppError> {
    let claims = tokens::read(app, token, TokenType::Refresh)?;
    let now = app.clock.now();
    let transaction = app.store.begin().await?;
    let row = rows::find_refresh(&transaction, &token_hash(token))
        .await?
        .filter(|row| row.family_id == claims.fam.uuid() && now < row.expires_at.into())
        .ok_or(AppError::Unauthenticated)?;
    let session = rows::find_session(&transaction, claims.fam)
        .await?
        .filter(|session| session.revoked_at.is_none() && session.disabled_at.is_none())
        .ok_or(AppError::Unauthenticated)?;
    let next = Uuid::new_v4();
    // Of two who present it at the same time, one is told that it was used.
    if !rows::use_refresh(&transaction, row.id, next, now.into()).await? {
        rows::revoke_family(&transaction, claims.fam, "reuse", now.into()).await?;
        let owner = UserId::from(session.user_id);
        let entry = Entry::new(
            session.organisation_id.into(),
            Principal::User(owner),
            "session.reuse_detected",
            &claims.fam,
            json!({}),
        );
        audit::record(&transaction, app, entry).await?;
        transaction.commit().await?;
        app.identity.forget();
        return Err(AppError::Unauthenticated);
    }
    let user = users::get(&transaction, session.user_id.into()).await?;
    let organisation = session.organisation_id.into();
    let session = issue(
        &transaction,
        app,
        Person::from(&user),
        organisation,
        claims.fam,
        next,
    )
    .await?;
    rows::extend_family(&transaction, claims.fam, (now + refresh_life(app)).into()).await?;
    transaction.commit().await?;
    Ok(session)
}

/// Ends the session that the tokens belong to. `false` when a refresh token was given that is unknown,
/// expired, exchanged or of a session that had ended; `true` without one.
///
/// # Errors
/// What the database says.
pub async fn logout(
    app: &App,
    refresh_token: Option<&str>,
    access_token: Option<&str>,
) -> Result<bool, AppError> {
    let mut done = true;
    if let Some(token) = refresh_token {
        done = match tokens::read(app, token, TokenType::Refresh) {
            Ok(claims) => {
                let unused = rows::find_refresh(app.store.writer(), &token_hash(token))
                    .await?
                    .is_some_and(|row| row.used_at.is_none());
                unused && end(app, claims.fam).await?
            }
            Err(_) => false,
        };
    }
    if let Some(token) = access_token
        && let Ok(claims) = tokens::read(app, token, TokenType::Access)
    {
        end(app, claims.fam).await?;
    }
    Ok(done)
}

async fn end(app: &App, family: TokenFamilyId) -> Result<bool, AppError> {
    let now = app.clock.now();
    let ended = rows::revoke_family(app.store.writer(), family, "logout", now.into()).await?;
    app.identity.forget();
    Ok(ended)
}

/// Sets a password and ends all sessions of the person, in the caller's transaction.
pub(super) async fn set_password(
    transaction: &impl ConnectionTrait,
    app: &App,
    user: UserId,
    hash: &str,
) -> Result<(), AppError> {
    let now = app.clock.now().into();
    users::set_password(transaction, user, hash, now).await?;
    rows::revoke_sessions(transaction, user, None, "password", now).await?;
    Ok(())
}

/// Life that is left of an access token, in seconds.
///
/// # Errors
/// [`AppError::Unauthenticated`] when it has ended.
pub fn seconds_left(app: &App, access_token: &str) -> Result<i64, AppError> {
    let claims = tokens::read(app, access_token, TokenType::Access)?;
    Ok(claims.exp - app.clock.now().as_second())
}

/// What a browser sends back in a header to show that a page of ours made the request: bound to the session,
/// so that a foreign page can't make one up. `None` for a token that we did not sign or that has expired.
pub fn csrf_token(app: &App, token: &str) -> Option<String> {
    let family = tokens::read(app, token, TokenType::Access)
        .or_else(|_| tokens::read(app, token, TokenType::Refresh))
        .ok()?
        .fam;
    let mut mac = Hmac::<Sha256>::new_from_slice(app.secrets.signing_key())
        .expect("HMAC takes keys of any length");
    mac.update(b"candor csrf v1 ");
    mac.update(family.uuid().as_bytes());
    Some(URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

/// Whether `sent` is the [`csrf_token`] of this session.
pub fn csrf_fits(app: &App, token: &str, sent: &str) -> bool {
    csrf_token(app, token).is_some_and(|expected| expected.as_bytes().ct_eq(sent.as_bytes()).into())
}

fn refresh_life(app: &App) -> SignedDuration {
    SignedDuration::from_hours(i64::from(app.config.auth.refresh_days) * 24)
}
