//! From a credential to an actor: what every request begins with.

use candor_core::{
    access::{Actor, Powers, Principal, Role, Scope},
    ids::{ApiKeyId, InterviewId, UserId},
};
use candor_store::{
    Micros, StoreError,
    records::{interview_tokens as token_rows, keys as key_rows, tokens as sessions},
};
use jiff::{RoundMode, Timestamp, TimestampRound, Unit};
use sha2::{Digest, Sha256};

use super::{
    interview_tokens, keys,
    tokens::{self, TokenType},
};
use crate::{App, AppError};

/// Longest credential that is looked at, in bytes.
const LONGEST: usize = 4096;

/// The actor behind an access token, an API key or the token of an interview. What was verified within the last second is not asked of
/// the database again; a revocation in this process counts at once, in another within that second.
///
/// # Errors
/// [`AppError::Unauthenticated`] when it is unknown, expired, revoked or forged.
pub async fn authenticate(app: &App, token: &str) -> Result<Actor, AppError> {
    if token.is_empty() || token.len() > LONGEST {
        return Err(AppError::Unauthenticated);
    }
    let digest = Sha256::digest(token.as_bytes()).into();
    let epoch = match app.identity.recall(&digest, app.clock.now()) {
        Ok(actor) => return Ok(actor),
        Err(epoch) => epoch,
    };
    let (actor, valid_until) = if token.starts_with(keys::PREFIX) {
        key(app, &hex::encode(digest)).await?
    } else if token.starts_with(interview_tokens::PREFIX) {
        candidate(app, &hex::encode(digest)).await?
    } else {
        person(app, token).await?
    };
    app.identity
        .remember(digest, actor.clone(), valid_until, epoch);
    Ok(actor)
}

async fn key(app: &App, hash: &str) -> Result<(Actor, Option<Timestamp>), AppError> {
    let now = app.clock.now();
    // Not from the replica: it may not know the newest key or revocation.
    let row = key_rows::find_by_hash(app.store.near(), hash)
        .await?
        .filter(|row| row.revoked_at.is_none())
        .filter(|row| row.expires_at.is_none_or(|at| now < at.into()))
        .ok_or(AppError::Unauthenticated)?;
    let scopes: Vec<Scope> =
        serde_json::from_value(row.scopes).map_err(|_| StoreError::Damaged { what: "scope" })?;
    let attested_consent = row
        .attested_consent
        .map(serde_json::from_value)
        .transpose()
        .map_err(|_| StoreError::Damaged { what: "consent" })?;
    note_use(app, row.id, row.last_used_at, now);
    Ok((
        Actor {
            principal: Principal::ApiKey(ApiKeyId::from(row.id)),
            organisation: row.organisation_id.into(),
            powers: Powers::Scopes(scopes),
            attested_consent,
        },
        row.expires_at.map(Into::into),
    ))
}

/// Writes the minute of the use beside the request: a busy writer must not make readers wait.
fn note_use(app: &App, id: uuid::Uuid, last: Option<Micros>, now: Timestamp) {
    let minute = now
        .round(
            TimestampRound::new()
                .smallest(Unit::Minute)
                .mode(RoundMode::Floor),
        )
        .unwrap_or(now);
    if last.is_some_and(|last| last >= Micros::from(minute)) {
        return;
    }
    let store = app.store.clone();
    tokio::spawn(async move {
        if let Err(error) = key_rows::touch(store.writer(), id, minute.into()).await {
            tracing::debug!(%error, "identity.last_use_not_noted");
        }
    });
}

async fn candidate(app: &App, hash: &str) -> Result<(Actor, Option<Timestamp>), AppError> {
    let now = app.clock.now();
    let row = token_rows::find_by_hash(app.store.near(), hash)
        .await?
        .filter(|row| row.revoked_at.is_none() && now < row.expires_at.into())
        .ok_or(AppError::Unauthenticated)?;
    let interview = InterviewId::from(row.interview_id);
    Ok((
        Actor {
            principal: Principal::InterviewSession(interview),
            organisation: row.organisation_id.into(),
            powers: Powers::Interview(interview),
            attested_consent: None,
        },
        Some(row.expires_at.into()),
    ))
}

async fn person(app: &App, token: &str) -> Result<(Actor, Option<Timestamp>), AppError> {
    let claims = tokens::read(app, token, TokenType::Access)?;
    let session = sessions::find_session(app.store.fresh(), claims.fam)
        .await?
        .filter(|session| session.revoked_at.is_none() && session.disabled_at.is_none())
        .filter(|session| session.organisation_id == claims.org.uuid())
        .ok_or(AppError::Unauthenticated)?;
    let role = Role::from_name(&session.role).ok_or(StoreError::Damaged { what: "role" })?;
    Ok((
        Actor {
            principal: Principal::User(UserId::from(session.user_id)),
            organisation: session.organisation_id.into(),
            powers: Powers::Role(role),
            attested_consent: None,
        },
        Some(claims.ends()),
    ))
}
