//! An interview as one process holds it for a moment: read, changed, kept.

use candor_core::{
    access::{Action, Actor, Powers},
    ids::{InterviewId, OrganisationId, RubricId},
    interview::{Speaker, Turn},
    purpose::Purpose,
};
use candor_interviewer::{session::Session, strategy::Status};
use candor_store::{
    StoreError,
    entities::{interview_sessions, interviews},
    records::{conduct, scoped},
};
use sea_orm::Condition;
use serde::{Deserialize, Serialize};

use super::turns;
use crate::{App, AppError, mind, records};

/// Where the details of an interview name whoever runs the chat model.
pub(super) const PROCESSOR: &str = "chat_processor";

/// An interview as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    /// The interview's record.
    pub interview: interviews::Model,
    /// Plan, state and turns.
    pub session: Session,
    /// The rubric that it is judged by.
    pub rubric: Option<RubricId>,
    /// Version of the state.
    pub version: i32,
    /// Who is on record as running the chat model, where the interview has not begun.
    processor: Option<String>,
}

/// What the live store holds of an interview.
#[derive(Debug, Serialize, Deserialize)]
struct Copy {
    version: i32,
    turns: Vec<Turn>,
}

impl Held {
    /// Its id.
    pub fn id(&self) -> InterviewId {
        self.interview.id.into()
    }

    /// Whose it is.
    pub fn organisation(&self) -> OrganisationId {
        self.interview.organisation_id.into()
    }

    /// What it is held for.
    pub fn purpose(&self) -> Purpose {
        Purpose::from_name(&self.interview.purpose)
    }

    /// Who runs the chat model that may be asked about answers of this interview, for the candidate to be told: what the
    /// organisation has on record until it begins, and from then on what it had at that moment. None: no chat model is
    /// asked, whatever is recorded later.
    pub fn chat_processor(&self) -> Option<&str> {
        match self.session.state.status {
            Status::Ready => self.processor.as_deref(),
            _ => self.interview.details.get(PROCESSOR)?.as_str(),
        }
    }

    /// The interviewer's last turn: what is to be answered, or the farewell.
    pub fn last_words(&self) -> Option<&Turn> {
        let mut turns = self.session.turns.iter().rev();
        turns.find(|turn| turn.speaker == Speaker::Interviewer)
    }

    /// Whether this actor sees how answers are judged: everybody but a candidate who was let in by a token.
    pub fn shows_marks_to(&self, actor: &Actor) -> bool {
        !matches!(actor.powers, Powers::Interview(_))
    }

    /// Puts a copy of the turns into the live store. A copy that is lost costs a read of the records.
    pub(super) async fn keep_copy(&self, app: &App) {
        let copy = Copy {
            version: self.version,
            turns: self.session.turns.clone(),
        };
        let bytes = serde_json::to_vec(&copy).expect("turns are plain values");
        if let Err(error) = app.live.keep(self.interview.id, bytes).await {
            tracing::warn!(error = %error, "live.copy_lost");
        }
    }
}

/// The interview's record, where the actor may do `action` with it.
pub(super) async fn reached(
    app: &App,
    actor: &Actor,
    action: Action,
    id: InterviewId,
) -> Result<interviews::Model, AppError> {
    let rows = records::rows(actor, actor.may(action)?)?;
    let near = app.store.near();
    records::get::<interviews::Entity>(near, actor.organisation, id.uuid(), rows.interviews()).await
}

/// The interview's record, whomever it belongs to.
pub(super) async fn of_anybody(
    app: &App,
    organisation: OrganisationId,
    id: InterviewId,
) -> Result<interviews::Model, AppError> {
    let (near, all) = (app.store.near(), Condition::all());
    records::get::<interviews::Entity>(near, organisation, id.uuid(), all).await
}

/// How the interview stands.
///
/// # Errors
/// [`AppError::NotFound`] for one that was not prepared to be held in words.
pub(super) async fn load(app: &App, interview: interviews::Model) -> Result<Held, AppError> {
    let organisation: OrganisationId = interview.organisation_id.into();
    let near = app.store.near();
    let row = scoped::find::<interview_sessions::Entity>(
        near,
        organisation,
        interview.id,
        Condition::all(),
    )
    .await?
    // Interviews of prepared questions go their own way, see `practice::live`.
    .filter(|row| row.state["flow"] != crate::practice::FLOW)
    .ok_or(AppError::NotFound("interview session"))?;
    let turns = match recall(app, &row).await {
        Some(turns) => turns,
        None => read_turns(app, organisation, &row).await?,
    };
    let damaged = |_| StoreError::Damaged {
        what: "interview session",
    };
    let session = Session {
        plan: serde_json::from_value(row.plan).map_err(damaged)?,
        state: serde_json::from_value(row.state).map_err(damaged)?,
        turns,
    };
    let processor = match session.state.status {
        Status::Ready => mind::find_processor(app, near, organisation).await?,
        _ => None,
    };
    Ok(Held {
        interview,
        session,
        processor,
        rubric: row.rubric_id.map(Into::into),
        version: row.version,
    })
}

/// Who is told of as running the chat model of an interview that is still to be made, or of one that there is; see
/// [`Held::chat_processor`].
pub(crate) async fn find_told(
    app: &App,
    organisation: OrganisationId,
    interview: Option<InterviewId>,
) -> Result<Option<String>, AppError> {
    let Some(id) = interview else {
        return mind::find_processor(app, app.store.near(), organisation).await;
    };
    let held = match of_anybody(app, organisation, id).await {
        Ok(row) => load(app, row).await,
        Err(error) => Err(error),
    };
    match held {
        Ok(held) => Ok(held.chat_processor().map(str::to_owned)),
        // It was deleted: nobody is asked about it.
        Err(AppError::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The turns from the live store, where its copy is as new as the row.
async fn recall(app: &App, row: &interview_sessions::Model) -> Option<Vec<Turn>> {
    let bytes = match app.live.recall(row.id).await {
        Ok(found) => found?,
        Err(error) => {
            tracing::warn!(error = %error, "live.copy_lost");
            return None;
        }
    };
    let copy: Copy = serde_json::from_slice(&bytes).ok()?;
    let is_whole = copy.version == row.version
        && i32::try_from(copy.turns.len()).is_ok_and(|n| n == row.n_turns);
    is_whole.then_some(copy.turns)
}

/// The turns from the records, no more than the row knows of: another process may be adding some.
pub(super) async fn read_turns(
    app: &App,
    organisation: OrganisationId,
    row: &interview_sessions::Model,
) -> Result<Vec<Turn>, AppError> {
    let rows = conduct::list_turns(app.store.writer(), organisation, row.id.into()).await?;
    let known = usize::try_from(row.n_turns).unwrap_or(0);
    let turns = rows.into_iter().take(known).map(turns::turn);
    Ok(turns.collect::<Result<_, _>>()?)
}
