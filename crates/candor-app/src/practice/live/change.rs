//! One step of a live interview: read, decided, written in one transaction, or not at all.

use std::sync::Arc;

use candor_core::{
    access::{Action, Actor},
    ids::{InterviewId, OrganisationId},
    interview::Judged,
};
use candor_interviewer::{
    evaluation::Answer,
    prepared::{Asked, Standing},
    session::LONGEST_ANSWER,
};
use candor_store::{
    StoreError,
    entities::interview_sessions,
    records::{
        conduct::{self, Standing as Stored},
        practice as store,
    },
};
use jiff::Timestamp;
use serde_json::Value;

use super::{ENDED, Kept, Marker, OPEN, generated, load, micros, not_active, rows, state};
use crate::{App, AppError, fields, mind::evaluate_in_house, practice::before};

/// How often the end of an interview is tried again that another process changed meanwhile.
const TRIES: usize = 8;

/// What a client tells about an answer, or about skipping one.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NewLiveAnswer {
    /// The words; not read where the question is skipped.
    pub text: String,
    /// The question that is meant; none: the present one, whichever it is.
    pub question_id: Option<String>,
    /// When it was asked.
    pub asked_at: Option<Timestamp>,
    /// When the person began to speak.
    pub started_at: Option<Timestamp>,
    /// When the person ended, or skipped.
    pub ended_at: Option<Timestamp>,
    /// How sure the recogniser was, 0 to 1.
    pub confidence: Option<f64>,
}

/// What follows an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct LiveAnswer {
    /// The session.
    pub session: InterviewId,
    /// What is asked next; none: the interview is over.
    pub asked: Option<Asked>,
    /// Place of the present question, from 0.
    pub index: usize,
}

/// Takes an answer in words. When this returns, the answer, its marks and the next question are kept.
///
/// # Errors
/// [`AppError::NotFound`] for an unknown session, somebody else's, and one that is not live;
/// [`AppError::Conflict`]: `live_not_active`, `live_not_asked` for another question than the present one,
/// `live_busy`; [`AppError::Invalid`].
pub async fn answer_live(
    app: &Arc<App>,
    actor: &Actor,
    id: InterviewId,
    new: NewLiveAnswer,
) -> Result<LiveAnswer, AppError> {
    actor.may(Action::AnswerInterviews)?;
    let text = fields::prose("answerText", &new.text, LONGEST_ANSWER)?;
    step(app, actor, id, Some(text), new).await
}

/// Goes on without an answer.
///
/// # Errors
/// Like [`answer_live`].
pub async fn skip_live(
    app: &Arc<App>,
    actor: &Actor,
    id: InterviewId,
    new: NewLiveAnswer,
) -> Result<LiveAnswer, AppError> {
    actor.may(Action::AnswerInterviews)?;
    step(app, actor, id, None, new).await
}

/// Does it to the end, also when whoever asked goes away meanwhile.
async fn step(
    app: &Arc<App>,
    actor: &Actor,
    id: InterviewId,
    text: Option<String>,
    new: NewLiveAnswer,
) -> Result<LiveAnswer, AppError> {
    let (app, actor) = (Arc::clone(app), actor.clone());
    tokio::spawn(async move {
        let _held = app.conduct.hold(id.uuid()).await;
        let kept = load(&app, &actor, id).await?;
        take(&app, &actor, kept, text, new).await
    })
    .await
    .map_err(AppError::internal)?
}

async fn take(
    app: &Arc<App>,
    actor: &Actor,
    mut kept: Kept,
    text: Option<String>,
    new: NewLiveAnswer,
) -> Result<LiveAnswer, AppError> {
    let id = InterviewId::from(kept.session.id);
    let asked = kept.standing.asked.clone().ok_or_else(not_active)?;
    if new
        .question_id
        .as_ref()
        .is_some_and(|meant| *meant != asked.id)
    {
        return Err(AppError::conflict(
            "live_not_asked",
            "this question is not asked now; read the state of the interview",
        ));
    }
    // As exact as the records keep it, so that a marker and its turn tell the same time.
    let now = Timestamp::from(micros(app.clock.now()));
    let index = kept.standing.index;
    let turns = conduct::list_turns(app.store.fresh(), actor.organisation, id).await?;
    let judged = match &text {
        Some(text) => Some(assess(app, &kept, &asked, &turns, text).await?),
        None => None,
    };
    let said_at = turns.last().map(|turn| Timestamp::from(turn.said_at));
    let marker = Marker {
        question_id: asked.id.clone(),
        question_index: index,
        question_asked_at: new.asked_at.or(said_at).unwrap_or(now),
        answer_started_at: new.started_at.filter(|_| text.is_some()),
        answer_ended_at: new.ended_at,
        submitted_at: now,
        was_skipped: text.is_none(),
        transcript_confidence: new.confidence,
    };
    let moved = match &text {
        Some(text) => kept.standing.answer(&kept.plan, text),
        None => kept.standing.skip(&kept.plan),
    };
    moved.map_err(|_| not_active())?;
    let worded = generated::word(app, &mut kept, &turns, text.as_deref()).await?;
    let words = text.as_deref().zip(judged.as_ref());
    write(app, actor, &kept, &asked, words, (&marker, worded)).await?;
    Ok(LiveAnswer {
        session: id,
        index: kept.standing.index,
        asked: kept.standing.asked,
    })
}

