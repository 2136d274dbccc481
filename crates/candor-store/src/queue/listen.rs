//! Messages of other processes. PostgreSQL tells about them: one connection listens for all pools and comes
//! back after the server was away, which the listener of apalis does not. An SQLite file is looked at.

use std::time::Duration;

use sea_orm::sqlx::{self, postgres::PgListener};
use serde::Deserialize;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use super::Queue;
use crate::Backend;

/// The channel that a trigger of apalis' tables tells about.
const CHANNEL: &str = "apalis::job::insert";

/// How often an SQLite file is looked at: a read of one number of its header.
const LOOK: Duration = Duration::from_millis(100);
/// How often consumers look in any case.
const IN_ANY_CASE: Duration = Duration::from_secs(1);

#[derive(Deserialize)]
struct Inserted {
    job_type: String,
}

impl Queue {
    /// Wakes this process's consumers when another process pushes, until stopped.
    pub async fn listen(&self, stop: CancellationToken) {
        let mut in_any_case = tokio::time::interval(IN_ANY_CASE);
        in_any_case.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while !stop.is_cancelled() {
            let listening = async {
                match self.store.backend() {
                    Backend::Sqlite => self.watch_file().await,
                    Backend::Postgres => self.listen_once().await,
                }
            };
            tokio::pin!(listening);
            loop {
                tokio::select! {
                    () = stop.cancelled() => return,
                    _ = in_any_case.tick() => self.wakes.wake_all(),
                    outcome = &mut listening => {
                        if let Err(error) = outcome {
                            tracing::warn!(error = %error, "queue.listener_lost");
                        }
                        break;
                    }
                }
            }
            // Whatever was told meanwhile was missed.
            self.wakes.wake_all();
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(Duration::from_secs(1)) => {}
            }
        }
    }

    /// The number changes whenever another connection commits.
    async fn watch_file(&self) -> Result<(), sqlx::Error> {
        let pool = self.store.reader().get_sqlite_connection_pool();
        let mut connection = pool.acquire().await?;
        let mut seen = None;
        loop {
            let version: i64 = sqlx::query_scalar("pragma data_version")
                .fetch_one(&mut *connection)
                .await?;
            if seen.replace(version) != Some(version) {
                self.wakes.wake_all();
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    async fn listen_once(&self) -> Result<(), sqlx::Error> {
        let pool = self.store.fresh().get_postgres_connection_pool();
        let mut listener = PgListener::connect_with(pool).await?;
        listener.listen(CHANNEL).await?;
        // `None`: the connection was lost, and notifications with it.
        while let Some(notification) = listener.try_recv().await? {
            let Ok(inserted) = serde_json::from_str::<Inserted>(notification.payload()) else {
                continue;
            };
            if let Some(pool) = inserted.job_type.strip_prefix("candor.") {
                self.wakes.wake(pool);
            }
        }
        Ok(())
    }
}
