//! Sessions of browsers: tokens in cookies that scripts can't read.

use axum::http::{HeaderMap, HeaderValue, header};
use candor_app::{
    App,
    identity::{oidc::Begun, sessions::Session},
};

/// Cookie with the access token.
pub const ACCESS: &str = "candor_access";

/// Cookie with the refresh token; sent to the sign-in routes only.
pub const REFRESH: &str = "candor_refresh";

/// Cookie with an attempt to sign in elsewhere; sent to the routes of that sign-in only.
pub const ELSEWHERE: &str = "candor_oidc";

/// Where the attempt is sent. The provider sends the browser back from another site, so that a `Strict`
/// cookie would not come.
const ELSEWHERE_PATH: &str = "/api/v1/auth/oidc; SameSite=Lax";

/// Where the refresh token is sent.
const REFRESH_PATH: &str = "/api/v1/auth";

/// The value of a cookie of the request.
pub fn find<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, value)| *found == name && !value.is_empty())
        .map(|(_, value)| value)
}

/// `Set-Cookie` headers that begin or go on with a session.
pub fn set(app: &App, session: &Session) -> HeaderMap {
    let mut headers = HeaderMap::new();
    add(
        app,
        &mut headers,
        &format!("{ACCESS}={}; Path=/; SameSite=Lax", session.access_token),
        session.expires_in_s,
    );
    add(
        app,
        &mut headers,
        &format!(
            "{REFRESH}={}; Path={REFRESH_PATH}; SameSite=Strict",
            session.refresh_token
        ),
        session.refresh_in_s,
    );
    headers
}

/// `Set-Cookie` headers that end a session.
pub fn clear(app: &App) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let access = format!("{ACCESS}=; Path=/; SameSite=Lax");
    let refresh = format!("{REFRESH}=; Path={REFRESH_PATH}; SameSite=Strict");
    add(app, &mut headers, &access, 0);
    add(app, &mut headers, &refresh, 0);
    headers
}

/// The `Set-Cookie` header that begins to sign somebody in elsewhere.
pub fn begin_elsewhere(app: &App, begun: &Begun) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let cookie = format!("{ELSEWHERE}={}; Path={ELSEWHERE_PATH}", begun.sealed);
    add(app, &mut headers, &cookie, begun.life_s);
    headers
}

/// Adds the `Set-Cookie` header that forgets it.
pub fn end_elsewhere(app: &App, headers: &mut HeaderMap) {
    let cookie = format!("{ELSEWHERE}=; Path={ELSEWHERE_PATH}");
    add(app, headers, &cookie, 0);
}

fn add(app: &App, headers: &mut HeaderMap, cookie: &str, life_s: i64) {
    // A browser would not send a Secure cookie back over plain HTTP.
    let server = &app.config.server;
    let is_tls = server.public_url.starts_with("https://") || !server.tls_cert.is_empty();
    let secure = if is_tls { "; Secure" } else { "" };
    let text = format!("{cookie}; Max-Age={life_s}; HttpOnly{secure}");
    headers.append(
        header::SET_COOKIE,
        HeaderValue::try_from(text).expect("tokens and names are ASCII"),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        let value = "xcandor_access=no; candor_access=yes; candor_refresh=";
        headers.insert(header::COOKIE, HeaderValue::from_static(value));
        assert_eq!(find(&headers, ACCESS), Some("yes"));
        assert_eq!(find(&headers, REFRESH), None);
    }
}
