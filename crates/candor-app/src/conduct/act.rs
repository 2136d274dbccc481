//! What people do in an interview.

use std::sync::Arc;

use candor_core::{
    access::{Action, Actor},
    ids::InterviewId,
};
use candor_interviewer::session::LONGEST_ANSWER;
use serde_json::Value;

use super::{
    change::{self, Step},
    held::{self, Held},
};
use crate::{App, AppError};

pub use change::Done;

/// An answer as a client sends it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NewAnswer {
    /// The words; none at all is an answer too, to which the interviewer asks again.
    pub text: String,
    /// The turn that is answered: with it, an answer that comes twice is taken once.
    pub turn_id: Option<String>,
    /// The question that is answered: with it, what was meant for another one changes nothing.
    pub question_id: Option<String>,
    /// Whether the same words may be the answer before, sent once more: then nothing is taken, and what came of it is told
    /// again. For clients that can't name the turn.
    pub may_be_resent: bool,
    /// What the client keeps besides, e.g. times: an object, or null.
    pub details: Value,
}

/// How an interview stands.
///
/// # Errors
/// [`AppError::Denied`], or [`AppError::NotFound`] also for one that is not held in words.
pub async fn get_session(app: &App, actor: &Actor, id: InterviewId) -> Result<Held, AppError> {
    let interview = held::reached(app, actor, Action::ReadInterviews, id).await?;
    held::load(app, interview).await
}

/// Begins it with a greeting and the first question.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::NotFound`], or [`AppError::Conflict`] (`interview_has_begun`).
pub async fn begin(app: &Arc<App>, actor: &Actor, id: InterviewId) -> Result<Done, AppError> {
    change::detached(app, actor, id, Step::Begin).await
}

/// Takes an answer. When this returns, answer, marks and the next turn are in the records.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::NotFound`], [`AppError::Invalid`] for one that is too long, or
/// [`AppError::Conflict`]: not begun, paused, ended, or `turn_passed`.
pub async fn answer(
    app: &Arc<App>,
    actor: &Actor,
    id: InterviewId,
    new: NewAnswer,
) -> Result<Done, AppError> {
    let new = change::checked(new, LONGEST_ANSWER)?;
    change::detached(app, actor, id, Step::Answer(new)).await
}

/// The candidate would rather not answer; of `new` only `turn_id` and `details` count.
///
/// # Errors
/// Like [`answer`].
pub async fn skip(
    app: &Arc<App>,
    actor: &Actor,
    id: InterviewId,
    new: NewAnswer,
) -> Result<Done, AppError> {
    let new = NewAnswer {
        text: String::new(),
        ..change::checked(new, LONGEST_ANSWER)?
    };
    change::detached(app, actor, id, Step::Skip(new)).await
}

/// Says the pending question again.
///
/// # Errors
/// Like [`answer`]; also `too_many_repeats`.
pub async fn repeat(app: &Arc<App>, actor: &Actor, id: InterviewId) -> Result<Done, AppError> {
    change::detached(app, actor, id, Step::Repeat).await
}

/// Stops the clock, for half an hour in all.
///
/// # Errors
/// Like [`answer`]; also `no_pause_left`.
pub async fn pause(app: &Arc<App>, actor: &Actor, id: InterviewId) -> Result<Done, AppError> {
    change::detached(app, actor, id, Step::Pause).await
}

/// Lets the clock run again.
///
/// # Errors
/// Like [`answer`]; also `interview_not_paused`.
pub async fn resume(app: &Arc<App>, actor: &Actor, id: InterviewId) -> Result<Done, AppError> {
    change::detached(app, actor, id, Step::Resume).await
}

/// Ends it because somebody wishes so.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::NotFound`], or [`AppError::Conflict`] (`interview_already_ended`).
pub async fn end(app: &Arc<App>, actor: &Actor, id: InterviewId) -> Result<Done, AppError> {
    change::detached(app, actor, id, Step::End).await
}
