//! Analyses: start, watch, read, repeat, cancel.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use candor_app::analyses::{self, AnalysisFilter};
use candor_core::{
    ids::{AnalysisId, InterviewId},
    report::Report,
};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    ServerState,
    auth::Caller,
    json::Json,
    paging::{ListResponse, PageQuery, Paging},
    path::{Below, Path, Query},
    problem::ApiResult,
    responses::{ActProblems, AppendProblems, ChangeProblems, GetProblems, ListProblems},
};

mod artefacts;
mod events;
mod wire;

use wire::{AnalysisDetailResponse, AnalysisResponse, CreateAnalysisRequest, RetryStepRequest};

/// The page brings its own policy, by which only its own script and style count. This one takes away what a
/// report never does: it asks for nothing but its recording, sends no forms and stands in no other page.
const PAGE_POLICY: &str = "frame-ancestors 'none'; connect-src 'none'; object-src 'none'; \
     form-action 'none'; base-uri 'none'";

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(create_analysis, list_analyses))
        .routes(routes!(get_analysis))
        .routes(routes!(cancel_analysis))
        .routes(routes!(retry_analysis_step))
        .routes(routes!(get_analysis_report))
        .routes(routes!(get_analysis_page))
        .merge(artefacts::routes())
        .merge(events::routes())
}

/// Accepts the analysis of a recording that is here, or of one that is fetched from an address.
#[utoipa::path(
    post, path = "/api/v1/analyses", tag = "analyses",
    request_body = CreateAnalysisRequest,
    responses((status = 202, body = AnalysisResponse), AppendProblems)
)]
async fn create_analysis(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Json(request): Json<CreateAnalysisRequest>,
) -> ApiResult<Response> {
    let made = analyses::create(&state.app, &actor, request.into()).await?;
    let location = format!("/api/v1/analyses/{}", made.id);
    let body = Json(AnalysisResponse::from(made));
    Ok((StatusCode::ACCEPTED, [(header::LOCATION, location)], body).into_response())
}

/// Which analyses are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct AnalysisQuery {
    /// `queued`, `in_progress`, `done`, `failed` or `cancelled`.
    state: Option<String>,
    /// Of this interview.
    #[param(value_type = Option<String>)]
    interview_id: Option<InterviewId>,
}

/// A page of analyses, newest first.
#[utoipa::path(
    get, path = "/api/v1/analyses", tag = "analyses",
    params(PageQuery, AnalysisQuery),
    responses((status = 200, body = ListResponse<AnalysisResponse>), ListProblems)
)]
async fn list_analyses(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Paging(page): Paging,
    Query(query): Query<AnalysisQuery>,
) -> ApiResult<Json<ListResponse<AnalysisResponse>>> {
    let filter = AnalysisFilter {
        state: query.state,
        interview: query.interview_id,
    };
    let page = analyses::list(&state.app, &actor, filter, page).await?;
    Ok(Json(page.map(AnalysisResponse::from).into()))
}

/// One analysis with its steps, their attempts and the history of their errors.
#[utoipa::path(
    get, path = "/api/v1/analyses/{id}", tag = "analyses",
    params(("id" = String, Path, description = "The analysis")),
    responses((status = 200, body = AnalysisDetailResponse), GetProblems)
)]
async fn get_analysis(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<AnalysisId>,
) -> ApiResult<Json<AnalysisDetailResponse>> {
    Ok(Json(analyses::get(&state.app, &actor, id).await?.into()))
}

/// Stops an analysis: what waits is cancelled, what runs is asked to stop.
#[utoipa::path(
    post, path = "/api/v1/analyses/{id}/cancel", tag = "analyses",
    params(("id" = String, Path, description = "The analysis")),
    responses((status = 202, body = AnalysisDetailResponse), ActProblems)
)]
async fn cancel_analysis(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<AnalysisId>,
) -> ApiResult<(StatusCode, Json<AnalysisDetailResponse>)> {
    let view = analyses::cancel(&state.app, &actor, id).await?;
    Ok((StatusCode::ACCEPTED, Json(view.into())))
}

/// Runs one step once more, and on request those that depend on it. History is kept.
#[utoipa::path(
    post, path = "/api/v1/analyses/{id}/steps/{step}/retry", tag = "analyses",
    params(
        ("id" = String, Path, description = "The analysis"),
        ("step" = String, Path, description = "Name of the step"),
    ),
    request_body = RetryStepRequest,
    responses((status = 202, body = AnalysisDetailResponse), ChangeProblems)
)]
async fn retry_analysis_step(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Below(id, step): Below<AnalysisId, String>,
    Json(request): Json<RetryStepRequest>,
) -> ApiResult<(StatusCode, Json<AnalysisDetailResponse>)> {
    let view = analyses::rerun_step(&state.app, &actor, id, &step, request.and_after).await?;
    Ok((StatusCode::ACCEPTED, Json(view.into())))
}

/// The report, as `candor analyze` writes it.
#[utoipa::path(
    get, path = "/api/v1/analyses/{id}/report", tag = "analyses",
    params(("id" = String, Path, description = "The analysis")),
    responses(
        (status = 200, description = "report.json; its schema is published as report.schema.json",
            body = Object),
        ActProblems
    )
)]
async fn get_analysis_report(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<AnalysisId>,
) -> ApiResult<Json<Report>> {
    Ok(Json(analyses::report(&state.app, &actor, id).await?.report))
}

/// The report as a page of its own. It plays the recording, which the browser's session opens.
#[utoipa::path(
    get, path = "/api/v1/analyses/{id}/report.html", tag = "analyses",
    params(("id" = String, Path, description = "The analysis")),
    responses((status = 200, body = String, content_type = "text/html"), ActProblems)
)]
async fn get_analysis_page(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<AnalysisId>,
) -> ApiResult<Response> {
    let page = analyses::report_page(&state.app, &actor, id).await?;
    let mut headers = HeaderMap::new();
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(PAGE_POLICY),
    );
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    Ok((headers, Html(page)).into_response())
}
