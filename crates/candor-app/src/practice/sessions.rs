//! Sessions: begun, listed, looked at.

use std::collections::BTreeMap;

use candor_core::{
    access::{Action, Actor},
    ids::{InterviewId, UserId},
};
use candor_store::{
    Micros,
    entities::interviews,
    records::{practice as store, users},
};
use jiff::Timestamp;
use sea_orm::ConnectionTrait;
use serde_json::json;
use uuid::Uuid;

use super::{Agreement, consent, documents, practiser};
use crate::{App, AppError, fields, mind};

/// Where the details of an interview name whoever runs the chat model, also of those that are held otherwise.
pub(super) const PROCESSOR: &str = "chat_processor";
/// Longest role and field, in characters.
const LONGEST: usize = 128;
/// Most sessions of a list.
const MOST: u64 = 500;

/// What a client says about a session it begins.
#[derive(Debug, Clone, Default)]
pub struct NewSession {
    /// Role that is practised for.
    pub job_role: String,
    /// Field of the role.
    pub domain: String,
    /// Who practises, as the client calls them. A person may name only themself.
    pub user: Option<String>,
    /// Consent to being recorded and analysed.
    pub consent: Option<Agreement>,
    /// Whether expressions are told; on for a person who practises unless they switch it off, and off for
    /// machines, because only a person may switch it on for themself.
    pub emotions: Option<bool>,
}

/// A session.
#[derive(Debug, Clone, PartialEq)]
pub struct Session {
    /// Identifier.
    pub id: InterviewId,
    /// Who practises, as they call themself.
    pub user: String,
    /// Role that is practised for.
    pub job_role: String,
    /// Field of the role.
    pub domain: String,
    /// One of [`STATUSES`](super::STATUSES).
    pub status: String,
    /// When it began.
    pub started_at: Timestamp,
    /// Whether expressions are told.
    pub emotions: bool,
    /// Who runs the chat model that may be asked about this session, for the person to be told: what the organisation
    /// had on record when it began. None: none is asked, whatever is recorded later.
    pub chat_processor: Option<String>,
}

/// A session and how far it is.
#[derive(Debug, Clone, PartialEq)]
pub struct SessionState {
    /// The session.
    pub session: Session,
    /// Questions that were asked.
    pub n_questions: u64,
    /// Answers in words.
    pub n_responses: u64,
    /// Whether an analysis is finished; scores and advanced scores come with it.
    pub is_analysed: bool,
    /// Whether a report was made.
    pub has_report: bool,
}

/// A session in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Overview {
    /// The session.
    pub session: Session,
    /// Whether an analysis is finished.
    pub is_analysed: bool,
    /// `overallPerformanceScore`, 0 to 100; none: not measured yet, or it can't be.
    pub overall_score: Option<f64>,
}

/// Begins a session.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::Invalid`]; [`AppError::NotFound`] for somebody else's name.
pub async fn start_session(app: &App, actor: &Actor, new: NewSession) -> Result<Session, AppError> {
    let row = new_row(app, actor, &new, super::STATUSES[0]).await?;
    let transaction = app.store.begin().await?;
    store::insert_session(&transaction, row.clone()).await?;
    if let Some(agreement) = new.consent {
        consent::agree(app, &transaction, actor, row.id.into(), agreement).await?;
    }
    transaction.commit().await?;
    Ok(session(row))
}

/// The row of a session that begins.
///
/// # Errors
/// Like [`start_session`].
pub(super) async fn new_row(
    app: &App,
    actor: &Actor,
    new: &NewSession,
    status: &str,
) -> Result<interviews::Model, AppError> {
    actor.may(Action::WriteInterviews)?;
    let job_role = fields::line("jobRole", &new.job_role, LONGEST)?;
    let domain = fields::line("domain", &new.domain, LONGEST)?;
    let user = match (actor.user(), &new.user) {
        (Some(person), named) => {
            let own = handle(app.store.fresh(), person).await?;
            if named
                .as_ref()
                .is_some_and(|named| named.trim().to_lowercase() != own.to_lowercase())
            {
                return Err(AppError::NotFound("user"));
            }
            own
        }
        (None, Some(named)) => fields::line("userId", named, 64)?,
        (None, None) => actor.principal.to_string(),
    };
    let now = Micros::from(app.clock.now());
    let emotions = new.emotions.unwrap_or(actor.user().is_some()) && actor.user().is_some();
    let processor = mind::find_processor(app, app.store.near(), actor.organisation).await?;
    Ok(interviews::Model {
        id: InterviewId::generate().uuid(),
        organisation_id: actor.organisation.uuid(),
        owner_id: actor.user().map(UserId::uuid),
        candidate_id: None,
        application_id: None,
        position_id: None,
        external_id: None,
        origin: store::ORIGIN.to_owned(),
        purpose: "practice".to_owned(),
        title: None,
        job_role: Some(job_role),
        domain: Some(domain),
        status: status.to_owned(),
        details: json!({ "userId": user, "emotions": emotions, PROCESSOR: processor }),
        overall_score: None,
        started_at: Some(now),
        finished_at: None,
        created_at: now,
        updated_at: now,
        deleted_at: None,
        version: 1,
    })
}

