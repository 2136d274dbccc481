//! One change of an interview: read, decided, written in one transaction, or not at all.

use std::sync::Arc;

use candor_core::{
    access::{Action, Actor},
    ids::InterviewId,
    interview::{Coding, Judged, Speaker, Turn},
};
use candor_interviewer::{
    session::{Reply, Session},
    strategy::{Status, StrategyError},
};
use candor_store::{
    Micros, StoreError,
    entities::interviews,
    records::{
        conduct::{self, Standing},
        scoped,
    },
};
use jiff::Timestamp;
use sea_orm::{ActiveValue::Set, Condition, DatabaseTransaction};
use serde_json::{Value, json};

use super::{
    act::NewAnswer,
    finish::{self, Words},
    held::{self, Held},
    judge, resent, turns,
};
use crate::{App, AppError, fields, jobs, mind};

/// How often a change is tried again that another process was faster than.
const TRIES: usize = 8;

/// What is done to an interview.
#[derive(Debug, Clone)]
pub(super) enum Step {
    Begin,
    Answer(NewAnswer),
    Skip(NewAnswer),
    Repeat,
    Pause,
    Resume,
    End,
    /// Ends it where its time is up; otherwise nothing happens.
    Expire,
}

/// What a change came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Done {
    /// The interview after it.
    pub held: Held,
    /// Starter code of the programming question that was asked.
    pub coding: Option<Coding>,
    /// How the answer was judged, where there was one.
    pub judged: Option<Judged>,
}

/// Does it to the end, also when whoever asked goes away meanwhile: an answer that came in is kept.
pub(super) async fn detached(
    app: &Arc<App>,
    actor: &Actor,
    id: InterviewId,
    step: Step,
) -> Result<Done, AppError> {
    let (app, actor) = (Arc::clone(app), actor.clone());
    tokio::spawn(async move { change(&app, &actor, id, step).await })
        .await
        .map_err(AppError::internal)?
}

async fn change(
    app: &Arc<App>,
    actor: &Actor,
    id: InterviewId,
    step: Step,
) -> Result<Done, AppError> {
    // As exactly as the records keep it, so that a copy and what is read from them are the same.
    let at = Timestamp::from(Micros::from(app.clock.now()));
    let _held = app.conduct.hold(id.uuid()).await;
    let mut known = None;
    for _ in 0..TRIES {
        let interview = match step {
            // Nobody acts: it is the clock.
            Step::Expire => held::of_anybody(app, actor.organisation, id).await?,
            _ => held::reached(app, actor, Action::AnswerInterviews, id).await?,
        };
        if interview.status == "cancelled" {
            return Err(AppError::conflict(
                "interview_cancelled",
                "the interview was cancelled",
            ));
        }
        let mut held = held::load(app, interview).await?;
        if let Step::Answer(new) = &step
            && let Some(answer) = resent::find(&held.session, new, at)
        {
            return Ok(done(held, None, answer));
        }
        let before = (held.session.turns.len(), held.session.state.status);
        let (reply, worded) = apply(app, &mut held, &step, at, &mut known).await?;
        if held.session.turns.len() == before.0 && held.session.state.status == before.1 {
            return Ok(done(held, reply, before.0));
        }
        // What it took to judge and to ask is not the candidate's time.
        let asked_at = Timestamp::from(Micros::from(app.clock.now()));
        held.session.state.take_up(asked_at);
        let told = Told {
            step: &step,
            worded,
        };
        if save(app, &mut held, before, told, at).await? {
            if matches!(step, Step::Begin) {
                let plan = &held.session.plan;
                if let Ok(mind) = judge::mind(app, &held).await {
                    mind.warm_up(plan.family, plan.questions.clone());
                }
            }
            held.keep_copy(app).await;
            return Ok(done(held, reply, before.0));
        }
    }
    Err(AppError::conflict(
        "interview_busy",
        "the interview was changed by somebody else at the same time; read it again",
    ))
}

fn done(held: Held, reply: Option<Reply>, before: usize) -> Done {
    let new = held.session.turns.iter().skip(before);
    let mut answers = new.filter(|turn| turn.speaker == Speaker::Candidate);
    let judged = answers.next().and_then(|turn| turn.evaluation.clone());
    Done {
        coding: reply.and_then(|reply| reply.coding),
        judged,
        held,
    }
}

/// What is kept with the turns of a change.
struct Told<'a> {
    /// What was done.
    step: &'a Step,
    /// Who worded the interviewer's turn.
    worded: Value,
}

/// Does it; what the interviewer says then, and who worded it.
async fn apply(
    app: &Arc<App>,
    held: &mut Held,
    step: &Step,
    at: Timestamp,
    known: &mut Option<judge::Known>,
) -> Result<(Option<Reply>, Value), AppError> {
    let mind = match step {
        Step::Answer(_) => Some(judge::mind(app, held).await?),
        _ => None,
    };
    let session = &mut held.session;
    let said = match step {
        Step::Begin => session.begin(at),
        Step::Answer(new) => {
            is_to(session, new)?;
            must_run(session)?;
            let text = new.text.as_str();
            let assessment = match &mind {
                Some(mind) => judge::assess(mind, session, text, known).await?,
                None => return Err(AppError::internal("an answer without a judge")),
            };
            session.answer(text, assessment, at)
        }
        Step::Skip(new) => {
            is_to(session, new)?;
            session.skip(at)
        }
        Step::Repeat => session.repeat(at),
        Step::Pause => {
            session.state.pause(at).map_err(refused)?;
            return Ok((None, json!({})));
        }
        Step::Resume => {
            session.state.resume(at).map_err(refused)?;
            return Ok((None, json!({})));
        }
        Step::End => session.stop(at),
        Step::Expire => return Ok((session.expire(at), json!({}))),
    };
    let mut reply = said.map_err(refused)?;
    let worded = match &mind {
        Some(mind) => judge::word(mind, session, &mut reply).await?,
        None => json!({}),
    };
    Ok((Some(reply), worded))
}

