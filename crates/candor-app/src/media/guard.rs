//! Requests to addresses that others name: resolved, checked against this machine and private networks,
//! pinned to what was checked, bounded in time.

use std::{io, net::IpAddr, sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header};
use jiff::Timestamp;
use reqwest::{
    Certificate, Client, Method, Response,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect,
};
use url::{Host, Url};

use crate::{AppError, config::Config};

mod address;

pub use address::{AddressClass, classify};

/// Longest wait for a name to be resolved and a connection to stand.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);

/// Redirects that are followed.
const MOST_REDIRECTS: usize = 5;

/// Bytes of an answer that [`GuardedClient::post`] keeps.
const REPLY_BYTES: usize = 16 << 10;

/// What may be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// This machine itself, also without TLS and on any port.
    pub loopback: bool,
    /// Private networks, on any port.
    pub private: bool,
    /// Private networks also without TLS.
    pub plain_private: bool,
    /// Ports other than 443 of public addresses.
    pub any_port: bool,
    /// Longest silence of the other side.
    pub idle: Duration,
}

impl Policy {
    /// For recordings that are fetched.
    pub fn fetch(config: &Config) -> Self {
        Self {
            loopback: config.fetch.allow_loopback,
            private: config.fetch.allow_private,
            plain_private: false,
            any_port: false,
            idle: Duration::from_secs_f64(config.limits.idle_s),
        }
    }

    /// For events that are told to others.
    pub fn webhooks(config: &Config) -> Self {
        Self {
            loopback: config.webhooks.allow_private,
            private: config.webhooks.allow_private,
            plain_private: true,
            any_port: true,
            idle: Duration::from_secs_f64(config.webhooks.timeout_s),
        }
    }

    fn allows(&self, class: AddressClass, is_local: bool, is_plain: bool) -> bool {
        match class {
            AddressClass::Public => !is_local,
            AddressClass::Loopback => self.loopback,
            AddressClass::Private => self.private && (!is_plain || self.plain_private),
            AddressClass::Reserved => false,
        }
    }
}

/// Why a guarded request gave no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GuardError {
    /// The address is none that may be asked; the text says what to do.
    #[error("{0}")]
    Refused(String),
    /// Nobody answers, the connection broke, or the silence was too long.
    #[error("the other side can't be reached")]
    Network(#[source] reqwest::Error),
    /// The other side can't show that it is who it should be.
    #[error("the certificate of the other side is not trusted")]
    Untrusted,
    /// The name is not known.
    #[error("the host name can't be resolved")]
    Unresolved,
    /// The exchange took longer than allowed.
    #[error("no answer within {} s", .limit.as_secs_f64())]
    TimedOut {
        /// What is allowed.
        limit: Duration,
    },
    /// The client could not be made.
    #[error("an internal error")]
    Internal(#[source] reqwest::Error),
}

/// Finds the addresses of a name.
#[async_trait]
pub trait Resolver: Send + Sync {
    /// All addresses of `host`.
    ///
    /// # Errors
    /// When there are none.
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>>;
}

/// The system's resolver.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

#[async_trait]
impl Resolver for SystemResolver {
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        let found = tokio::time::timeout(CONNECT_LIMIT, tokio::net::lookup_host((host, 0)));
        Ok(found.await??.map(|address| address.ip()).collect())
    }
}

/// What another side answered to [`GuardedClient::post`].
#[derive(Debug, Clone)]
pub struct Reply {
    /// Status.
    pub status: u16,
    /// `Retry-After`, where it was said.
    pub retry_after: Option<Duration>,
    /// The first 16 KiB of the answer.
    pub body: Bytes,
}

/// Asks only what the [`Policy`] allows. Cheap to clone.
#[derive(Clone)]
pub struct GuardedClient {
    policy: Policy,
    /// For https.
    secure: Client,
    /// For https on other ports where public addresses don't allow those.
    local: Client,
    /// For http.
    plain: Client,
}

impl GuardedClient {
    /// A client that resolves names with the system.
    ///
    /// # Errors
    /// When the system's certificates can't be read.
    pub fn new(policy: Policy) -> Result<Self, GuardError> {
        Self::with_resolver(policy, Arc::new(SystemResolver))
    }

    /// A client that resolves names with `resolver`.
    ///
    /// # Errors
    /// When the system's certificates can't be read.
    pub fn with_resolver(policy: Policy, resolver: Arc<dyn Resolver>) -> Result<Self, GuardError> {
        Self::with_roots(policy, resolver, &[])
    }

