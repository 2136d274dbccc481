//! The workers of one process: consumers of the queue, signs of life, and the reconciler.

use std::{sync::Arc, time::Duration};

use candor_store::{
    live::Topic,
    queue::{Consumer, Handler, WakeUp},
    records,
};
use tokio::{
    task::JoinHandle,
    time::{MissedTickBehavior, interval, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{
    Pool, ledger, reconcile,
    runner::{Interrupt, Runner},
};
use crate::{App, AppError};

/// Time for handing work back after the drain.
const HAND_BACK: Duration = Duration::from_secs(10);

/// Runs steps until it is drained or dropped.
pub struct Workers {
    runner: Arc<Runner>,
    /// No more work is taken.
    stop: CancellationToken,
    /// Not even signs of life.
    end: CancellationToken,
    consumers: Vec<JoinHandle<()>>,
    keepers: Vec<JoinHandle<()>>,
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.stop.cancel();
        self.end.cancel();
        for task in self.consumers.iter().chain(&self.keepers) {
            task.abort();
        }
    }
}

impl Workers {
    /// Starts workers of these pools, each with the number of places that the configuration gives it.
    /// Must be called within the runtime.
    pub fn start(app: &Arc<App>, pools: &[Pool]) -> Self {
        let names: Vec<&'static str> = pools.iter().map(|pool| pool.as_str()).collect();
        let runner = Arc::new(Runner::new(Arc::clone(app), &names));
        let stop = CancellationToken::new();
        let end = CancellationToken::new();
        let mut consumers: Vec<JoinHandle<()>> = pools
            .iter()
            .filter_map(|pool| consumer(&runner, *pool))
            .map(|consumer| {
                let (queue, stop) = (app.queue.clone(), stop.clone());
                let runner = Arc::clone(&runner);
                let handler: Handler =
                    Arc::new(move |message: WakeUp| Box::pin(Arc::clone(&runner).handle(message)));
                tokio::spawn(async move { queue.consume(consumer, handler, stop).await })
            })
            .collect();
        let (queue, stopped) = (app.queue.clone(), stop.clone());
        consumers.push(tokio::spawn(async move { queue.listen(stopped).await }));
        let keepers = vec![
            tokio::spawn(keep_alive(Arc::clone(&runner), end.clone())),
            tokio::spawn(follow_stops(Arc::clone(&runner), end.clone())),
            tokio::spawn(reconcile::keep_reconciling(
                Arc::clone(&runner),
                stop.clone(),
            )),
        ];
        tracing::info!(worker = runner.worker.name, pools = ?names, "workers started");
        Self {
            runner,
            stop,
            end,
            consumers,
            keepers,
        }
    }

    /// The name under which this process stands in the ledger.
    pub fn name(&self) -> &str {
        &self.runner.worker.name
    }

    /// Takes no more work, gives running steps so long to end, and hands the rest back.
    pub async fn drain(mut self, limit: Duration) {
        self.stop.cancel();
        if !self.runner.idle(limit).await {
            self.runner.interrupt(|_, _| Some(Interrupt::HandBack));
            if !self.runner.idle(HAND_BACK).await {
                tracing::warn!("jobs.not_all_handed_back");
            }
        }
        // Consumers leave their queue in order; a database that is away doesn't hold up the end.
        for consumer in &mut self.consumers {
            let _ = timeout(Duration::from_secs(2), consumer).await;
        }
        self.end.cancel();
        let app = &self.runner.app;
        let now = ledger::now(app);
        let stopped = records::workers::stop(app.store.writer(), &self.runner.worker.name, now);
        if let Ok(Err(error)) = timeout(Duration::from_secs(2), stopped).await {
            tracing::debug!(error = %error, "jobs.stop_not_noted");
        }
        tracing::info!(worker = self.runner.worker.name, "workers stopped");
    }
}

fn consumer(runner: &Runner, pool: Pool) -> Option<Consumer> {
    let config = &runner.app.config.jobs;
    let concurrency = match pool {
        Pool::Cpu => config.cpu,
        Pool::Io => config.io,
        Pool::Llm => config.llm,
        Pool::Webhook => config.webhook,
    };
    (concurrency > 0).then(|| Consumer {
        worker: runner.worker.name.clone(),
        pool: pool.as_str(),
        concurrency,
        heartbeat: Duration::from_secs_f64(config.heartbeat_s.max(0.1)),
        takeover: Duration::from_secs_f64(config.takeover_s.max(0.1)),
    })
}

/// Signs of life on a timer of their own, whatever steps do.
pub(super) async fn keep_alive(runner: Arc<Runner>, end: CancellationToken) {
    let every = Duration::from_secs_f64(runner.app.config.jobs.heartbeat_s.max(0.1));
    let mut tick = interval(every);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = end.cancelled() => return,
            _ = tick.tick() => {}
        }
        if let Err(error) = beat(&runner).await {
            tracing::warn!(error = %error, "jobs.heartbeat_failed");
        }
    }
}

async fn beat(runner: &Runner) -> Result<(), AppError> {
    let app = &runner.app;
    let running = runner.running();
    let attempts: Vec<_> = running.iter().map(|(attempt, _)| *attempt).collect();
    let now = ledger::now(app);
    records::workers::beat(app.store.writer(), &runner.worker, &attempts, now).await?;
    interrupt_stopped(runner).await?;
    let alive = records::jobs::running_attempts(app.store.fresh(), &attempts).await?;
    runner.interrupt(|attempt, _| {
        let is_lost = attempts.contains(&attempt) && !alive.contains(&attempt);
        is_lost.then_some(Interrupt::Superseded)
    });
    Ok(())
}

async fn interrupt_stopped(runner: &Runner) -> Result<(), AppError> {
    let jobs: Vec<_> = runner.running().iter().map(|(_, job)| *job).collect();
    let stopping = records::jobs::stopping_jobs(runner.app.store.fresh(), &jobs).await?;
    runner.interrupt(|_, job| stopping.contains(&job).then_some(Interrupt::Stop));
    Ok(())
}

/// Stops at once what somebody wants to stop; the signs of life notice it too, later.
async fn follow_stops(runner: Arc<Runner>, end: CancellationToken) {
    let mut signals = runner.app.live.follow();
    loop {
        let signal = tokio::select! {
            () = end.cancelled() => return,
            signal = signals.recv() => signal,
        };
        match signal {
            Ok(signal) if signal.topic == Topic::Stop => {
                let runs = runner
                    .running()
                    .iter()
                    .any(|(_, job)| *job == signal.subject);
                if runs && let Err(error) = interrupt_stopped(&runner).await {
                    tracing::debug!(error = %error, "jobs.stop_not_followed");
                }
            }
            Err(tokio::sync::broadcast::error::RecvError::Closed) => return,
            _ => {}
        }
    }
}
