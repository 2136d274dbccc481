//! Questions of banks as the interface writes them.

use candor_app::authoring::bank::{BankQuestion, BankQuestionChange, NewBankQuestion};
use candor_core::{
    ids::{BankQuestionId, PositionId},
    interview::Question,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::json::present;

/// A new question.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateBankQuestionRequest {
    /// Stable id within the bank, by which a later import finds it: letters, digits and `. _ -`. One is made unless
    /// given.
    #[schema(max_length = 100)]
    key: Option<String>,
    /// Asked for this position only; for every one of its kind of work unless given.
    #[schema(value_type = Option<String>)]
    position_id: Option<PositionId>,
    /// `technical`, `behavioral`, `sales` or `customer_success`.
    #[schema(example = "technical")]
    role_family: String,
    /// `intro`, `technical`, `coding` (only for technical work), `behavioral` or `wrap_up`.
    #[schema(example = "technical")]
    phase: String,
    /// `easy`, `medium` or `hard`.
    #[schema(example = "medium")]
    difficulty: String,
    /// Language (BCP 47 primary subtag).
    #[schema(example = "en")]
    language: String,
    /// Its words.
    #[schema(min_length = 1, max_length = 4000)]
    text: String,
    /// Keys of the competencies that an answer shows; at most 12.
    #[serde(default)]
    competencies: Vec<String>,
    /// What a good answer contains; at most 12. With none, answers are judged on relevance only.
    #[serde(default)]
    key_points: Vec<String>,
    /// What may be asked after it; at most 6.
    #[serde(default)]
    follow_ups: Vec<String>,
    /// Code that a programming question starts with.
    #[schema(max_length = 20000)]
    starter_code: Option<String>,
    /// Language of that code.
    #[schema(max_length = 40)]
    code_language: Option<String>,
    /// Lower comes first; 0 unless given.
    #[serde(default)]
    sort_order: i32,
}

impl From<CreateBankQuestionRequest> for NewBankQuestion {
    fn from(request: CreateBankQuestionRequest) -> Self {
        Self {
            key: request.key,
            position: request.position_id,
            role_family: request.role_family,
            phase: request.phase,
            difficulty: request.difficulty,
            language: request.language,
            text: request.text,
            competencies: request.competencies,
            key_points: request.key_points,
            follow_ups: request.follow_ups,
            starter_code: request.starter_code,
            code_language: request.code_language,
            sort_order: request.sort_order,
        }
    }
}

/// Changes of a question: absent fields stay, `null` clears.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateBankQuestionRequest {
    /// Asked for this position only.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    position_id: Option<Option<PositionId>>,
    /// `technical`, `behavioral`, `sales` or `customer_success`.
    role_family: Option<String>,
    /// `intro`, `technical`, `coding` (only for technical work), `behavioral` or `wrap_up`.
    phase: Option<String>,
    /// `easy`, `medium` or `hard`.
    difficulty: Option<String>,
    /// Language (BCP 47 primary subtag).
    language: Option<String>,
    /// Its words.
    #[schema(min_length = 1, max_length = 4000)]
    text: Option<String>,
    /// Keys of the competencies that an answer shows.
    competencies: Option<Vec<String>>,
    /// What a good answer contains.
    key_points: Option<Vec<String>>,
    /// What may be asked after it.
    follow_ups: Option<Vec<String>>,
    /// Code that a programming question starts with.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 20000)]
    starter_code: Option<Option<String>>,
    /// Language of that code.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 40)]
    code_language: Option<Option<String>>,
    /// Lower comes first.
    sort_order: Option<i32>,
}

impl From<UpdateBankQuestionRequest> for BankQuestionChange {
    fn from(request: UpdateBankQuestionRequest) -> Self {
        Self {
            position: request.position_id,
            role_family: request.role_family,
            phase: request.phase,
            difficulty: request.difficulty,
            language: request.language,
            text: request.text,
            competencies: request.competencies,
            key_points: request.key_points,
            follow_ups: request.follow_ups,
            starter_code: request.starter_code,
            code_language: request.code_language,
            sort_order: request.sort_order,
        }
    }
}

