//! How an answer is judged and the next question worded: by the organisation's [`Mind`], which asks a chat model only
//! where the candidate was told of whoever runs it.

use std::sync::Arc;

use candor_core::{interview::TurnKind, measured::NotMeasured, rubric::Rubric};
use candor_interviewer::{
    evaluation::Answer,
    rubric::anchors,
    session::{Assessment, Reply, Session},
    wording::{Worded, WordedBy},
};
use candor_store::records::only::ReadOne;
use serde_json::{Value, json};

use super::held::Held;
use crate::{
    App, AppError,
    authoring::rubrics,
    mind::{self, Judging, Mind, NextTurn},
};

/// A judgement that was made before another process was faster with a change of the same interview.
pub(super) struct Known {
    question_id: String,
    whole: String,
    assessment: Assessment,
}

/// Who judges and words in this interview now.
///
/// # Errors
/// What the database says.
pub(super) async fn mind(app: &Arc<App>, held: &Held) -> Result<Mind, AppError> {
    mind_that(app, held, Judging::live(app)).await
}

/// Who judges again for the report of this interview.
///
/// # Errors
/// What the database says.
pub(super) async fn thorough_mind(app: &Arc<App>, held: &Held) -> Result<Mind, AppError> {
    mind_that(app, held, Judging::thorough(app)).await
}

async fn mind_that(app: &Arc<App>, held: &Held, judging: Judging) -> Result<Mind, AppError> {
    let found = mind::find_mind(app, held.organisation(), judging).await?;
    let found = found.where_told_of(held.chat_processor());
    // The built-in evaluator reads no anchors.
    if found.processor().is_none() {
        return Ok(found);
    }
    Ok(match find_rubric(app.store.near(), held).await? {
        Some(rubric) => found.with_rubric(anchors(&rubric)),
        None => found,
    })
}

/// The revision of the rubric that the interview was prepared with.
///
/// # Errors
/// What the database says.
pub(super) async fn find_rubric(
    connection: &impl ReadOne,
    held: &Held,
) -> Result<Option<Rubric>, AppError> {
    let Some(id) = held.rubric else {
        return Ok(None);
    };
    let found = rubrics::find_revision(connection, held.organisation(), id).await?;
    Ok(found.map(|revision| revision.rubric))
}

/// What the evaluator finds in all that was said to the pending question, with `text` behind it. What was found before
/// in the same words is not asked for again.
///
/// # Errors
/// What is no fault of engines and models: those leave the answer unmarked, with the reason.
pub(super) async fn assess(
    mind: &Mind,
    session: &Session,
    text: &str,
    known: &mut Option<Known>,
) -> Result<Assessment, AppError> {
    let Some((question, whole)) = session.pending_answer(text) else {
        let reason = NotMeasured::new("not_asked", "no question was pending");
        return Ok(Assessment::none(reason, text));
    };
    if let Some(known) = known
        && known.question_id == question.id
        && known.whole == whole
    {
        return Ok(known.assessment.clone());
    }
    let answer = Answer::written(&whole, Some(&session.plan.language));
    let question_id = question.id.clone();
    let assessment = mind
        .evaluate(session.plan.family, question.clone(), answer)
        .await?;
    *known = Some(Known {
        question_id,
        whole,
        assessment: assessment.clone(),
    });
    Ok(assessment)
}

/// Words the interviewer's last turn anew, in the session and in `reply`, where that may be. What is kept with the turn
/// says who worded it.
///
/// # Errors
/// Only what is no fault of models.
pub(super) async fn word(
    mind: &Mind,
    session: &mut Session,
    reply: &mut Reply,
) -> Result<Value, AppError> {
    let asks = matches!(reply.turn.kind, TurnKind::Question | TurnKind::FollowUp);
    let next = match mind.processor() {
        Some(_) if asks => next(session),
        _ => None,
    };
    let Some(next) = next else {
        return Ok(json!({}));
    };
    let bank = next.text.clone();
    let worded = mind.word(next).await?;
    if worded.text != bank
        && session.reword(&worded.text)
        && let Some(turn) = session.turns.last()
    {
        reply.turn = turn.clone();
    }
    Ok(kept(&worded))
}

/// The pending turn, and what was said before it.
fn next(session: &Session) -> Option<NextTurn> {
    let pending = session.state.pending.as_ref()?;
    let question = session
        .plan
        .questions
        .iter()
        .find(|question| question.id == pending.question_id)?;
    let (_, before) = session.turns.split_last()?;
    Some(NextTurn {
        question: question.clone(),
        kind: pending.kind,
        text: pending.text.clone(),
        turns: before.to_vec(),
        background: session.plan.background.clone(),
        duration_s: session.plan.duration_s,
    })
}

fn kept(worded: &Worded) -> Value {
    match &worded.by {
        WordedBy::Model(provenance) => json!({"worded_by": "chat_model", "provenance": provenance}),
        WordedBy::Bank(reason) => json!({"worded_by": "bank", "because": reason.code}),
    }
}