/// The caller's sessions, newest first.
///
/// # Errors
/// [`AppError::Denied`].
pub async fn list_sessions(app: &App, actor: &Actor) -> Result<Vec<Overview>, AppError> {
    actor.may(Action::ReadInterviews)?;
    let connection = app.store.fresh();
    let rows = store::list_sessions(connection, practiser(actor)?, MOST).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let analyses = store::analysis_states(connection, actor.organisation, &ids).await?;
    let newest = Newest::of(&analyses);
    let done: Vec<Uuid> = newest.done.values().copied().collect();
    let scores: BTreeMap<Uuid, Option<f64>> =
        store::latest_documents(connection, actor.organisation, &done)
            .await?
            .into_iter()
            .collect();
    let mut overviews = Vec::with_capacity(rows.len());
    for row in rows {
        let analysis = newest.done.get(&row.id).copied();
        let overall_score = match analysis {
            None => None,
            Some(analysis) => match scores.get(&analysis) {
                Some(score) => *score,
                None => {
                    documents::of_analysis(app, actor, &row, analysis)
                        .await?
                        .overall_score
                }
            },
        };
        overviews.push(Overview {
            is_analysed: analysis.is_some(),
            overall_score,
            session: newest.session(row),
        });
    }
    Ok(overviews)
}

/// One session of the caller.
///
/// # Errors
/// [`AppError::Denied`]; [`AppError::NotFound`] for an unknown session and for somebody else's.
pub async fn get_session(
    app: &App,
    actor: &Actor,
    id: InterviewId,
) -> Result<SessionState, AppError> {
    actor.may(Action::ReadInterviews)?;
    let connection = app.store.fresh();
    let row = own(connection, actor, id).await?;
    let organisation = actor.organisation;
    let analyses = store::analysis_states(connection, organisation, &[row.id]).await?;
    let newest = Newest::of(&analyses);
    let is_analysed = newest.done.contains_key(&row.id);
    let session = newest.session(row);
    Ok(SessionState {
        n_questions: store::count_questions(connection, organisation, id).await?,
        n_responses: store::count_responses(connection, organisation, id).await?,
        has_report: session.status == "report_ready",
        is_analysed,
        session,
    })
}

/// The row of a session of the caller.
///
/// # Errors
/// [`AppError::NotFound`].
pub(super) async fn own(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    id: InterviewId,
) -> Result<interviews::Model, AppError> {
    store::find_session(connection, practiser(actor)?, id)
        .await?
        .ok_or(AppError::NotFound("session"))
}

/// What a person signs in with, as they wrote it.
async fn handle(connection: &impl ConnectionTrait, person: UserId) -> Result<String, AppError> {
    Ok(users::get(connection, person).await?.handle)
}

pub(super) fn session(row: interviews::Model) -> Session {
    Session {
        id: row.id.into(),
        user: row.details["userId"]
            .as_str()
            .unwrap_or_default()
            .to_owned(),
        job_role: row.job_role.unwrap_or_default(),
        domain: row.domain.unwrap_or_default(),
        status: row.status,
        started_at: row.started_at.unwrap_or(row.created_at).into(),
        emotions: row.details["emotions"] == true,
        chat_processor: row.details[PROCESSOR].as_str().map(str::to_owned),
    }
}

/// The newest analysis of each session, and the newest finished one.
struct Newest {
    is_done: BTreeMap<Uuid, bool>,
    done: BTreeMap<Uuid, Uuid>,
}

impl Newest {
    /// From rows in order of time: the last one of each session stays.
    fn of(analyses: &[store::AnalysisState]) -> Self {
        let mut newest = Self {
            is_done: BTreeMap::new(),
            done: BTreeMap::new(),
        };
        for analysis in analyses {
            let Some(session) = analysis.interview_id else {
                continue;
            };
            let is_done = analysis.state == "done";
            newest.is_done.insert(session, is_done);
            if is_done {
                newest.done.insert(session, analysis.id);
            }
        }
        newest
    }

    /// The session with its status: analysis, scores and advanced scores are there at once when the newest
    /// analysis is finished; while a newer one runs the stored status counts again.
    fn session(&self, row: interviews::Model) -> Session {
        let is_done = self.is_done.get(&row.id) == Some(&true);
        let mut session = session(row);
        if is_done && super::before("advanced_scored").contains(&session.status.as_str()) {
            session.status = "advanced_scored".to_owned();
        }
        session
    }
}
