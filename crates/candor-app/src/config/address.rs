//! Where people reach this server, as its settings alone tell.

use super::{Config, given, is_loopback};

impl Config {
    /// The server's own address without a slash at the end: `server.public_url`, or else where it listens, if only
    /// this machine reaches it. `None` where other machines reach it under an unknown name, or at a port that the
    /// system is to choose.
    pub fn own_url(&self) -> Option<String> {
        if let Some(url) = given(&self.server.public_url) {
            return Some(url.trim_end_matches('/').to_owned());
        }
        if !self.listens_on_loopback_only() {
            return None;
        }
        let scheme = match given(&self.server.tls_cert) {
            Some(_) => "https",
            None => "http",
        };
        self.server
            .listen
            .iter()
            .find(|address| is_loopback(address) && !address.ends_with(":0"))
            .map(|address| format!("{scheme}://{address}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own_url(listen: &[&str], change: impl FnOnce(&mut Config)) -> Option<String> {
        let mut config = Config::default();
        config.server.listen = listen.iter().map(|&text| text.to_owned()).collect();
        change(&mut config);
        config.own_url()
    }

    #[test]
    fn the_public_address_comes_first() {
        let url = own_url(&["0.0.0.0:80"], |c| {
            c.server.public_url = "https://interviews.example.org/".into();
        });
        assert_eq!(url.as_deref(), Some("https://interviews.example.org"));
    }

    #[test]
    fn a_server_of_this_machine_is_reached_where_it_listens() {
        let url = own_url(&["localhost:0", "[::1]:9000"], |_| ());
        assert_eq!(url.as_deref(), Some("http://[::1]:9000"));
        let url = own_url(&["127.0.0.1:8000"], |c| c.server.tls_cert = "x".into());
        assert_eq!(url.as_deref(), Some("https://127.0.0.1:8000"));
    }

    #[test]
    fn what_is_not_known_is_not_guessed() {
        assert_eq!(own_url(&["127.0.0.1:8000", "0.0.0.0:8000"], |_| ()), None);
        assert_eq!(own_url(&["127.0.0.1:0"], |_| ()), None);
        assert_eq!(own_url(&[], |_| ()), None);
    }
}
