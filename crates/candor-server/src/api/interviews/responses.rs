//! Answers in words: appended, never changed.

use axum::{extract::State, http::StatusCode};
use candor_app::interviews::{self, NewResponse, Response};
use candor_core::ids::{InterviewId, QuestionId};
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
    paging::{ListResponse, PageQuery, Paging},
    path::Path,
    problem::ApiResult,
    responses::{AppendProblems, SublistProblems},
};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new().routes(routes!(create_response, list_responses))
}

/// A new answer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreateResponseRequest {
    /// The question that is answered; of the same interview.
    #[schema(value_type = Option<String>)]
    question_id: Option<QuestionId>,
    /// What was answered.
    #[schema(min_length = 1, max_length = 100000)]
    text: String,
    /// What you keep besides, at most 64 KiB.
    #[schema(value_type = Option<Object>)]
    details: Option<Value>,
}

/// An answer in words.
#[derive(Debug, Serialize, ToSchema)]
struct ResponseResponse {
    /// Identifier.
    id: Uuid,
    /// The question that is answered.
    #[schema(value_type = Option<String>)]
    question_id: Option<QuestionId>,
    /// What was answered.
    text: String,
    /// What you keep besides.
    #[schema(value_type = Object)]
    details: Value,
    /// When it was given.
    created_at: Timestamp,
}

impl From<Response> for ResponseResponse {
    fn from(response: Response) -> Self {
        Self {
            id: response.id,
            question_id: response.question,
            text: response.text,
            details: response.details,
            created_at: response.created_at,
        }
    }
}

/// Appends an answer.
#[utoipa::path(
    post, path = "/api/v1/interviews/{id}/responses", tag = "interviews",
    params(("id" = String, Path, description = "The interview")),
    request_body = CreateResponseRequest,
    responses((status = 201, body = ResponseResponse), AppendProblems)
)]
async fn create_response(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(interview): Path<InterviewId>,
    Json(request): Json<CreateResponseRequest>,
) -> ApiResult<(StatusCode, Json<ResponseResponse>)> {
    let new = NewResponse {
        question: request.question_id,
        text: request.text,
        details: request.details,
    };
    let made = interviews::create_response(&state.app, &actor, interview, new).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// A page of answers, newest first.
#[utoipa::path(
    get, path = "/api/v1/interviews/{id}/responses", tag = "interviews",
    params(("id" = String, Path, description = "The interview"), PageQuery),
    responses((status = 200, body = ListResponse<ResponseResponse>), SublistProblems)
)]
async fn list_responses(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(interview): Path<InterviewId>,
    Paging(page): Paging,
) -> ApiResult<Json<ListResponse<ResponseResponse>>> {
    let page = interviews::list_responses(&state.app, &actor, interview, page).await?;
    Ok(Json(page.map(ResponseResponse::from).into()))
}
