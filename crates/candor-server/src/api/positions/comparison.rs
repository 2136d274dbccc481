//! Candidates of one position beside each other.

use std::collections::BTreeMap;

use axum::extract::State;
use candor_app::conduct::{self, Compared};
use candor_core::ids::{CandidateId, InterviewId, PositionId, RubricId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    ServerState,
    auth::Caller,
    json::Json,
    path::{Path, Query},
    problem::ApiResult,
    responses::SublistProblems,
};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new().routes(routes!(compare_candidates))
}

/// By which rules.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ComparisonQuery {
    /// Revision of the rubric; that of the newest interview unless given.
    #[param(value_type = Option<String>)]
    rubric_id: Option<RubricId>,
    /// Formulas and models, as `judged_by` or `others` has them; those of the newest interview by that revision unless
    /// given.
    judged_by: Option<String>,
}

/// Interviews that can be compared: all were judged by one revision of the rubric, the same formulas and models.
#[derive(Debug, Serialize, ToSchema)]
struct ComparisonResponse {
    /// The revision; `null`: they were judged without a rubric.
    #[schema(value_type = Option<String>)]
    rubric_id: Option<RubricId>,
    /// Formulas, models and prompts that judged them; empty: nothing of them was judged.
    judged_by: String,
    /// Those that judged other interviews by this revision.
    others: Vec<String>,
    /// Best mark first; behind them those of which too little was judged, then those without a mark.
    candidates: Vec<ComparedResponse>,
    /// Finished interviews that were judged by another revision or by something else, and so are left out.
    left_out: usize,
    /// Whether the position has more finished interviews: only the newest 200 are looked at.
    is_truncated: bool,
}

/// One interview in a comparison.
#[derive(Debug, Serialize, ToSchema)]
struct ComparedResponse {
    /// The interview.
    #[schema(value_type = String)]
    interview_id: InterviewId,
    /// Who was interviewed.
    #[schema(value_type = Option<String>)]
    candidate_id: Option<CandidateId>,
    /// Their name.
    name: Option<String>,
    /// 0 to 10; `null`: not scored.
    overall: Option<f64>,
    /// Half the width of the interval that holds it in two of three repeats.
    uncertainty: Option<f64>,
    /// Why there is no score.
    not_scored: Option<String>,
    /// Questions that were judged.
    n_judged: usize,
    /// Questions that were asked.
    n_asked: usize,
    /// Mark of each competency, 0 to 10; `null`: not assessed.
    competencies: BTreeMap<String, Option<f64>>,
    /// `strong_hire`, `hire`, `borderline` or `no_hire`; `null` also where fewer than half of the questions were judged
    /// or the total rests on fewer than three. A person decides.
    recommendation: Option<&'static str>,
    /// Red flags.
    n_red_flags: usize,
    /// What a person decided last.
    decision: Option<String>,
}

impl From<Compared> for ComparedResponse {
    fn from(compared: Compared) -> Self {
        let report = compared.report;
        let overall = report.overall.as_ref();
        Self {
            interview_id: compared.interview,
            candidate_id: compared.candidate,
            name: compared.name,
            overall: overall.ok().map(|mark| mark.score),
            uncertainty: overall.ok().and_then(|mark| mark.uncertainty),
            not_scored: overall.err().map(ToString::to_string),
            n_judged: report.questions.iter().filter(|q| q.score.is_ok()).count(),
            n_asked: report.questions.len(),
            competencies: report
                .competencies
                .iter()
                .map(|one| {
                    let mark = one.mark.as_ref().ok().map(|mark| mark.score);
                    (one.key.clone(), mark)
                })
                .collect(),
            recommendation: report.recommendation.map(|it| it.as_str()),
            n_red_flags: report.red_flags.len(),
            decision: compared.decision,
        }
    }
}

/// The finished interviews of a position beside each other: only those that one revision of the rubric, the same formulas
/// and the same models judged.
#[utoipa::path(
    get, path = "/api/v1/positions/{id}/comparison", tag = "positions",
    params(("id" = String, Path, description = "The position"), ComparisonQuery),
    responses((status = 200, body = ComparisonResponse), SublistProblems)
)]
async fn compare_candidates(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<PositionId>,
    Query(query): Query<ComparisonQuery>,
) -> ApiResult<Json<ComparisonResponse>> {
    let (rubric, judges) = (query.rubric_id, query.judged_by);
    let found = conduct::compare_candidates(&state.app, &actor, id, rubric, judges).await?;
    Ok(Json(ComparisonResponse {
        rubric_id: found.rubric,
        judged_by: found.judged_by,
        others: found.others.into_iter().collect(),
        candidates: found.compared.into_iter().map(Into::into).collect(),
        left_out: found.left_out,
        is_truncated: found.is_truncated,
    }))
}
