//! The audits over the organisation's practice sessions.

use axum::extract::State;
use candor_app::practice::{self, FairnessSpread};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    ServerState, auth::Caller, json::Json, problem::ApiResult, responses::OverviewProblems,
};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new().routes(routes!(get_fairness))
}

/// One band.
#[derive(Debug, Serialize, ToSchema)]
struct FairnessBandResponse {
    /// Its name.
    band: String,
    /// Samples.
    n: u64,
    /// Their mean, 0 to 100; `null`: fewer than 5 samples.
    mean: Option<f64>,
}

/// One score by the bands of one measurement.
#[derive(Debug, Serialize, ToSchema)]
struct FairnessSpreadResponse {
    /// The banded measurement.
    metric: String,
    /// The score.
    score: String,
    /// The bands.
    bands: Vec<FairnessBandResponse>,
    /// Highest less lowest mean that is told; `null`: fewer than two are.
    spread: Option<f64>,
}

/// To one decimal: more would pretend a precision that is not there.
fn rounded(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

impl From<FairnessSpread> for FairnessSpreadResponse {
    fn from(one: FairnessSpread) -> Self {
        let bands = one.bands.into_iter().map(|band| FairnessBandResponse {
            band: band.band,
            n: band.n,
            mean: band.mean.map(rounded),
        });
        Self {
            metric: one.metric,
            score: one.score,
            bands: bands.collect(),
            spread: one.spread.map(rounded),
        }
    }
}

/// What the audits say.
#[derive(Debug, Serialize, ToSchema)]
struct FairnessResponse {
    /// Sessions that were looked at: the newest, at most 1000.
    n_samples: u64,
    /// Scores by bands of what was measured.
    bands: Vec<FairnessSpreadResponse>,
    /// Where means lie more than 18 points apart, with 15 samples or more.
    band_warnings: Vec<String>,
    /// Scores by circumstances that should not matter.
    circumstances: Vec<FairnessSpreadResponse>,
    /// Where means lie more than 15 points apart, with 20 samples or more.
    circumstance_warnings: Vec<String>,
    /// What is not in it.
    note: &'static str,
}

/// The audits over the organisation's practice sessions: bands and scores alone are kept, and nothing that
/// leads to a person.
#[utoipa::path(
    get, path = "/api/v1/fairness", tag = "fairness",
    responses((status = 200, body = FairnessResponse), OverviewProblems)
)]
async fn get_fairness(
    State(state): State<ServerState>,
    Caller(actor): Caller,
) -> ApiResult<Json<FairnessResponse>> {
    let found = practice::get_fairness(&state.app, &actor).await?;
    Ok(Json(FairnessResponse {
        n_samples: found.n_samples,
        bands: found.bands.into_iter().map(Into::into).collect(),
        band_warnings: found.band_warnings,
        circumstances: found.circumstances.into_iter().map(Into::into).collect(),
        circumstance_warnings: found.circumstance_warnings,
        note: "sensitive attributes are neither asked for nor kept; means of fewer than 5 samples are not told",
    }))
}
