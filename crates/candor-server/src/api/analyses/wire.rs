//! Analyses as clients write and read them.

use candor_app::{
    analyses::{Analysis, AnalysisView, NewAnalysis, Wishes},
    jobs::{AttemptView, StepView},
};
use candor_core::{
    ids::{AnalysisId, InterviewId, JobId, QuestionId, RecordingId, UserId},
    purpose::Purpose,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::api::recordings::ConsentRequest;

/// What is asked, and what a good answer says.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuestionRequest {
    /// The question.
    #[schema(max_length = 20000)]
    text: Option<String>,
    /// What a good answer says.
    #[schema(max_length = 20000)]
    expected_answer: Option<String>,
    /// Words that a good answer uses.
    #[serde(default)]
    #[schema(max_items = 200)]
    keywords: Vec<String>,
}

/// Settings of an analysis; what is left out is as configured.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SettingsRequest {
    /// Language of the speech.
    #[schema(example = "en")]
    language: Option<String>,
    /// Whether to look at the picture.
    face: Option<bool>,
    /// Whether only stretches of speech are written down.
    speech_only: Option<bool>,
    /// Whether expressions are told: only in practice, to the practising person.
    emotions: Option<bool>,
}

/// A new analysis of a recording that is here (`recording_id`) or is fetched (`url`).
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateAnalysisRequest {
    /// The recording.
    #[schema(value_type = Option<String>)]
    recording_id: Option<RecordingId>,
    /// Where the recording is fetched from: https, a public host.
    #[schema(max_length = 4096)]
    url: Option<String>,
    /// The interview; that of the recording unless given.
    #[schema(value_type = Option<String>)]
    interview_id: Option<InterviewId>,
    /// A question of the interview.
    #[schema(value_type = Option<String>)]
    question_id: Option<QuestionId>,
    /// What is asked; given fields win over those of `question_id`.
    #[serde(default)]
    question: QuestionRequest,
    /// `hiring` or `practice`; unless given that of the interview, else `practice` for people who analyse
    /// their own and `hiring` otherwise.
    #[schema(value_type = Option<String>, example = "hiring")]
    purpose: Option<Purpose>,
    /// Settings.
    #[serde(default)]
    settings: SettingsRequest,
    /// Where the outcome is told.
    #[schema(max_length = 2000)]
    callback_url: Option<String>,
    /// Needed unless it was given before or the key attests it.
    consent: Option<ConsentRequest>,
    /// Your own id.
    #[schema(max_length = 300)]
    external_id: Option<String>,
}

impl From<CreateAnalysisRequest> for NewAnalysis {
    fn from(request: CreateAnalysisRequest) -> Self {
        let SettingsRequest {
            language,
            face,
            speech_only,
            emotions,
        } = request.settings;
        let mut new = Self {
            recording: request.recording_id,
            url: request.url,
            interview: request.interview_id,
            question_id: request.question_id,
            purpose: request.purpose,
            wishes: Wishes {
                language,
                face,
                speech_only,
                emotions,
                frame_fps: None,
            },
            callback_url: request.callback_url,
            consent: request.consent.map(Into::into),
            external_id: request.external_id,
            ..Self::default()
        };
        new.question.text = request.question.text;
        new.question.expected_answer = request.question.expected_answer;
        new.question.keywords = request.question.keywords;
        new
    }
}

/// A step to be run once more.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetryStepRequest {
    /// Whether the steps that depend on it run once more too, where its outcome changes.
    #[serde(default)]
    pub and_after: bool,
}

/// An analysis.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnalysisResponse {
    /// Identifier.
    #[schema(value_type = String)]
    id: AnalysisId,
    /// Its job.
    #[schema(value_type = String)]
    job_id: JobId,
    /// The recording.
    #[schema(value_type = Option<String>)]
    recording_id: Option<RecordingId>,
    /// The interview.
    #[schema(value_type = Option<String>)]
    interview_id: Option<InterviewId>,
    /// The question.
    #[schema(value_type = Option<String>)]
    question_id: Option<QuestionId>,
    /// The person it belongs to.
    #[schema(value_type = Option<String>)]
    owner_id: Option<UserId>,
    /// Through which interface it was asked for.
    origin: String,
    /// Your own id.
    external_id: Option<String>,
    /// `hiring` or `practice`.
    purpose: String,
    /// `queued`, `in_progress`, `done`, `failed` or `cancelled`.
    state: String,
    /// 0–100; `null`: not measured (see `result.not_measured`), or not yet.
    overall_score: Option<f64>,
    /// Scores with what they rest on, and `not_measured` with the reason of each that is missing.
    #[schema(value_type = Option<Object>)]
    result: Option<Value>,
    /// Why it failed.
    error: Option<String>,
    /// Where the outcome is told.
    callback_url: Option<String>,
    /// Accepted.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// Begun.
    #[schema(value_type = Option<String>, format = DateTime)]
    started_at: Option<Timestamp>,
    /// Ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    finished_at: Option<Timestamp>,
}

