//! The rows of apalis' tables. They are written here, because a message must be pushed in the very
//! transaction that makes its step ready, and apalis can't take part in the ledger's transactions.

use std::time::Duration;

use sea_orm::{
    ConnectionTrait, DbBackend, ExprTrait, FromQueryResult, Statement, Value,
    sea_query::{Alias, Asterisk, Expr, Query, TableRef},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Backend, Micros, Store, StoreError};

/// Lower of ours runs first, higher of theirs.
const TOP_PRIORITY: i32 = 1000;
/// Rows of one statement: far below the parameters that SQLite takes.
const CHUNK: usize = 500;

/// What a worker is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WakeUp {
    /// Version of this shape: 1.
    pub v: u32,
    /// The job.
    pub job: Uuid,
    /// Its step.
    pub step: String,
    /// Id of the message itself, for deleting it.
    pub id: String,
}

/// A message to push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its id, kept in the ledger.
    pub id: String,
    /// Pool of workers.
    pub pool: String,
    /// The job.
    pub job: Uuid,
    /// Its step.
    pub step: String,
    /// Lower runs first.
    pub priority: i32,
    /// Not before this time.
    pub not_before: Option<Micros>,
}

impl Message {
    /// A message with a new id.
    pub fn new(
        pool: String,
        job: Uuid,
        step: String,
        priority: i32,
        not_before: Option<Micros>,
    ) -> Self {
        Self {
            id: super::message_id(),
            pool,
            job,
            step,
            priority,
            not_before,
        }
    }

    fn payload(&self) -> Vec<u8> {
        let payload = WakeUp {
            v: 1,
            job: self.job,
            step: self.step.clone(),
            id: self.id.clone(),
        };
        serde_json::to_vec(&payload).expect("ids and a name are always JSON")
    }
}

/// How many messages of a pool wait, and how many workers have taken but not begun.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct Depth {
    /// Name of the queue, `candor.<pool>`.
    pub job_type: String,
    /// State of the messages.
    pub status: String,
    /// How many.
    pub n: i64,
}

/// The queue of a pool.
pub(super) fn queue_name(pool: &str) -> String {
    format!("candor.{pool}")
}

fn jobs(backend: Backend) -> TableRef {
    table(backend, "Jobs", "jobs")
}

fn table(backend: Backend, sqlite: &str, postgres: &str) -> TableRef {
    match backend {
        Backend::Sqlite => TableRef::Table(Alias::new(sqlite).into(), None),
        Backend::Postgres => {
            TableRef::Table((Alias::new("apalis"), Alias::new(postgres)).into(), None)
        }
    }
}

pub(super) async fn push(
    backend: Backend,
    connection: &impl ConnectionTrait,
    messages: &[Message],
) -> Result<(), StoreError> {
    for chunk in messages.chunks(CHUNK) {
        let now_s = jiff::Timestamp::now().as_second();
        let mut values: Vec<Value> = Vec::with_capacity(chunk.len() * 5);
        let mut rows = Vec::with_capacity(chunk.len());
        for message in chunk {
            // apalis knows whole seconds only: rounded up, so that the time has come when it is fetched.
            let run_at_s = message.not_before.map_or(now_s, |at| {
                let whole_s =
                    at.0.div_euclid(1_000_000) + i64::from(at.0.rem_euclid(1_000_000) > 0);
                Ord::max(now_s, whole_s)
            });
            let at = values.len();
            rows.push(match backend {
                Backend::Sqlite => "(?, ?, ?, 'Pending', 0, 25, ?, ?, '{}')".to_owned(),
                Backend::Postgres => format!(
                    "(${}, ${}, ${}, 'Pending', 0, 25, to_timestamp(${}::bigint), ${}, ''::hstore)",
                    at + 1,
                    at + 2,
                    at + 3,
                    at + 4,
                    at + 5
                ),
            });
            values.extend([
                message.payload().into(),
                message.id.clone().into(),
                queue_name(&message.pool).into(),
                run_at_s.into(),
                Ord::max(TOP_PRIORITY - message.priority, 0).into(),
            ]);
        }
        let (kind, table) = match backend {
            Backend::Sqlite => (DbBackend::Sqlite, "Jobs"),
            Backend::Postgres => (DbBackend::Postgres, "apalis.jobs"),
        };
        let sql = format!(
            "insert into {table} (job, id, job_type, status, attempts, max_attempts, run_at, priority, metadata) values {}",
            rows.join(", ")
        );
        connection
            .execute_raw(Statement::from_sql_and_values(kind, sql, values))
            .await?;
    }
    Ok(())
}

pub(super) async fn delete(
    backend: Backend,
    connection: &impl ConnectionTrait,
    ids: &[String],
) -> Result<(), StoreError> {
    for chunk in ids.chunks(CHUNK) {
        let mut statement = Query::delete();
        statement
            .from_table(jobs(backend))
            .and_where(Expr::col("id").is_in(chunk));
        connection.execute(&statement).await?;
    }
    Ok(())
}

/// A message that was taken is understood within moments. One that was taken `patience` ago and is still
/// there was taken by a process that died.
pub(super) async fn present(
    store: &Store,
    ids: &[String],
    patience: Duration,
) -> Result<Vec<String>, StoreError> {
    let patience_s = Ord::max(patience.as_secs(), 1);
    let taken_lately = match store.backend() {
        Backend::Sqlite => format!("lock_at > unixepoch() - {patience_s}"),
        Backend::Postgres => format!("lock_at > now() - interval '{patience_s} seconds'"),
    };
    let mut present = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(CHUNK) {
        let mut statement = Query::select();
        statement
            .column("id")
            .from(jobs(store.backend()))
            .and_where(Expr::col("id").is_in(chunk))
            .and_where(
                Expr::col("status")
                    .eq("Pending")
                    .or(Expr::cust(taken_lately.clone())),
            );
        for row in store.fresh().query_all(&statement).await? {
            present.push(row.try_get::<String>("", "id")?);
        }
    }
    Ok(present)
}

pub(super) async fn depths(store: &Store) -> Result<Vec<Depth>, StoreError> {
    let mut statement = Query::select();
    statement
        .columns(["job_type", "status"])
        .expr_as(Expr::col(Asterisk).count(), "n")
        .from(jobs(store.backend()))
        .and_where(Expr::col("job_type").like("candor.%"))
        .group_by_columns(["job_type", "status"]);
    let rows = store.reader().query_all(&statement).await?;
    Ok(rows
        .iter()
        .map(|row| Depth::from_query_result(row, ""))
        .collect::<Result<_, _>>()?)
}

pub(super) async fn forget_silent_workers(store: &Store) -> Result<(), StoreError> {
    let sql = match store.backend() {
        Backend::Sqlite => {
            "delete from Workers where worker_type like 'candor.%' and last_seen < unixepoch() - 86400 \
             and not exists (select 1 from Jobs where lock_by = Workers.id)"
        }
        Backend::Postgres => {
            "delete from apalis.workers w where w.worker_type like 'candor.%' \
             and w.last_seen < now() - interval '1 day' \
             and not exists (select 1 from apalis.jobs where lock_by = w.id)"
        }
    };
    store.writer().execute_unprepared(sql).await?;
    Ok(())
}
