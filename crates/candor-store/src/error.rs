//! What can go wrong in the store.

/// Why the store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// No such row, or not in this organisation.
    #[error("no such {entity}")]
    NotFound {
        /// Kind of row.
        entity: &'static str,
    },
    /// Somebody else changed or made it first.
    #[error("{entity} was changed or exists already")]
    Conflict {
        /// Kind of row.
        entity: &'static str,
    },
    /// The address of a store is not understood.
    #[error("{url} is no usable address: {reason}")]
    Address {
        /// The address, without secrets.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The database is away, full or refuses: try again later.
    #[error("the database can't be used")]
    Unavailable(#[source] sea_orm::DbErr),
    /// A statement failed for a reason that trying again won't mend.
    #[error("a database statement failed")]
    Database(#[source] sea_orm::DbErr),
    /// The media store is away, full or refuses.
    #[error("the media store can't be used")]
    Objects(#[from] object_store::Error),
    /// The live store is away or refuses.
    #[error("the live store can't be used")]
    Live(#[from] redis::RedisError),
    /// The queue refuses.
    #[error("the queue can't be used: {0}")]
    Queue(String),
    /// A stored value can't be read.
    #[error("a stored {what} is damaged")]
    Damaged {
        /// What it should be.
        what: &'static str,
    },
}

impl From<sea_orm::DbErr> for StoreError {
    fn from(error: sea_orm::DbErr) -> Self {
        use sea_orm::{DbErr, RuntimeErr, SqlErr, sqlx};
        if let Some(SqlErr::UniqueConstraintViolation(_)) = error.sql_err() {
            return Self::Conflict { entity: "record" };
        }
        let passing = match &error {
            DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => true,
            DbErr::Exec(RuntimeErr::SqlxError(inner))
            | DbErr::Query(RuntimeErr::SqlxError(inner)) => match inner.as_ref() {
                sqlx::Error::Io(_)
                | sqlx::Error::Tls(_)
                | sqlx::Error::Protocol(_)
                | sqlx::Error::PoolTimedOut
                | sqlx::Error::PoolClosed
                | sqlx::Error::WorkerCrashed => true,
                // SQLite: busy, locked, I/O error, full, read-only. PostgreSQL: connection, resources,
                // operator intervention, serialisation failure, deadlock.
                sqlx::Error::Database(database) => database.code().is_some_and(|code| {
                    let primary = code.parse::<i64>().map(|code| code & 0xff);
                    matches!(primary, Ok(5 | 6 | 8 | 10 | 13))
                        || ["08", "53", "57", "40"]
                            .iter()
                            .any(|class| code.len() == 5 && code.starts_with(class))
                }),
                _ => false,
            },
            _ => false,
        };
        if passing {
            Self::Unavailable(error)
        } else {
            Self::Database(error)
        }
    }
}
