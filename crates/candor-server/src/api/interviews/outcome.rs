//! What an interview in words came to: its report as JSON, PDF and CSV, and what people decided.

use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use candor_app::conduct::{self, Assessed, Decision, Exported, NewDecision, Paper};
use candor_core::{
    ids::{DecisionId, InterviewId, ReportId},
    interview::InterviewReport,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    ServerState,
    auth::Caller,
    json::Json,
    paging::ListResponse,
    path::{Path, Query},
    problem::{ApiError, ApiResult},
    responses::{AppendProblems, GetProblems, SublistProblems},
};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(get_interview_report))
        .routes(routes!(get_interview_report_pdf))
        .routes(routes!(get_interview_report_csv))
        .routes(routes!(create_decision, list_decisions))
}

/// A report with what is known beside it.
#[derive(Debug, Serialize, ToSchema)]
struct InterviewReportResponse {
    /// The report.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    report: InterviewReport,
    /// How far each part was covered, how it went, and what that does to a total of 0 to 100.
    #[schema(value_type = Option<Object>)]
    assessment: Value,
    /// Whether a chat model judges the answers again for a better report.
    judged_again: JudgedAgainResponse,
}

/// The judging of all answers, several times each, after an interview.
#[derive(Debug, Serialize, ToSchema)]
struct JudgedAgainResponse {
    /// `not_asked`: no chat model judges this interview more than once; `pending`: another report may come in the place of
    /// this one; `done`: this report rests on it; `dropped` or `failed`: not done to the end, `code` says why.
    #[schema(example = "pending")]
    state: &'static str,
    /// Stable code: why it was dropped (`decided`, `consent_withdrawn`, `no_chat_model`, `cancelled`) or failed; while it
    /// is pending, why the last attempt broke off, if one did.
    code: Option<String>,
    /// Since when it is asked for.
    #[schema(value_type = Option<String>, format = DateTime)]
    asked_at: Option<Timestamp>,
    /// When it ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    ended_at: Option<Timestamp>,
}

impl From<Assessed> for InterviewReportResponse {
    fn from(found: Assessed) -> Self {
        let again = found.judged_again;
        Self {
            report: found.report,
            assessment: found.assessment,
            judged_again: JudgedAgainResponse {
                state: again.state.as_str(),
                code: again.code,
                asked_at: again.asked_at,
                ended_at: again.ended_at,
            },
        }
    }
}

/// The report of an interview that has ended. What was not measured is `null`, with the reason beside it.
/// Where the rubric of the position has a formula, `formula` tells its text, its drivers (each with `value`, `neutral` and
/// `contribution`), what was left out, and what the weights alone would give.
/// `judged_again` tells whether a chat model is still to judge the answers again for a better report.
#[utoipa::path(
    get, path = "/api/v1/interviews/{id}/report", tag = "interviews in words",
    params(("id" = String, Path, description = "The interview")),
    responses((status = 200, body = InterviewReportResponse), GetProblems)
)]
async fn get_interview_report(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<InterviewId>,
) -> ApiResult<Json<InterviewReportResponse>> {
    let found = conduct::assess_report(&state.app, &actor, id).await?;
    Ok(Json(found.into()))
}

/// How the document is laid out.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct PaperQuery {
    /// `a4` or `letter`; `a4` unless given.
    paper: Option<String>,
}

/// The report to read, print and sign.
#[utoipa::path(
    get, path = "/api/v1/interviews/{id}/report.pdf", tag = "interviews in words",
    params(("id" = String, Path, description = "The interview"), PaperQuery),
    responses(
        (status = 200, description = "The document", content_type = "application/pdf"),
        SublistProblems
    )
)]
async fn get_interview_report_pdf(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<InterviewId>,
    Query(query): Query<PaperQuery>,
) -> ApiResult<Response> {
    let paper = match query.paper.as_deref() {
        None | Some("a4") => Paper::A4,
        Some("letter") => Paper::Letter,
        Some(_) => {
            let error =
                candor_app::AppError::invalid("invalid_value", "paper", "paper is a4 or letter");
            return Err(ApiError::from(error));
        }
    };
    let file = conduct::export_report(&state.app, &actor, id, Some(paper)).await?;
    Ok(attached(file))
}

/// The report's questions as a table, safe to open in a spreadsheet; total and formula stand in every row.
#[utoipa::path(
    get, path = "/api/v1/interviews/{id}/report.csv", tag = "interviews in words",
    params(("id" = String, Path, description = "The interview")),
    responses((status = 200, description = "The table", content_type = "text/csv"), GetProblems)
)]
async fn get_interview_report_csv(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<InterviewId>,
) -> ApiResult<Response> {
    let file = conduct::export_report(&state.app, &actor, id, None).await?;
    Ok(attached(file))
}

/// A file to keep; the name holds nothing but letters of an id.
pub(crate) fn attached(file: Exported) -> Response {
    let disposition = format!("attachment; filename=\"{}\"", file.file_name);
    let mut response = file.bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(file.content_type),
    );
    if let Ok(value) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

/// What a person decided.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreateDecisionRequest {
    /// `advance`, `hold` or `reject`.
    #[schema(example = "advance")]
    decision: String,
    /// Why, in your own words.
    #[schema(min_length = 1, max_length = 4000)]
    reason: String,
}

/// A decision.
#[derive(Debug, Serialize, ToSchema)]
struct DecisionResponse {
    /// Identifier.
    #[schema(value_type = String)]
    id: DecisionId,
    /// The report that was there to be read; `null`: none.
    #[schema(value_type = Option<String>)]
    report_id: Option<ReportId>,
    /// `advance`, `hold` or `reject`.
    decision: String,
    /// In the words of who decided.
    reason: String,
    /// Id of the person.
    decided_by: String,
    /// When.
    decided_at: Timestamp,
}

impl From<Decision> for DecisionResponse {
    fn from(decision: Decision) -> Self {
        Self {
            id: decision.id,
            report_id: decision.report,
            decision: decision.decision,
            reason: decision.reason,
            decided_by: decision.decided_by,
            decided_at: decision.decided_at,
        }
    }
}

/// Records what a person decided, beside the recommendation, which may be another. Keys can't: a decision is a person's.
#[utoipa::path(
    post, path = "/api/v1/interviews/{id}/decisions", tag = "interviews in words",
    params(("id" = String, Path, description = "The interview")),
    request_body = CreateDecisionRequest,
    responses((status = 201, body = DecisionResponse), AppendProblems)
)]
async fn create_decision(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<InterviewId>,
    Json(request): Json<CreateDecisionRequest>,
) -> ApiResult<(StatusCode, Json<DecisionResponse>)> {
    let new = NewDecision {
        decision: request.decision,
        reason: request.reason,
    };
    let made = conduct::create_decision(&state.app, &actor, id, new).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// All decisions, newest first; always one page.
#[utoipa::path(
    get, path = "/api/v1/interviews/{id}/decisions", tag = "interviews in words",
    params(("id" = String, Path, description = "The interview")),
    responses((status = 200, body = ListResponse<DecisionResponse>), GetProblems)
)]
async fn list_decisions(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<InterviewId>,
) -> ApiResult<Json<ListResponse<DecisionResponse>>> {
    let found = conduct::list_decisions(&state.app, &actor, id).await?;
    Ok(Json(ListResponse {
        items: found.into_iter().map(Into::into).collect(),
        next_cursor: None,
    }))
}
