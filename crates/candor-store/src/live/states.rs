//! Short-lived state by key, in process or in Redis: a copy of what the records hold, so that a lost one costs a read.

use std::{sync::Arc, time::Duration};

use moka::sync::Cache;
use redis::{AsyncCommands, Expiry};
use uuid::Uuid;

use super::Live;
use crate::StoreError;

#[cfg(test)]
mod tests;

/// Most bytes that are kept in this process; what was used longest ago goes first.
const MOST_BYTES: u64 = 64 << 20;
/// What keys in Redis begin with.
const PREFIX: &str = "candor:interview:";

/// Copies of state in this process.
pub(super) type States = Cache<Uuid, Arc<[u8]>>;

/// Copies that are dropped when nobody asked for them for `idle`.
pub(super) fn in_process(idle: Duration) -> States {
    Cache::builder()
        .weigher(|_, value: &Arc<[u8]>| u32::try_from(value.len()).unwrap_or(u32::MAX))
        .max_capacity(MOST_BYTES)
        .time_to_idle(idle)
        .build()
}

impl Live {
    /// Keeps a copy of a state.
    ///
    /// # Errors
    /// [`StoreError::Live`] when Redis does not answer at once.
    pub async fn keep(&self, key: Uuid, value: Vec<u8>) -> Result<(), StoreError> {
        let Some(redis) = &self.redis else {
            self.states.insert(key, value.into());
            return Ok(());
        };
        let mut connection = redis.connection.clone();
        let seconds = self.idle.as_secs().max(1);
        redis
            .briefly(connection.set_ex(name(key), value, seconds))
            .await
    }

    /// The copy of a state, which then stays as long as a new one.
    ///
    /// # Errors
    /// [`StoreError::Live`] when Redis does not answer at once.
    pub async fn recall(&self, key: Uuid) -> Result<Option<Arc<[u8]>>, StoreError> {
        let Some(redis) = &self.redis else {
            return Ok(self.states.get(&key));
        };
        let mut connection = redis.connection.clone();
        let seconds = self.idle.as_secs().max(1);
        let found: Option<Vec<u8>> = redis
            .briefly(connection.get_ex(name(key), Expiry::EX(seconds)))
            .await?;
        Ok(found.map(Into::into))
    }

    /// Drops the copy of a state. This waits for a Redis that is away for a moment.
    ///
    /// # Errors
    /// [`StoreError::Live`] when Redis does not answer.
    pub async fn forget(&self, key: Uuid) -> Result<(), StoreError> {
        let Some(redis) = &self.redis else {
            self.states.invalidate(&key);
            return Ok(());
        };
        let mut connection = redis.connection.clone();
        let () = connection.del(name(key)).await?;
        Ok(())
    }
}

fn name(key: Uuid) -> String {
    format!("{PREFIX}{key}")
}
