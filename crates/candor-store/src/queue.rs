//! The queue that wakes workers: apalis on the PostgreSQL database of the records, on a SQLite file beside that of
//! the records, or on a database of its own.
//!
//! A message says only which step of which job may run; the ledger decides whether it does. A lost or a
//! repeated message is therefore harmless, and a message is deleted as soon as it is understood.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use apalis_postgres::PostgresStorage;
use apalis_sqlite::SqliteStorage;
use sea_orm::{ConnectionTrait, DatabaseTransaction, sqlx::migrate::Migrator};
use uuid::Uuid;

use crate::{Backend, Store, StoreError};

mod consume;
mod listen;
mod messages;
mod wakes;

pub use consume::{Consumer, Handler};
pub use messages::{Depth, Message, WakeUp};
pub use wakes::Wakes;

/// The queue of `candor.db` is `candor.queue.db`, in the same folder.
const EXTENSION: &str = "queue.db";
/// Two processes that start at once may make the tables at the same time; one of them tries again.
const TRIES: u32 = 5;

/// Where step messages are queued. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Queue {
    store: Store,
    is_with_records: bool,
    wakes: Arc<Wakes>,
    /// Messages of changes that are about to be committed.
    held: Arc<Mutex<Vec<Message>>>,
}

impl Queue {
    /// Opens the queue with the records, or at `url` where one is given, and makes its tables. Beside a SQLite
    /// file it has a file of its own: one file takes one writer at a time, and messages may get lost with the
    /// power.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn connect(store: &Store, url: Option<&str>) -> Result<Self, StoreError> {
        let beside = store
            .file()
            .map(|file| Store::sqlite_url(&file.with_extension(EXTENSION)));
        let own = match url.or(beside.as_deref()) {
            Some(url) => Some(Store::connect_queue(url).await?),
            None => None,
        };
        let queue = Self {
            is_with_records: own.is_none(),
            store: own.unwrap_or_else(|| store.clone()),
            wakes: Arc::default(),
            held: Arc::default(),
        };
        let mut tries = 0;
        while let Err(error) = queue.make_tables().await {
            tries += 1;
            if tries == TRIES {
                return Err(StoreError::Queue(error.to_string()));
            }
            tokio::time::sleep(Duration::from_millis(200) * tries).await;
        }
        Ok(queue)
    }

    async fn make_tables(&self) -> Result<(), sea_orm::sqlx::migrate::MigrateError> {
        let migrations: Migrator = match self.store.backend() {
            Backend::Sqlite => SqliteStorage::migrations(),
            Backend::Postgres => PostgresStorage::migrations(),
        };
        // Not `setup()`: on SQLite it would switch the connection to `synchronous = OFF`.
        match self.store.backend() {
            Backend::Sqlite => {
                migrations
                    .run(self.store.writer().get_sqlite_connection_pool())
                    .await
            }
            Backend::Postgres => {
                migrations
                    .run(self.store.writer().get_postgres_connection_pool())
                    .await
            }
        }
    }

    /// Closes what does not belong to the records.
    pub async fn close(self) {
        if !self.is_with_records {
            self.store.close().await;
        }
    }

    /// The database it lives in.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Whether messages can be pushed in the transaction that changes the ledger.
    pub fn is_with_records(&self) -> bool {
        self.is_with_records
    }

    /// What tells consumers of this process that there is something to fetch.
    pub fn wakes(&self) -> &Arc<Wakes> {
        &self.wakes
    }

    /// Pushes messages through a connection to the queue's database.
    ///
    /// # Errors
    /// What the database says.
    pub async fn push(
        &self,
        connection: &impl ConnectionTrait,
        pushed: &[Message],
    ) -> Result<(), StoreError> {
        messages::push(self.store.backend(), connection, pushed).await
    }

    /// Pushes messages with the change that they follow from: through its transaction where that is possible, or
    /// with the next [`Queue::push_held`]. A message of a change that was not committed finds nothing to do.
    ///
    /// # Errors
    /// What the database says.
    pub async fn push_with(
        &self,
        transaction: &DatabaseTransaction,
        messages: Vec<Message>,
    ) -> Result<(), StoreError> {
        if self.is_with_records {
            return self.push(transaction, &messages).await;
        }
        self.held().extend(messages);
        Ok(())
    }

    /// Pushes what could not be pushed in a transaction. To be called after the commit; what gets lost here, the
    /// reconciler mends.
    pub async fn push_held(&self) {
        let held = std::mem::take(&mut *self.held());
        if held.is_empty() {
            return;
        }
        if let Err(error) = self.push(self.store.writer(), &held).await {
            tracing::warn!(error = %error, n = held.len(), "queue.messages_lost");
        }
    }

    fn held(&self) -> MutexGuard<'_, Vec<Message>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets messages; ids that are gone already don't matter.
    ///
    /// # Errors
    /// What the database says.
    pub async fn forget(
        &self,
        connection: &impl ConnectionTrait,
        ids: &[String],
    ) -> Result<(), StoreError> {
        messages::delete(self.store.backend(), connection, ids).await
    }

    /// Those of `ids` that wait, or that a worker took no longer than `patience` ago.
    ///
    /// # Errors
    /// What the database says.
    pub async fn present(
        &self,
        ids: &[String],
        patience: Duration,
    ) -> Result<Vec<String>, StoreError> {
        messages::present(&self.store, ids, patience).await
    }

    /// How many messages wait in each pool.
    ///
    /// # Errors
    /// What the database says.
    pub async fn depths(&self) -> Result<Vec<Depth>, StoreError> {
        messages::depths(&self.store).await
    }

    /// Removes workers of this queue that have been silent for a day: they hold nothing any more.
    ///
    /// # Errors
    /// What the database says.
    pub async fn forget_silent_workers(&self) -> Result<(), StoreError> {
        messages::forget_silent_workers(&self.store).await
    }
}

/// An id as apalis wants it: 128 bits in 26 characters of Crockford's base 32, ordered by time.
fn message_id() -> String {
    const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let bits = Uuid::now_v7().as_u128();
    (0..26)
        .rev()
        .map(|place| char::from(DIGITS[(bits >> (place * 5)) as usize & 31]))
        .collect()
}