    /// A client that trusts these authorities besides those of the system.
    ///
    /// # Errors
    /// When the certificates can't be read.
    pub fn with_roots(
        policy: Policy,
        resolver: Arc<dyn Resolver>,
        roots: &[Certificate],
    ) -> Result<Self, GuardError> {
        let client = move |is_local: bool, is_plain: bool| {
            Client::builder()
                .tls_certs_merge(roots.iter().cloned())
                .no_proxy()
                .redirect(redirect::Policy::none())
                .referer(false)
                .user_agent(concat!("candor/", env!("CARGO_PKG_VERSION")))
                .connect_timeout(CONNECT_LIMIT)
                .read_timeout(policy.idle)
                .pool_max_idle_per_host(1)
                .dns_resolver(CheckedResolver {
                    policy,
                    is_local,
                    is_plain,
                    resolver: Arc::clone(&resolver),
                })
                .build()
                .map_err(GuardError::Internal)
        };
        Ok(Self {
            policy,
            secure: client(false, false)?,
            local: client(true, false)?,
            plain: client(true, true)?,
        })
    }

    /// Whether the address could be asked, as far as its text tells. Names are resolved, and their
    /// addresses checked, when it is asked.
    ///
    /// # Errors
    /// [`GuardError::Refused`].
    pub fn check(policy: &Policy, url: &Url) -> Result<(), GuardError> {
        let refused = |reason: &str| Err(GuardError::Refused(reason.to_owned()));
        if !url.username().is_empty() || url.password().is_some() {
            return refused("the address must hold no user name or password");
        }
        let (is_local, is_plain) = match url.scheme() {
            "https" => (
                !policy.any_port && url.port_or_known_default() != Some(443),
                false,
            ),
            "http" => (true, true),
            _ => return refused("the address must begin with https://"),
        };
        let may_be_local =
            policy.loopback || (policy.private && (!is_plain || policy.plain_private));
        if is_plain && !may_be_local {
            return refused("the address must begin with https://");
        }
        if is_local && !may_be_local {
            return refused("the address must use the port 443");
        }
        let literal = match url.host() {
            None => return refused("the address names no host"),
            Some(Host::Domain(_)) => return Ok(()),
            Some(Host::Ipv4(address)) => IpAddr::V4(address),
            Some(Host::Ipv6(address)) => IpAddr::V6(address),
        };
        if policy.allows(classify(literal), is_local, is_plain) {
            Ok(())
        } else {
            Err(Forbidden { is_local, is_plain }.into())
        }
    }

    /// One request, with the answer's head. Redirects are not followed.
    ///
    /// # Errors
    /// See [`GuardError`].
    pub async fn send(
        &self,
        method: Method,
        url: &Url,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<Response, GuardError> {
        Self::check(&self.policy, url)?;
        let client = match url.scheme() {
            "http" => &self.plain,
            _ if !self.policy.any_port && url.port_or_known_default() != Some(443) => &self.local,
            _ => &self.secure,
        };
        let mut request = client.request(method, url.clone()).headers(headers);
        if !body.is_empty() {
            request = request.body(body);
        }
        request.send().await.map_err(explain)
    }

    /// Gets `url`, following at most five redirects, each checked like the first address.
    ///
    /// # Errors
    /// See [`GuardError`].
    pub async fn get(&self, url: &Url, headers: HeaderMap) -> Result<Response, GuardError> {
        let mut url = url.clone();
        let mut headers = headers;
        headers.insert(
            header::ACCEPT_ENCODING,
            HeaderValue::from_static("identity"),
        );
        for _ in 0..=MOST_REDIRECTS {
            let response = self
                .send(Method::GET, &url, headers.clone(), Bytes::new())
                .await?;
            if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
                return Ok(response);
            }
            url = response
                .headers()
                .get(header::LOCATION)
                .and_then(|location| location.to_str().ok())
                .and_then(|location| url.join(location).ok())
                .ok_or_else(|| {
                    GuardError::Refused("the other side redirects to nowhere".to_owned())
                })?;
        }
        Err(GuardError::Refused(format!(
            "the other side redirects more than {MOST_REDIRECTS} times"
        )))
    }

