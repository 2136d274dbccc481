//! A report as *adaptive* shows it: sums over the questions that were judged.

use axum::{Json, extract::State, response::Response};
use candor_app::conduct;
use candor_core::interview::{CompetencyResult, InterviewReport, MAX_MARK, QuestionResult};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{AdaptiveError, refusal, signed_in, wrong};
use crate::{ServerState, auth::Caller, path::Path, problem::ApiError};

/// Routes of this file.
pub(super) fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new().routes(routes!(adaptive_report))
}

/// What an interview came to. What was not judged is `null`, with the reason in `notScored`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AdaptiveReport {
    interview_id: Uuid,
    candidate_id: Option<Uuid>,
    role: &'static str,
    started_at: Option<Timestamp>,
    ended_at: Option<Timestamp>,
    /// Sum of the marks of the questions that were judged.
    overall_score: Option<f64>,
    /// Ten for each of them.
    max_score: Option<f64>,
    /// `strong_hire`, `hire`, `borderline` or `no_hire`; `null`: too little was judged, `summary` says how little.
    recommendation: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_scored: Option<String>,
    summary: String,
    competencies: Vec<AdaptiveCompetency>,
    red_flags: Vec<String>,
    strengths: Vec<String>,
    improvements: Vec<String>,
    question_answer_summary: Vec<AdaptiveQuestionAnswer>,
}

/// A competency over the questions about it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AdaptiveCompetency {
    competency_id: String,
    name: String,
    /// Sum of the marks of its questions; `null`: none was judged.
    score: Option<f64>,
    /// Ten for each of them.
    max_score: Option<f64>,
    /// Words that it rests on.
    evidence: Vec<String>,
}

/// A question with what was answered.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AdaptiveQuestionAnswer {
    question: String,
    answer: String,
    /// 0 to 10; `null`: not judged.
    score: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_scored: Option<String>,
}

/// What belongs to a report and stands in the interview's record.
#[derive(Debug, Clone, Copy)]
pub(super) struct Of {
    pub interview: Uuid,
    pub candidate: Option<Uuid>,
}

impl AdaptiveReport {
    /// The report of this interview.
    pub(super) fn of(of: Of, report: &InterviewReport) -> Self {
        let judged: Vec<f64> = report
            .questions
            .iter()
            .filter_map(|question| question.score.as_ref().ok().copied())
            .collect();
        let is_judged = !judged.is_empty();
        Self {
            interview_id: of.interview,
            candidate_id: of.candidate,
            role: report.family.as_str(),
            started_at: report.started_at,
            ended_at: report.ended_at,
            overall_score: is_judged.then(|| judged.iter().sum()),
            max_score: is_judged.then_some(MAX_MARK * judged.len() as f64),
            recommendation: report.recommendation.map(|it| it.as_str()),
            not_scored: report.overall.as_ref().err().map(ToString::to_string),
            summary: report.summary.clone(),
            competencies: report.competencies.iter().map(competency).collect(),
            red_flags: report
                .red_flags
                .iter()
                .map(|it| it.statement.clone())
                .collect(),
            strengths: report.strengths.iter().map(|it| it.text.clone()).collect(),
            improvements: report
                .improvements
                .iter()
                .map(|it| it.text.clone())
                .collect(),
            question_answer_summary: report.questions.iter().map(question).collect(),
        }
    }
}

fn competency(result: &CompetencyResult) -> AdaptiveCompetency {
    let mark = result.mark.as_ref().ok();
    AdaptiveCompetency {
        competency_id: result.key.clone(),
        name: result.name.clone().unwrap_or_else(|| named(&result.key)),
        score: mark.map(|mark| mark.score * mark.n as f64),
        max_score: mark.map(|mark| MAX_MARK * mark.n as f64),
        evidence: result
            .evidence
            .iter()
            .map(|cited| cited.evidence.quote.clone())
            .collect(),
    }
}

/// `problem_solving` is read as `Problem solving`: for what no rubric names.
fn named(key: &str) -> String {
    let words = key.replace('_', " ");
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => words,
    }
}

fn question(result: &QuestionResult) -> AdaptiveQuestionAnswer {
    AdaptiveQuestionAnswer {
        question: result.asked.clone(),
        answer: result.answers.join("\n"),
        score: result.score.as_ref().ok().copied(),
        not_scored: result.score.as_ref().err().map(ToString::to_string),
    }
}

/// The report of an interview that has ended.
#[utoipa::path(
    get, path = "/api/v1/report/{interviewId}", tag = "adaptive",
    params(("interviewId" = String, Path, description = "The interview")),
    responses(
        (status = 200, body = AdaptiveReport),
        (status = 400, body = AdaptiveError, description = "No id"),
        (status = 401, body = AdaptiveError), (status = 403, body = AdaptiveError),
        (status = 404, body = AdaptiveError, description = "No such interview, or it has no report yet"),
        (status = 503, body = AdaptiveError)
    )
)]
async fn adaptive_report(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    id: Result<Path<String>, ApiError>,
) -> Result<Json<AdaptiveReport>, Response> {
    let actor = signed_in(caller)?;
    let id = wrong::interview(id, "interviewId")?;
    let (interview, report) = conduct::get_report(&state.app, &actor, id)
        .await
        .map_err(refusal)?;
    let of = Of {
        interview: interview.id,
        candidate: interview.candidate_id,
    };
    Ok(Json(AdaptiveReport::of(of, &report)))
}