/// An answer to a turn that is not the last one any more changes nothing.
fn is_to(session: &Session, new: &NewAnswer) -> Result<(), AppError> {
    let last = session
        .turns
        .iter()
        .rev()
        .find(|turn| turn.speaker == Speaker::Interviewer);
    match (&new.turn_id, last) {
        (Some(asked), Some(last)) if *asked != last.id => Err(passed()),
        (None, Some(last)) if is_about_another(new, last) => Err(passed()),
        _ => Ok(()),
    }
}

/// Whether it names a question that is not the one that the turn asks.
fn is_about_another(new: &NewAnswer, last: &Turn) -> bool {
    new.question_id.is_some() && last.question_id.is_some() && new.question_id != last.question_id
}

fn passed() -> AppError {
    AppError::conflict(
        "turn_passed",
        "the interview has gone on since this turn; read it again",
    )
}

/// Asked before an answer is judged, which takes its time.
fn must_run(session: &Session) -> Result<(), AppError> {
    match session.state.status {
        Status::Running => Ok(()),
        Status::Ready => Err(refused(StrategyError::NotBegun)),
        Status::Paused => Err(refused(StrategyError::IsPaused)),
        Status::Ended => Err(refused(StrategyError::HasEnded)),
    }
}

fn refused(error: StrategyError) -> AppError {
    let code = match error {
        StrategyError::HasBegun => "interview_has_begun",
        StrategyError::NotBegun => "interview_not_begun",
        StrategyError::HasEnded => "interview_already_ended",
        StrategyError::IsPaused => "interview_paused",
        StrategyError::NotPaused => "interview_not_paused",
        StrategyError::TooManyRepeats => "too_many_repeats",
        StrategyError::NoPauseLeft => "no_pause_left",
    };
    AppError::conflict(code, error.to_string())
}

/// Writes the change. `false`: another process changed the interview first, nothing was written.
async fn save(
    app: &Arc<App>,
    held: &mut Held,
    before: (usize, Status),
    told: Told<'_>,
    at: Timestamp,
) -> Result<bool, AppError> {
    let now = Micros::from(at);
    let (organisation, id) = (held.organisation(), held.id());
    let session = &held.session;
    let transaction = app.store.begin().await?;
    let standing = Standing {
        state: serde_json::to_value(&session.state).map_err(AppError::internal)?,
        n_turns: i32::try_from(session.turns.len()).unwrap_or(i32::MAX),
        status: turns::name(&session.state.status),
        at: now,
    };
    if !conduct::update_session(&transaction, organisation, id, held.version, standing).await? {
        return Ok(false);
    }
    let new = session.turns.iter().enumerate().skip(before.0);
    let rows = new.map(|(index, turn)| {
        let details = match (told.step, turn.speaker) {
            (Step::Answer(new) | Step::Skip(new), Speaker::Candidate) => new.details.clone(),
            (_, Speaker::Interviewer) => told.worded.clone(),
            _ => json!({}),
        };
        turns::row(organisation, id, index + 1, turn, details)
    });
    match conduct::insert_turns(&transaction, rows.collect()).await {
        Err(StoreError::Conflict { .. }) => return Ok(false),
        written => written?,
    }
    match (before.1, session.state.status) {
        (Status::Ready, Status::Running) => begin(app, &transaction, held, now).await?,
        (was, Status::Ended) if was != Status::Ended => {
            finish::finish(app, &transaction, held, now).await?;
        }
        _ => {}
    }
    transaction.commit().await?;
    held.version += 1;
    if held.session.has_ended() {
        jobs::wake(app);
    }
    Ok(true)
}

/// The record says that the interview runs, and who may be told of its answers.
async fn begin(
    app: &App,
    transaction: &DatabaseTransaction,
    held: &mut Held,
    now: Micros,
) -> Result<(), AppError> {
    let processor = mind::find_processor(app, transaction, held.organisation()).await?;
    let mut details = held.interview.details.clone();
    match (details.as_object_mut(), processor) {
        (Some(details), Some(name)) => {
            details.insert(held::PROCESSOR.to_owned(), name.into());
        }
        (Some(details), None) => {
            details.remove(held::PROCESSOR);
        }
        (None, Some(name)) => details = json!({ held::PROCESSOR: name }),
        (None, None) => {}
    }
    let values = interviews::ActiveModel {
        details: Set(details),
        status: Set(Words::of(&held.interview.origin).running.to_owned()),
        started_at: Set(Some(now)),
        updated_at: Set(now),
        ..Default::default()
    };
    let changed = scoped::update::<interviews::Entity>(
        transaction,
        held.organisation(),
        held.interview.id,
        None,
        Condition::all(),
        values,
    );
    held.interview = changed.await?.ok_or(AppError::NotFound("interview"))?;
    Ok(())
}

/// Checks what a client says before anything is held.
pub(super) fn checked(new: NewAnswer, longest: usize) -> Result<NewAnswer, AppError> {
    let text = match new.text.trim() {
        "" => String::new(),
        _ => fields::prose("text", &new.text, longest)?,
    };
    let details = match new.details {
        Value::Null => json!({}),
        details => fields::document("details", details)?,
    };
    Ok(NewAnswer {
        text,
        details,
        ..new
    })
}
