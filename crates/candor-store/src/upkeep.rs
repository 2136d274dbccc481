//! What operators ask of the records: pending changes, their statements, a copy while everything runs.

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use sea_orm::{ConnectionTrait, Statement, TransactionTrait};
use sea_orm_migration::MigratorTrait;

use crate::{Backend, Store, StoreError, connect, migrations::Migrator};

/// Number of the advisory lock under which PostgreSQL lets one process change the tables.
const MIGRATION_LOCK: i64 = 0x63_61_6e_64_6f_72;

impl Store {
    /// Names of the changes that are not made yet. Changes nothing.
    ///
    /// # Errors
    /// What the database says.
    pub async fn pending(&self) -> Result<Vec<String>, StoreError> {
        let pending = Migrator::get_pending_migrations_read_only(self.writer()).await?;
        Ok(pending.iter().map(|one| one.name().to_owned()).collect())
    }

    /// Whether no change was ever made.
    ///
    /// # Errors
    /// What the database says.
    pub async fn is_empty(&self) -> Result<bool, StoreError> {
        Ok(self.pending().await?.len() == Migrator::migrations().len())
    }

    /// Brings the tables up to date; of several processes that start at once one does it and the others wait.
    ///
    /// # Errors
    /// What the database says.
    pub async fn migrate_once(&self) -> Result<(), StoreError> {
        if self.backend() == Backend::Sqlite {
            return self.migrate().await;
        }
        let lock = self.writer().begin().await?;
        lock.execute_unprepared(&format!("select pg_advisory_xact_lock({MIGRATION_LOCK})"))
            .await?;
        let outcome = self.migrate().await;
        lock.rollback().await?;
        outcome
    }

    /// The statements that the pending changes would run, in their order. They are run in a transaction that
    /// is undone.
    ///
    /// # Errors
    /// What the database says.
    pub async fn pending_sql(url: &str) -> Result<Vec<String>, StoreError> {
        let mut connection = connect::writer(url).await?;
        let seen = Arc::new(Mutex::new(Vec::new()));
        let writing = Arc::clone(&seen);
        connection.set_metric_callback(move |info| {
            let text = info.statement.to_string();
            let mut written = writing.lock().unwrap_or_else(PoisonError::into_inner);
            // The migrator makes sure of its own table again and again.
            if changes_something(&text) && !written.contains(&text) {
                written.push(text);
            }
        });
        let transaction = connection.begin().await?;
        Migrator::up(&transaction, None).await?;
        transaction.rollback().await?;
        connection.close().await?;
        let seen = std::mem::take(&mut *seen.lock().unwrap_or_else(PoisonError::into_inner));
        // Where everything is up to date only the migrator's own table is left.
        Ok(if seen.len() > 1 { seen } else { Vec::new() })
    }

    /// Writes a complete copy of an SQLite database into a new file, as of one moment, while others write.
    ///
    /// # Errors
    /// [`StoreError::Address`] on PostgreSQL, which has tools of its own; what the database says.
    pub async fn copy_to(&self, file: &Path) -> Result<(), StoreError> {
        if self.backend() != Backend::Sqlite {
            return Err(StoreError::Address {
                url: "postgres:…".to_owned(),
                reason: "PostgreSQL is copied with pg_dump".to_owned(),
            });
        }
        let statement = Statement::from_sql_and_values(
            sea_orm::DbBackend::Sqlite,
            "vacuum into ?",
            [file.display().to_string().into()],
        );
        self.reader().execute_raw(statement).await?;
        Ok(())
    }

    /// Lets SQLite read through its whole file.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when a page or an index is wrong.
    pub async fn is_intact(&self) -> Result<(), StoreError> {
        let statement =
            Statement::from_string(sea_orm::DbBackend::Sqlite, "pragma integrity_check");
        let row = self.reader().query_one_raw(statement).await?;
        let verdict: Option<String> = match row {
            Some(row) => row.try_get_by_index(0)?,
            None => None,
        };
        match verdict.as_deref() {
            Some("ok") => Ok(()),
            _ => Err(StoreError::Damaged { what: "database" }),
        }
    }
}

fn changes_something(statement: &str) -> bool {
    let first = statement.split_whitespace().next().unwrap_or_default();
    ![
        "select",
        "savepoint",
        "release",
        "begin",
        "commit",
        "pragma",
    ]
    .iter()
    .any(|word| first.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_statements_are_told_without_being_kept() {
        let folder = tempfile::tempdir().unwrap();
        let url = Store::sqlite_url(&folder.path().join("candor.db"));
        let statements = Store::pending_sql(&url).await.unwrap();
        let text = statements.join("\n");
        assert!(text.contains("CREATE TABLE \"organisations\""), "{text}");
        let store = Store::connect(&url, None).await.unwrap();
        assert!(store.is_empty().await.unwrap());
        store.migrate_once().await.unwrap();
        assert!(!store.is_empty().await.unwrap());
        assert_eq!(
            Store::pending_sql(&url).await.unwrap(),
            Vec::<String>::new()
        );
    }

    #[tokio::test]
    async fn a_copy_holds_what_was_written_before_it() {
        let folder = tempfile::tempdir().unwrap();
        let url = Store::sqlite_url(&folder.path().join("candor.db"));
        let store = Store::connect(&url, None).await.unwrap();
        store.migrate().await.unwrap();
        let copy = folder.path().join("copy.db");
        store.copy_to(&copy).await.unwrap();
        let copied = Store::connect(&Store::sqlite_url(&copy), None)
            .await
            .unwrap();
        assert_eq!(copied.pending().await.unwrap(), Vec::<String>::new());
    }
}
