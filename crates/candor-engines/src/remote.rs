//! What every client of a remote engine shares: an HTTP client that leaks nothing, waits that can be cancelled.

use std::{
    net::{IpAddr, SocketAddr},
    thread,
    time::{Duration, Instant},
};

use candor_core::ports::Watch;
use reqwest::{
    Url,
    blocking::{Client, ClientBuilder},
    header::{HeaderMap, RETRY_AFTER},
    redirect::Policy,
};

/// How often cancellation is looked for while waiting.
pub(crate) const POLL: Duration = Duration::from_millis(200);

/// A client for `url`. Redirects are not followed: they would carry what is sent, and the key, to another place.
pub(crate) fn client(url: &Url, connect_timeout: Duration) -> ClientBuilder {
    // An error only says that another part of the program was first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = Client::builder()
        .connect_timeout(connect_timeout)
        .redirect(Policy::none());
    if is_loopback(url) {
        builder.no_proxy()
    } else {
        builder
    }
}

/// Lets `url` lead to `addresses` alone, whatever its name resolves to, and past every proxy.
pub(crate) fn pinned(builder: ClientBuilder, url: &Url, addresses: &[SocketAddr]) -> ClientBuilder {
    match url.host_str() {
        Some(host) if !addresses.is_empty() => builder.no_proxy().resolve_to_addrs(host, addresses),
        _ => builder,
    }
}

/// Whether the server is on this machine, which no proxy can reach.
pub(crate) fn is_loopback(url: &Url) -> bool {
    url.host_str().is_some_and(|host| {
        let address = host
            .trim_start_matches('[')
            .trim_end_matches(']')
            .parse::<IpAddr>();
        host == "localhost" || address.is_ok_and(|address| address.is_loopback())
    })
}

/// When the server wants to be asked again, where it says so in seconds.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?;
    value.trim().parse().ok().map(Duration::from_secs)
}

/// Waits; `false` when `watch` cancelled before the end.
pub(crate) fn pause(wait: Duration, watch: &dyn Watch) -> bool {
    let end = Instant::now() + wait;
    loop {
        if watch.is_cancelled() {
            return false;
        }
        match end.checked_duration_since(Instant::now()) {
            Some(left) if !left.is_zero() => thread::sleep(left.min(POLL)),
            _ => return true,
        }
    }
}
