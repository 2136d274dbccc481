//! One question answered once more, after practice.

use axum::{extract::State, http::StatusCode};
use candor_app::practice::{self, Retry};
use candor_core::{
    ids::InterviewId,
    interview::{Evaluation, Judged},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    ServerState,
    auth::Caller,
    json::Json,
    paging::ListResponse,
    path::Path,
    problem::ApiResult,
    responses::{AppendProblems, GetProblems},
};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new().routes(routes!(create_retry, list_retries))
}

/// Another answer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreateRetryRequest {
    /// The question, as the interview names it, e.g. `q2`.
    question_id: String,
    /// The new answer.
    #[schema(min_length = 1, max_length = 20000)]
    text: String,
}

/// The new answer's marks less the first one's; `null` where one of them was not evaluated, or by another
/// evaluator: two rulers give no difference.
#[derive(Debug, Serialize, ToSchema)]
struct RetryDifference {
    /// Total.
    score: Option<f64>,
    /// Whether it answers the question.
    relevance: Option<f64>,
    /// Whether one can follow it.
    structure: Option<f64>,
    /// How far it goes beyond the surface.
    depth: Option<f64>,
    /// Key points that only the new answer makes.
    gained: Vec<String>,
    /// Key points that only the first answer made.
    lost: Vec<String>,
}

/// A second answer beside the first.
#[derive(Debug, Serialize, ToSchema)]
struct RetryResponse {
    /// Identifier.
    id: Uuid,
    /// The question.
    question_id: String,
    /// Its words.
    question: String,
    /// The new answer.
    text: String,
    /// How the interview's answer was judged, marks from 0 to 10: `state` is `evaluated` or `not_evaluated`.
    #[schema(value_type = Object)]
    before: Value,
    /// How the new answer was judged: by the built-in evaluator.
    #[schema(value_type = Object)]
    after: Value,
    /// The one less the other.
    difference: RetryDifference,
    /// When it was given.
    created_at: Timestamp,
}

impl From<Retry> for RetryResponse {
    fn from(retry: Retry) -> Self {
        let plain = |judged: &Judged| serde_json::to_value(judged).unwrap_or_default();
        Self {
            id: retry.id,
            question_id: retry.question_id,
            question: retry.question,
            text: retry.text,
            before: plain(&retry.before),
            after: plain(&retry.after),
            difference: difference(&retry.before, &retry.after),
            created_at: retry.created_at,
        }
    }
}

fn difference(before: &Judged, after: &Judged) -> RetryDifference {
    let both = before.evaluation().zip(after.evaluation());
    let both = both.filter(|(one, other)| one.provenance.formula == other.provenance.formula);
    let less = |mark: fn(&Evaluation) -> f64| {
        let change = both.map(|(before, after)| mark(after) - mark(before));
        change.map(|change| (change * 100.0).round() / 100.0)
    };
    let only = |these: &Evaluation, those: &Evaluation| {
        let made = |one: &Evaluation, text: &str| {
            let mut points = one.key_points.iter();
            points.any(|point| point.text == text && point.is_made)
        };
        let points = these.key_points.iter().map(|point| point.text.as_str());
        let found = points.filter(|text| made(these, text) && !made(those, text));
        found.map(str::to_owned).collect::<Vec<_>>()
    };
    RetryDifference {
        score: less(|one| one.score),
        relevance: less(|one| one.relevance),
        structure: less(|one| one.structure),
        depth: less(|one| one.depth),
        gained: both.map_or(Vec::new(), |(before, after)| only(after, before)),
        lost: both.map_or(Vec::new(), |(before, after)| only(before, after)),
    }
}

/// Judges another answer to a question that was answered in a practice interview, and keeps both beside each
/// other.
#[utoipa::path(
    post, path = "/api/v1/interviews/{id}/retries", tag = "interviews",
    params(("id" = String, Path, description = "The interview")),
    request_body = CreateRetryRequest,
    responses((status = 201, body = RetryResponse), AppendProblems)
)]
async fn create_retry(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(interview): Path<InterviewId>,
    Json(request): Json<CreateRetryRequest>,
) -> ApiResult<(StatusCode, Json<RetryResponse>)> {
    let app = &state.app;
    let (question, text) = (&request.question_id, &request.text);
    let made = practice::create_retry(app, &actor, interview, question, text).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// The newest retries of an interview, at most 200, newest first.
#[utoipa::path(
    get, path = "/api/v1/interviews/{id}/retries", tag = "interviews",
    params(("id" = String, Path, description = "The interview")),
    responses((status = 200, body = ListResponse<RetryResponse>), GetProblems)
)]
async fn list_retries(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(interview): Path<InterviewId>,
) -> ApiResult<Json<ListResponse<RetryResponse>>> {
    let found = practice::list_retries(&state.app, &actor, interview).await?;
    Ok(Json(ListResponse {
        items: found.into_iter().map(Into::into).collect(),
        next_cursor: None,
    }))
}