/// Judges all that was answered to the present question.
async fn assess(
    app: &Arc<App>,
    kept: &Kept,
    asked: &Asked,
    turns: &[conduct::TurnRow],
    text: &str,
) -> Result<Judged, AppError> {
    let of_plan = |id: &str| {
        kept.plan
            .questions
            .iter()
            .find(|question| question.id == id)
    };
    let mut question = of_plan(&asked.question_id)
        .ok_or(StoreError::Damaged {
            what: "live interview",
        })?
        .clone();
    if let Some(text) = generated::as_asked(turns, &asked.question_id) {
        question.text = text;
    }
    let before = turns.iter().filter(|turn| {
        turn.kind == "answer" && turn.question_id.as_deref() == Some(&*asked.question_id)
    });
    let all: Vec<&str> = before
        .map(|turn| turn.text.as_str())
        .chain([text])
        .collect();
    let whole = all.join("\n");
    let answer = Answer::written(&whole, Some(&kept.plan.language));
    let organisation = OrganisationId::from(kept.row.organisation_id);
    let assessment = evaluate_in_house(app, organisation, kept.plan.family, question, answer);
    Ok(assessment.await?.judged)
}

async fn write(
    app: &App,
    actor: &Actor,
    kept: &Kept,
    asked: &Asked,
    words: Option<(&str, &Judged)>,
    (marker, worded): (&Marker, Value),
) -> Result<(), AppError> {
    let (organisation, id) = (actor.organisation, InterviewId::from(kept.session.id));
    let at = marker.submitted_at;
    let standing = &kept.standing;
    let place = kept.row.n_turns + 1;
    let mut turns = vec![rows::answered(
        organisation,
        id,
        place,
        asked,
        words,
        marker,
    )?];
    if let Some(next) = &standing.asked {
        let mut turn = rows::asked(organisation, id, place + 1, next, at);
        if let (Some(details), Value::Object(worded)) = (turn.details.as_object_mut(), worded) {
            details.extend(worded);
        }
        turns.push(turn);
    }
    let stored = Stored {
        state: state(standing),
        n_turns: kept.row.n_turns + i32::try_from(turns.len()).unwrap_or(0),
        status: status(kept).to_owned(),
        at: micros(at),
    };
    let transaction = app.store.begin().await?;
    if !conduct::update_session(&transaction, organisation, id, kept.row.version, stored).await? {
        return Err(busy());
    }
    conduct::insert_turns(&transaction, turns).await?;
    if let Some((text, _)) = words {
        rows::remember_answer(&transaction, organisation, id, asked, text, marker).await?;
    }
    if let Some(next) = &standing.asked {
        rows::remember_question(&transaction, organisation, id, standing.index, next, at).await?;
    }
    let to = match standing.asked {
        Some(_) => "live_in_progress",
        None => "live_completed",
    };
    store::set_status(&transaction, organisation, id, before(to), to, micros(at)).await?;
    if standing.is_over() {
        store::set_finished(&transaction, organisation, id, micros(at)).await?;
    }
    transaction.commit().await?;
    Ok(())
}

fn status(kept: &Kept) -> &'static str {
    if kept.standing.is_over() { ENDED } else { OPEN }
}

fn busy() -> AppError {
    AppError::conflict(
        "live_busy",
        "the interview was answered from elsewhere at the same time; read its state",
    )
}

/// Ends a live interview with what was answered so far; sessions that are not live stay as they are. The
/// status of the session is left to whoever ends it.
///
/// # Errors
/// [`AppError::NotFound`] for an unknown session and somebody else's; [`AppError::Conflict`] (`live_busy`).
pub async fn close_live(app: &App, actor: &Actor, id: InterviewId) -> Result<(), AppError> {
    actor.may(Action::WriteRecordings)?;
    let _held = app.conduct.hold(id.uuid()).await;
    crate::practice::sessions::own(app.store.fresh(), actor, id).await?;
    for _ in 0..TRIES {
        let mut kept = match load(app, actor, id).await {
            Ok(kept) if !kept.standing.is_over() => kept,
            Ok(_) | Err(AppError::NotFound(_)) => return Ok(()),
            Err(error) => return Err(error),
        };
        kept.standing.stop();
        if stop(app, &kept.row, &kept.standing, None).await? {
            return Ok(());
        }
    }
    Err(busy())
}

/// Writes that nothing is asked any more, with the session's new status where one is told. `false`: another process
/// changed the interview meanwhile.
pub(super) async fn stop(
    app: &App,
    row: &interview_sessions::Model,
    standing: &Standing,
    to: Option<&str>,
) -> Result<bool, AppError> {
    let organisation = OrganisationId::from(row.organisation_id);
    let id = InterviewId::from(row.id);
    let at = micros(app.clock.now());
    let stored = Stored {
        state: state(standing),
        n_turns: row.n_turns,
        status: ENDED.to_owned(),
        at,
    };
    let transaction = app.store.begin().await?;
    if !conduct::update_session(&transaction, organisation, id, row.version, stored).await? {
        return Ok(false);
    }
    if let Some(to) = to {
        store::set_status(&transaction, organisation, id, before(to), to, at).await?;
    }
    store::set_finished(&transaction, organisation, id, at).await?;
    transaction.commit().await?;
    Ok(true)
}
