//! Questions of an interview: appended, in order.

use candor_core::{
    access::{Action, Actor},
    ids::{InterviewId, OrganisationId, QuestionId},
};
use candor_store::{
    Micros, StoreError,
    entities::{interview_questions, interviews},
    records::{interviews as store, scoped},
};
use jiff::Timestamp;
use sea_orm::ConnectionTrait;
use serde_json::Value;

use super::{candidate, reached};
use crate::{
    App, AppError,
    fields::{self, optional_line},
    records,
};

/// Most questions of one interview.
const MOST: usize = 200;
/// Longest time for an answer, in seconds.
const LONGEST_S: f64 = 86_400.0;

/// A question.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// Identifier.
    pub id: QuestionId,
    /// The client's own id; that of the question where none was given.
    pub external_id: String,
    /// Order, from 0.
    pub ordinal: i32,
    /// The question.
    pub text: Option<String>,
    /// What a good answer says.
    pub expected_answer: Option<String>,
    /// Words that a good answer uses.
    pub keywords: Vec<String>,
    /// Time allowed, in seconds.
    pub duration_s: Option<f64>,
    /// What the client keeps besides.
    pub details: Value,
    /// When it was made.
    pub created_at: Timestamp,
}

impl From<interview_questions::Model> for Question {
    fn from(row: interview_questions::Model) -> Self {
        Self {
            id: row.id.into(),
            external_id: row.external_id,
            ordinal: row.ordinal,
            text: row.text,
            expected_answer: row.expected_answer,
            keywords: serde_json::from_value(row.keywords).unwrap_or_default(),
            duration_s: row.duration_s,
            details: row.details,
            created_at: row.created_at.into(),
        }
    }
}

/// What a client says about a question.
#[derive(Debug, Clone, Default)]
pub struct NewQuestion {
    /// The client's own id, unique in the interview.
    pub external_id: Option<String>,
    /// The question.
    pub text: String,
    /// What a good answer says.
    pub expected_answer: Option<String>,
    /// Words that a good answer uses.
    pub keywords: Vec<String>,
    /// Time allowed, in seconds.
    pub duration_s: Option<f64>,
    /// What the client keeps besides: an object.
    pub details: Option<Value>,
}

/// Appends a question to an interview.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::NotFound`], [`AppError::Invalid`], or [`AppError::Conflict`] for an
/// `external_id` that the interview has already.
pub async fn create_question(
    app: &App,
    actor: &Actor,
    interview: InterviewId,
    new: NewQuestion,
) -> Result<Question, AppError> {
    let reach = actor.may(Action::WriteInterviews)?;
    let now = Micros::from(app.clock.now());
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
    let present = store::count_questions(&transaction, actor.organisation, interview).await?;
    if present >= MOST as u64 {
        return Err(too_many());
    }
    let ordinal = store::next_ordinal(&transaction, actor.organisation, interview).await?;
    let row = rows(actor.organisation, interview, &[new], ordinal, now)?
        .pop()
        .expect("one question makes one row");
    insert(&transaction, row.clone()).await?;
    transaction.commit().await?;
    Ok(row.into())
}

/// All questions of an interview, in order.
///
/// # Errors
/// [`AppError::Denied`] or [`AppError::NotFound`].
pub async fn list_questions(
    app: &App,
    actor: &Actor,
    interview: InterviewId,
) -> Result<Vec<Question>, AppError> {
    let reach = actor.may(Action::ReadInterviews)?;
    let reader = app.store.reader();
    records::get::<interviews::Entity>(
        reader,
        actor.organisation,
        interview.uuid(),
        reached(actor, reach)?,
    )
    .await?;
    let rows = store::list_questions(reader, actor.organisation, interview).await?;
    Ok(rows
        .into_iter()
        .map(|row| candidate::question(actor, row.into()))
        .collect())
}

/// The rows of new questions, checked; their order begins at `first`.
pub(super) fn rows(
    organisation: OrganisationId,
    interview: InterviewId,
    questions: &[NewQuestion],
    first: i32,
    now: Micros,
) -> Result<Vec<interview_questions::Model>, AppError> {
    if questions.len() > MOST {
        return Err(too_many());
    }
    (first..)
        .zip(questions)
        .map(|(ordinal, question)| {
            let id = QuestionId::generate();
            let duration_s = question.duration_s;
            if duration_s.is_some_and(|seconds| !(seconds > 0.0 && seconds <= LONGEST_S)) {
                return Err(AppError::invalid(
                    "invalid_value",
                    "duration_s",
                    format!("duration_s must be above 0 and at most {LONGEST_S}"),
                ));
            }
            Ok(interview_questions::Model {
                id: id.uuid(),
                organisation_id: organisation.uuid(),
                interview_id: interview.uuid(),
                external_id: optional_line("external_id", question.external_id.clone())?
                    .unwrap_or_else(|| id.to_string()),
                ordinal,
                text: Some(fields::prose("text", &question.text, fields::PROSE)?),
                expected_answer: question
                    .expected_answer
                    .as_deref()
                    .map(|text| fields::prose("expected_answer", text, fields::PROSE))
                    .transpose()?,
                keywords: fields::lines("keywords", &question.keywords, 100)?.into(),
                duration_s,
                details: match question.details.clone() {
                    Some(details) => fields::document("details", details)?,
                    None => Value::Object(serde_json::Map::new()),
                },
                created_at: now,
            })
        })
        .collect()
}

/// Adds one row.
pub(super) async fn insert(
    transaction: &impl ConnectionTrait,
    row: interview_questions::Model,
) -> Result<(), AppError> {
    match scoped::insert::<interview_questions::Entity>(transaction, row).await {
        Err(StoreError::Conflict { .. }) => Err(AppError::conflict(
            "question_exists",
            "the interview has a question with this external_id already",
        )),
        other => Ok(other?),
    }
}

fn too_many() -> AppError {
    AppError::invalid(
        "too_many_questions",
        "questions",
        format!("an interview has at most {MOST} questions"),
    )
}
