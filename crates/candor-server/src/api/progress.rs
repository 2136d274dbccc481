//! How the signed-in person's practice develops.

use axum::extract::State;
use candor_app::practice::{self, BENCHMARKS, Group};
use candor_core::ids::InterviewId;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    ServerState, auth::Caller, json::Json, problem::ApiResult, responses::OverviewProblems,
};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new().routes(routes!(get_progress))
}

/// A documented target.
#[derive(Debug, Serialize, ToSchema)]
struct BenchmarkResponse {
    /// The score.
    score: &'static str,
    /// The target, 0 to 100.
    target: f64,
}

/// First and last value of a score.
#[derive(Debug, Serialize, ToSchema)]
struct ScoreChangeResponse {
    /// The score.
    score: &'static str,
    /// Sessions in which it was measured.
    n_measured: usize,
    /// The first value; `null`: never measured.
    first: Option<f64>,
    /// The last value.
    last: Option<f64>,
}

/// A session of a group.
#[derive(Debug, Serialize, ToSchema)]
struct ProgressSessionResponse {
    /// The session.
    #[schema(value_type = String)]
    interview_id: InterviewId,
    /// When it began.
    started_at: Timestamp,
    /// By name; `null`: not measured.
    #[schema(value_type = Object)]
    summary_scores: Value,
}

/// Sessions for the same role in the same field, scored by the same formulas.
#[derive(Debug, Serialize, ToSchema)]
struct ProgressGroupResponse {
    /// Role.
    job_role: String,
    /// Field of the role.
    domain: String,
    /// Versions of the formulas.
    #[schema(value_type = Object)]
    formulas: Value,
    /// `improving`, `declining`, `stable` (the total changed by less than 2 points), `insufficient_data`.
    trend: &'static str,
    /// Sessions.
    n_sessions: usize,
    /// First and last values.
    scores: Vec<ScoreChangeResponse>,
    /// The sessions, oldest first.
    sessions: Vec<ProgressSessionResponse>,
}

impl From<Group> for ProgressGroupResponse {
    fn from(group: Group) -> Self {
        let scores = group.scores.into_iter().map(|change| ScoreChangeResponse {
            score: change.score,
            n_measured: change.n,
            first: change.first,
            last: change.last,
        });
        let sessions = group.sessions.into_iter();
        Self {
            job_role: group.job_role,
            domain: group.domain,
            formulas: group.formulas,
            trend: group.trend.as_str(),
            scores: scores.collect(),
            n_sessions: sessions.len(),
            sessions: sessions
                .map(|one| ProgressSessionResponse {
                    interview_id: one.session,
                    started_at: one.started_at,
                    summary_scores: one.summary_scores,
                })
                .collect(),
        }
    }
}

/// Progress by like sessions.
#[derive(Debug, Serialize, ToSchema)]
struct ProgressResponse {
    /// The group of the newest session comes first.
    groups: Vec<ProgressGroupResponse>,
    /// Documented targets.
    benchmarks: Vec<BenchmarkResponse>,
    /// What they are.
    benchmarks_note: &'static str,
}

/// The caller's scored practice sessions, compared like for like. For people only.
#[utoipa::path(
    get, path = "/api/v1/progress", tag = "progress",
    responses((status = 200, body = ProgressResponse), OverviewProblems)
)]
async fn get_progress(
    State(state): State<ServerState>,
    Caller(actor): Caller,
) -> ApiResult<Json<ProgressResponse>> {
    let scored = practice::scored_sessions(&state.app, &actor).await?;
    let groups = practice::groups(scored).into_iter();
    let benchmarks = BENCHMARKS.iter().map(|benchmark| BenchmarkResponse {
        score: benchmark.score,
        target: benchmark.target,
    });
    Ok(Json(ProgressResponse {
        groups: groups.map(Into::into).collect(),
        benchmarks: benchmarks.collect(),
        benchmarks_note: "documented targets, not norms: nobody measured how people in general do",
    }))
}
