//! Reports of analysed sessions: as JSON, from which the documented client makes a PDF itself, or as a PDF to those who
//! accept one.

use std::collections::BTreeMap;

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use candor_app::practice::{self, ReportWishes};
use candor_core::{access::Action, ids::InterviewId};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    caller::{Named, Signed},
    fields::{Detail, Fields, refusal},
};
use crate::{ServerState, api::interviews::outcome::attached};

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
    /// `pdf` unless given; what is answered depends on `Accept` alone.
    #[schema(max_length = 20)]
    format: Option<String>,
}

async fn generate(
    state: &ServerState,
    signed: Signed,
    session: InterviewId,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Response, Response> {
    let actor = signed.who_may(Action::RunAnalyses)?;
    let mut fields = Fields::read_optional(body)?;
    let wishes = ReportWishes {
        include_charts: fields.flag("includeChartSnapshots").unwrap_or(false),
        charts: fields.texts("chartSnapshots"),
        user_name: fields.optional_text("userName", 100),
        format: fields.optional_text("format", 20),
    };
    fields.check()?;
    let varies = [(header::VARY, "accept")];
    if accepts_pdf(headers) {
        let made = practice::print_report(&state.app, &actor, session, wishes).await;
        return Ok((varies, attached(made.map_err(refusal)?)).into_response());
    }
    let made = practice::generate_report(&state.app, &actor, session, wishes).await;
    Ok((varies, Json(made.map_err(refusal)?)).into_response())
}

/// Whether a client names PDFs among what it accepts.
fn accepts_pdf(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).into_iter();
    let mut accepted = accepted
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    accepted.any(|kind| {
        let kind = kind.split(';').next().unwrap_or_default();
        kind.trim().eq_ignore_ascii_case("application/pdf")
    })
}

/// Makes the report of a session's newest finished analysis; 404 until there is one.
#[utoipa::path(
    post, path = "/reports/{sessionId}/generate", tag = "practice",
    params(("sessionId" = String, Path, description = "The session")),
    request_body = PracticeReportRequest,
    responses(
        (status = 200, body = Object, description = "The report; a PDF where the client accepts `application/pdf`"),
        (status = 401, body = Detail), (status = 403, body = Detail), (status = 404, body = Detail),
        (status = 413, body = Detail), (status = 422, body = Detail), (status = 503, body = Detail)
    )
)]
async fn generate_practice_report(
    State(state): State<ServerState>,
    signed: Signed,
    Named(session): Named<InterviewId>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Response> {
    generate(&state, signed, session, &headers, &body).await
}

/// Makes the report of a session's newest finished analysis; 404 until there is one.
#[utoipa::path(
    post, path = "/app/me/sessions/{sessionId}/report", tag = "practice",
    params(("sessionId" = String, Path, description = "The session")),
    request_body = PracticeReportRequest,
    responses(
        (status = 200, body = Object, description = "The report; a PDF where the client accepts `application/pdf`"),
        (status = 401, body = Detail), (status = 403, body = Detail), (status = 404, body = Detail),
        (status = 413, body = Detail), (status = 422, body = Detail), (status = 503, body = Detail)
    )
)]
async fn create_practice_report(
    State(state): State<ServerState>,
    signed: Signed,
    Named(session): Named<InterviewId>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Response> {
    generate(&state, signed, session, &headers, &body).await
}
