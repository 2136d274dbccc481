//! A person's scored sessions over time.

use axum::{Json, extract::State, response::Response};
use candor_app::practice;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    caller::{Named, Signed},
    fields::{Detail, refusal},
};
use crate::ServerState;

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new().routes(routes!(get_performance_history))
}

/// A person, to themself.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PracticeProfile {
    /// Chosen id.
    user_id: String,
    /// Name that people see.
    display_name: String,
    /// Always empty.
    #[schema(value_type = Object)]
    metadata: Map<String, Value>,
    /// When the account was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// A scored session.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PracticeHistoryEntry {
    /// The session.
    session_id: Uuid,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    timestamp: Timestamp,
    /// By name; `null`: not measured.
    #[schema(value_type = Object)]
    summary_scores: Value,
    /// By criterion.
    #[schema(value_type = Object)]
    rubric_evaluation: Value,
}

/// A person's scored sessions.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PracticeHistory {
    /// Chosen id.
    user_id: String,
    /// The person.
    profile: Option<PracticeProfile>,
    /// The sessions, oldest first.
    session_history: Vec<PracticeHistoryEntry>,
}

/// The caller's scored sessions, oldest first; everybody else's are refused with 403.
#[utoipa::path(
    get, path = "/users/{userId}/performance-history", tag = "practice",
    params(("userId" = String, Path, description = "The caller's own id")),
    responses(
        (status = 200, body = PracticeHistory),
        (status = 401, body = Detail), (status = 403, body = Detail), (status = 404, body = Detail),
        (status = 503, body = Detail)
    )
)]
async fn get_performance_history(
    State(state): State<ServerState>,
    Signed(actor): Signed,
    Named(user): Named<String>,
) -> Result<Json<PracticeHistory>, Response> {
    let app = &state.app;
    let profile = practice::must_be(app, &actor, &user)
        .await
        .map_err(refusal)?;
    let scored = practice::scored_sessions(app, &actor)
        .await
        .map_err(refusal)?;
    let entries = scored.into_iter().map(|one| PracticeHistoryEntry {
        session_id: one.session.uuid(),
        timestamp: one.started_at,
        summary_scores: one.summary_scores,
        rubric_evaluation: one.rubric,
    });
    Ok(Json(PracticeHistory {
        user_id: profile.user.clone(),
        session_history: entries.collect(),
        profile: Some(PracticeProfile {
            user_id: profile.user,
            display_name: profile.display_name,
            metadata: Map::new(),
            created_at: profile.created_at,
        }),
    }))
}
