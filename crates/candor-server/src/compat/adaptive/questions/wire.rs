//! Templates of questions as *adaptive* writes and reads them.

use candor_app::authoring::bank::{BankQuestion, BankQuestionChange, NewBankQuestion};
use candor_core::{ids::PositionId, interview::Phase};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::Refused;
use crate::{compat::adaptive::invalid, json::present};

/// Templates are texts in this language; the contract has no other.
const LANGUAGE: &str = "en";

/// A new question.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AdaptiveQuestionRequest {
    /// `technical`, `behavioral`, `sales` or `customer_success`.
    #[schema(example = "technical")]
    pub role: String,
    /// `intro`, `technical`, `behavioral` or `wrap_up`.
    #[schema(example = "technical")]
    pub phase: String,
    /// `easy`, `medium` or `hard`.
    #[schema(example = "medium")]
    pub difficulty: String,
    /// Its words.
    pub text: String,
    /// Keys of competencies.
    #[serde(default)]
    pub competency_ids: Vec<String>,
    /// What may be asked after it.
    pub follow_up_prompt: Option<String>,
    /// Whether it asks for code; only of technical roles, in the phase `technical`.
    #[serde(default)]
    pub is_coding_question: bool,
    /// Code that the candidate goes on from.
    pub starter_code: Option<String>,
    /// Language of that code.
    pub language: Option<String>,
    /// Lower comes first.
    #[serde(default)]
    pub sort_order: i32,
    /// Asked for this position only.
    #[schema(value_type = Option<String>)]
    pub position_id: Option<PositionId>,
}

/// Changes of a question.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AdaptiveQuestionChange {
    pub role: Option<String>,
    pub phase: Option<String>,
    pub difficulty: Option<String>,
    pub text: Option<String>,
    pub competency_ids: Option<Vec<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub follow_up_prompt: Option<Option<String>>,
    pub is_coding_question: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub starter_code: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub language: Option<Option<String>>,
    pub sort_order: Option<i32>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub position_id: Option<Option<PositionId>>,
}

/// A question.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AdaptiveQuestion {
    pub id: Uuid,
    pub position_id: Option<Uuid>,
    pub role: &'static str,
    pub phase: &'static str,
    pub difficulty: &'static str,
    pub text: String,
    pub competency_ids: Vec<String>,
    pub follow_up_prompt: Option<String>,
    pub is_coding_question: bool,
    pub starter_code: Option<String>,
    pub language: Option<String>,
    pub sort_order: i32,
    pub created_at: Timestamp,
}

impl From<BankQuestion> for AdaptiveQuestion {
    fn from(question: BankQuestion) -> Self {
        let entry = question.entry;
        let is_coding = entry.phase == Phase::Coding;
        Self {
            id: question.id.uuid(),
            position_id: entry.position.map(PositionId::uuid),
            role: entry.role_family.as_str(),
            phase: if is_coding {
                Phase::Technical
            } else {
                entry.phase
            }
            .as_str(),
            difficulty: entry.difficulty.as_str(),
            text: entry.text,
            competency_ids: entry.competencies,
            follow_up_prompt: entry.follow_ups.into_iter().next(),
            is_coding_question: is_coding,
            starter_code: entry.starter_code,
            language: entry.code_language,
            sort_order: entry.sort_order,
            created_at: question.created_at,
        }
    }
}

/// All questions.
#[derive(Serialize, ToSchema)]
pub(super) struct AdaptiveQuestions {
    pub questions: Vec<AdaptiveQuestion>,
}

impl AdaptiveQuestionRequest {
    /// The question that is meant.
    pub(super) fn read(self) -> Refused<NewBankQuestion> {
        Ok(NewBankQuestion {
            key: None,
            position: self.position_id,
            phase: kept_phase(&self.phase, self.is_coding_question)?,
            role_family: self.role,
            difficulty: self.difficulty,
            language: LANGUAGE.to_owned(),
            text: self.text,
            competencies: self.competency_ids,
            key_points: Vec::new(),
            follow_ups: follow_ups(self.follow_up_prompt),
            starter_code: self.starter_code,
            code_language: self.language,
            sort_order: self.sort_order,
        })
    }
}

impl AdaptiveQuestionChange {
    /// The change that is meant, in this phase.
    pub(super) fn read(self, phase: Option<String>) -> BankQuestionChange {
        BankQuestionChange {
            position: self.position_id,
            role_family: self.role,
            phase,
            difficulty: self.difficulty,
            language: None,
            text: self.text,
            competencies: self.competency_ids,
            key_points: None,
            follow_ups: self.follow_up_prompt.map(follow_ups),
            starter_code: self.starter_code,
            code_language: self.language,
            sort_order: self.sort_order,
        }
    }
}

/// The phase that a question is kept in.
pub(super) fn kept_phase(phase: &str, is_coding: bool) -> Refused<String> {
    match (phase, is_coding) {
        ("technical", true) => Ok(Phase::Coding.as_str().to_owned()),
        ("coding", _) => Err(invalid(
            "phase",
            "phase must be one of: intro, technical, behavioral, wrap_up",
        )),
        (_, true) => Err(invalid(
            "isCodingQuestion",
            "questions that ask for code belong to the phase technical",
        )),
        (phase, false) => Ok(phase.to_owned()),
    }
}

fn follow_ups(prompt: Option<String>) -> Vec<String> {
    prompt
        .filter(|prompt| !prompt.trim().is_empty())
        .into_iter()
        .collect()
}
