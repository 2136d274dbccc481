//! What the holder of a join link may do: see what it is for, and begin the interview, once.

use std::sync::Arc;

use candor_core::{
    access::{Actor, Powers, Principal},
    ids::{
        ApplicationId, CandidateId, InterviewId, InvitationId, OrganisationId, PositionId, UserId,
    },
    purpose::Purpose,
};
use candor_interviewer::strategy::Status;
use candor_store::{
    Micros,
    entities::{candidates, invitations},
    records::{
        invitations::{self as store, InvitationRow},
        organisations, scoped,
    },
};
use sea_orm::{
    ActiveValue::Set,
    Condition, ConnectionTrait, DatabaseTransaction, ExprTrait, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Expr, Func},
};
use serde_json::json;

use super::{Invitation, rejoin, setup::setup, window::may_go_on_until};
use crate::{
    App, AppError,
    audit::{self, Entry},
    conduct::{self, Held, NewHeld},
    consent::{self, ConsentStatement, Scope, Subject},
    identity::interview_tokens,
    mail,
    secrets::token_hash,
};

/// Through which interface these interviews come.
const ORIGIN: &str = "adaptive";
/// Shortest text that may be a token.
pub const SHORTEST_TOKEN: usize = 10;
/// Longest text that may be a token.
const LONGEST_TOKEN: usize = 200;

/// A begun interview, as its candidate is told of it.
#[derive(Debug)]
pub struct Joined {
    /// The interview.
    pub held: Held,
    /// Whether it was begun by this request.
    pub is_first: bool,
    /// Opens it for its candidate; shown this once. None when it was begun before, unless whoever asks may go on with it.
    pub session_token: Option<String>,
}

/// What a link is for, as whoever holds it is told.
#[derive(Debug)]
pub struct Joinable {
    /// The invitation.
    pub invitation: Invitation,
    /// Who invites.
    pub organisation: String,
    /// Who runs the chat model that may read the answers; none: no chat model is asked.
    pub chat_processor: Option<String>,
}

impl Joinable {
    /// That an AI system asks, who decides and who may read the answers, in the language of the invitation.
    pub fn notice(&self) -> String {
        let processor = self.chat_processor.as_deref();
        mail::notice(&self.invitation.language, &self.organisation, processor)
    }
}

/// How somebody begins an interview.
#[derive(Debug, Clone, Default)]
pub struct NewStart {
    /// Whoever is signed in with an account.
    pub visitor: Option<UserId>,
    /// What the client is known by when it comes again.
    pub key: Option<String>,
    /// What the candidate agreed to beforehand, if they were asked; recorded with the first start.
    pub consent: Option<ConsentStatement>,
}

/// What a link is for.
///
/// # Errors
/// [`AppError::Invalid`] for what can't be a token, [`AppError::NotFound`], or [`AppError::Gone`]
/// (`invitation_cancelled`, `invitation_closed`); one that was held stays readable.
pub async fn find_joinable(app: &App, token: &str) -> Result<Joinable, AppError> {
    let row = find(app, token).await?;
    if row.status != "completed" {
        is_on(app, &row)?;
    }
    let organisation = OrganisationId::from(row.organisation_id);
    let interview = row.interview_id.map(Into::into);
    let inviting = organisations::get(app.store.near(), organisation).await?;
    Ok(Joinable {
        organisation: inviting.name,
        chat_processor: conduct::find_told(app, organisation, interview).await?,
        invitation: Invitation::read(app, row),
    })
}

