//! What people write about their own practice, and the coaching that follows.

use axum::{Json, body::Bytes, extract::State, http::StatusCode, response::Response};
use candor_app::{
    AppError,
    practice::{self, Reflection},
};
use candor_core::{access::Action, ids::InterviewId};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    caller::{Named, Signed},
    fields::{Detail, Fields, refusal},
};
use crate::ServerState;

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(create_practice_reflection))
        .routes(routes!(summarise_practice_reflections))
}

/// What somebody writes.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a body that is read field by field")]
struct CreatePracticeReflectionRequest {
    /// In their words.
    #[schema(rename = "reflectionText", min_length = 3, max_length = 10000)]
    reflection_text: String,
}

/// What somebody wrote, and what followed.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PracticeReflection {
    /// The session.
    session_id: Uuid,
    /// Who wrote it.
    user_id: String,
    /// In their words.
    reflection_text: String,
    /// Focus areas, what is said, a plan, and the observations it rests on.
    #[schema(value_type = Object)]
    coaching_feedback: Value,
    /// Scores of the session at that time; `null`: not measured, empty: not analysed.
    #[schema(value_type = Object)]
    summary_scores: Value,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

impl PracticeReflection {
    fn of(user: &str, reflection: Reflection) -> Self {
        Self {
            session_id: reflection.session.uuid(),
            user_id: user.to_owned(),
            reflection_text: reflection.text,
            coaching_feedback: reflection.coaching,
            summary_scores: reflection.summary_scores,
            created_at: reflection.created_at,
        }
    }
}

/// What somebody's reflections come to.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PracticeReflectionSummaries {
    /// Who wrote them.
    user_id: String,
    /// How many there are.
    total_reflections: u64,
    /// The last 20, oldest first.
    reflection_entries: Vec<PracticeReflection>,
    /// Means of up to six scores.
    aggregated_insights: Vec<String>,
    /// Up to six things that analyses said.
    feedback_highlights: Vec<String>,
}

/// Keeps what the caller writes about a session of their own, and coaches. Sessions of others and sessions
/// that nobody has are both answered 403: which of them it is, is not told.
#[utoipa::path(
    post, path = "/reflective/{sessionId}/responses", tag = "practice",
    params(("sessionId" = String, Path, description = "The session")),
    request_body = CreatePracticeReflectionRequest,
    responses(
        (status = 201, body = PracticeReflection),
        (status = 401, body = Detail), (status = 403, body = Detail), (status = 404, body = Detail),
        (status = 413, body = Detail), (status = 422, body = Detail), (status = 503, body = Detail)
    )
)]
async fn create_practice_reflection(
    State(state): State<ServerState>,
    signed: Signed,
    Named(session): Named<InterviewId>,
    body: Bytes,
) -> Result<(StatusCode, Json<PracticeReflection>), Response> {
    let app = &state.app;
    let actor = signed.who_may(Action::ReadInterviews)?;
    let profile = practice::profile(app, &actor).await.map_err(refusal)?;
    let mut fields = Fields::read(&body)?;
    let Some(text) = fields.text("reflectionText", 3, 10_000) else {
        return Err(fields.refusal());
    };
    let made = practice::create_reflection(app, &actor, session, &text)
        .await
        .map_err(|error| match error {
            AppError::NotFound(_) => refusal(AppError::refused(
                "not_yours",
                "there is no such session of yours",
            )),
            error => refusal(error),
        })?;
    let made = PracticeReflection::of(&profile.user, made);
    Ok((StatusCode::CREATED, Json(made)))
}

/// What the caller's reflections come to; everybody else's are refused with 403.
#[utoipa::path(
    get, path = "/reflective/{userId}/summaries", tag = "practice",
    params(("userId" = String, Path, description = "The caller's own id")),
    responses(
        (status = 200, body = PracticeReflectionSummaries),
        (status = 401, body = Detail), (status = 403, body = Detail), (status = 404, body = Detail),
        (status = 503, body = Detail)
    )
)]
async fn summarise_practice_reflections(
    State(state): State<ServerState>,
    Signed(actor): Signed,
    Named(user): Named<String>,
) -> Result<Json<PracticeReflectionSummaries>, Response> {
    let app = &state.app;
    let profile = practice::must_be(app, &actor, &user)
        .await
        .map_err(refusal)?;
    let found = practice::summarise_reflections(app, &actor)
        .await
        .map_err(refusal)?;
    let entries = found.entries.into_iter();
    Ok(Json(PracticeReflectionSummaries {
        total_reflections: found.n_reflections,
        reflection_entries: entries
            .map(|entry| PracticeReflection::of(&profile.user, entry))
            .collect(),
        aggregated_insights: found.insights,
        feedback_highlights: found.highlights,
        user_id: profile.user,
    }))
}
