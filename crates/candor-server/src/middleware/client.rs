//! From which address a request really comes: `X-Forwarded-For` is believed from trusted proxies only.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::{ConnectInfo, Request},
    http::HeaderMap,
};

/// Who is at the other end, as an extension of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress {
    /// The client's address; none where the server knows no sockets.
    pub ip: Option<IpAddr>,
    /// Whether it is this machine itself, without any proxy between.
    pub is_this_machine: bool,
}

/// Networks whose word is believed.
pub struct Proxies(Vec<(IpAddr, u8)>);

impl Proxies {
    /// Reads `10.0.0.7` and `10.1.0.0/16`; the settings are checked at start.
    pub fn new(networks: &[String]) -> Self {
        let read = |text: &String| {
            let (address, bits) = text.split_once('/').unwrap_or((text, "128"));
            Some((address.parse().ok()?, bits.parse().ok()?))
        };
        Self(networks.iter().filter_map(read).collect())
    }

    fn trust(&self, address: IpAddr) -> bool {
        self.0
            .iter()
            .any(|(network, bits)| match (network, address.to_canonical()) {
                (IpAddr::V4(network), IpAddr::V4(address)) => {
                    same_head(&network.octets(), &address.octets(), *bits)
                }
                (IpAddr::V6(network), IpAddr::V6(address)) => {
                    same_head(&network.octets(), &address.octets(), *bits)
                }
                _ => false,
            })
    }

    /// Finds it out once for each request, and notes it there.
    pub fn note(&self, request: &mut Request) {
        let peer = request
            .extensions()
            .get::<ConnectInfo<SocketAddr>>()
            .map(|info| info.0.ip().to_canonical());
        let headers = request.headers();
        let forwarded =
            headers.contains_key("x-forwarded-for") || headers.contains_key("forwarded");
        let found = ClientAddress {
            ip: peer.map(|peer| self.client(peer, headers)),
            is_this_machine: !forwarded && peer.is_some_and(|peer| peer.is_loopback()),
        };
        request.extensions_mut().insert(found);
    }

    /// The last address of the chain that no trusted proxy wrote about itself.
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        if !self.trust(peer) {
            return peer;
        }
        headers
            .get_all("x-forwarded-for")
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .filter_map(|text| text.trim().parse::<IpAddr>().ok())
            .rfind(|address| !self.trust(*address))
            .unwrap_or(peer)
    }
}

fn same_head(network: &[u8], address: &[u8], bits: u8) -> bool {
    let bits = usize::from(bits).min(network.len() * 8);
    let (whole, rest) = (bits / 8, bits % 8);
    network[..whole] == address[..whole]
        && (rest == 0 || (network[whole] ^ address[whole]) >> (8 - rest) == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(proxies: &[&str], peer: &str, forwarded: &str) -> String {
        let proxies: Vec<String> = proxies.iter().map(|text| (*text).to_owned()).collect();
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", forwarded.parse().unwrap());
        Proxies::new(&proxies)
            .client(peer.parse().unwrap(), &headers)
            .to_string()
    }

    #[test]
    fn nobody_is_believed_unless_trusted() {
        assert_eq!(seen(&[], "203.0.113.9", "10.9.9.9"), "203.0.113.9");
        assert_eq!(seen(&["10.0.0.7"], "10.0.0.8", "9.9.9.9"), "10.0.0.8");
    }

    #[test]
    fn what_a_client_claims_before_a_trusted_proxy_does_not_count() {
        let proxies = ["10.1.0.0/16", "10.0.0.7"];
        assert_eq!(
            seen(&proxies, "10.0.0.7", "1.1.1.1, 203.0.113.9, 10.1.200.3"),
            "203.0.113.9"
        );
        assert_eq!(
            seen(&["2001:db8::/33"], "2001:db8:1::1", "9.9.9.9"),
            "9.9.9.9"
        );
        assert_eq!(
            seen(&["2001:db8::/33"], "2001:db8:8000::1", "9.9.9.9"),
            "2001:db8:8000::1"
        );
    }
}
