//! An interview as *adaptive* shows it: its state and turns.

use std::collections::BTreeMap;

use candor_app::conduct::Held;
use candor_core::{
    interview::{Evaluation, Judged, MAX_MARK, Question, QuestionSource, Speaker, Turn, TurnKind},
    ports::estimated_tokens,
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Where an interview stands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AdaptiveState {
    interview_id: Uuid,
    candidate_id: Option<Uuid>,
    /// `technical`, `behavioral`, `sales` or `customer_success`.
    role: &'static str,
    phase: &'static str,
    started_at: Option<Timestamp>,
    ended_at: Option<Timestamp>,
    turns: Vec<AdaptiveTurn>,
    /// Questions that were asked.
    topic_coverage: BTreeMap<String, bool>,
    current_difficulty: &'static str,
    preferred_difficulty: &'static str,
    /// The recruiter's own questions; none for candidates, who would read what is still to come.
    custom_questions: Vec<String>,
    duration_minutes: f64,
    /// Tokens of everything that was said, by a rule of thumb.
    approximate_tokens: u64,
}

/// What was said once.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AdaptiveTurn {
    id: String,
    /// `ai` or `candidate`.
    role: &'static str,
    content: String,
    timestamp: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    question_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    evaluation: Option<AdaptiveEvaluation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    coding_starter_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    coding_language: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_coding_question: Option<bool>,
}

/// How an answer was judged. The marks are `null` where it was not, with the reason.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AdaptiveEvaluation {
    score: Option<f64>,
    max_score: f64,
    relevance: Option<f64>,
    structure: Option<f64>,
    depth: Option<f64>,
    competency_ids: Vec<String>,
    red_flags: Vec<String>,
    feedback_snippet: Option<String>,
    normalized_score: Option<f64>,
    /// Why there are no marks.
    #[serde(skip_serializing_if = "Option::is_none")]
    not_evaluated: Option<String>,
}

impl AdaptiveState {
    /// With evaluations and the recruiter's own questions for staff, without for candidates.
    pub(super) fn of(held: &Held, is_staff: bool) -> Self {
        let session = &held.session;
        let said = session.turns.iter();
        let own = |question: &&Question| question.source == QuestionSource::Recruiter;
        let custom = session.plan.questions.iter().filter(own);
        Self {
            interview_id: held.id().uuid(),
            candidate_id: held.interview.candidate_id,
            role: session.plan.family.as_str(),
            phase: session.phase().as_str(),
            started_at: held.interview.started_at.map(Into::into),
            ended_at: held.interview.finished_at.map(Into::into),
            turns: said
                .clone()
                .map(|turn| self::turn(held, turn, is_staff))
                .collect(),
            topic_coverage: session
                .state
                .asked
                .iter()
                .map(|asked| (asked.question_id.clone(), true))
                .collect(),
            current_difficulty: session.difficulty().as_str(),
            preferred_difficulty: session.plan.difficulty.as_str(),
            custom_questions: custom
                .filter(|_| is_staff)
                .map(|question| question.text.clone())
                .collect(),
            duration_minutes: session.plan.duration_s / 60.0,
            approximate_tokens: said.map(|turn| estimated_tokens(&turn.text)).sum(),
        }
    }
}

fn turn(held: &Held, turn: &Turn, is_staff: bool) -> AdaptiveTurn {
    let mut questions = held.session.plan.questions.iter();
    let question = questions.find(|question| turn.question_id.as_ref() == Some(&question.id));
    let coding = question
        .filter(|_| matches!(turn.kind, TurnKind::Question | TurnKind::Repeat))
        .and_then(|question| question.coding.clone());
    let judged = turn.evaluation.as_ref().filter(|_| is_staff);
    AdaptiveTurn {
        id: turn.id.clone(),
        role: match turn.speaker {
            Speaker::Interviewer => "ai",
            Speaker::Candidate => "candidate",
        },
        content: turn.text.clone(),
        timestamp: turn.at,
        question_id: turn.question_id.clone(),
        evaluation: judged.map(|judged| AdaptiveEvaluation::of(judged, question)),
        is_coding_question: coding.is_some().then_some(true),
        coding_language: coding.as_ref().map(|coding| coding.language.clone()),
        coding_starter_code: coding.map(|coding| coding.starter_code),
    }
}

impl AdaptiveEvaluation {
    /// Of an answer to this question.
    pub(super) fn of(judged: &Judged, question: Option<&Question>) -> Self {
        let marks = judged.evaluation();
        let mark = |of: fn(&Evaluation) -> f64| marks.map(of);
        Self {
            score: mark(|marks| marks.score),
            max_score: MAX_MARK,
            relevance: mark(|marks| marks.relevance),
            structure: mark(|marks| marks.structure),
            depth: mark(|marks| marks.depth),
            competency_ids: question
                .map(|it| it.competencies.clone())
                .unwrap_or_default(),
            red_flags: marks
                .map(|marks| marks.red_flags.iter())
                .into_iter()
                .flatten()
                .map(|flag| flag.statement.clone())
                .collect(),
            feedback_snippet: marks.map(|marks| marks.feedback.clone()),
            normalized_score: mark(Evaluation::normalized),
            not_evaluated: match judged {
                Judged::NotEvaluated(reason) => Some(reason.to_string()),
                Judged::Evaluated(_) => None,
            },
        }
    }
}
