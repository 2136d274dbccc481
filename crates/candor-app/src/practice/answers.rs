//! Questions of a session and answers in words.

use candor_core::{
    access::{Action, Actor},
    ids::InterviewId,
};
use candor_store::{Micros, entities::interview_responses, records::practice as store};
use serde_json::json;
use uuid::Uuid;

use super::{before, sessions};
use crate::{App, AppError, fields};

/// A question that was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The client's id, e.g. `q1`.
    pub id: String,
    /// The question.
    pub text: String,
}

/// Questions of a session, in order.
///
/// # Errors
/// [`AppError::NotFound`] for an unknown session and for somebody else's.
pub async fn list_questions(
    app: &App,
    actor: &Actor,
    session: InterviewId,
) -> Result<Vec<Question>, AppError> {
    actor.may(Action::ReadInterviews)?;
    let connection = app.store.fresh();
    sessions::own(connection, actor, session).await?;
    let rows = store::list_questions(connection, actor.organisation, session).await?;
    Ok(rows
        .into_iter()
        .map(|row| Question {
            id: row.external_id,
            text: row.text.unwrap_or_default(),
        })
        .collect())
}

/// Appends an answer. A question that the session does not know is remembered by its id only.
///
/// # Errors
/// [`AppError::NotFound`] for an unknown session, [`AppError::Invalid`] for an empty or endless answer.
pub async fn add_response(
    app: &App,
    actor: &Actor,
    session: InterviewId,
    question: &str,
    text: &str,
) -> Result<(), AppError> {
    actor.may(Action::WriteInterviews)?;
    let question = fields::line("questionId", question, 200)?;
    let text = fields::prose("responseText", text, fields::ANSWER)?;
    let now = Micros::from(app.clock.now());
    let organisation = actor.organisation;
    let transaction = app.store.begin().await?;
    sessions::own(&transaction, actor, session).await?;
    let asked = store::find_question(&transaction, organisation, session, &question).await?;
    let row = interview_responses::Model {
        id: Uuid::now_v7(),
        organisation_id: organisation.uuid(),
        interview_id: session.uuid(),
        question_id: asked.map(|asked| asked.id),
        text,
        details: json!({ "questionId": question, "origin": "practice" }),
        created_at: now,
    };
    store::insert_response(&transaction, row).await?;
    let to = "in_progress";
    store::set_status(&transaction, organisation, session, before(to), to, now).await?;
    transaction.commit().await?;
    Ok(())
}
