//! Where the caller reaches this server, for links in the answer to the caller itself. What goes to somebody else,
//! like mail, takes its links from the settings alone (`Config::own_url`): the header `Host` is the caller's to choose.

use std::convert::Infallible;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts, uri::Authority},
};
use candor_app::{App, config::given};

use crate::ServerState;

/// The server's own address without a slash at the end: as configured, or else as the request names it; empty
/// where neither does.
#[derive(Debug, Clone)]
pub struct OwnAddress(pub String);

impl FromRequestParts<ServerState> for OwnAddress {
    type Rejection = Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &ServerState,
    ) -> Result<Self, Infallible> {
        Ok(Self(own_address(&state.app, &parts.headers)))
    }
}

/// See [`OwnAddress`].
pub fn own_address(app: &App, headers: &HeaderMap) -> String {
    if let Some(url) = given(&app.config.server.public_url) {
        return url.trim_end_matches('/').to_owned();
    }
    let scheme = match given(&app.config.server.tls_cert) {
        Some(_) => "https",
        None => "http",
    };
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let host = host.and_then(|host| host.parse::<Authority>().ok());
    host.map_or_else(String::new, |host| format!("{scheme}://{host}"))
}
