//! Scores of a session outside `/app`.

use axum::{Json, extract::State, response::Response};
use candor_app::practice;
use candor_core::ids::InterviewId;
use serde_json::{Value, json};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    caller::{Named, Signed},
    fields::{Detail, refusal},
};
use crate::ServerState;

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(explain_scores))
        .routes(routes!(get_scores))
}

/// The advanced scores of the newest finished analysis, explained; 404 until there is one.
#[utoipa::path(
    get, path = "/scores/{sessionId}/explain", tag = "practice",
    params(("sessionId" = String, Path, description = "The session")),
    responses(
        (status = 200, body = Object),
        (status = 401, body = Detail), (status = 403, body = Detail), (status = 404, body = Detail),
        (status = 503, body = Detail)
    )
)]
async fn explain_scores(
    State(state): State<ServerState>,
    Signed(actor): Signed,
    Named(session): Named<InterviewId>,
) -> Result<Json<Value>, Response> {
    let found = practice::explain(&state.app, &actor, session).await;
    found.map(Json).map_err(refusal)
}

/// The scores of the newest finished analysis; 404 until there is one.
#[utoipa::path(
    get, path = "/analysis/{sessionId}/scores", tag = "practice",
    params(("sessionId" = String, Path, description = "The session")),
    responses(
        (status = 200, body = Object),
        (status = 401, body = Detail), (status = 403, body = Detail), (status = 404, body = Detail),
        (status = 503, body = Detail)
    )
)]
async fn get_scores(
    State(state): State<ServerState>,
    Signed(actor): Signed,
    Named(session): Named<InterviewId>,
) -> Result<Json<Value>, Response> {
    let found = practice::results(&state.app, &actor, session)
        .await
        .map_err(refusal)?;
    Ok(Json(json!({
        "summaryScores": found["summaryScores"],
        "detailedScores": found["detailedScores"],
        "feedbackMessages": found["feedbackMessages"],
        "notMeasured": found["notMeasured"],
    })))
}