    /// Posts `body` and reads the beginning of the answer; both within `limit`. Redirects are not followed.
    ///
    /// # Errors
    /// See [`GuardError`].
    pub async fn post(
        &self,
        url: &Url,
        headers: HeaderMap,
        body: Bytes,
        limit: Duration,
    ) -> Result<Reply, GuardError> {
        let exchange = async {
            let mut response = self.send(Method::POST, url, headers, body).await?;
            let status = response.status().as_u16();
            let retry_after = retry_after(response.headers());
            let mut kept = Vec::new();
            while kept.len() < REPLY_BYTES {
                let Some(chunk) = response.chunk().await.map_err(GuardError::Network)? else {
                    break;
                };
                kept.extend_from_slice(&chunk[..chunk.len().min(REPLY_BYTES - kept.len())]);
            }
            Ok(Reply {
                status,
                retry_after,
                body: kept.into(),
            })
        };
        match tokio::time::timeout(limit, exchange).await {
            Ok(reply) => reply,
            Err(_) => Err(GuardError::TimedOut { limit }),
        }
    }
}

/// `Retry-After`, told in seconds or as a date; at most a day.
pub fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    const DAY_S: u64 = 86_400;
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    let seconds = text.parse().ok().or_else(|| {
        let at = http_date(text)?;
        // The other side's clock, where it tells, is the one that it means.
        let date = headers.get(header::DATE);
        let now = date
            .and_then(|date| http_date(date.to_str().ok()?))
            .unwrap_or_else(Timestamp::now);
        u64::try_from(at.duration_since(now).as_secs()).ok()
    })?;
    Some(Duration::from_secs(DAY_S.min(seconds)))
}

fn http_date(text: &str) -> Option<Timestamp> {
    jiff::fmt::rfc2822::DateTimeParser::new()
        .parse_timestamp(text)
        .ok()
}

/// A name led to an address that the policy forbids.
#[derive(Debug, thiserror::Error)]
#[error("the address leads to a place that may not be asked")]
struct Forbidden {
    is_local: bool,
    is_plain: bool,
}

impl From<Forbidden> for GuardError {
    fn from(forbidden: Forbidden) -> Self {
        Self::Refused(
            if forbidden.is_plain {
                "the address must begin with https://"
            } else if forbidden.is_local {
                "the address must use the port 443 of a public host"
            } else {
                "the address leads to this machine or a private network, which is not allowed"
            }
            .to_owned(),
        )
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the host name can't be resolved")]
struct Unresolved(#[source] io::Error);

/// Gives the HTTP client only addresses that were checked: what is checked is what is connected to.
struct CheckedResolver {
    policy: Policy,
    is_local: bool,
    is_plain: bool,
    resolver: Arc<dyn Resolver>,
}

impl Resolve for CheckedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let resolver = Arc::clone(&self.resolver);
        let (policy, is_local, is_plain) = (self.policy, self.is_local, self.is_plain);
        Box::pin(async move {
            let found = resolver.resolve(name.as_str()).await.map_err(Unresolved)?;
            // One bad address among good ones is a trick: none is used then.
            let all_allowed = found
                .iter()
                .all(|address| policy.allows(classify(*address), is_local, is_plain));
            if found.is_empty() {
                return Err(Unresolved(io::ErrorKind::NotFound.into()).into());
            }
            if !all_allowed {
                return Err(Forbidden { is_local, is_plain }.into());
            }
            let addresses: Addrs = Box::new(found.into_iter().map(|address| (address, 0).into()));
            Ok(addresses)
        })
    }
}

/// Tells a refusal of the resolver, and a certificate that is not trusted, from a failure of the network.
fn explain(error: reqwest::Error) -> GuardError {
    let mut source = std::error::Error::source(&error);
    while let Some(inner) = source {
        if let Some(forbidden) = inner.downcast_ref::<Forbidden>() {
            return Forbidden { ..*forbidden }.into();
        }
        if inner.is::<Unresolved>() {
            return GuardError::Unresolved;
        }
        if is_untrusted(inner) {
            return GuardError::Untrusted;
        }
        source = inner.source();
    }
    GuardError::Network(error)
}

/// Whether TLS failed because of the certificate; errors of input and output wrap each other without telling
/// it as their source.
fn is_untrusted(error: &(dyn std::error::Error + 'static)) -> bool {
    if let Some(error) = error.downcast_ref::<rustls::Error>() {
        return matches!(error, rustls::Error::InvalidCertificate(_));
    }
    error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref)
        .is_some_and(|inner| is_untrusted(inner))
}

impl From<GuardError> for AppError {
    /// For addresses that are given with a request.
    fn from(error: GuardError) -> Self {
        match error {
            GuardError::Refused(reason) => Self::invalid("address_refused", "url", reason),
            error => Self::internal(error),
        }
    }
}

#[cfg(test)]
mod tests;
