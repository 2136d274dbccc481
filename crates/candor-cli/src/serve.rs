//! `candor serve`: API and workers in one process, from nothing to a drained end.

use std::{io::Write, sync::Arc, time::Duration};

use anyhow::{Context, Result};
use candor_app::{
    config::{Config, given},
    jobs::Pool,
};
use candor_server::{
    ServerState,
    listen::{Listening, TlsFiles},
};
use tokio::{
    runtime::Runtime,
    signal::unix::{Signal, SignalKind, signal},
};
use toml::Value;

use crate::{
    args::ServeArgs,
    compose::{Installation, Tables},
    config,
    data_folder::DataFolder,
    first_admin, log,
    worker_process::Work,
};

/// Exit code after a second signal.
pub const INTERRUPTED: i32 = 130;

/// Longest wait for connections to end.
const CLOSING: Duration = Duration::from_secs(2);

/// Runs the server until it is told to stop.
///
/// # Errors
/// Settings that can't be used; what stores and sockets say.
pub fn run(args: &ServeArgs) -> Result<()> {
    let composed = config::load(&args.server, flags(args))?;
    let data = DataFolder::open(&config::data_folder(&args.server))?;
    let runtime = runtime()?;
    let _log = log::start(&composed.config)?;
    runtime.block_on(async {
        let _only_one = if composed.config.store.url.starts_with("postgres") {
            None
        } else {
            Some(data.lock(
                "serve",
                "another candor serve uses this data folder; with SQLite there is one server",
            )?)
        };
        let installation = Installation::compose(composed, data, Tables::Migrated).await?;
        serve(installation, !args.no_worker).await
    })
}

/// A runtime for commands of the server.
///
/// # Errors
/// When threads can't be had.
pub fn runtime() -> Result<Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("no threads can be had")
}

async fn serve(installation: Installation, with_workers: bool) -> Result<()> {
    let app = Arc::clone(&installation.app);
    let door = first_admin::open_door(&installation).await?;
    let server = &app.config.server;
    let listening = Listening::bind(&door.listen, server.reuse_port, tls(&app.config)).await?;
    let urls = listening.urls()?;
    let stop = listening.stop();
    let limit = Duration::from_secs_f64(server.drain_s);
    let router = candor_server::router(ServerState {
        app: Arc::clone(&app),
    });
    let work = with_workers.then(|| Work::start(&app, &Pool::ALL));
    let serving = Arc::clone(&app);
    let mut server = tokio::spawn(async move { listening.serve(router, &serving.config).await });
    let mut signals = Signals::new()?;
    for url in &urls {
        println!("candor listens on {url}");
    }
    door.tell(&app.config, &urls);
    std::io::stdout().flush()?;
    tokio::select! {
        name = signals.next() => tracing::info!(signal = name, "server.draining"),
        outcome = &mut server => {
            outcome.context("the server broke down")??;
            anyhow::bail!("the server ended by itself");
        }
    }
    stop.gently(limit);
    let drained = async {
        // What is still open after the limit is cut by the server itself.
        let (requests, ()) = tokio::join!(&mut server, drain(work, limit));
        requests.context("the server broke down")
    };
    tokio::select! {
        outcome = drained => outcome??,
        _ = signals.next() => std::process::exit(INTERRUPTED),
    }
    // The last connection to a SQLite file takes the log into it, so that the file alone is whole.
    let closing = async {
        app.queue.clone().close().await;
        app.store.clone().close().await;
    };
    let _ = tokio::time::timeout(CLOSING, closing).await;
    tracing::info!("server.stopped");
    Ok(())
}

async fn drain(work: Option<Work>, limit: Duration) {
    if let Some(work) = work {
        work.drain(limit).await;
    }
}

/// SIGTERM and SIGINT.
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Takes both from now on.
    ///
    /// # Errors
    /// When signals can't be handled.
    pub fn new() -> Result<Self> {
        let take = |kind| signal(kind).context("signals can't be handled");
        Ok(Self {
            terminate: take(SignalKind::terminate())?,
            interrupt: take(SignalKind::interrupt())?,
        })
    }

    /// Name of the next one.
    pub async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}

fn flags(args: &ServeArgs) -> Vec<(&'static str, Value)> {
    let mut flags = Vec::new();
    if !args.listen.is_empty() {
        let addresses = args.listen.iter().cloned().map(Value::from).collect();
        flags.push(("server.listen", Value::Array(addresses)));
    }
    for (key, file) in [
        ("server.tls_cert", &args.tls_cert),
        ("server.tls_key", &args.tls_key),
    ] {
        if let Some(file) = file {
            flags.push((key, file.display().to_string().into()));
        }
    }
    flags
}

fn tls(config: &Config) -> Option<TlsFiles> {
    Some(TlsFiles {
        certificate: given(&config.server.tls_cert)?.into(),
        key: given(&config.server.tls_key)?.into(),
    })
}
