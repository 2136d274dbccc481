//! Single-user mode: without passwords, other sites' pages must not reach the server through the browser.

use axum::{
    extract::Request,
    http::{HeaderMap, StatusCode, header},
};
use candor_app::{config::Config, identity};

use crate::problem::Problem;

/// Lets requests through that name this machine (a page of a foreign name that resolves to 127.0.0.1 does
/// not) and whose `Origin`, which browsers send with every write, is the own one. With accounts it lets
/// everything through, which is `None`; the others are told why not.
pub fn single_user(config: &Config, request: &Request) -> Option<Problem> {
    if !identity::single_user_is_on(config) {
        return None;
    }
    let headers = request.headers();
    let host = text(headers, header::HOST.as_str()).or_else(|| {
        request
            .uri()
            .authority()
            .map(axum::http::uri::Authority::as_str)
    });
    let Some(host) = host.filter(|host| names_this_machine(host)) else {
        return refused(
            "foreign_host",
            "single-user mode answers to localhost, 127.0.0.1 and [::1] only",
        );
    };
    if !request.method().is_safe() && !origin_fits(headers, host) {
        return refused(
            "foreign_origin",
            "another site's page may not change anything here",
        );
    }
    None
}

fn refused(code: &str, detail: &str) -> Option<Problem> {
    Some(Problem::new(StatusCode::FORBIDDEN, code, detail))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn names_this_machine(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.chars().all(|c| c.is_ascii_digit()) => name,
        _ => host,
    };
    ["localhost", "127.0.0.1", "[::1]"].contains(&name.to_ascii_lowercase().as_str())
}

/// Programs other than browsers send no `Origin`; they hold a key or token of their own.
fn origin_fits(headers: &HeaderMap, host: &str) -> bool {
    if text(headers, "sec-fetch-site").is_some_and(|site| !["same-origin", "none"].contains(&site))
    {
        return false;
    }
    match headers.get(header::ORIGIN) {
        None => true,
        Some(origin) => origin.to_str().is_ok_and(|origin| {
            origin
                .strip_prefix("http://")
                .or_else(|| origin.strip_prefix("https://"))
                == Some(host)
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_its_own() {
        for own in ["localhost:8000", "127.0.0.1", "[::1]:8000", "LOCALHOST"] {
            assert!(names_this_machine(own), "{own}");
        }
        for foreign in [
            "evil.example",
            "127.0.0.1.evil.example:80",
            "localhost.evil",
            "",
        ] {
            assert!(!names_this_machine(foreign), "{foreign}");
        }
    }
}
