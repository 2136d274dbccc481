//! One question answered once more, after practice: judged as the first answer was, and set beside it.

use std::sync::Arc;

use candor_core::{
    access::{Action, Actor, Denied, Powers},
    ids::InterviewId,
    interview::Judged,
};
use candor_interviewer::{evaluation::Answer, session::LONGEST_ANSWER, strategy::Plan};
use candor_store::{
    Micros, StoreError,
    entities::{interview_responses, interview_sessions, interviews},
    records::{conduct, practice as store, scoped},
};
use jiff::Timestamp;
use sea_orm::Condition;
use serde_json::json;
use uuid::Uuid;

use crate::{
    App, AppError,
    audit::{self, Entry},
    fields,
    mind::evaluate_in_house,
    records,
};

/// What retries are told from other answers by.
const KIND: &str = "retry";
/// Retries that a list shows.
const MOST: usize = 200;

/// A second answer beside the first.
#[derive(Debug, Clone, PartialEq)]
pub struct Retry {
    /// Identifier.
    pub id: Uuid,
    /// The question, as the interview names it.
    pub question_id: String,
    /// Its words.
    pub question: String,
    /// What was answered now.
    pub text: String,
    /// How the answer of the interview was judged.
    pub before: Judged,
    /// How this one was.
    pub after: Judged,
    /// When.
    pub created_at: Timestamp,
}

impl Retry {
    fn read(row: interview_responses::Model) -> Option<Self> {
        let details = row.details;
        if details["kind"] != KIND {
            return None;
        }
        Some(Self {
            id: row.id,
            question_id: details["questionId"].as_str()?.to_owned(),
            question: details["question"].as_str()?.to_owned(),
            text: row.text,
            before: serde_json::from_value(details["before"].clone()).ok()?,
            after: serde_json::from_value(details["after"].clone()).ok()?,
            created_at: row.created_at.into(),
        })
    }
}

/// The interview, where the actor may answer in it and see how answers are judged.
async fn reached(
    app: &App,
    actor: &Actor,
    action: Action,
    id: InterviewId,
) -> Result<interviews::Model, AppError> {
    let reach = actor.may(action)?;
    if matches!(actor.powers, Powers::Interview(_)) {
        return Err(Denied.into());
    }
    let rows = records::rows(actor, reach)?;
    let near = app.store.near();
    records::get::<interviews::Entity>(near, actor.organisation, id.uuid(), rows.interviews()).await
}

/// Judges another answer to a question that was answered in a practice interview, and keeps both.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::NotFound`]; [`AppError::Conflict`]: `not_practice`, `not_held` for an
/// interview that was not held in words, `not_answered`; [`AppError::Invalid`].
pub async fn create_retry(
    app: &Arc<App>,
    actor: &Actor,
    id: InterviewId,
    question_id: &str,
    text: &str,
) -> Result<Retry, AppError> {
    let interview = reached(app, actor, Action::AnswerInterviews, id).await?;
    let text = fields::prose("text", text, LONGEST_ANSWER)?;
    if interview.purpose != "practice" {
        return Err(AppError::conflict(
            "not_practice",
            "questions are answered again in practice only",
        ));
    }
    let organisation = actor.organisation;
    let all = Condition::all();
    let row =
        scoped::find::<interview_sessions::Entity>(app.store.near(), organisation, id.uuid(), all)
            .await?
            .ok_or_else(|| {
                AppError::conflict("not_held", "this interview was not held in words")
            })?;
    let plan: Plan = serde_json::from_value(row.plan).map_err(|_| StoreError::Damaged {
        what: "interview session",
    })?;
    let asked = plan.questions.iter().find(|one| one.id == question_id);
    let question = asked.cloned().ok_or_else(|| {
        AppError::invalid(
            "unknown_reference",
            "question_id",
            "question_id names no question of this interview",
        )
    })?;
    let before = first_judgement(app, actor, id, question_id).await?;
    let words = question.text.clone();
    let answer = Answer::written(&text, Some(&plan.language));
    let assessment = evaluate_in_house(app, organisation, plan.family, question, answer);
    let after = assessment.await?.judged;
    let now = Micros::from(app.clock.now());
    let row_of_question =
        store::find_question(app.store.fresh(), organisation, id, question_id).await?;
    let row = interview_responses::Model {
        id: Uuid::now_v7(),
        organisation_id: organisation.uuid(),
        interview_id: id.uuid(),
        question_id: row_of_question.map(|row| row.id),
        text: text.clone(),
        details: json!({
            "kind": KIND, "questionId": question_id, "question": words,
            "before": before, "after": after,
        }),
        created_at: now,
    };
    let retry = Retry {
        id: row.id,
        question_id: question_id.to_owned(),
        question: words,
        text,
        before,
        after,
        created_at: now.into(),
    };
    let transaction = app.store.begin().await?;
    scoped::insert::<interview_responses::Entity>(&transaction, row).await?;
    let entry = Entry::by(actor, "interview.retried", &id, json!({}));
    audit::record(&transaction, app, entry).await?;
    transaction.commit().await?;
    Ok(retry)
}

/// How the interview's own answer to a question was judged: with a clarification, both parts together.
async fn first_judgement(
    app: &App,
    actor: &Actor,
    id: InterviewId,
    question_id: &str,
) -> Result<Judged, AppError> {
    let turns = conduct::list_turns(app.store.fresh(), actor.organisation, id).await?;
    let judged = turns
        .into_iter()
        .rev()
        .filter(|turn| turn.question_id.as_deref() == Some(question_id))
        .find_map(|turn| turn.evaluation)
        .ok_or_else(|| {
            AppError::conflict(
                "not_answered",
                "this question was not answered in the interview",
            )
        })?;
    let damaged = |_| StoreError::Damaged { what: "turn" };
    Ok(serde_json::from_value(judged).map_err(damaged)?)
}

/// The retries of an interview, newest first.
///
/// # Errors
/// [`AppError::Denied`] or [`AppError::NotFound`].
pub async fn list_retries(
    app: &App,
    actor: &Actor,
    id: InterviewId,
) -> Result<Vec<Retry>, AppError> {
    reached(app, actor, Action::ReadInterviews, id).await?;
    let rows = store::list_responses(app.store.fresh(), actor.organisation, id).await?;
    let retries = rows.into_iter().filter_map(Retry::read);
    Ok(retries.take(MOST).collect())
}
