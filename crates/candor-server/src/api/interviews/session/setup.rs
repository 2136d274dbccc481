//! How an interview in words is to be held, as clients write it.

use candor_app::{
    AppError,
    conduct::{OwnQuestion, Setup},
};
use candor_core::interview::{Difficulty, InterviewType, Phase, RoleFamily};
use serde::Deserialize;
use utoipa::ToSchema;

/// How the interview is to be held.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PrepareInterviewRequest {
    /// `technical`, `behavioral`, `sales` or `customer_success`.
    #[schema(example = "technical")]
    role_family: String,
    /// What it gives its time to: `mixed`, `technical`, `behavioral` or `screening`; `mixed` unless given.
    #[schema(example = "mixed")]
    interview_type: Option<String>,
    /// `en`, `tr`, `fr` or `id`; `en` unless given.
    #[schema(example = "en")]
    language: Option<String>,
    /// Time budget in minutes, 5 to 240; 30 unless given.
    #[schema(minimum = 5, maximum = 240)]
    duration_minutes: Option<f64>,
    /// Level to begin with: `easy`, `medium` or `hard`; `medium` unless given.
    #[schema(example = "medium")]
    difficulty: Option<String>,
    /// What is asked about first.
    #[serde(default)]
    #[schema(max_items = 10)]
    focus_areas: Vec<String>,
    /// Your own questions; they come first in their phase.
    #[serde(default)]
    #[schema(max_items = 30)]
    questions: Vec<OwnQuestionRequest>,
    /// Text of the résumé: it steers which questions come first.
    #[schema(max_length = 100000)]
    resume: Option<String>,
}

/// A question of your own.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OwnQuestionRequest {
    /// Its words.
    #[schema(min_length = 1, max_length = 2000)]
    text: String,
    /// `intro`, `technical`, `coding`, `behavioral` or `wrap_up`.
    phase: Option<String>,
    /// `easy`, `medium` or `hard`.
    difficulty: Option<String>,
    /// Keys of competencies that an answer shows.
    #[serde(default)]
    #[schema(max_items = 20)]
    competencies: Vec<String>,
    /// What a good answer contains, a clause each.
    #[serde(default)]
    #[schema(max_items = 20)]
    key_points: Vec<String>,
    /// What may be asked after it.
    #[serde(default)]
    #[schema(max_items = 20)]
    follow_ups: Vec<String>,
    /// Code that a programming question starts with.
    #[schema(max_length = 20000)]
    starter_code: Option<String>,
    /// Language of that code.
    #[schema(max_length = 300)]
    code_language: Option<String>,
}

impl PrepareInterviewRequest {
    /// What it asks for.
    pub fn setup(self) -> Result<Setup, AppError> {
        let questions = self.questions.into_iter().map(OwnQuestionRequest::own);
        Ok(Setup {
            family: RoleFamily::from_name(&self.role_family).ok_or_else(|| {
                let names = RoleFamily::ALL.map(RoleFamily::as_str);
                none_of("role_family", &names)
            })?,
            interview_type: match self.interview_type {
                Some(name) => InterviewType::from_name(&name).ok_or_else(|| {
                    none_of(
                        "interview_type",
                        &InterviewType::ALL.map(InterviewType::as_str),
                    )
                })?,
                None => InterviewType::default(),
            },
            language: self.language,
            minutes: self.duration_minutes,
            difficulty: difficulty(self.difficulty)?,
            focus_areas: self.focus_areas,
            questions: questions.collect::<Result<_, _>>()?,
            resume: self.resume,
            cover_letter: None,
        })
    }
}

impl OwnQuestionRequest {
    fn own(self) -> Result<OwnQuestion, AppError> {
        let phase = match self.phase {
            Some(name) => Some(
                Phase::from_name(&name)
                    .ok_or_else(|| none_of("phase", &Phase::ALL.map(Phase::as_str)))?,
            ),
            None => None,
        };
        Ok(OwnQuestion {
            text: self.text,
            phase,
            difficulty: difficulty(self.difficulty)?,
            competencies: self.competencies,
            key_points: self.key_points,
            follow_ups: self.follow_ups,
            starter_code: self.starter_code,
            code_language: self.code_language,
        })
    }
}

fn difficulty(name: Option<String>) -> Result<Option<Difficulty>, AppError> {
    name.map(|name| {
        Difficulty::from_name(&name)
            .ok_or_else(|| none_of("difficulty", &Difficulty::ALL.map(Difficulty::as_str)))
    })
    .transpose()
}

fn none_of(field: &str, names: &[&str]) -> AppError {
    let message = format!("{field} is one of {}", names.join(", "));
    AppError::invalid("invalid_value", field, message)
}
