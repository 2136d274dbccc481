//! What a question of a bank says, checked.

use candor_core::{
    ids::{BankQuestionId, OrganisationId, PositionId},
    interview::{Coding, Difficulty, Phase, Question, QuestionSource, RoleFamily},
};
use candor_store::{Micros, entities::bank_questions};
use sea_orm::ActiveValue::Set;
use serde_json::{Value, json};

use crate::{AppError, fields};

/// Longest question and longest starter code, in characters.
const TEXT: usize = 4000;
const CODE: usize = 20_000;
/// Most competencies, key points and follow-ups of one question.
const COMPETENCIES: usize = 12;
const KEY_POINTS: usize = 12;
const FOLLOW_UPS: usize = 6;
/// Order numbers lie between this and its negative.
const SORT_ORDER: i32 = 1_000_000;

/// A question as somebody writes it.
#[derive(Debug, Clone, Default)]
pub struct NewBankQuestion {
    /// Stable id within the bank.
    pub key: Option<String>,
    /// Asked for this position only.
    pub position: Option<PositionId>,
    /// Kind of work.
    pub role_family: String,
    /// Part of the interview.
    pub phase: String,
    /// How hard it is.
    pub difficulty: String,
    /// Language (BCP 47 primary subtag).
    pub language: String,
    /// Its words.
    pub text: String,
    /// Keys of competencies.
    pub competencies: Vec<String>,
    /// What a good answer contains; fewer than the shipped bank has will do: the answer is then judged on relevance.
    pub key_points: Vec<String>,
    /// What may be asked after it.
    pub follow_ups: Vec<String>,
    /// Code that a programming question starts with.
    pub starter_code: Option<String>,
    /// Language of that code.
    pub code_language: Option<String>,
    /// Lower comes first.
    pub sort_order: i32,
}

/// A question as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Stable id within the bank.
    pub key: String,
    /// Asked for this position only.
    pub position: Option<PositionId>,
    /// Kind of work.
    pub role_family: RoleFamily,
    /// Part of the interview.
    pub phase: Phase,
    /// How hard it is.
    pub difficulty: Difficulty,
    /// Language (BCP 47 primary subtag).
    pub language: String,
    /// Its words.
    pub text: String,
    /// Keys of competencies.
    pub competencies: Vec<String>,
    /// What a good answer contains.
    pub key_points: Vec<String>,
    /// What may be asked after it.
    pub follow_ups: Vec<String>,
    /// Code that a programming question starts with.
    pub starter_code: Option<String>,
    /// Language of that code.
    pub code_language: Option<String>,
    /// Lower comes first.
    pub sort_order: i32,
}

impl NewBankQuestion {
    /// The same, where every field is as it must be.
    ///
    /// # Errors
    /// [`AppError::Invalid`] about the first field that is not.
    pub fn check(self) -> Result<Entry, AppError> {
        let family = name(
            "role_family",
            &self.role_family,
            &RoleFamily::ALL.map(RoleFamily::as_str),
        )?;
        let role_family = RoleFamily::from_name(&family).ok_or_else(unreadable)?;
        let phase = name("phase", &self.phase, &Phase::ALL.map(Phase::as_str))?;
        let phase = Phase::from_name(&phase).ok_or_else(unreadable)?;
        let level = name(
            "difficulty",
            &self.difficulty,
            &Difficulty::ALL.map(Difficulty::as_str),
        )?;
        if !role_family.phases().contains(&phase) {
            return Err(AppError::invalid(
                "invalid_value",
                "phase",
                format!(
                    "interviews for {} have no phase {}",
                    role_family.as_str(),
                    phase.as_str()
                ),
            ));
        }
        let optional = |field: &str, text: Option<String>, most: usize| {
            text.filter(|text| !text.is_empty())
                .map(|text| match field {
                    "starter_code" => fields::prose(field, &text, most),
                    _ => fields::line(field, &text, most),
                })
                .transpose()
        };
        let starter_code = optional("starter_code", self.starter_code, CODE)?;
        let code_language = optional("code_language", self.code_language, 40)?;
        if phase != Phase::Coding && (starter_code.is_some() || code_language.is_some()) {
            let field = if starter_code.is_some() {
                "starter_code"
            } else {
                "code_language"
            };
            return Err(AppError::invalid(
                "invalid_value",
                field,
                "only questions of the phase coding have code",
            ));
        }
        if starter_code.is_some() && code_language.is_none() {
            return Err(AppError::invalid(
                "invalid_value",
                "code_language",
                "code_language says what language starter_code is in",
            ));
        }
        if self.sort_order.unsigned_abs() > SORT_ORDER.unsigned_abs() {
            return Err(AppError::invalid(
                "invalid_value",
                "sort_order",
                format!("sort_order lies between -{SORT_ORDER} and {SORT_ORDER}"),
            ));
        }
        Ok(Entry {
            key: bank_key(&self.key.unwrap_or_default())?,
            position: self.position,
            role_family,
            phase,
            difficulty: Difficulty::from_name(&level).ok_or_else(unreadable)?,
            language: language(&self.language)?,
            text: fields::prose("text", self.text.trim(), TEXT)?,
            competencies: competencies(&self.competencies)?,
            key_points: fields::lines("key_points", &self.key_points, KEY_POINTS)?,
            follow_ups: fields::lines("follow_ups", &self.follow_ups, FOLLOW_UPS)?,
            starter_code,
            code_language,
            sort_order: self.sort_order,
        })
    }
}

