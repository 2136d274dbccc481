//! PostgreSQL tells about messages of other processes. One connection listens for all pools and comes back
//! after the server was away, which the listener of apalis does not.

use std::time::Duration;

use sea_orm::sqlx::postgres::PgListener;
use serde::Deserialize;
use tokio_util::sync::CancellationToken;

use super::Queue;
use crate::Backend;

/// The channel that a trigger of apalis' tables tells about.
const CHANNEL: &str = "apalis::job::insert";

#[derive(Deserialize)]
struct Inserted {
    job_type: String,
}

impl Queue {
    /// Wakes this process's consumers when another process pushes, until stopped. On SQLite there is nobody
    /// who tells: consumers look every 200 ms.
    pub async fn listen(&self, stop: CancellationToken) {
        if self.store.backend() == Backend::Sqlite {
            return;
        }
        while !stop.is_cancelled() {
            let listening = self.listen_once();
            tokio::select! {
                () = stop.cancelled() => return,
                outcome = listening => {
                    if let Err(error) = outcome {
                        tracing::warn!(error = %error, "queue.listener_lost");
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

    async fn listen_once(&self) -> Result<(), sea_orm::sqlx::Error> {
        let pool = self.store.writer().get_postgres_connection_pool();
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