/// A question of an organisation's own bank.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BankQuestionResponse {
    /// Identifier.
    #[schema(value_type = String)]
    id: BankQuestionId,
    /// Stable id within the bank.
    key: String,
    /// Asked for this position only; `null`: for every one of its kind of work.
    #[schema(value_type = Option<String>)]
    position_id: Option<PositionId>,
    /// `technical`, `behavioral`, `sales` or `customer_success`.
    role_family: &'static str,
    /// `intro`, `technical`, `coding`, `behavioral` or `wrap_up`.
    phase: &'static str,
    /// `easy`, `medium` or `hard`.
    difficulty: &'static str,
    /// Language (BCP 47 primary subtag).
    language: String,
    /// Its words.
    text: String,
    /// Keys of the competencies that an answer shows.
    competencies: Vec<String>,
    /// What a good answer contains.
    key_points: Vec<String>,
    /// What may be asked after it.
    follow_ups: Vec<String>,
    /// Code that a programming question starts with.
    starter_code: Option<String>,
    /// Language of that code.
    code_language: Option<String>,
    /// Lower comes first.
    sort_order: i32,
    /// When it was made.
    created_at: Timestamp,
    /// Last change.
    updated_at: Timestamp,
    /// Grows by one with every change; the `ETag`.
    version: i32,
}

impl From<BankQuestion> for BankQuestionResponse {
    fn from(question: BankQuestion) -> Self {
        let entry = question.entry;
        Self {
            id: question.id,
            key: entry.key,
            position_id: entry.position,
            role_family: entry.role_family.as_str(),
            phase: entry.phase.as_str(),
            difficulty: entry.difficulty.as_str(),
            language: entry.language,
            text: entry.text,
            competencies: entry.competencies,
            key_points: entry.key_points,
            follow_ups: entry.follow_ups,
            starter_code: entry.starter_code,
            code_language: entry.code_language,
            sort_order: entry.sort_order,
            created_at: question.created_at,
            updated_at: question.updated_at,
            version: question.version,
        }
    }
}

/// The questions that Candor comes with.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ShippedQuestionsResponse {
    /// All of them, in the order of the phases.
    pub(super) items: Vec<ShippedQuestionResponse>,
}

/// A question that Candor comes with.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ShippedQuestionResponse {
    /// Stable id; an own question with this key replaces it.
    key: &'static str,
    /// `intro`, `technical`, `coding`, `behavioral` or `wrap_up`.
    phase: &'static str,
    /// `easy`, `medium` or `hard`.
    difficulty: &'static str,
    /// Language (BCP 47 primary subtag).
    language: &'static str,
    /// Its words.
    text: &'static str,
    /// Keys of the competencies that an answer shows.
    #[schema(value_type = Vec<String>)]
    competencies: &'static [String],
    /// What a good answer contains.
    #[schema(value_type = Vec<String>)]
    key_points: &'static [String],
    /// What may be asked after it.
    #[schema(value_type = Vec<String>)]
    follow_ups: &'static [String],
    /// Code that a programming question starts with.
    starter_code: Option<&'static str>,
    /// Language of that code.
    code_language: Option<&'static str>,
}

impl From<&'static Question> for ShippedQuestionResponse {
    fn from(question: &'static Question) -> Self {
        let coding = question.coding.as_ref();
        Self {
            key: &question.id,
            phase: question.phase.as_str(),
            difficulty: question.difficulty.as_str(),
            language: &question.language,
            text: &question.text,
            competencies: &question.competencies,
            key_points: &question.key_points,
            follow_ups: &question.follow_ups,
            starter_code: coding.map(|coding| coding.starter_code.as_str()),
            code_language: coding.map(|coding| coding.language.as_str()),
        }
    }
}