fn name(field: &str, text: &str, allowed: &[&str]) -> Result<String, AppError> {
    fields::one_of(field, text.trim(), allowed)
}

fn unreadable() -> AppError {
    AppError::internal("a question of the bank has a value that is none")
}

/// A key: letters, digits and `. _ -`, at most 100.
fn bank_key(text: &str) -> Result<String, AppError> {
    let text = fields::line("key", text, 100)?;
    if text
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
    {
        return Ok(text);
    }
    Err(AppError::invalid(
        "invalid_value",
        "key",
        "key must hold only letters, digits and . _ -",
    ))
}

/// The primary subtag of a language: two or three letters.
///
/// # Errors
/// [`AppError::Invalid`].
pub fn language(text: &str) -> Result<String, AppError> {
    let text = text.trim();
    if (2..=3).contains(&text.len()) && text.chars().all(|c| c.is_ascii_lowercase()) {
        return Ok(text.to_owned());
    }
    Err(AppError::invalid(
        "invalid_value",
        "language",
        "language must be the primary subtag of a language, e.g. en",
    ))
}

fn competencies(keys: &[String]) -> Result<Vec<String>, AppError> {
    fields::lines("competencies", keys, COMPETENCIES)?;
    let mut checked: Vec<String> = Vec::with_capacity(keys.len());
    for key in keys {
        let key = fields::key("competencies", key)?;
        if !checked.contains(&key) {
            checked.push(key);
        }
    }
    Ok(checked)
}

impl TryFrom<bank_questions::Model> for Entry {
    type Error = AppError;

    fn try_from(row: bank_questions::Model) -> Result<Self, AppError> {
        Ok(Self {
            role_family: RoleFamily::from_name(&row.role_family).ok_or_else(unreadable)?,
            phase: Phase::from_name(&row.phase).ok_or_else(unreadable)?,
            difficulty: Difficulty::from_name(&row.difficulty).ok_or_else(unreadable)?,
            competencies: texts(row.competencies)?,
            key_points: texts(row.key_points)?,
            follow_ups: texts(row.follow_ups)?,
            key: row.key,
            position: row.position_id.map(Into::into),
            language: row.language,
            text: row.text,
            starter_code: row.starter_code,
            code_language: row.code_language,
            sort_order: row.sort_order,
        })
    }
}

fn texts(value: Value) -> Result<Vec<String>, AppError> {
    serde_json::from_value(value).map_err(|_| unreadable())
}

impl From<Entry> for NewBankQuestion {
    fn from(entry: Entry) -> Self {
        Self {
            key: Some(entry.key),
            position: entry.position,
            role_family: entry.role_family.as_str().to_owned(),
            phase: entry.phase.as_str().to_owned(),
            difficulty: entry.difficulty.as_str().to_owned(),
            language: entry.language,
            text: entry.text,
            competencies: entry.competencies,
            key_points: entry.key_points,
            follow_ups: entry.follow_ups,
            starter_code: entry.starter_code,
            code_language: entry.code_language,
            sort_order: entry.sort_order,
        }
    }
}

impl Entry {
    /// A new row of it.
    pub(super) fn row(
        self,
        id: BankQuestionId,
        organisation: OrganisationId,
        created_by: String,
        now: Micros,
    ) -> bank_questions::Model {
        bank_questions::Model {
            id: id.uuid(),
            organisation_id: organisation.uuid(),
            position_id: self.position.map(PositionId::uuid),
            key: self.key,
            role_family: self.role_family.as_str().to_owned(),
            phase: self.phase.as_str().to_owned(),
            difficulty: self.difficulty.as_str().to_owned(),
            language: self.language,
            text: self.text,
            competencies: json!(self.competencies),
            key_points: json!(self.key_points),
            follow_ups: json!(self.follow_ups),
            starter_code: self.starter_code,
            code_language: self.code_language,
            sort_order: self.sort_order,
            created_by,
            created_at: now,
            updated_at: now,
            version: 1,
        }
    }

    /// All columns that a change may touch.
    pub(super) fn values(self, now: Micros) -> bank_questions::ActiveModel {
        bank_questions::ActiveModel {
            position_id: Set(self.position.map(PositionId::uuid)),
            role_family: Set(self.role_family.as_str().to_owned()),
            phase: Set(self.phase.as_str().to_owned()),
            difficulty: Set(self.difficulty.as_str().to_owned()),
            language: Set(self.language),
            text: Set(self.text),
            competencies: Set(json!(self.competencies)),
            key_points: Set(json!(self.key_points)),
            follow_ups: Set(json!(self.follow_ups)),
            starter_code: Set(self.starter_code),
            code_language: Set(self.code_language),
            sort_order: Set(self.sort_order),
            updated_at: Set(now),
            ..Default::default()
        }
    }

    /// The question that an interview asks.
    pub(super) fn question(self) -> Question {
        let starter_code = self.starter_code.unwrap_or_default();
        Question {
            id: self.key,
            phase: self.phase,
            difficulty: self.difficulty,
            text: self.text,
            competencies: self.competencies,
            key_points: self.key_points,
            follow_ups: self.follow_ups,
            language: self.language,
            source: match self.position {
                Some(_) => QuestionSource::Recruiter,
                None => QuestionSource::Bank,
            },
            coding: self.code_language.map(|language| Coding {
                starter_code,
                language,
            }),
        }
    }
}
