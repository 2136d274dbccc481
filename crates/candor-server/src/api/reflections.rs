//! What people write about their own practice, and the coaching that follows.

use axum::{extract::State, http::StatusCode};
use candor_app::{
    AppError,
    practice::{self, Reflection},
};
use candor_core::ids::{InterviewId, ReflectionId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    ServerState,
    auth::Caller,
    json::Json,
    paging::{ListResponse, PageQuery, Paging},
    problem::ApiResult,
    responses::{AppendProblems, ListProblems},
};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new().routes(routes!(create_reflection, list_reflections))
}

/// What somebody writes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreateReflectionRequest {
    /// A practice interview of one's own.
    #[schema(value_type = String)]
    interview_id: InterviewId,
    /// In their words.
    #[schema(min_length = 3, max_length = 10000)]
    text: String,
}

/// What somebody wrote, and what followed.
#[derive(Debug, Serialize, ToSchema)]
struct ReflectionResponse {
    /// Identifier.
    #[schema(value_type = String)]
    id: ReflectionId,
    /// The practice interview.
    #[schema(value_type = String)]
    interview_id: InterviewId,
    /// In their words.
    text: String,
    /// `focusAreas`, `coachingResponse`, `nextSessionPlan`, and the `observations` they rest on.
    #[schema(value_type = Object)]
    coaching: Value,
    /// Scores of the interview at that time; `null`: not measured, empty: not analysed.
    #[schema(value_type = Object)]
    summary_scores: Value,
    /// When.
    created_at: Timestamp,
}

impl From<Reflection> for ReflectionResponse {
    fn from(reflection: Reflection) -> Self {
        Self {
            id: reflection.id,
            interview_id: reflection.session,
            text: reflection.text,
            coaching: reflection.coaching,
            summary_scores: reflection.summary_scores,
            created_at: reflection.created_at,
        }
    }
}

/// Keeps what the caller writes about a practice interview of their own, and coaches. For people; keys and
/// candidates with a token write none.
#[utoipa::path(
    post, path = "/api/v1/reflections", tag = "reflections",
    request_body = CreateReflectionRequest,
    responses((status = 201, body = ReflectionResponse), AppendProblems)
)]
async fn create_reflection(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Json(request): Json<CreateReflectionRequest>,
) -> ApiResult<(StatusCode, Json<ReflectionResponse>)> {
    let made =
        practice::create_reflection(&state.app, &actor, request.interview_id, &request.text).await;
    let made = made.map_err(|error| match error {
        AppError::Invalid { code, message, .. } => AppError::Invalid {
            code,
            message,
            field: Some("text".to_owned()),
        },
        error => error,
    })?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// A page of the caller's reflections, newest first.
#[utoipa::path(
    get, path = "/api/v1/reflections", tag = "reflections",
    params(PageQuery),
    responses((status = 200, body = ListResponse<ReflectionResponse>), ListProblems)
)]
async fn list_reflections(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Paging(page): Paging,
) -> ApiResult<Json<ListResponse<ReflectionResponse>>> {
    let page = practice::list_reflections(&state.app, &actor, page).await?;
    Ok(Json(page.map(ReflectionResponse::from).into()))
}
