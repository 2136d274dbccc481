//! `/docs`: Swagger UI from the program itself, under a policy that lets it reach nothing else.

use std::sync::Arc;

use axum::{
    Router,
    extract::Path,
    http::{HeaderName, StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use utoipa_swagger_ui::Config;

use crate::{ServerState, middleware};

/// Swagger UI sets styles from its script and draws its icons from data addresses.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
                      img-src 'self' data:; font-src 'self'; connect-src 'self'; \
                      frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const PAGE: &str = r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Candor: interface</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="docs"></div>
<noscript><p>This page needs JavaScript; the description itself is at <a href="/openapi.json">/openapi.json</a>.</p></noscript>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"#;

const START: &str = r##"SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  docExpansion: "none",
  tagsSorter: "alpha",
  validatorUrl: null,
});
"##;

/// What the page loads of the bundle.
const ASSETS: [&str; 2] = ["swagger-ui.css", "swagger-ui-bundle.js"];

/// Routes of the page.
pub fn routes() -> Router<ServerState> {
    Router::new()
        .route("/docs", get(page))
        .route("/docs/", get(page))
        .route("/docs/{file}", get(asset))
}

fn policy() -> [(HeaderName, &'static str); 1] {
    [(header::CONTENT_SECURITY_POLICY, POLICY)]
}

async fn page() -> impl IntoResponse {
    (policy(), Html(PAGE))
}

async fn asset(Path(name): Path<String>) -> Response {
    if name == "start.js" {
        return ([(header::CONTENT_TYPE, "text/javascript")], START).into_response();
    }
    let file = ASSETS
        .contains(&name.as_str())
        .then(|| utoipa_swagger_ui::serve(&name, Arc::new(Config::from("/openapi.json"))));
    match file {
        Some(Ok(Some(file))) => {
            let mut response = (
                [
                    (header::CONTENT_TYPE, file.content_type),
                    (header::CACHE_CONTROL, "max-age=3600".to_owned()),
                ],
                file.bytes.into_owned(),
            )
                .into_response();
            if file.gzpipped {
                response.headers_mut().insert(
                    header::CONTENT_ENCODING,
                    header::HeaderValue::from_static("gzip"),
                );
            }
            response
        }
        Some(Err(error)) => {
            tracing::error!(%error, "docs.unreadable");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
        Some(Ok(None)) | None => middleware::nothing_here().into_response(),
    }
}
