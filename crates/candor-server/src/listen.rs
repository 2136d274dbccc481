//! Sockets: plain or TLS on each address, certificates that are read again when they change, and an end
//! that lets running requests finish.

use std::{
    io,
    net::{SocketAddr, TcpListener, ToSocketAddrs},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use axum::Router;
use axum_server::{Handle, tls_rustls::RustlsConfig};
use candor_app::config::Config;
use futures::future::try_join_all;
use hyper_util::rt::TokioTimer;
use tokio::net::TcpSocket;

/// How often the certificate's file is looked at.
const CERTIFICATE_EVERY: Duration = Duration::from_secs(2);
/// Connections that wait to be taken.
const BACKLOG: u32 = 1024;
/// Longest time for the head of a request, unless requests as a whole have less.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);
/// Largest head of a request over HTTP/2, in bytes; over HTTP/1 it is 400 KiB and 100 headers.
const HEAD_BYTES: u32 = 64 << 10;

/// Certificate chain and key in PEM files.
#[derive(Debug, Clone)]
pub struct TlsFiles {
    /// Certificate chain.
    pub certificate: PathBuf,
    /// Key.
    pub key: PathBuf,
}

/// Bound sockets that answer nobody yet.
#[derive(Debug)]
pub struct Listening {
    sockets: Vec<TcpListener>,
    tls: Option<(RustlsConfig, TlsFiles)>,
    handle: Handle<SocketAddr>,
}

/// Ends a running server.
#[derive(Debug, Clone)]
pub struct Stop(Handle<SocketAddr>);

impl Stop {
    /// Cuts everything off.
    pub fn at_once(&self) {
        self.0.shutdown();
    }

    /// Takes no new connections; running requests get this long.
    pub fn gently(&self, limit: Duration) {
        self.0.graceful_shutdown(Some(limit));
    }
}

impl Listening {
    /// Binds all addresses; port 0 takes a free one. A shared address may be bound by other processes too.
    ///
    /// # Errors
    /// With the address that can't be had, or what is wrong with the certificate.
    pub async fn bind(
        addresses: &[String],
        is_shared: bool,
        tls: Option<TlsFiles>,
    ) -> io::Result<Self> {
        let mut sockets = Vec::new();
        for text in addresses {
            sockets.push(bind_one(text, is_shared).map_err(|error| {
                io::Error::new(error.kind(), format!("can't listen on {text}: {error}"))
            })?);
        }
        let tls = match tls {
            Some(files) => Some((read_certificate(&files).await?, files)),
            None => None,
        };
        Ok(Self {
            sockets,
            tls,
            handle: Handle::new(),
        })
    }

    /// Where it listens, as people type it.
    ///
    /// # Errors
    /// What the system says.
    pub fn urls(&self) -> io::Result<Vec<String>> {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        self.sockets
            .iter()
            .map(|socket| Ok(format!("{scheme}://{}", socket.local_addr()?)))
            .collect()
    }

    /// What ends it.
    pub fn stop(&self) -> Stop {
        Stop(self.handle.clone())
    }

    /// Answers requests until it is stopped; their heads have to come in the time that a request has.
    ///
    /// # Errors
    /// When a socket fails.
    pub async fn serve(self, router: Router, config: &Config) -> io::Result<()> {
        let head_timeout =
            HEAD_TIMEOUT.min(Duration::from_secs_f64(config.server.request_timeout_s));
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        let watch = self.tls.clone().map(|(config, files)| {
            tokio::spawn(async move { watch_certificate(&config, &files).await })
        });
        let mut running = Vec::new();
        for socket in self.sockets {
            let (service, handle) = (service.clone(), self.handle.clone());
            let tls = self.tls.as_ref().map(|(config, _)| config.clone());
            running.push(async move {
                match tls {
                    Some(config) => {
                        let mut server =
                            axum_server::from_tcp_rustls(socket, config)?.handle(handle);
                        limit_heads(server.http_builder(), head_timeout);
                        server.serve(service).await
                    }
                    None => {
                        let mut server = axum_server::from_tcp(socket)?.handle(handle);
                        limit_heads(server.http_builder(), head_timeout);
                        server.serve(service).await
                    }
                }
            });
        }
        let outcome = try_join_all(running).await;
        if let Some(watch) = watch {
            watch.abort();
        }
        outcome.map(|_| ())
    }
}

fn bind_one(text: &str, is_shared: bool) -> io::Result<TcpListener> {
    let address = text
        .to_socket_addrs()?
        .next()
        .ok_or_else(|| io::Error::other("it names no address"))?;
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    // A server that starts again does not wait for connections of the old one to be forgotten.
    socket.set_reuseaddr(true)?;
    socket.set_reuseport(is_shared)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)?.into_std()
}

fn limit_heads(
    builder: &mut hyper_util::server::conn::auto::Builder<hyper_util::rt::TokioExecutor>,
    head_timeout: Duration,
) {
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(head_timeout);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(HEAD_BYTES)
        .keep_alive_interval(Duration::from_secs(30));
}

async fn read_certificate(files: &TlsFiles) -> io::Result<RustlsConfig> {
    RustlsConfig::from_pem_file(&files.certificate, &files.key)
        .await
        .map_err(|error| {
            io::Error::new(
                error.kind(),
                format!("the certificate or its key can't be used: {error}"),
            )
        })
}

/// A new certificate is taken for new connections; one that can't be read is told and the old one stays.
async fn watch_certificate(config: &RustlsConfig, files: &TlsFiles) {
    let mut seen = changed_at(files);
    let mut ticks = tokio::time::interval(CERTIFICATE_EVERY);
    loop {
        ticks.tick().await;
        let now = changed_at(files);
        if now == seen {
            continue;
        }
        seen = now;
        match config
            .reload_from_pem_file(&files.certificate, &files.key)
            .await
        {
            Ok(()) => tracing::info!("tls.certificate_renewed"),
            Err(error) => tracing::error!(%error, "tls.certificate_unreadable"),
        }
    }
}

fn changed_at(files: &TlsFiles) -> [Option<SystemTime>; 2] {
    let at = |file: &Path| {
        std::fs::metadata(file)
            .and_then(|data| data.modified())
            .ok()
    };
    [at(&files.certificate), at(&files.key)]
}
