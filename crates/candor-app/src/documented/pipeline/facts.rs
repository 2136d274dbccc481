//! What documents are made of: the record as sent, the ledger as it stands, the report if there is one.

use candor_core::{
    ids::{AnalysisId, InterviewId, RecordingId},
    purpose::Purpose,
    report::Report,
};
use candor_signals::{
    scores::{pipeline_r2::ScoreWeights, policy::ScorePolicy},
    text::content::Question,
};
use jiff::Timestamp;
use serde_json::Value;

use super::content::AnswerFacts;

/// The parent record of one or more pipelines.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordFacts {
    /// Its id.
    pub id: InterviewId,
    /// `meta` as sent, completed.
    pub meta: Value,
    /// `application` as sent.
    pub application: Value,
    /// The client's id of the interview.
    pub interview_id: String,
    /// Title of the interview.
    pub title: Option<String>,
    /// Accepted.
    pub created_at: Timestamp,
    /// Last change.
    pub updated_at: Timestamp,
}

/// A question as sent.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct QuestionFacts {
    /// The client's id.
    pub id: String,
    /// Order.
    pub order: i32,
    /// Seconds allowed.
    pub duration_s: f64,
    /// The question.
    pub text: Option<String>,
    /// What a good answer says.
    pub expected_answer: Option<String>,
    /// Words that a good answer uses.
    pub keywords: Vec<String>,
    /// Complexity and skills, as sent.
    pub ai_metadata: Value,
    /// The client's id of the recording.
    pub video_response_id: String,
    /// Where the recording is fetched from.
    pub video_url: Option<String>,
}

impl QuestionFacts {
    /// What the steps are told of it.
    pub(crate) fn asked(&self) -> Question {
        Question {
            text: self.text.clone(),
            expected_answer: self.expected_answer.clone(),
            keywords: self.keywords.clone(),
        }
    }
}

/// One attempt of a step.
#[derive(Debug, Clone, PartialEq)]
pub struct AttemptFacts {
    /// From 1.
    pub attempt: u32,
    /// `running`, `succeeded`, `failed`, `abandoned` or `cancelled`.
    pub state: String,
    /// For people.
    pub error: Option<String>,
    /// Stable code.
    pub error_code: Option<String>,
    /// Begin.
    pub started_at: Timestamp,
    /// End.
    pub finished_at: Option<Timestamp>,
}

/// A step in the ledger.
#[derive(Debug, Clone, PartialEq)]
pub struct StepFacts {
    /// Name in the ledger.
    pub name: String,
    /// State in the ledger.
    pub state: String,
    /// Attempts begun.
    pub attempts: u32,
    /// Share done, 0–1.
    pub progress: f64,
    /// Last error.
    pub error: Option<String>,
    /// Begin of the last attempt.
    pub started_at: Option<Timestamp>,
    /// End.
    pub finished_at: Option<Timestamp>,
    /// Outcome.
    pub output: Option<Value>,
    /// Every attempt.
    pub history: Vec<AttemptFacts>,
}

/// An analysis with its steps and, once there is one, its report.
#[derive(Debug, Clone, PartialEq)]
pub struct AnalysisFacts {
    /// Its id; the contract's pipeline and job id.
    pub id: AnalysisId,
    /// What is analysed.
    pub recording: Option<RecordingId>,
    /// `queued`, `in_progress`, `done`, `failed` or `cancelled`.
    pub state: String,
    /// Why it failed.
    pub error: Option<String>,
    /// What it is for.
    pub purpose: Purpose,
    /// What its totals may rest on.
    pub policy: ScorePolicy,
    /// Whether the practising person themself reads it: only they see expressions.
    pub is_own: bool,
    /// How face, voice and content are weighed.
    pub weights: ScoreWeights,
    /// What a service was asked for besides.
    pub request: Value,
    /// Lower runs first.
    pub priority: i32,
    /// How long a step may take, in seconds.
    pub step_timeout_s: f64,
    /// Accepted.
    pub created_at: Timestamp,
    /// Begun.
    pub started_at: Option<Timestamp>,
    /// Ended.
    pub finished_at: Option<Timestamp>,
    /// Last change.
    pub updated_at: Timestamp,
    /// Its steps in order.
    pub steps: Vec<StepFacts>,
    /// What was found about the answer.
    pub answer: AnswerFacts,
    /// What was measured.
    pub report: Option<Report>,
}

impl AnalysisFacts {
    /// The step of that name in the ledger.
    pub fn step(&self, name: &str) -> Option<&StepFacts> {
        self.steps.iter().find(|step| step.name == name)
    }
}
