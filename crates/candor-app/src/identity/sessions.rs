//! Sessions of people: short access tokens, and refresh tokens that count once.

use candor_core::ids::{OrganisationId, TokenFamilyId};
use candor_store::records::tokens::{self as rows, FamilyRow, RefreshRow};
use jiff::{SignedDuration, Timestamp};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{
    people::Person,
    tokens::{self, Claims, TokenType},
};
use crate::{App, AppError, secrets::token_hash};

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

fn refresh_life(app: &App) -> SignedDuration {
    SignedDuration::from_hours(i64::from(app.config.auth.refresh_days) * 24)
}
