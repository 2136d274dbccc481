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
    /// The database is away or refuses: try again later.
    #[error("the database can't be used")]
    Unavailable(#[source] sea_orm::DbErr),
    /// There is no room left for the database or for media.
    #[error("there is no room left")]
    Full(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A statement failed for a reason that trying again won't mend.
    #[error("a database statement failed")]
    Database(#[source] sea_orm::DbErr),
    /// The media store is away or refuses.
    #[error("the media store can't be used")]
    Objects(#[source] object_store::Error),
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

impl StoreError {
    /// Whether the database went away in the middle of a statement, so that nobody can tell whether what
    /// was asked has been written. A statement that found no connection was certainly not.
    pub fn is_in_doubt(&self) -> bool {
        use sea_orm::{DbErr, RuntimeErr, sqlx};
        let Self::Unavailable(
            DbErr::Exec(RuntimeErr::SqlxError(inner)) | DbErr::Query(RuntimeErr::SqlxError(inner)),
        ) = self
        else {
            return false;
        };
        match inner.as_ref() {
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::WorkerCrashed => true,
            // The server says that it breaks the connection off.
            sqlx::Error::Database(database) => database.code().is_some_and(|code| {
                code.len() == 5 && (code.starts_with("08") || code.starts_with("57"))
            }),
            _ => false,
        }
    }
}

impl From<sea_orm::DbErr> for StoreError {
    fn from(error: sea_orm::DbErr) -> Self {
        use sea_orm::{DbErr, RuntimeErr, SqlErr, sqlx};
        if let Some(SqlErr::UniqueConstraintViolation(_)) = error.sql_err() {
            return Self::Conflict { entity: "record" };
        }
        let outcome = match &error {
            DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => Outcome::Passing,
            DbErr::Exec(RuntimeErr::SqlxError(inner))
            | DbErr::Query(RuntimeErr::SqlxError(inner)) => match inner.as_ref() {
                sqlx::Error::Io(_)
                | sqlx::Error::Tls(_)
                | sqlx::Error::Protocol(_)
                | sqlx::Error::PoolTimedOut
                | sqlx::Error::PoolClosed
                | sqlx::Error::WorkerCrashed => Outcome::Passing,
                sqlx::Error::Database(database) => database
                    .code()
                    .map_or(Outcome::Lasting, |code| Outcome::of(&code)),
                _ => Outcome::Lasting,
            },
            _ => Outcome::Lasting,
        };
        match outcome {
            Outcome::Passing => Self::Unavailable(error),
            Outcome::Full => Self::Full(Box::new(error)),
            Outcome::Lasting => Self::Database(error),
        }
    }
}

/// What a failed statement means for the next one.
enum Outcome {
    Passing,
    Full,
    Lasting,
}

impl Outcome {
    /// Reads the code of a database: numbers of SQLite, five characters of PostgreSQL.
    fn of(code: &str) -> Self {
        let is_postgres = code.len() == 5;
        let primary = code.parse::<i64>().map(|code| code & 0xff);
        match primary {
            // Disk full.
            _ if code == "53100" => Self::Full,
            Ok(13) if !is_postgres => Self::Full,
            // Busy, locked, read-only, I/O error, can't open.
            Ok(5 | 6 | 8 | 10 | 14) if !is_postgres => Self::Passing,
            // Connection, resources, operator intervention, serialisation failure, deadlock, and a server
            // that became a read-only standby.
            _ if is_postgres
                && (["08", "53", "57", "40"]
                    .iter()
                    .any(|class| code.starts_with(class))
                    || code == "25006") =>
            {
                Self::Passing
            }
            _ => Self::Lasting,
        }
    }
}

impl From<object_store::Error> for StoreError {
    fn from(error: object_store::Error) -> Self {
        if is_full(&error) {
            Self::Full(Box::new(error))
        } else {
            Self::Objects(error)
        }
    }
}

/// Whether the system said that a disk or a quota is full.
fn is_full(error: &(dyn std::error::Error + 'static)) -> bool {
    use std::io::{Error, ErrorKind};
    std::iter::successors(Some(error), |error| error.source()).any(|error| {
        error.downcast_ref::<Error>().is_some_and(|error| {
            matches!(
                error.kind(),
                ErrorKind::StorageFull | ErrorKind::QuotaExceeded
            )
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_from_a_store_that_is_away() {
        let told = |kind| {
            let source = std::io::Error::from(kind);
            StoreError::from(object_store::Error::Generic {
                store: "folder",
                source: Box::new(source),
            })
        };
        let full = told(std::io::ErrorKind::StorageFull);
        assert!(matches!(full, StoreError::Full(_)), "{full:?}");
        let away = told(std::io::ErrorKind::PermissionDenied);
        assert!(matches!(away, StoreError::Objects(_)), "{away:?}");
    }

    #[test]
    fn codes_of_both_databases_say_whether_trying_again_helps() {
        for passing in [
            "5", "517", "6", "8", "1032", "10", "4874", "14", "08006", "57P01", "40001", "25006",
        ] {
            assert!(
                matches!(Outcome::of(passing), Outcome::Passing),
                "{passing}"
            );
        }
        for full in ["13", "53100"] {
            assert!(matches!(Outcome::of(full), Outcome::Full), "{full}");
        }
        for lasting in ["1", "19", "2067", "23502", "42P01", "22001", "00005"] {
            assert!(
                matches!(Outcome::of(lasting), Outcome::Lasting),
                "{lasting}"
            );
        }
    }
}
