//! The connection to the records: one writer on SQLite, pools on PostgreSQL, an optional read replica.

use std::{
    path::Path,
    str::FromStr,
    sync::Arc,
    time::{Duration, Instant},
};

use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, DbErr, RuntimeErr,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
    sqlx::{
        self, Connection, SqliteConnection,
        sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
    },
};
use sea_orm_migration::MigratorTrait;

use crate::{
    StoreError,
    migrations::Migrator,
    near::{Near, NearFile},
};

/// Connections of a pool to PostgreSQL: a process has two of them, and a server with its usual limit of 100
/// serves four processes.
const POSTGRES_CONNECTIONS: u32 = 12;
/// Readers of a SQLite file. Each is a thread, and most of a read is spent waiting for threads to wake up: with
/// fewer the processors stand idle. The queue's listener keeps one of them.
const SQLITE_READERS: u32 = 16;
/// Longest wait for a free connection, or for another process to end its write.
const PATIENCE: Duration = Duration::from_secs(5);
/// Idle time after which a connection is asked for a sign of life before it is used.
const ASKED_AFTER: Duration = Duration::from_secs(1);
/// Ends a transaction that is still open; does nothing where none is, without the warning of a bare `ROLLBACK`.
const NO_TRANSACTION: &str = "BEGIN; ROLLBACK";

/// The kind of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// One file, write-ahead log.
    Sqlite,
    /// A server.
    Postgres,
}

/// Where records are kept. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    backend: Backend,
    /// For transactions and single statements that write.
    writer: DatabaseConnection,
    /// For reads that see the last write.
    fresh: DatabaseConnection,
    /// For reads that may lag.
    reader: DatabaseConnection,
    /// For single rows.
    near: Near,
}

impl Store {
    /// The database of a queue, whose messages may be lost with the machine's power.
    pub(crate) async fn connect_queue(url: &str) -> Result<Self, StoreError> {
        Self::open(url, None, SqliteSynchronous::Normal).await
    }

    /// Opens `url` (`sqlite:///path/file.db` or `postgres://…`). The file is made when it is missing; tables
    /// are not: see [`Store::migrate`]. Reads that may lag go to `replica_url` where one is given.
    ///
    /// # Errors
    /// [`StoreError::Address`] for another kind of address, [`StoreError::Unavailable`] when nothing answers.
    pub async fn connect(url: &str, replica_url: Option<&str>) -> Result<Self, StoreError> {
        // An accepted request survives the machine losing power.
        Self::open(url, replica_url, SqliteSynchronous::Full).await
    }

    async fn open(
        url: &str,
        replica_url: Option<&str>,
        synchronous: SqliteSynchronous,
    ) -> Result<Self, StoreError> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            // Apart from each other: a read within a transaction would wait for a connection that other
            // transactions hold, while they wait for theirs.
            let fresh = postgres(url).await?;
            let reader = match replica_url {
                Some(replica) => postgres(replica).await?,
                None => fresh.clone(),
            };
            return Ok(Self {
                backend: Backend::Postgres,
                writer: postgres(url).await?,
                near: Near::Server(fresh.clone()),
                fresh,
                reader,
            });
        }
        if url.starts_with("sqlite:") {
            // SQLite takes one writer at a time: one connection makes them wait in order instead of failing.
            let reader = sqlite(url, SQLITE_READERS, synchronous).await?;
            let options = SqliteConnectOptions::from_str(url).map_err(not_opened)?;
            return Ok(Self {
                backend: Backend::Sqlite,
                writer: sqlite(url, 1, synchronous).await?,
                fresh: reader.clone(),
                reader,
                near: Near::File(Arc::new(NearFile::new(options.get_filename()))),
            });
        }
        let scheme = url.split(':').next().unwrap_or_default();
        Err(StoreError::Address {
            url: format!("{scheme}:…"),
            reason: if scheme.starts_with("mongodb") {
                "documents are kept as JSON in SQLite or PostgreSQL; set store.url to one of them"
                    .to_owned()
            } else {
                "store.url starts with sqlite: or postgres:".to_owned()
            },
        })
    }

    /// The address of a database file.
    pub fn sqlite_url(file: &Path) -> String {
        format!("sqlite://{}?mode=rwc", file.display())
    }

    /// The file, where the records are kept in one.
    pub(crate) fn file(&self) -> Option<&Path> {
        self.near.file()
    }

    /// The kind of database.
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// For statements that write, and for reads that must see the last write.
    pub fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// For reads. With a replica they may lag.
    pub fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// For reads that must see the last write: beside the writer, so that they wait for no transaction.
    pub fn fresh(&self) -> &DatabaseConnection {
        &self.fresh
    }

    /// For a read of one row by a key, which sees the last write: the shortest way there is. Neither for lists
    /// nor for anything that searches, which would hold up the asking thread.
    pub fn near(&self) -> &Near {
        &self.near
    }

    /// Begins a transaction that may write. On SQLite it takes the write lock at once: one that reads first
    /// and writes later would fail when another process wrote in between.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database is away or stays locked.
    pub async fn begin(&self) -> Result<DatabaseTransaction, StoreError> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        Ok(self.writer.begin_with_options(options).await?)
    }

    /// Brings the tables up to date.
    ///
    /// # Errors
    /// What the database says.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        Ok(Migrator::up(&self.writer, None).await?)
    }

    /// Asks the database for a sign of life.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when there is none.
    pub async fn ping(&self) -> Result<(), StoreError> {
        Ok(self.writer.ping().await?)
    }

    /// Closes all connections; open transactions are undone.
    pub async fn close(self) {
        // First: the last connection of a file writes the log back into it, and this one may not write.
        self.near.close();
        // All are going away: there is nobody to tell.
        let _ = self.reader.close().await;
        let _ = self.fresh.close().await;
        let _ = self.writer.close().await;
    }
}

