//! `GET /`: what this is and where to go on, as a page or as JSON.

use axum::{
    Json,
    http::{HeaderMap, header},
    response::{Html, IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::ServerState;

const PAGE: &str = r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Candor</title>
<link rel="icon" href="data:,">
</head>
<body>
<main>
<h1>Candor</h1>
<p>The server is running.</p>
<ul>
<li><a href="/docs">Read and try the interface</a></li>
<li><a href="/openapi.json">Its description</a></li>
<li><a href="/health/ready">Is everything in place?</a></li>
</ul>
</main>
</body>
</html>
"#;

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new().routes(routes!(start))
}

/// Where to go on.
#[derive(Debug, Serialize, ToSchema)]
pub struct StartResponse {
    /// What this is.
    message: &'static str,
    /// Page of the interface.
    docs: &'static str,
    /// Its description.
    openapi: &'static str,
    /// Sign of life.
    health: &'static str,
    /// Version of the program.
    version: &'static str,
}

/// Says what this is: a page to browsers, JSON to others.
#[utoipa::path(
    get, path = "/", tag = "system", security(()),
    responses((status = 200, description = "JSON, or a page where the client accepts one",
               content((StartResponse = "application/json"), (String = "text/html"))))
)]
async fn start(headers: HeaderMap) -> Response {
    let wants_page = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(prefers_page);
    let varies = [(header::VARY, "accept")];
    if wants_page {
        let policy = "default-src 'none'; img-src data:; frame-ancestors 'none'; base-uri 'none'";
        let policy = [(header::CONTENT_SECURITY_POLICY, policy)];
        return (varies, policy, Html(PAGE)).into_response();
    }
    let body = StartResponse {
        message: "Candor is running",
        docs: "/docs",
        openapi: "/openapi.json",
        health: "/health",
        version: env!("CARGO_PKG_VERSION"),
    };
    (varies, Json(body)).into_response()
}

/// Whether HTML comes before JSON in the client's order; without a word about HTML it does not.
pub(crate) fn prefers_page(accept: &str) -> bool {
    let weight = |kind: &str| {
        accept.split(',').find_map(|item| {
            let mut parts = item.split(';').map(str::trim);
            if parts.next() != Some(kind) {
                return None;
            }
            let quality = parts.find_map(|part| part.strip_prefix("q="));
            Some(quality.map_or(1.0, |text| text.parse::<f32>().unwrap_or(0.0)))
        })
    };
    match (weight("text/html"), weight("application/json")) {
        (Some(page), Some(json)) => page > json,
        (Some(page), None) => page > 0.0,
        (None, _) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_get_the_page_and_programs_json() {
        assert!(prefers_page("text/html,application/xhtml+xml,*/*;q=0.8"));
        assert!(prefers_page("application/json;q=0.5, text/html;q=0.9"));
        for accept in [
            "*/*",
            "application/json",
            "application/json, text/html;q=0.9",
            "",
        ] {
            assert!(!prefers_page(accept), "{accept}");
        }
    }
}
