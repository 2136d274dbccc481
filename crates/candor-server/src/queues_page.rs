//! `/admin/queues`: the operators' page. The page holds no data; it asks `/api/v1/queues` for it, with the
//! session's cookie or an API key that is typed in and kept nowhere.

use std::sync::LazyLock;

use axum::{
    extract::{FromRequestParts, Request, State},
    http::header,
    response::{Html, IntoResponse, Response},
};
use candor_app::jobs;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    ServerState,
    api::{auth::page::source_of, queues::QueuesResponse},
    auth::Caller,
    json::Json,
    problem::ApiResult,
    responses::OverviewProblems,
    start::prefers_page,
};

const SCRIPT: &str = include_str!("queues_page/page.js");
const STYLE: &str = include_str!("queues_page/page.css");

static PAGE: LazyLock<String> = LazyLock::new(|| {
    include_str!("queues_page/page.html")
        .replace("/*style*/", STYLE)
        .replace("/*script*/", SCRIPT)
});

/// Exactly this script and this style, and requests to this server only.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    format!(
        "default-src 'none'; script-src {}; style-src {}; connect-src 'self'; \
         img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        source_of(SCRIPT),
        source_of(STYLE)
    )
});

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new().routes(routes!(show_queues))
}

/// The operators' page to browsers; to others what it shows: how many steps wait, run and failed.
#[utoipa::path(
    get, path = "/admin/queues", tag = "queues",
    responses(
        (status = 200, description = "JSON, or a page where the client accepts one",
         content((QueuesResponse = "application/json"), (String = "text/html"))),
        OverviewProblems
    )
)]
async fn show_queues(State(state): State<ServerState>, request: Request) -> ApiResult<Response> {
    let varies = [(header::VARY, "accept")];
    let (mut parts, _) = request.into_parts();
    let accept = parts.headers.get(header::ACCEPT);
    if accept
        .and_then(|value| value.to_str().ok())
        .is_some_and(prefers_page)
    {
        let policy = [(header::CONTENT_SECURITY_POLICY, POLICY.as_str())];
        return Ok((varies, policy, Html(PAGE.as_str())).into_response());
    }
    let Caller(actor) = Caller::from_request_parts(&mut parts, &state).await?;
    let body: QueuesResponse = jobs::get_queues(&state.app, &actor).await?.into();
    Ok((varies, Json(body)).into_response())
}
