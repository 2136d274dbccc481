//! Answers in words: appended, never changed.

use candor_core::{
    access::{Action, Actor},
    ids::{InterviewId, QuestionId},
};
use candor_store::{
    Micros,
    entities::{interview_questions, interview_responses, interviews},
    records::{interviews as store, scoped},
};
use jiff::Timestamp;
use sea_orm::{ColumnTrait, Condition};
use serde_json::Value;
use uuid::Uuid;

use super::{candidate, reached};
use crate::{
    App, AppError, fields,
    paging::{Page, PageRequest},
    records,
};

/// An answer in words.
#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    /// Identifier; it has no prefix, as nothing else refers to it.
    pub id: Uuid,
    /// The question that is answered.
    pub question: Option<QuestionId>,
    /// What was answered.
    pub text: String,
    /// What the client keeps besides.
    pub details: Value,
    /// When it was given.
    pub created_at: Timestamp,
}

impl From<interview_responses::Model> for Response {
    fn from(row: interview_responses::Model) -> Self {
        Self {
            id: row.id,
            question: row.question_id.map(Into::into),
            text: row.text,
            details: row.details,
            created_at: row.created_at.into(),
        }
    }
}

/// What a client says about an answer.
#[derive(Debug, Clone)]
pub struct NewResponse {
    /// The question that is answered; of the same interview.
    pub question: Option<QuestionId>,
    /// What was answered.
    pub text: String,
    /// What the client keeps besides: an object.
    pub details: Option<Value>,
}

/// Appends an answer to an interview.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::NotFound`] or [`AppError::Invalid`].
pub async fn create_response(
    app: &App,
    actor: &Actor,
    interview: InterviewId,
    new: NewResponse,
) -> Result<Response, AppError> {
    let reach = actor.may(Action::WriteInterviews)?;
    let now = Micros::from(app.clock.now());
    let row = interview_responses::Model {
        id: Uuid::now_v7(),
        organisation_id: actor.organisation.uuid(),
        interview_id: interview.uuid(),
        question_id: new.question.map(QuestionId::uuid),
        text: fields::prose("text", &new.text, fields::ANSWER)?,
        details: match new.details {
            Some(details) => fields::document("details", details)?,
            None => Value::Object(serde_json::Map::new()),
        },
        created_at: now,
    };
    let transaction = app.store.begin().await?;
    if !store::touch(
        &transaction,
        actor.organisation,
        interview,
        reached(actor, reach)?,
        now,
    )
    .await?
    {
        return Err(AppError::NotFound("interview"));
    }
    if let Some(question) = new.question {
        let of_interview =
            Condition::all().add(interview_questions::Column::InterviewId.eq(interview.uuid()));
        scoped::find::<interview_questions::Entity>(
            &transaction,
            actor.organisation,
            question.uuid(),
            of_interview,
        )
        .await?
        .ok_or_else(|| {
            AppError::invalid(
                "unknown_reference",
                "question_id",
                "question_id names no question of this interview",
            )
        })?;
    }
    scoped::insert::<interview_responses::Entity>(&transaction, row.clone()).await?;
    transaction.commit().await?;
    Ok(row.into())
}

/// A page of answers, newest first.
///
/// # Errors
/// [`AppError::Denied`] or [`AppError::NotFound`].
pub async fn list_responses(
    app: &App,
    actor: &Actor,
    interview: InterviewId,
    page: PageRequest,
) -> Result<Page<Response>, AppError> {
    let reach = actor.may(Action::ReadInterviews)?;
    records::get::<interviews::Entity>(
        app.store.reader(),
        actor.organisation,
        interview.uuid(),
        reached(actor, reach)?,
    )
    .await?;
    let filter =
        Condition::all().add(interview_responses::Column::InterviewId.eq(interview.uuid()));
    let rows = records::list::<interview_responses::Entity>(
        app,
        actor.organisation,
        filter,
        page,
        |row| row.id,
    )
    .await?;
    Ok(rows.map(|row| candidate::response(actor, row.into())))
}