/// One connection that may write.
pub(crate) async fn writer(url: &str) -> Result<DatabaseConnection, StoreError> {
    if url.starts_with("sqlite:") {
        sqlite(url, 1, SqliteSynchronous::Full).await
    } else {
        postgres(url).await
    }
}

async fn postgres(url: &str) -> Result<DatabaseConnection, StoreError> {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(POSTGRES_CONNECTIONS)
        .min_connections(0)
        .acquire_timeout(PATIENCE)
        .connect_timeout(PATIENCE)
        .test_before_acquire(false)
        .sqlx_logging(false)
        .map_sqlx_postgres_pool_opts(|pool| {
            // A server that was started anew has closed what lay idle. What was used a moment ago is not asked
            // first: that would double the ways there and back of a short statement.
            pool.before_acquire(|connection, meta| {
                Box::pin(async move {
                    Ok(meta.idle_for < ASKED_AFTER || connection.ping().await.is_ok())
                })
            })
            // Whoever is cancelled while a transaction begins, as a request whose sender hangs up or a worker that
            // stops, leaves it open without the library knowing. What others write over the connection later would
            // be lost with it.
            .after_release(|connection, _| {
                Box::pin(async move {
                    sqlx::raw_sql(NO_TRANSACTION).execute(connection).await?;
                    Ok(true)
                })
            })
        });
    Ok(Database::connect(options).await?)
}

async fn sqlite(
    url: &str,
    connections: u32,
    synchronous: SqliteSynchronous,
) -> Result<DatabaseConnection, StoreError> {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(PATIENCE)
        // A file does not go away; asking it first costs as much as a read.
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
        .sqlx_logging(false)
        .map_sqlx_sqlite_pool_opts(|pool| {
            // SQLite undoes a transaction by itself when the disk is full; the library then counts one too
            // many and would open the next ones inside one that nobody ever ends.
            pool.before_acquire(|connection, _| {
                let is_clean = !connection.is_in_transaction();
                Box::pin(async move { Ok(is_clean) })
            })
        })
        .map_sqlx_sqlite_opts(move |options| {
            options
                .synchronous(synchronous)
                .busy_timeout(PATIENCE)
                .foreign_keys(true)
        });
    let first = with_log(url).await.map_err(not_opened)?;
    let pool = Database::connect(options).await?;
    // It only had to be there until others were.
    let _ = first.close().await;
    Ok(pool)
}

