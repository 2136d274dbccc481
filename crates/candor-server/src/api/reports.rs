//! Finished reports of all kinds.

use axum::extract::State;
use candor_app::analyses::{self, Report, ReportFilter};
use candor_core::ids::{AnalysisId, InterviewId, ReportId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    ServerState,
    auth::Caller,
    json::Json,
    paging::{ListResponse, PageQuery, Paging},
    path::{Path, Query},
    problem::ApiResult,
    responses::{GetProblems, ListProblems},
};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(list_reports))
        .routes(routes!(get_report))
}

/// A report.
#[derive(Debug, Serialize, ToSchema)]
struct ReportResponse {
    /// Identifier.
    #[schema(value_type = String)]
    id: ReportId,
    /// The interview.
    #[schema(value_type = Option<String>)]
    interview_id: Option<InterviewId>,
    /// The analysis.
    #[schema(value_type = Option<String>)]
    analysis_id: Option<AnalysisId>,
    /// `analysis` or another.
    kind: String,
    /// `json` or another.
    format: String,
    /// SHA-256 of the report as it is kept, hexadecimal.
    sha256: String,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// The report itself; `null` in lists.
    #[schema(value_type = Option<Object>)]
    body: Option<Value>,
}

impl From<Report> for ReportResponse {
    fn from(report: Report) -> Self {
        Self {
            id: report.id,
            interview_id: report.interview,
            analysis_id: report.analysis,
            kind: report.kind,
            format: report.format,
            sha256: report.sha256,
            created_at: report.created_at,
            body: report.body,
        }
    }
}

/// Which reports are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ReportQuery {
    /// Of this interview.
    #[param(value_type = Option<String>)]
    interview_id: Option<InterviewId>,
    /// Of this analysis.
    #[param(value_type = Option<String>)]
    analysis_id: Option<AnalysisId>,
    /// Of this kind.
    kind: Option<String>,
}

/// A page of reports, newest first.
#[utoipa::path(
    get, path = "/api/v1/reports", tag = "reports",
    params(PageQuery, ReportQuery),
    responses((status = 200, body = ListResponse<ReportResponse>), ListProblems)
)]
async fn list_reports(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Paging(page): Paging,
    Query(query): Query<ReportQuery>,
) -> ApiResult<Json<ListResponse<ReportResponse>>> {
    let filter = ReportFilter {
        interview: query.interview_id,
        analysis: query.analysis_id,
        kind: query.kind,
    };
    let page = analyses::list_reports(&state.app, &actor, filter, page).await?;
    Ok(Json(page.map(ReportResponse::from).into()))
}

/// One report with its body.
#[utoipa::path(
    get, path = "/api/v1/reports/{id}", tag = "reports",
    params(("id" = String, Path, description = "The report")),
    responses((status = 200, body = ReportResponse), GetProblems)
)]
async fn get_report(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<ReportId>,
) -> ApiResult<Json<ReportResponse>> {
    Ok(Json(
        analyses::get_report(&state.app, &actor, id).await?.into(),
    ))
}
