//! `candor worker`: steps without an interface, and what any process that runs steps does besides.

use std::{io::Write, sync::Arc, time::Duration};

use anyhow::Result;
use candor_app::{
    App, conduct,
    jobs::{Pool, Workers},
    media, practice,
};
use tokio::{
    task::JoinHandle,
    time::{MissedTickBehavior, interval},
};

use crate::{
    args::WorkerArgs,
    compose::{Installation, Tables},
    config,
    data_folder::DataFolder,
    log,
    serve::{self, INTERRUPTED, Signals},
};

/// How often abandoned uploads and objects without rows are removed.
const SWEEP: Duration = Duration::from_secs(3600);
/// How often interviews are ended whose time is up.
const OVERDUE: Duration = Duration::from_secs(60);

/// Workers and sweeps of this process.
pub struct Work {
    workers: Workers,
    sweeps: Option<JoinHandle<()>>,
}

impl Work {
    /// Starts them; whoever fetches and saves also clears up.
    pub fn start(app: &Arc<App>, pools: &[Pool]) -> Self {
        let sweeps = pools
            .contains(&Pool::Io)
            .then(|| tokio::spawn(keep_tidy(Arc::clone(app))));
        Self {
            workers: Workers::start(app, pools),
            sweeps,
        }
    }

    /// Lets running steps end.
    pub async fn drain(self, limit: Duration) {
        if let Some(sweeps) = self.sweeps {
            sweeps.abort();
        }
        self.workers.drain(limit).await;
    }
}

/// Runs workers until it is told to stop.
///
/// # Errors
/// Settings that can't be used; what stores say.
pub fn run(args: &WorkerArgs) -> Result<()> {
    let composed = config::load(&args.server, Vec::new())?;
    let data = DataFolder::open(&config::data_folder(&args.server))?;
    let runtime = serve::runtime()?;
    let _log = log::start(&composed.config)?;
    runtime.block_on(async {
        let installation = Installation::compose(composed, data, Tables::Migrated).await?;
        let app = &installation.app;
        let mut signals = Signals::new()?;
        let work = Work::start(app, &args.pools());
        println!("candor works as {}", work.workers.name());
        std::io::stdout().flush()?;
        let name = signals.next().await;
        tracing::info!(signal = name, "worker.draining");
        tokio::select! {
            () = work.drain(Duration::from_secs_f64(app.config.server.drain_s)) => Ok(()),
            _ = signals.next() => std::process::exit(INTERRUPTED),
        }
    })
}

/// What goes on beside the steps, until it is aborted.
async fn keep_tidy(app: Arc<App>) {
    tokio::join!(keep_sweeping(Arc::clone(&app)), keep_ending(app));
}

async fn keep_sweeping(app: Arc<App>) {
    let mut ticks = interval(SWEEP);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = media::sweep(&app).await {
            tracing::warn!(error = %error, "media.not_swept");
        }
    }
}

async fn keep_ending(app: Arc<App>) {
    let mut ticks = interval(OVERDUE);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = conduct::end_overdue(&app).await {
            tracing::warn!(error = %error, "interviews.not_ended");
        }
        if let Err(error) = practice::close_abandoned(&app).await {
            tracing::warn!(error = %error, "practice.not_closed");
        }
    }
}