/// Begins the interview behind a link. Whoever is first gets the token that opens it. Others are told that it was begun,
/// and get a token where they show the same `key` as the first did, or where nothing was answered yet; the tokens before
/// are worth nothing then. A `visitor` with an account is from the first start on known to be that candidate.
///
/// # Errors
/// Like [`find_joinable`]; also [`AppError::Refused`] (`invitation_not_open`) before the link opens, and
/// [`AppError::Invalid`] for a `key` that somebody could guess, or a consent that can't be.
pub async fn start_joined(app: &Arc<App>, token: &str, new: NewStart) -> Result<Joined, AppError> {
    let key = rejoin::key_hash(new.key.as_deref())?;
    let row = find(app, token).await?;
    if row.status != "completed" {
        is_on(app, &row)?;
        if app.clock.now() < row.opens_at.into() {
            return Err(AppError::refused(
                "invitation_not_open",
                format!(
                    "the link opens at {}; come back then",
                    jiff::Timestamp::from(row.opens_at)
                ),
            ));
        }
    }
    let organisation = OrganisationId::from(row.organisation_id);
    let Claimed {
        interview,
        is_first,
        session_token,
    } = claim(app, &row, new, key).await?;
    let actor = candidate_of(organisation, interview);
    let held = conduct::get_session(app, &actor, interview).await?;
    if held.session.state.status != Status::Ready {
        return Ok(Joined {
            held,
            is_first,
            session_token,
        });
    }
    let held = match conduct::begin(app, &actor, interview).await {
        Ok(done) => done.held,
        // Somebody was quicker.
        Err(AppError::Conflict {
            code: "interview_has_begun",
            ..
        }) => conduct::get_session(app, &actor, interview).await?,
        Err(error) => return Err(error),
    };
    Ok(Joined {
        held,
        is_first,
        session_token,
    })
}

/// Whoever is in an interview by its link.
fn candidate_of(organisation: OrganisationId, interview: InterviewId) -> Actor {
    Actor {
        principal: Principal::InterviewSession(interview),
        organisation,
        powers: Powers::Interview(interview),
        attested_consent: None,
    }
}

async fn find(app: &App, token: &str) -> Result<InvitationRow, AppError> {
    if token.chars().count() < SHORTEST_TOKEN {
        return Err(AppError::invalid(
            "invalid_token",
            "token",
            format!("token must have {SHORTEST_TOKEN} characters or more"),
        ));
    }
    if token.len() > LONGEST_TOKEN {
        return Err(AppError::NotFound("invitation"));
    }
    store::find_by_token(app.store.near(), &token_hash(token))
        .await?
        .ok_or(AppError::NotFound("invitation"))
}

/// Whether it can still be used, to begin or to go on.
fn is_on(app: &App, row: &InvitationRow) -> Result<(), AppError> {
    if row.status == "cancelled" {
        return Err(AppError::gone(
            "invitation_cancelled",
            "the interview was cancelled",
        ));
    }
    // Who has begun may come to the end.
    if row.interview_id.is_none() && app.clock.now() >= row.closes_at.into() {
        return Err(AppError::gone(
            "invitation_closed",
            "the link is closed; ask for a new one",
        ));
    }
    Ok(())
}

/// The interview behind an invitation, and the way in.
struct Claimed {
    interview: InterviewId,
    is_first: bool,
    session_token: Option<String>,
}

/// One that was begun before.
async fn claim_again(
    app: &App,
    row: &InvitationRow,
    interview: InterviewId,
    key: Option<String>,
) -> Result<Claimed, AppError> {
    Ok(Claimed {
        interview,
        is_first: false,
        session_token: rejoin::reissue(app, row, interview, key).await?,
    })
}

