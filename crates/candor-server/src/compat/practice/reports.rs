//! Reports of analysed sessions. A PDF is made from them by whoever asked.

use std::collections::BTreeMap;

use axum::{Json, body::Bytes, extract::State, response::Response};
use candor_app::practice::{self, ReportWishes};
use candor_core::{access::Action, ids::InterviewId};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    caller::{Named, Signed},
    fields::{Detail, Fields, refusal},
};
use crate::ServerState;

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(generate_practice_report))
        .routes(routes!(create_practice_report))
}

/// What a report takes; the body may be absent.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a body that is read field by field")]
struct PracticeReportRequest {
    /// Whether pictures of charts are kept in it; they are not unless given.
    #[schema(rename = "includeChartSnapshots")]
    include_chart_snapshots: Option<bool>,
    /// Pictures by name as `data:image/…` URLs, at most 12 of 600,000 bytes; others are left out.
    #[schema(rename = "chartSnapshots")]
    chart_snapshots: Option<BTreeMap<String, String>>,
    /// Name that stands in it.
    #[schema(rename = "userName", max_length = 100)]
    user_name: Option<String>,
    /// `pdf` unless given; the answer is the same.
    #[schema(max_length = 20)]
    format: Option<String>,
}

async fn generate(
    state: &ServerState,
    signed: Signed,
    session: InterviewId,
    body: &[u8],
) -> Result<Json<Value>, Response> {
    let actor = signed.who_may(Action::RunAnalyses)?;
    let mut fields = Fields::read_optional(body)?;
    let wishes = ReportWishes {
        include_charts: fields.flag("includeChartSnapshots").unwrap_or(false),
        charts: fields.texts("chartSnapshots"),
        user_name: fields.optional_text("userName", 100),
        format: fields.optional_text("format", 20),
    };
    fields.check()?;
    let made = practice::generate_report(&state.app, &actor, session, wishes).await;
    made.map(Json).map_err(refusal)
}

/// Makes the report of a session's newest finished analysis; 404 until there is one.
#[utoipa::path(
    post, path = "/reports/{sessionId}/generate", tag = "practice",
    params(("sessionId" = String, Path, description = "The session")),
    request_body = PracticeReportRequest,
    responses(
        (status = 200, body = Object),
        (status = 401, body = Detail), (status = 403, body = Detail), (status = 404, body = Detail),
        (status = 413, body = Detail), (status = 422, body = Detail), (status = 503, body = Detail)
    )
)]
async fn generate_practice_report(
    State(state): State<ServerState>,
    signed: Signed,
    Named(session): Named<InterviewId>,
    body: Bytes,
) -> Result<Json<Value>, Response> {
    generate(&state, signed, session, &body).await
}

/// Makes the report of a session's newest finished analysis; 404 until there is one.
#[utoipa::path(
    post, path = "/app/me/sessions/{sessionId}/report", tag = "practice",
    params(("sessionId" = String, Path, description = "The session")),
    request_body = PracticeReportRequest,
    responses(
        (status = 200, body = Object),
        (status = 401, body = Detail), (status = 403, body = Detail), (status = 404, body = Detail),
        (status = 413, body = Detail), (status = 422, body = Detail), (status = 503, body = Detail)
    )
)]
async fn create_practice_report(
    State(state): State<ServerState>,
    signed: Signed,
    Named(session): Named<InterviewId>,
    body: Bytes,
) -> Result<Json<Value>, Response> {
    generate(&state, signed, session, &body).await
}
