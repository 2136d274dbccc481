//! What is said in a live interview, as rows and as clients see it.

use candor_core::{
    ids::{InterviewId, OrganisationId},
    interview::Judged,
};
use candor_interviewer::prepared::Asked;
use candor_store::{
    entities::{interview_questions, interview_responses},
    records::{conduct::TurnRow, practice as store},
};
use jiff::Timestamp;
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::micros;
use crate::AppError;

/// What was said once.
#[derive(Debug, Clone, PartialEq)]
pub struct LiveTurn {
    /// Whether the person said it.
    pub is_person: bool,
    /// The words; empty where a question was skipped.
    pub text: String,
    /// The question or clarification that it asks or answers.
    pub question_id: String,
    /// When.
    pub at: Timestamp,
    /// Whether the question was skipped.
    pub was_skipped: bool,
}

impl From<TurnRow> for LiveTurn {
    fn from(row: TurnRow) -> Self {
        let asked = row.details["askedId"].as_str().map(str::to_owned);
        Self {
            is_person: row.speaker == "candidate",
            was_skipped: row.kind == "skip",
            question_id: asked.or(row.question_id).unwrap_or_default(),
            text: row.text,
            at: row.said_at.into(),
        }
    }
}

/// When a question was asked and answered. Times of the client are kept as it told them; what it did not tell
/// is not guessed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Marker {
    /// The question or clarification.
    pub question_id: String,
    /// Place of the question, from 0.
    pub question_index: usize,
    /// When the client asked it; when the server did, where the client does not say.
    pub question_asked_at: Timestamp,
    /// When the person began to speak, as the client says.
    pub answer_started_at: Option<Timestamp>,
    /// When the person ended, or skipped, as the client says.
    pub answer_ended_at: Option<Timestamp>,
    /// When the answer came in.
    pub submitted_at: Timestamp,
    /// Whether the question was skipped.
    pub was_skipped: bool,
    /// How sure the client's recogniser was, 0 to 1.
    pub transcript_confidence: Option<f64>,
}

/// The marker of a turn that has one.
pub(super) fn marker(row: &TurnRow) -> Option<Marker> {
    serde_json::from_value(row.details.get("marker")?.clone()).ok()
}

fn row(
    organisation: OrganisationId,
    session: InterviewId,
    ordinal: i32,
    asked: &Asked,
    at: Timestamp,
) -> TurnRow {
    TurnRow {
        id: Uuid::now_v7(),
        organisation_id: organisation.uuid(),
        interview_id: session.uuid(),
        ordinal,
        speaker: "interviewer".to_owned(),
        kind: match asked.clarifies {
            Some(_) => "clarification",
            None => "question",
        }
        .to_owned(),
        question_id: Some(asked.question_id.clone()),
        text: asked.text.clone(),
        evaluation: None,
        first_evaluation: None,
        details: json!({ "askedId": asked.id }),
        said_at: micros(at),
    }
}

/// The turn that asks.
pub(super) fn asked(
    organisation: OrganisationId,
    session: InterviewId,
    ordinal: i32,
    asked: &Asked,
    at: Timestamp,
) -> TurnRow {
    let mut turn = row(organisation, session, ordinal, asked, at);
    if let Some(reason) = asked.clarifies {
        turn.details["reason"] = json!(reason.as_str());
    }
    turn
}

/// The turn that answers, or skips where there are no words.
pub(super) fn answered(
    organisation: OrganisationId,
    session: InterviewId,
    ordinal: i32,
    asked: &Asked,
    words: Option<(&str, &Judged)>,
    marker: &Marker,
) -> Result<TurnRow, AppError> {
    let judged = words.map(|(_, judged)| serde_json::to_value(judged));
    Ok(TurnRow {
        speaker: "candidate".to_owned(),
        kind: if words.is_some() { "answer" } else { "skip" }.to_owned(),
        text: words.map_or("", |(text, _)| text).to_owned(),
        evaluation: judged.transpose().map_err(AppError::internal)?,
        details: json!({ "askedId": asked.id, "marker": marker }),
        ..row(organisation, session, ordinal, asked, marker.submitted_at)
    })
}

/// Keeps a prepared question among the questions of the session, unless one with its id is there already.
pub(super) async fn remember_question(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    session: InterviewId,
    index: usize,
    asked: &Asked,
    at: Timestamp,
) -> Result<(), AppError> {
    let id = asked.question_id.as_str();
    let is_there = store::find_question(connection, organisation, session, id).await?;
    if asked.clarifies.is_some() || is_there.is_some() {
        return Ok(());
    }
    let row = interview_questions::Model {
        id: Uuid::now_v7(),
        organisation_id: organisation.uuid(),
        interview_id: session.uuid(),
        external_id: asked.question_id.clone(),
        ordinal: i32::try_from(index).unwrap_or(i32::MAX),
        text: Some(asked.text.clone()),
        expected_answer: None,
        keywords: json!([]),
        duration_s: None,
        details: json!({ "origin": store::ORIGIN }),
        created_at: micros(at),
    };
    Ok(store::insert_question(connection, row).await?)
}

/// Keeps the words among the answers of the session.
pub(super) async fn remember_answer(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    session: InterviewId,
    asked: &Asked,
    text: &str,
    marker: &Marker,
) -> Result<(), AppError> {
    let id = asked.question_id.as_str();
    let question = store::find_question(connection, organisation, session, id).await?;
    let mut details: Value = serde_json::to_value(marker).map_err(AppError::internal)?;
    details["origin"] = json!(store::ORIGIN);
    let row = interview_responses::Model {
        id: Uuid::now_v7(),
        organisation_id: organisation.uuid(),
        interview_id: session.uuid(),
        question_id: question.map(|question| question.id),
        text: text.to_owned(),
        details,
        created_at: micros(marker.submitted_at),
    };
    Ok(store::insert_response(connection, row).await?)
}
