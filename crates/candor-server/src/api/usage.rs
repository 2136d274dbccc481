//! What chat models took, in tokens.

use axum::extract::State;
use candor_app::usage::{self, Spent, Usage};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    ServerState, auth::Caller, json::Json, path::Query, problem::ApiResult, responses::ListProblems,
};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new().routes(routes!(get_usage))
}

/// Which days, UTC.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct UsageQuery {
    /// First day, e.g. `2026-11-01`; 29 days before the last one unless given.
    #[param(value_type = Option<String>, format = Date)]
    from: Option<Date>,
    /// Last day, included; today unless given. A period has at most 366 days.
    #[param(value_type = Option<String>, format = Date)]
    to: Option<Date>,
}

/// Calls and tokens.
#[derive(Serialize, ToSchema)]
struct SpentResponse {
    /// Requests that the model answered, also those whose answers were of no use.
    calls: i64,
    /// Those of them whose tokens were estimated, because the server counted none.
    estimated_calls: i64,
    /// Requests besides that were sent and of which nobody knows what they took, because no readable answer came in time.
    /// The tokens are without them.
    calls_without_figures: i64,
    /// Tokens sent.
    prompt_tokens: i64,
    /// Tokens received.
    completion_tokens: i64,
}

impl From<Spent> for SpentResponse {
    fn from(spent: Spent) -> Self {
        Self {
            calls: spent.calls,
            estimated_calls: spent.estimated_calls,
            calls_without_figures: spent.calls_without_figures,
            prompt_tokens: spent.prompt_tokens,
            completion_tokens: spent.completion_tokens,
        }
    }
}

/// What one task took of one model on one day.
#[derive(Serialize, ToSchema)]
struct UsageLineResponse {
    /// The day, UTC.
    #[schema(value_type = String, format = Date)]
    day: Date,
    /// Who ran the model, as the admin had named them.
    processor: String,
    /// The model.
    model: String,
    /// What it was asked for: `evaluate`, `word`, `rubric`, `coach`, `rationale`, `ask`, `comment` or another.
    task: String,
    /// What it took.
    #[serde(flatten)]
    spent: SpentResponse,
}

/// What chat models took.
#[derive(Serialize, ToSchema)]
struct UsageResponse {
    /// First day.
    #[schema(value_type = String, format = Date)]
    from: Date,
    /// Last day, included.
    #[schema(value_type = String, format = Date)]
    to: Date,
    /// By day, processor, model and task, oldest first.
    items: Vec<UsageLineResponse>,
    /// All together.
    total: SpentResponse,
}

impl From<Usage> for UsageResponse {
    fn from(usage: Usage) -> Self {
        Self {
            from: usage.from,
            to: usage.to,
            items: usage
                .lines
                .into_iter()
                .map(|line| UsageLineResponse {
                    day: line.day,
                    processor: line.processor,
                    model: line.model,
                    task: line.task,
                    spent: line.spent.into(),
                })
                .collect(),
            total: usage.total.into(),
        }
    }
}

/// Tokens that chat models took on the days from `from` to `to`, by day, processor, model and task.
#[utoipa::path(
    get, path = "/api/v1/usage", tag = "organisation", params(UsageQuery),
    responses((status = 200, body = UsageResponse), ListProblems)
)]
async fn get_usage(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Query(query): Query<UsageQuery>,
) -> ApiResult<Json<UsageResponse>> {
    let found = usage::get_usage(&state.app, &actor, query.from, query.to).await?;
    Ok(Json(found.into()))
}
