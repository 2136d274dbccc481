//! Which address a request comes from. `X-Forwarded-For` counts only when a trusted proxy sent it.

use std::{
    convert::Infallible,
    net::{IpAddr, Ipv4Addr, SocketAddr},
};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, request::Parts},
};

use crate::ServerState;

/// Address of the client. Unknown ones all count as `0.0.0.0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

impl FromRequestParts<ServerState> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &ServerState,
    ) -> Result<Self, Infallible> {
        let peer = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| info.0.ip());
        Ok(Self(client(
            peer,
            &parts.headers,
            &state.app.config.server.trusted_proxies,
        )))
    }
}

/// From the last hop to the first: the first that is no trusted proxy is the client. What stands before it was
/// written by the client itself.
fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[String]) -> IpAddr {
    let is_proxy = |address: IpAddr| trusted.iter().any(|network| contains(network, address));
    let mut at = peer.to_canonical();
    let forwarded: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    for hop in forwarded.into_iter().rev() {
        if !is_proxy(at) {
            break;
        }
        match hop.trim().parse::<IpAddr>() {
            Ok(address) => at = address.to_canonical(),
            Err(_) => break,
        }
    }
    at
}

/// Whether `network` (`10.0.0.7` or `10.1.0.0/16`) holds the address.
fn contains(network: &str, address: IpAddr) -> bool {
    let (base, length) = match network.split_once('/') {
        Some((base, length)) => (base, length.parse::<u32>().ok()),
        None => (network, Some(u32::MAX)),
    };
    let (Ok(base), Some(length)) = (base.trim().parse::<IpAddr>(), length) else {
        return false;
    };
    match (base.to_canonical(), address) {
        (IpAddr::V4(base), IpAddr::V4(address)) => {
            let rest = 32 - length.min(32);
            (base.to_bits() ^ address.to_bits())
                .checked_shr(rest)
                .unwrap_or(0)
                == 0
        }
        (IpAddr::V6(base), IpAddr::V6(address)) => {
            let rest = 128 - length.min(128);
            (base.to_bits() ^ address.to_bits())
                .checked_shr(rest)
                .unwrap_or(0)
                == 0
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(peer: &str, forwarded: &'static str, trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", forwarded.parse().unwrap());
        let trusted: Vec<String> = trusted.iter().map(ToString::to_string).collect();
        client(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn a_strangers_header_does_not_count() {
        assert_eq!(
            from("203.0.113.9", "198.51.100.1", &["10.0.0.0/8"]),
            "203.0.113.9"
        );
    }

    #[test]
    fn the_last_address_that_is_no_proxy_is_the_client() {
        let proxies = ["10.0.0.0/8", "2001:db8::/32"];
        let chain = "1.2.3.4, 198.51.100.7, 10.2.0.1";
        assert_eq!(from("10.0.0.5", chain, &proxies), "198.51.100.7");
        assert_eq!(
            from("2001:db8::1", "198.51.100.7", &proxies),
            "198.51.100.7"
        );
        assert_eq!(from("10.0.0.5", "nonsense", &proxies), "10.0.0.5");
    }

    #[test]
    fn networks_hold_what_their_length_says() {
        let of = |network, address: &str| contains(network, address.parse().unwrap());
        assert!(of("10.0.0.7", "10.0.0.7"));
        assert!(!of("10.0.0.7", "10.0.0.8"));
        assert!(of("0.0.0.0/0", "192.0.2.1"));
        assert!(!of("10.1.0.0/16", "10.2.0.1"));
        assert!(!of("10.1.0.0/x", "10.1.0.1"));
    }
}
