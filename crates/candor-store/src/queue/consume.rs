//! Consumers: apalis workers that hand each message to one function.

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use apalis::prelude::WorkerBuilderExt;
use apalis_core::{
    backend::ext::{
        BackendExt,
        poll_strategy::{PollSnapshot, PollStrategy, Strategy},
    },
    error::WorkerError,
    worker::{builder::WorkerBuilder, context::WorkerContext, event::Event},
};
use apalis_postgres::PostgresStorage;
use apalis_sqlite::SqliteStorage;
use futures::{Stream, StreamExt, stream::BoxStream};
use tokio_util::sync::CancellationToken;

use super::{Queue, WakeUp, messages::queue_name};
use crate::Backend;

/// Waits before a consumer that failed is started again.
const RESTART: [Duration; 4] = [
    Duration::from_millis(200),
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
];

/// What is done with a message. Its end frees the place in the pool.
pub type Handler = Arc<dyn Fn(WakeUp) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// Who consumes what.
#[derive(Debug, Clone)]
pub struct Consumer {
    /// Name, unique per process and start.
    pub worker: String,
    /// Pool of workers.
    pub pool: &'static str,
    /// Messages handled at once.
    pub concurrency: usize,
    /// Sign of life.
    pub heartbeat: Duration,
    /// Silence after which others take over its messages.
    pub takeover: Duration,
}

impl Queue {
    /// Hands messages to `handler` until stopped, whatever the database does meanwhile. Messages under way
    /// at the stop are waited for by whoever runs them.
    pub async fn consume(&self, consumer: Consumer, handler: Handler, stop: CancellationToken) {
        let mut starts = 0;
        while !stop.is_cancelled() {
            // Names are never reused: a database may still hold the last one's sign of life.
            let name = format!("{}-{}-{starts}", consumer.worker, consumer.pool);
            let begun = tokio::time::Instant::now();
            let run = self.consume_once(&name, &consumer, Arc::clone(&handler), stop.clone());
            match run.await {
                Ok(()) => {}
                Err(error) => tracing::warn!(
                    pool = consumer.pool,
                    error = %error,
                    "queue.consumer_failed"
                ),
            }
            starts += 1;
            if begun.elapsed() > Duration::from_secs(30) {
                starts = starts.max(RESTART.len());
            }
            let pause = RESTART[(starts - 1).min(RESTART.len() - 1)];
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// One consumer, until it is stopped or fails.
    async fn consume_once(
        &self,
        name: &str,
        consumer: &Consumer,
        handler: Handler,
        stop: CancellationToken,
    ) -> Result<(), WorkerError> {
        let heartbeat = consumer.heartbeat.max(Duration::from_secs(1));
        let missed = (consumer.takeover.as_secs_f64() / heartbeat.as_secs_f64()).floor() as usize;
        let strategy = Strategy::new().apply(OnWake(Box::pin(self.wakes.stream(consumer.pool))));
        let context = WorkerContext::new(name);
        let (wakes, pool) = (Arc::clone(&self.wakes), consumer.pool);
        // The ledger keeps results and attempts; one message at a time is taken from the others.
        macro_rules! run {
            ($storage:ident, $config:path, $pool:expr) => {{
                let config = <$config>::default()
                    .queue(queue_name(consumer.pool))
                    .batch_size(1)
                    .heartbeat_interval(heartbeat)
                    .missed_heartbeats(missed.max(2))
                    .lock_tasks(false)
                    .persist_results(false);
                let backend = $storage::<WakeUp>::new($pool)
                    .with_config(config)
                    .poll_with_strategy(strategy);
                let worker = WorkerBuilder::new(&context)
                    .backend(backend)
                    .concurrency(consumer.concurrency)
                    .build(move |message: WakeUp| {
                        // There may be more: each wake-up fetches one, and those that come together count once.
                        wakes.wake(pool);
                        // On its own task: it neither holds up the heartbeat nor ends with the consumer.
                        let handled = tokio::spawn(handler(message));
                        async move {
                            let _ = handled.await;
                        }
                    });
                worker.stream().boxed()
            }};
        }
        let writer = self.store.writer();
        let events = match self.store.backend() {
            Backend::Sqlite => run!(
                SqliteStorage,
                apalis_sqlite::Config,
                writer.get_sqlite_connection_pool()
            ),
            Backend::Postgres => run!(
                PostgresStorage,
                apalis_postgres::Config,
                writer.get_postgres_connection_pool()
            ),
        };
        drive(events, stop).await
    }
}

/// Fetches whenever a wake-up comes. The strategies of apalis itself leave no waker behind once they were
/// ready, and sleep on until the next sign of life.
struct OnWake(Pin<Box<dyn Stream<Item = ()> + Send + Sync>>);

impl PollStrategy for OnWake {
    fn poll_drive(&mut self, cx: &mut Context<'_>, _: &PollSnapshot) -> Poll<Option<()>> {
        let mut is_woken = false;
        while let Poll::Ready(Some(())) = self.0.as_mut().poll_next(cx) {
            is_woken = true;
        }
        if is_woken {
            Poll::Ready(Some(()))
        } else {
            Poll::Pending
        }
    }
}

/// Takes messages until stopped. What is under way goes on in tasks of its own; a message that is just being
/// taken is given up with its transaction, which would otherwise hold the only writer of SQLite.
async fn drive(
    mut events: BoxStream<'static, Result<Event, WorkerError>>,
    stop: CancellationToken,
) -> Result<(), WorkerError> {
    loop {
        tokio::select! {
            event = events.next() => match event {
                Some(event) => drop(event?),
                None => return Ok(()),
            },
            () = stop.cancelled() => return Ok(()),
        }
    }
}
