//! The live practice interview: five prepared questions, answered in words one after the other.
//!
//! Where it stands is a row of `interview_sessions` whose state names [`FLOW`]; what is said are rows of
//! `interview_turns`. An answer, its marks and the next question are kept in one transaction.

use std::sync::Arc;

use candor_core::{
    access::{Action, Actor},
    ids::InterviewId,
};
use candor_interviewer::{
    prepared::{self, Asked, Standing},
    strategy::Plan,
    turn_taking::{self, Heard, Verdict},
};
use candor_store::{
    Micros, StoreError,
    entities::{interview_sessions, interviews},
    records::{conduct, practice as store, scoped},
};
use jiff::Timestamp;
use sea_orm::Condition;
use serde_json::{Value, json};

use super::{NewSession, Session, consent, sessions};
use crate::{App, AppError};

mod abandoned;
mod answers;
mod change;
mod generated;
mod rows;

pub use abandoned::close_abandoned;
pub(in crate::practice) use answers::timed_answers;
pub use change::{LiveAnswer, NewLiveAnswer, answer_live, close_live, skip_live};
pub use rows::{LiveTurn, Marker};

/// What the state of these interviews is told from others by.
pub const FLOW: &str = "prepared";
/// `interview_sessions.status` while questions are asked.
const OPEN: &str = "open";
/// `interview_sessions.status` afterwards.
const ENDED: &str = "ended";
/// Questions of an interview.
pub const TOTAL_QUESTIONS: usize = prepared::TOTAL;

/// An interview that begins.
#[derive(Debug, Clone, PartialEq)]
pub struct Started {
    /// The session.
    pub session: Session,
    /// What is asked first.
    pub asked: Asked,
}

/// An interview as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct LiveState {
    /// The session.
    pub session: InterviewId,
    /// Place of the present question, from 0.
    pub index: usize,
    /// What is asked; none: it is over.
    pub asked: Option<Asked>,
    /// Everything that was said.
    pub turns: Vec<LiveTurn>,
    /// When each answer was given.
    pub markers: Vec<Marker>,
}

/// A live interview as it was read.
struct Kept {
    session: interviews::Model,
    row: interview_sessions::Model,
    plan: Plan,
    standing: Standing,
}

/// The state as it is kept.
fn state(standing: &Standing) -> Value {
    json!({ "flow": FLOW, "standing": standing })
}

async fn load(app: &App, actor: &Actor, id: InterviewId) -> Result<Kept, AppError> {
    let session = sessions::own(app.store.fresh(), actor, id).await?;
    let row = scoped::find::<interview_sessions::Entity>(
        app.store.near(),
        actor.organisation,
        id.uuid(),
        Condition::all(),
    )
    .await?
    .filter(|row| row.state["flow"] == FLOW)
    .ok_or(AppError::NotFound("live interview of this session"))?;
    let damaged = |_| StoreError::Damaged {
        what: "live interview",
    };
    Ok(Kept {
        session,
        plan: serde_json::from_value(row.plan.clone()).map_err(damaged)?,
        standing: serde_json::from_value(row.state["standing"].clone()).map_err(damaged)?,
        row,
    })
}

/// Says that nothing is asked.
fn not_active() -> AppError {
    AppError::conflict("live_not_active", "the live interview is over")
}

/// Begins a session with its first question.
///
/// # Errors
/// Like [`start_session`](super::start_session).
pub async fn start_live(app: &App, actor: &Actor, new: NewSession) -> Result<Started, AppError> {
    let session = sessions::new_row(app, actor, &new, "live_started").await?;
    let role = session.job_role.as_deref().unwrap_or_default();
    let plan = prepared::plan(role, session.domain.as_deref().unwrap_or_default());
    let standing = Standing::begin(&plan);
    let asked = standing
        .asked
        .clone()
        .ok_or_else(|| AppError::internal("a plan without questions"))?;
    let at: Timestamp = app.clock.now();
    let id = InterviewId::from(session.id);
    let row = interview_sessions::Model {
        id: session.id,
        organisation_id: session.organisation_id,
        rubric_id: None,
        plan: serde_json::to_value(&plan).map_err(AppError::internal)?,
        state: state(&standing),
        n_turns: 1,
        status: OPEN.to_owned(),
        created_at: at.into(),
        updated_at: at.into(),
        version: 1,
    };
    let transaction = app.store.begin().await?;
    store::insert_session(&transaction, session.clone()).await?;
    if let Some(agreement) = new.consent {
        consent::agree(app, &transaction, actor, id, agreement).await?;
    }
    scoped::insert::<interview_sessions::Entity>(&transaction, row).await?;
    let turn = rows::asked(actor.organisation, id, 1, &asked, at);
    conduct::insert_turns(&transaction, vec![turn]).await?;
    rows::remember_question(&transaction, actor.organisation, id, 0, &asked, at).await?;
    transaction.commit().await?;
    Ok(Started {
        session: sessions::session(session),
        asked,
    })
}

/// How a live interview stands.
///
/// # Errors
/// [`AppError::NotFound`] for an unknown session, somebody else's, and one that is not live.
pub async fn get_live(app: &App, actor: &Actor, id: InterviewId) -> Result<LiveState, AppError> {
    actor.may(Action::ReadInterviews)?;
    let kept = load(app, actor, id).await?;
    let turns = conduct::list_turns(app.store.fresh(), actor.organisation, id).await?;
    Ok(LiveState {
        session: id,
        index: kept.standing.index,
        asked: kept.standing.asked,
        markers: turns.iter().filter_map(rows::marker).collect(),
        turns: turns.into_iter().map(LiveTurn::from).collect(),
    })
}

/// Whether what was heard so far is an answer to the present question. Nothing is kept of it.
///
/// # Errors
/// Like [`get_live`]; [`AppError::Conflict`] (`live_not_active`).
pub async fn evaluate_turn(
    app: &Arc<App>,
    actor: &Actor,
    id: InterviewId,
    heard: Heard<'_>,
) -> Result<Verdict, AppError> {
    actor.may(Action::AnswerInterviews)?;
    let kept = load(app, actor, id).await?;
    let asked = kept.standing.asked.ok_or_else(not_active)?;
    Ok(turn_taking::evaluate(&Heard {
        question: &asked.text,
        ..heard
    }))
}

/// When something happened, as the records keep it.
fn micros(at: Timestamp) -> Micros {
    at.into()
}