/// The interview behind an invitation, made where there is none. Of those who come at the same time one makes it.
async fn claim(
    app: &App,
    seen: &InvitationRow,
    new: NewStart,
    key: Option<String>,
) -> Result<Claimed, AppError> {
    if let Some(interview) = seen.interview_id {
        return claim_again(app, seen, interview.into(), key).await;
    }
    let organisation = OrganisationId::from(seen.organisation_id);
    let id = InvitationId::from(seen.id);
    let gone = || AppError::NotFound("invitation");
    let transaction = app.store.begin().await?;
    if !store::hold(&transaction, organisation, id).await? {
        return Err(gone());
    }
    let row =
        scoped::find::<invitations::Entity>(&transaction, organisation, seen.id, Condition::all())
            .await?
            .ok_or_else(gone)?;
    if let Some(interview) = row.interview_id {
        transaction.rollback().await?;
        return claim_again(app, &row, interview.into(), key).await;
    }
    is_on(app, &row)?;
    if row.status != "scheduled" {
        return Err(AppError::gone(
            "invitation_closed",
            "the interview was held elsewhere",
        ));
    }
    let candidate = candidate(app, &transaction, &row, new.visitor).await?;
    let held = NewHeld {
        organisation,
        owner: None,
        candidate: Some(candidate),
        application: row.application_id.map(ApplicationId::from),
        position: row.position_id.map(PositionId::from),
        origin: ORIGIN,
        purpose: Purpose::Hiring,
        title: None,
        job_role: None,
        domain: None,
        status: "scheduled",
        details: json!({"invitation": id}),
        setup: setup(&transaction, &row).await?,
        plan: None,
    };
    let interview = conduct::create_held(app, &transaction, held).await?;
    let expires_at = may_go_on_until(&row, app.clock.now());
    let maker = id.to_string();
    let token = interview_tokens::insert_token(
        &transaction,
        app,
        organisation,
        interview,
        &maker,
        expires_at,
    )
    .await?;
    let values = invitations::ActiveModel {
        interview_id: Set(Some(interview.uuid())),
        candidate_id: Set(Some(candidate.uuid())),
        status: Set("in_progress".to_owned()),
        start_key_hash: Set(key),
        updated_at: Set(app.clock.now().into()),
        ..Default::default()
    };
    let all = Condition::all();
    scoped::update::<invitations::Entity>(&transaction, organisation, row.id, None, all, values)
        .await?;
    let by = candidate_of(organisation, interview);
    if let Some(statement) = new.consent {
        let (subject, scopes) = (Subject::Interview(interview), [Scope::Analysis]);
        consent::state(app, &transaction, &by, subject, statement, &scopes).await?;
    }
    let details = json!({"interview": interview});
    let entry = Entry::new(organisation, by.principal, "invitation.begun", &id, details);
    audit::record(&transaction, app, entry).await?;
    transaction.commit().await?;
    Ok(Claimed {
        interview,
        is_first: true,
        session_token: Some(token),
    })
}

/// Who is invited: as the invitation knows, or by e-mail, or a new candidate.
async fn candidate(
    app: &App,
    transaction: &DatabaseTransaction,
    row: &InvitationRow,
    visitor: Option<UserId>,
) -> Result<CandidateId, AppError> {
    let organisation = OrganisationId::from(row.organisation_id);
    let now = Micros::from(app.clock.now());
    let known = match row.candidate_id {
        Some(id) => {
            let all = Condition::all();
            scoped::find::<candidates::Entity>(transaction, organisation, id, all).await?
        }
        None => by_email(transaction, organisation, &row.candidate_email).await?,
    };
    let user = visitor.map(UserId::uuid);
    if let Some(known) = known {
        if known.user_id.is_none() && user.is_some() {
            let values = candidates::ActiveModel {
                user_id: Set(user),
                updated_at: Set(now),
                ..Default::default()
            };
            let all = Condition::all();
            let id = known.id;
            scoped::update::<candidates::Entity>(transaction, organisation, id, None, all, values)
                .await?;
        }
        return Ok(known.id.into());
    }
    let new = candidates::Model {
        id: CandidateId::generate().uuid(),
        organisation_id: row.organisation_id,
        user_id: user,
        external_id: None,
        name: row.candidate_name.clone(),
        email: Some(row.candidate_email.clone()),
        phone: None,
        profile: json!({}),
        created_at: now,
        updated_at: now,
        deleted_at: None,
        version: 1,
    };
    let id = new.id;
    scoped::insert::<candidates::Entity>(transaction, new).await?;
    Ok(id.into())
}

/// The candidate of the organisation who has had this address for longest, whatever its capitals.
async fn by_email(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    email: &str,
) -> Result<Option<candidates::Model>, AppError> {
    let column = Func::lower(Expr::col(candidates::Column::Email));
    let found = scoped::rows::<candidates::Entity>(organisation)
        .filter(Expr::expr(column).eq(email.to_lowercase()))
        .order_by_asc(candidates::Column::Id)
        .limit(1)
        .all(connection)
        .await?;
    Ok(found.into_iter().next())
}
