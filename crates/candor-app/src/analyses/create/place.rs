//! Where an analysis belongs: interview and question, and what follows from them.

use candor_core::{
    access::{Actor, Reach},
    ids::{InterviewId, QuestionId},
    purpose::Purpose,
};
use candor_signals::text::content::Question;
use candor_store::{
    StoreError,
    entities::{interview_questions, interviews, recordings},
    records::{self, reach::Rows},
};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};

use super::NewAnalysis;
use crate::{AppError, fields};

/// Longest list of keywords.
const MOST_KEYWORDS: usize = 200;

/// Interview and question of an analysis.
pub(super) struct Place {
    pub interview: Option<interviews::Model>,
    pub question: Option<interview_questions::Model>,
}

pub(super) async fn find(
    transaction: &DatabaseTransaction,
    actor: &Actor,
    which: Rows,
    new: &NewAnalysis,
    recording: &recordings::Model,
) -> Result<Place, AppError> {
    let interview = match new
        .interview
        .map(InterviewId::uuid)
        .or(recording.interview_id)
    {
        None => None,
        Some(id) => {
            let id = InterviewId::from(id);
            let found =
                records::recordings::find_interview(transaction, actor.organisation, which, id);
            Some(found.await?.ok_or(AppError::NotFound("interview"))?)
        }
    };
    let question = match new
        .question_id
        .map(QuestionId::uuid)
        .or(recording.question_id)
    {
        None => None,
        Some(id) => {
            let interview = interview.as_ref().ok_or(AppError::NotFound("question"))?;
            let found = interview_questions::Entity::find_by_id(id)
                .filter(interview_questions::Column::InterviewId.eq(interview.id))
                .one(transaction)
                .await
                .map_err(StoreError::from)?;
            Some(found.ok_or(AppError::NotFound("question"))?)
        }
    };
    Ok(Place {
        interview,
        question,
    })
}

/// What it is for. An interview held for hiring stays one, whatever the request says.
pub(super) fn purpose(
    reach: Reach,
    new: &NewAnalysis,
    interview: Option<&interviews::Model>,
) -> Result<Purpose, AppError> {
    if let Some(interview) = interview {
        let of_interview = Purpose::from_name(&interview.purpose);
        if new.purpose.is_some_and(|purpose| purpose != of_interview) {
            return Err(AppError::invalid(
                "invalid_purpose",
                "purpose",
                "the purpose is that of the interview; leave it out",
            ));
        }
        return Ok(of_interview);
    }
    match (reach, new.purpose) {
        (Reach::Own, Some(Purpose::Hiring)) => Err(AppError::invalid(
            "invalid_purpose",
            "purpose",
            "analyses of your own are for practice",
        )),
        (Reach::Own, _) => Ok(Purpose::Practice),
        (Reach::Organisation, purpose) => Ok(purpose.unwrap_or(Purpose::Hiring)),
    }
}

/// What is asked: the request's words, else those of the interview's question.
pub(super) fn question(
    given: Question,
    row: Option<&interview_questions::Model>,
) -> Result<Question, AppError> {
    let text = given.text.or_else(|| row?.text.clone());
    let expected_answer = given
        .expected_answer
        .or_else(|| row?.expected_answer.clone());
    let keywords = if given.keywords.is_empty() {
        row.and_then(|row| serde_json::from_value(row.keywords.clone()).ok())
            .unwrap_or_default()
    } else {
        given.keywords
    };
    let prose = |field, text: Option<String>| {
        text.filter(|text| !text.trim().is_empty())
            .map(|text| fields::prose(field, &text, fields::PROSE))
            .transpose()
    };
    Ok(Question {
        text: prose("question.text", text)?,
        expected_answer: prose("question.expected_answer", expected_answer)?,
        keywords: fields::lines("question.keywords", &keywords, MOST_KEYWORDS)?,
    })
}
