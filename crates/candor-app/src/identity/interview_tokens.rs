//! Tokens that let a candidate into one interview: shown once, stored hashed, limited in time, revocable.
//!
//! Who holds one may read that interview and record for it, nothing else.

use candor_core::{
    access::{Action, Actor, Reach},
    ids::{InterviewId, InterviewTokenId, OrganisationId},
};
use candor_store::{
    entities::interviews,
    records::interview_tokens::{self as rows, TokenRow},
};
use jiff::{SignedDuration, Timestamp};
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::{
    App, AppError,
    audit::{self, Entry},
    paging::{Page, PageRequest},
    records,
    secrets::{random_token, token_hash},
};

/// What every token begins with.
pub const PREFIX: &str = "cdi_";

/// Characters of a token that are kept to recognise it by.
const RECOGNISED: usize = 10;

/// How long a token is good for unless its maker says otherwise.
const USUAL_LIFE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// A token of an interview, without the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InterviewToken {
    /// Identifier.
    pub id: InterviewTokenId,
    /// The interview that it is for.
    pub interview: InterviewId,
    /// First characters.
    pub prefix: String,
    /// Id of the person or key that made it.
    pub created_by: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Not valid from then on.
    pub expires_at: Timestamp,
    /// Since when it is invalid.
    pub revoked_at: Option<Timestamp>,
}

impl From<TokenRow> for InterviewToken {
    fn from(row: TokenRow) -> Self {
        Self {
            id: row.id.into(),
            interview: row.interview_id.into(),
            prefix: row.prefix,
            created_by: row.created_by,
            created_at: row.created_at.into(),
            expires_at: row.expires_at.into(),
            revoked_at: row.revoked_at.map(Into::into),
        }
    }
}

/// Makes a token for an interview of the organisation; the second part of the answer is the token itself,
/// shown this once. Without `expires_at` it is good for seven days.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::NotFound`], [`AppError::Invalid`] for a time that is over, and
/// [`AppError::Conflict`] (`interview_of_a_person`) for an interview whose person has an account.
pub async fn create_token(
    app: &App,
    actor: &Actor,
    interview: InterviewId,
    expires_at: Option<Timestamp>,
) -> Result<(InterviewToken, String), AppError> {
    let reach = actor.may(Action::InviteCandidates)?;
    let now = app.clock.now();
    if expires_at.is_some_and(|at| at <= now) {
        return Err(AppError::invalid(
            "invalid_time",
            "expires_at",
            "expires_at must be in the future",
        ));
    }
    let transaction = app.store.begin().await?;
    let about = reached(&transaction, actor, reach, interview).await?;
    if about.owner_id.is_some() {
        return Err(AppError::conflict(
            "interview_of_a_person",
            "the interview belongs to a person, who signs in with their own account",
        ));
    }
    let token = format!("{PREFIX}{}", random_token());
    let row = TokenRow {
        id: InterviewTokenId::generate().uuid(),
        organisation_id: actor.organisation.uuid(),
        interview_id: interview.uuid(),
        prefix: token[..RECOGNISED].to_owned(),
        token_hash: token_hash(&token),
        created_by: actor.principal.to_string(),
        created_at: now.into(),
        expires_at: expires_at.unwrap_or(now + USUAL_LIFE).into(),
        revoked_at: None,
    };
    let made = InterviewToken::from(row.clone());
    rows::insert(&transaction, row).await?;
    let details = json!({ "interview": interview });
    let entry = Entry::by(actor, "interview_token.created", &made.id, details);
    audit::record(&transaction, app, entry).await?;
    transaction.commit().await?;
    Ok((made, token))
}

/// Makes a token for an interview in the caller's transaction, for whoever was let in by a join link.
pub(crate) async fn insert_token(
    transaction: &impl ConnectionTrait,
    app: &App,
    organisation: OrganisationId,
    interview: InterviewId,
    created_by: &str,
    expires_at: Timestamp,
) -> Result<String, AppError> {
    let token = format!("{PREFIX}{}", random_token());
    let row = TokenRow {
        id: InterviewTokenId::generate().uuid(),
        organisation_id: organisation.uuid(),
        interview_id: interview.uuid(),
        prefix: token[..RECOGNISED].to_owned(),
        token_hash: token_hash(&token),
        created_by: created_by.to_owned(),
        created_at: app.clock.now().into(),
        expires_at: expires_at.into(),
        revoked_at: None,
    };
    rows::insert(transaction, row).await?;
    Ok(token)
}

/// Tokens of an interview, newest first; expired and revoked ones too.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::NotFound`].
pub async fn list_tokens(
    app: &App,
    actor: &Actor,
    interview: InterviewId,
    page: PageRequest,
) -> Result<Page<InterviewToken>, AppError> {
    let reach = actor.may(Action::InviteCandidates)?;
    let reader = app.store.reader();
    reached(reader, actor, reach, interview).await?;
    let found = rows::list(
        reader,
        actor.organisation,
        interview,
        page.after,
        page.limit + 1,
    )
    .await?;
    Ok(Page::cut(found, page, |row| row.id).map(Into::into))
}

/// Revokes a token, at once in this process; one that was revoked before stays so.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::NotFound`].
pub async fn revoke_token(
    app: &App,
    actor: &Actor,
    interview: InterviewId,
    id: InterviewTokenId,
) -> Result<InterviewToken, AppError> {
    let reach = actor.may(Action::InviteCandidates)?;
    let transaction = app.store.begin().await?;
    reached(&transaction, actor, reach, interview).await?;
    rows::get(&transaction, actor.organisation, interview, id).await?;
    let now = app.clock.now().into();
    let revoked = rows::revoke(&transaction, actor.organisation, id, now).await?;
    let row = rows::get(&transaction, actor.organisation, interview, id).await?;
    if revoked {
        let details = json!({ "interview": interview });
        let entry = Entry::by(actor, "interview_token.revoked", &id, details);
        audit::record(&transaction, app, entry).await?;
    }
    transaction.commit().await?;
    app.identity.forget();
    Ok(row.into())
}

/// The interview, where the actor reaches it.
async fn reached(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    reach: Reach,
    interview: InterviewId,
) -> Result<interviews::Model, AppError> {
    let filter = records::rows(actor, reach)?.interviews();
    let id = interview.uuid();
    records::get::<interviews::Entity>(connection, actor.organisation, id, filter).await
}
