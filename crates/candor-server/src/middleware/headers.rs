//! Headers that keep browsers from doing what nobody asked for, and the origins that may ask.

use axum::{
    http::{HeaderName, HeaderValue, Method, header},
    response::Response,
};
use candor_app::config::Config;
use tower_http::cors::{AllowHeaders, AllowOrigin, CorsLayer};

/// For answers that are no pages; pages bring their own.
const NOTHING: &str =
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// What every answer says, unless its handler said it otherwise.
const ALWAYS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, NOTHING),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (header::CACHE_CONTROL, "no-store"),
];

/// Whether browsers reach the server through TLS.
pub fn is_tls(config: &Config) -> bool {
    !config.server.tls_cert.is_empty() || config.server.public_url.starts_with("https://")
}

/// Adds them.
pub fn secure(is_tls: bool, response: &mut Response) {
    let headers = response.headers_mut();
    for (name, value) in &ALWAYS {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    if is_tls {
        headers
            .entry(header::STRICT_TRANSPORT_SECURITY)
            .or_insert(HeaderValue::from_static("max-age=31536000"));
    }
}

/// Lets pages of the configured origins, and of no other, read answers; `None`: there are none.
pub fn other_origins(config: &Config) -> Option<CorsLayer> {
    let origins: Vec<HeaderValue> = config
        .server
        .allowed_origins
        .iter()
        .filter_map(|origin| origin.parse().ok())
        .collect();
    if origins.is_empty() {
        return None;
    }
    let exposed = [
        "etag",
        "location",
        "retry-after",
        "x-request-id",
        "tus-resumable",
        "upload-offset",
        "upload-length",
        "content-range",
    ];
    let cors = CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_credentials(true)
        .allow_headers(AllowHeaders::mirror_request())
        .allow_methods([
            Method::GET,
            Method::HEAD,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ])
        .expose_headers(exposed.map(HeaderName::from_static));
    Some(cors)
}