/// Makes the file where there is none and has it keep a write-ahead log, which the file then remembers. SQLite
/// refuses this at once, however patient it was told to be, while another connection does the same or replays
/// the log of a killed process: so it is tried until [`PATIENCE`] ends, and once, before a pool opens several.
async fn with_log(url: &str) -> Result<SqliteConnection, sqlx::Error> {
    let options = SqliteConnectOptions::from_str(url)?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .busy_timeout(PATIENCE);
    let begun = Instant::now();
    loop {
        match SqliteConnection::connect_with(&options).await {
            Err(error) if is_busy(&error) && begun.elapsed() < PATIENCE => {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            result => return result,
        }
    }
}

fn not_opened(error: sqlx::Error) -> DbErr {
    DbErr::Conn(RuntimeErr::SqlxError(Arc::new(error)))
}

/// Whether another connection holds the file.
fn is_busy(error: &sqlx::Error) -> bool {
    const SQLITE_BUSY: u32 = 5;
    // The low byte of an extended code is the code.
    error
        .as_database_error()
        .and_then(|error| error.code()?.parse::<u32>().ok())
        .is_some_and(|code| code & 0xff == SQLITE_BUSY)
}

#[cfg(test)]
mod tests {
    use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel};

    use super::*;
    use crate::{Micros, entities::organisations, records::interview_tokens};

    #[tokio::test]
    async fn a_document_database_is_refused_with_what_to_do() {
        let error = Store::connect("mongodb://somewhere/db", None)
            .await
            .unwrap_err();
        assert!(error.to_string().contains("set store.url"), "{error}");
    }

    #[tokio::test]
    async fn a_file_that_can_only_be_read_is_read_and_refuses_writes_for_now() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("candor.db");
        let url = Store::sqlite_url(&file);
        let writing = Store::connect(&url, None).await.unwrap();
        writing.migrate().await.unwrap();
        let url = url.replace("mode=rwc", "mode=ro");
        let reading = Store::connect(&url, None).await.unwrap();
        assert!(!reading.is_empty().await.unwrap());
        let refused = reading
            .writer()
            .execute_unprepared("delete from users")
            .await
            .map_err(StoreError::from);
        assert!(
            matches!(refused, Err(StoreError::Unavailable(_))),
            "{refused:?}"
        );
    }

    #[tokio::test]
    async fn a_file_that_another_process_holds_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let url = Store::sqlite_url(&folder.path().join("candor.db"));
        let options = SqliteConnectOptions::from_str(&url).unwrap();
        let mut other = SqliteConnection::connect_with(&options.create_if_missing(true))
            .await
            .unwrap();
        // Without a write-ahead log, as a file that was just made: the first to switch wants it for itself.
        let mut held = other.begin_with("begin exclusive").await.unwrap();
        sqlx::query("create table notes (n integer)")
            .execute(&mut *held)
            .await
            .unwrap();
        let opening = tokio::spawn(async move { Store::connect(&url, None).await });
        tokio::task::yield_now().await;
        held.commit().await.unwrap();
        opening.await.unwrap().unwrap().migrate().await.unwrap();
    }

    #[tokio::test]
    async fn many_open_a_new_file_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let url = Store::sqlite_url(&folder.path().join("candor.db"));
        let opening = (0..12).map(|_| Store::connect(&url, None));
        for opened in futures::future::join_all(opening).await {
            opened.unwrap().ping().await.unwrap();
        }
    }

    #[tokio::test]
    async fn a_transaction_that_the_library_lost_count_of_swallows_no_others() {
        let folder = tempfile::tempdir().unwrap();
        let url = Store::sqlite_url(&folder.path().join("candor.db"));
        let store = Store::connect(&url, None).await.unwrap();
        let run = async |sql: &str| store.writer().execute_unprepared(sql).await.unwrap();
        run("create table notes (n integer)").await;
        for _ in 0..3 {
            // SQLite ends it, as it does when the disk is full.
            let lost = store.begin().await.unwrap();
            lost.execute_unprepared("rollback").await.unwrap();
            drop(lost);
            let next = store.begin().await.unwrap();
            next.execute_unprepared("insert into notes values (1)")
                .await
                .unwrap();
            next.execute_unprepared("nonsense").await.unwrap_err();
            drop(next);
            let kept = store.begin().await.unwrap();
            kept.execute_unprepared("insert into notes values (2)")
                .await
                .unwrap();
            kept.commit().await.unwrap();
        }
        let statement = "select sum(n) as total from notes";
        let statement = sea_orm::Statement::from_string(sea_orm::DbBackend::Sqlite, statement);
        let row = store
            .reader()
            .query_one_raw(statement)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            row.try_get::<i64>("", "total").unwrap(),
            6,
            "others see what was committed"
        );
    }

    #[tokio::test]
    async fn migrating_twice_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let url = Store::sqlite_url(&folder.path().join("candor.db"));
        let store = Store::connect(&url, None).await.unwrap();
        store.migrate().await.unwrap();
        store.migrate().await.unwrap();
        store.ping().await.unwrap();
    }

    #[tokio::test]
    async fn a_database_of_the_first_tables_keeps_its_data_and_takes_tokens() {
        let folder = tempfile::tempdir().unwrap();
        let url = Store::sqlite_url(&folder.path().join("candor.db"));
        let store = Store::connect(&url, None).await.unwrap();
        Migrator::up(store.writer(), Some(1)).await.unwrap();
        let id = uuid::Uuid::now_v7();
        let row = organisations::Model {
            id,
            name: "Acme".to_owned(),
            kind: "other".to_owned(),
            policy: serde_json::json!({}),
            retention_days: Some(30),
            created_at: Micros(1),
            updated_at: Micros(1),
            version: 1,
        };
        let insert = organisations::Entity::insert(row.clone().into_active_model());
        insert.exec_without_returning(store.writer()).await.unwrap();
        assert_eq!(
            store.pending().await.unwrap(),
            [
                "m0002_create_interview_tokens",
                "m0003_add_identities",
                "m0004_add_interviewing"
            ]
        );

        store.migrate().await.unwrap();
        let kept = organisations::Entity::find()
            .all(store.writer())
            .await
            .unwrap();
        assert_eq!(kept, [row]);
        let none = interview_tokens::find_by_hash(store.writer(), "unknown");
        assert_eq!(none.await.unwrap(), None);
    }
}
