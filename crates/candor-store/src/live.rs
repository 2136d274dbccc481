//! Live state shared between processes: in process, or Redis.
//!
//! Signals say only that something happened; what happened stands in the database. A lost signal costs
//! patience, never an event.

use std::{
    future::Future,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use redis::{
    AsyncCommands, AsyncConnectionConfig, Client, ErrorKind, RedisError, RedisResult,
    aio::{ConnectionManager, ConnectionManagerConfig},
    streams::{StreamMaxlen, StreamReadOptions, StreamReadReply},
};
use tokio::sync::broadcast;
use uuid::Uuid;

use crate::StoreError;

mod states;

/// The stream that all processes write signals to.
const STREAM: &str = "candor:signals";
/// Signals kept for processes that were away for a moment.
const KEPT: usize = 10_000;
/// Signals that a slow receiver may lag behind; it reads the database afterwards anyway.
const BUFFER: usize = 1024;
/// Longest blocking read of the stream.
const BLOCK: Duration = Duration::from_secs(5);
/// Longest wait between two tries to reach a Redis that is away.
const BETWEEN_TRIES: Duration = Duration::from_secs(1);
/// Longest wait for a copy of state: people wait for it, and the records hold the same.
const BRIEF: Duration = Duration::from_millis(500);
/// How long nobody waits for copies after one that did not come.
const REST: Duration = Duration::from_secs(1);

/// What a signal is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// There are new events of a job.
    Events,
    /// Somebody wants a job to stop.
    Stop,
}

impl Topic {
    fn as_str(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::Stop => "stop",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [Self::Events, Self::Stop]
            .into_iter()
            .find(|topic| topic.as_str() == name)
    }
}

/// Something happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signal {
    /// What.
    pub topic: Topic,
    /// To whom.
    pub subject: Uuid,
}

/// Signals and short-lived state. Cheap to clone.
#[derive(Clone)]
pub struct Live {
    signals: broadcast::Sender<Signal>,
    redis: Option<Redis>,
    states: states::States,
    idle: Duration,
}

#[derive(Clone)]
struct Redis {
    connection: ConnectionManager,
    /// When it last did not answer somebody who waited.
    failed_at: Arc<Mutex<Option<Instant>>>,
    _follower: Arc<Follower>,
}

impl Redis {
    /// What it says to somebody who waits for it: soon, or that it is away.
    async fn briefly<T>(
        &self,
        asked: impl Future<Output = RedisResult<T>>,
    ) -> Result<T, StoreError> {
        let failed_at = || {
            self.failed_at
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        if failed_at().is_some_and(|at| at.elapsed() < REST) {
            return Err(away("Redis did not answer a moment ago"));
        }
        let said = match tokio::time::timeout(BRIEF, asked).await {
            Ok(said) => said.map_err(StoreError::from),
            Err(_) => Err(away("Redis does not answer in time")),
        };
        *failed_at() = said.is_err().then(Instant::now);
        said
    }
}

fn away(reason: &'static str) -> StoreError {
    RedisError::from((ErrorKind::Io, reason)).into()
}

/// Ends the follower with the last clone.
struct Follower(tokio::task::JoinHandle<()>);

impl Drop for Follower {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl std::fmt::Debug for Live {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.redis {
            None => "Live(in process)",
            Some(_) => "Live(redis)",
        })
    }
}

impl Live {
    /// In process without an address, else Redis. Copies of state go when nobody asked for them for `idle`.
    ///
    /// # Errors
    /// [`StoreError::Live`] when nothing answers.
    pub async fn connect(url: Option<&str>, idle: Duration) -> Result<Self, StoreError> {
        let (signals, _) = broadcast::channel(BUFFER);
        let redis = match url {
            None => None,
            Some(url) => {
                let client = Client::open(url)?;
                let config = ConnectionManagerConfig::new().set_max_delay(BETWEEN_TRIES);
                let connection = client.get_connection_manager_with_config(config).await?;
                let follower = tokio::spawn(follow(client, signals.clone()));
                Some(Redis {
                    connection,
                    failed_at: Arc::default(),
                    _follower: Arc::new(Follower(follower)),
                })
            }
        };
        Ok(Self {
            signals,
            redis,
            states: states::in_process(idle),
            idle,
        })
    }

    /// Tells everybody who follows that something happened to `subject`. Never waits, never fails.
    pub fn signal(&self, topic: Topic, subject: Uuid) {
        // Nobody listening is no error.
        let _ = self.signals.send(Signal { topic, subject });
        let Some(redis) = &self.redis else { return };
        let mut connection = redis.connection.clone();
        tokio::spawn(async move {
            let added: Result<String, _> = connection
                .xadd_maxlen(
                    STREAM,
                    StreamMaxlen::Approx(KEPT),
                    "*",
                    &[
                        ("topic", topic.as_str().to_owned()),
                        ("subject", subject.to_string()),
                    ],
                )
                .await;
            if let Err(error) = added {
                tracing::warn!(error = %error, "live.signal_lost");
            }
        });
    }

    /// What is signalled from now on, by this process and the others.
    pub fn follow(&self) -> broadcast::Receiver<Signal> {
        self.signals.subscribe()
    }

    /// Asks for a sign of life.
    ///
    /// # Errors
    /// [`StoreError::Live`] when there is none.
    pub async fn ping(&self) -> Result<(), StoreError> {
        let Some(redis) = &self.redis else {
            return Ok(());
        };
        let mut connection = redis.connection.clone();
        Ok(redis::cmd("PING")
            .query_async::<()>(&mut connection)
            .await?)
    }
}

/// Reads other processes' signals and goes on after the last one that was seen.
async fn follow(client: Client, signals: broadcast::Sender<Signal>) {
    let mut last = "$".to_owned();
    loop {
        if let Err(error) = follow_once(&client, &signals, &mut last).await {
            tracing::warn!(error = %error, "live.follower_lost");
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

async fn follow_once(
    client: &Client,
    signals: &broadcast::Sender<Signal>,
    last: &mut String,
) -> RedisResult<()> {
    // The usual response time limit would end a blocking read.
    let config = AsyncConnectionConfig::new().set_response_timeout(None);
    let mut connection = client
        .get_multiplexed_async_connection_with_config(&config)
        .await?;
    let options = StreamReadOptions::default()
        .block(BLOCK.as_millis() as usize)
        .count(500);
    loop {
        let reply: Option<StreamReadReply> = connection
            .xread_options(&[STREAM], &[last.as_str()], &options)
            .await?;
        for entry in reply
            .into_iter()
            .flat_map(|reply| reply.keys)
            .flat_map(|key| key.ids)
        {
            let topic = entry.get::<String>("topic");
            let subject = entry.get::<String>("subject");
            if let (Some(topic), Some(subject)) = (
                topic.and_then(|name| Topic::from_name(&name)),
                subject.and_then(|text| text.parse().ok()),
            ) {
                let _ = signals.send(Signal { topic, subject });
            }
            *last = entry.id;
        }
    }
}
