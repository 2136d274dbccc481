//! Questions of an interview: appended, in order.

use axum::{extract::State, http::StatusCode};
use candor_app::interviews::{self, NewQuestion, Question};
use candor_core::ids::{InterviewId, QuestionId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

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
    OpenApiRouter::new().routes(routes!(create_question, list_questions))
}

/// A new question.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateQuestionRequest {
    /// Your own id, unique in the interview.
    #[schema(max_length = 300)]
    external_id: Option<String>,
    /// The question.
    #[schema(min_length = 1, max_length = 20000)]
    text: String,
    /// What a good answer says.
    #[schema(max_length = 20000)]
    expected_answer: Option<String>,
    /// Words that a good answer uses.
    #[serde(default)]
    #[schema(max_items = 100)]
    keywords: Vec<String>,
    /// Time allowed, in seconds: above 0, at most a day.
    #[schema(maximum = 86400)]
    duration_s: Option<f64>,
    /// What you keep besides, at most 64 KiB.
    #[schema(value_type = Option<Object>)]
    details: Option<Value>,
}

impl From<CreateQuestionRequest> for NewQuestion {
    fn from(request: CreateQuestionRequest) -> Self {
        Self {
            external_id: request.external_id,
            text: request.text,
            expected_answer: request.expected_answer,
            keywords: request.keywords,
            duration_s: request.duration_s,
            details: request.details,
        }
    }
}

/// A question.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuestionResponse {
    /// Identifier.
    #[schema(value_type = String)]
    id: QuestionId,
    /// Your own id; that of the question where none was given.
    external_id: String,
    /// Order, from 0.
    ordinal: i32,
    /// The question.
    text: Option<String>,
    /// What a good answer says.
    expected_answer: Option<String>,
    /// Words that a good answer uses.
    keywords: Vec<String>,
    /// Time allowed, in seconds.
    duration_s: Option<f64>,
    /// What you keep besides.
    #[schema(value_type = Object)]
    details: Value,
    /// When it was made.
    created_at: Timestamp,
}

impl From<Question> for QuestionResponse {
    fn from(question: Question) -> Self {
        Self {
            id: question.id,
            external_id: question.external_id,
            ordinal: question.ordinal,
            text: question.text,
            expected_answer: question.expected_answer,
            keywords: question.keywords,
            duration_s: question.duration_s,
            details: question.details,
            created_at: question.created_at,
        }
    }
}

/// Appends a question.
#[utoipa::path(
    post, path = "/api/v1/interviews/{id}/questions", tag = "interviews",
    params(("id" = String, Path, description = "The interview")),
    request_body = CreateQuestionRequest,
    responses((status = 201, body = QuestionResponse), AppendProblems)
)]
async fn create_question(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(interview): Path<InterviewId>,
    Json(request): Json<CreateQuestionRequest>,
) -> ApiResult<(StatusCode, Json<QuestionResponse>)> {
    let made = interviews::create_question(&state.app, &actor, interview, request.into()).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// All questions, in order; always one page.
#[utoipa::path(
    get, path = "/api/v1/interviews/{id}/questions", tag = "interviews",
    params(("id" = String, Path, description = "The interview")),
    responses((status = 200, body = ListResponse<QuestionResponse>), GetProblems)
)]
async fn list_questions(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(interview): Path<InterviewId>,
) -> ApiResult<Json<ListResponse<QuestionResponse>>> {
    let found = interviews::list_questions(&state.app, &actor, interview).await?;
    Ok(Json(ListResponse {
        items: found.into_iter().map(Into::into).collect(),
        next_cursor: None,
    }))
}