impl From<Analysis> for AnalysisResponse {
    fn from(analysis: Analysis) -> Self {
        Self {
            id: analysis.id,
            job_id: analysis.job,
            recording_id: analysis.recording,
            interview_id: analysis.interview,
            question_id: analysis.question,
            owner_id: analysis.owner,
            origin: analysis.origin,
            external_id: analysis.external_id,
            purpose: analysis.purpose,
            state: analysis.state,
            overall_score: analysis.overall_score,
            result: analysis.result,
            error: analysis.error,
            callback_url: analysis.callback_url,
            created_at: analysis.created_at,
            started_at: analysis.started_at,
            finished_at: analysis.finished_at,
        }
    }
}

/// An analysis with its steps.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnalysisDetailResponse {
    /// The analysis.
    #[serde(flatten)]
    analysis: AnalysisResponse,
    /// Share done, 0–1.
    progress: f64,
    /// Its steps, in the order in which people read them.
    steps: Vec<StepResponse>,
}

impl From<AnalysisView> for AnalysisDetailResponse {
    fn from(view: AnalysisView) -> Self {
        Self {
            progress: (view.progress() * 1000.0).round() / 1000.0,
            steps: view.job.steps.into_iter().map(Into::into).collect(),
            analysis: view.analysis.into(),
        }
    }
}

/// A step of an analysis.
#[derive(Debug, Serialize, ToSchema)]
pub struct StepResponse {
    /// Name.
    name: String,
    /// `pending`, `ready`, `in_progress`, `done`, `error`, `skipped` or `cancelled`.
    state: String,
    /// Steps that it waits for.
    needs: Vec<String>,
    /// Attempts since somebody last asked for it.
    attempts: i32,
    /// Attempts allowed.
    max_attempts: i32,
    /// Share done, 0–1.
    progress: f64,
    /// Last error.
    error: Option<String>,
    /// Its stable code.
    error_code: Option<String>,
    /// No attempt before this time.
    #[schema(value_type = Option<String>, format = DateTime)]
    not_before: Option<Timestamp>,
    /// Begin of the last attempt.
    #[schema(value_type = Option<String>, format = DateTime)]
    started_at: Option<Timestamp>,
    /// End.
    #[schema(value_type = Option<String>, format = DateTime)]
    finished_at: Option<Timestamp>,
    /// All attempts, oldest first.
    history: Vec<AttemptResponse>,
}

impl From<StepView> for StepResponse {
    fn from(step: StepView) -> Self {
        Self {
            name: step.name,
            state: step.state,
            needs: step.needs,
            attempts: step.attempts,
            max_attempts: step.max_attempts,
            progress: step.progress,
            error: step.error,
            error_code: step.error_code,
            not_before: step.not_before,
            started_at: step.started_at,
            finished_at: step.finished_at,
            history: step.history.into_iter().map(Into::into).collect(),
        }
    }
}

/// An attempt of a step.
#[derive(Debug, Serialize, ToSchema)]
pub struct AttemptResponse {
    /// From 1.
    attempt: i32,
    /// `running`, `succeeded`, `failed`, `abandoned` or `cancelled`.
    state: String,
    /// Stable code of its error.
    error_code: Option<String>,
    /// Its error.
    error: Option<String>,
    /// Begin.
    #[schema(value_type = String, format = DateTime)]
    started_at: Timestamp,
    /// End.
    #[schema(value_type = Option<String>, format = DateTime)]
    finished_at: Option<Timestamp>,
}

impl From<AttemptView> for AttemptResponse {
    fn from(attempt: AttemptView) -> Self {
        Self {
            attempt: attempt.attempt,
            state: attempt.state,
            error_code: attempt.error_code,
            error: attempt.error,
            started_at: attempt.started_at,
            finished_at: attempt.finished_at,
        }
    }
}
