//! Small pages without scripts, for people on their way in. They bring their style with them.

use std::sync::LazyLock;

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

const STYLE: &str = include_str!("page/page.css");

/// Exactly this style, and forms to this server.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    format!(
        "default-src 'none'; style-src {}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        source_of(STYLE)
    )
});

/// How a Content-Security-Policy names a script or a style that stands in the page.
pub fn source_of(inline: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(inline)))
}

/// Whether a browser asks.
pub fn wants_page(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(|value| value.contains("text/html"))
}

/// Text that is no markup.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

/// A page that may load nothing, be framed by nobody, and tells no other site its address. `title` is text, `body` markup.
pub fn page(status: StatusCode, title: &str, body: &str) -> Response {
    page_in("en", status, title, body)
}

/// [`page`] in another language.
pub fn page_in(language: &str, status: StatusCode, title: &str, body: &str) -> Response {
    let title = escape(title);
    let html = format!(
        "<!doctype html><html lang=\"{language}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title}</title>\
         <style>{STYLE}</style></head><body><main><h1>{title}</h1>{body}</main></body></html>"
    );
    let mut response = (status, Html(html)).into_response();
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&POLICY) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_page_allows_the_style_that_stands_in_it_and_nothing_else() {
        let response = page(StatusCode::OK, "<b>A & B", "<p>c</p>");
        let policy = response.headers()[header::CONTENT_SECURITY_POLICY].clone();
        let body = axum::body::to_bytes(response.into_body(), usize::MAX).await;
        let html = String::from_utf8(body.unwrap().to_vec()).unwrap();
        let (_, from_style) = html.split_once("<style>").unwrap();
        let (style, rest) = from_style.split_once("</style>").unwrap();
        assert_eq!(
            policy,
            format!(
                "default-src 'none'; style-src {}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
                source_of(style)
            )
        );
        assert!(
            rest.contains("<h1>&lt;b&gt;A &amp; B</h1><p>c</p>"),
            "{rest}"
        );
        assert!(
            !html.contains("<script") && !html.contains("http"),
            "{html}"
        );
    }
}
