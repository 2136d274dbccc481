//! Reads of single rows from a SQLite file on the thread that asks.
//!
//! The pools of the library keep a thread for each connection, and a read of microseconds then costs two changes
//! of thread. Here a connection that may only read is taken, asked and put back without waiting for anybody.

use std::{
    any::TypeId,
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use rusqlite::{
    Connection, ErrorCode, OpenFlags, Row, ToSql, params_from_iter,
    types::{ToSqlOutput, Value as Owned, ValueRef},
};
use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ColumnTrait, ColumnType, Condition, DatabaseConnection,
    DbBackend, DbErr, EntityTrait, Iterable, QueryTrait, RuntimeErr, TryIntoModel, Value,
    sea_query::{Query, SqliteQueryBuilder},
};
use uuid::Uuid;

use crate::records::only::ReadOne;

/// Longest wait for a process that replays the log of a killed one. It holds up a thread.
const PATIENCE: Duration = Duration::from_millis(500);
/// Statements that a connection keeps prepared.
const PREPARED: usize = 64;

/// Answers reads of single rows.
#[derive(Debug, Clone)]
pub enum Near {
    /// From a SQLite file, on the thread that asks.
    File(Arc<NearFile>),
    /// From a server.
    Server(DatabaseConnection),
}

impl Near {
    /// The file.
    pub(crate) fn file(&self) -> Option<&Path> {
        match self {
            Self::File(file) => Some(&file.path),
            Self::Server(_) => None,
        }
    }

    /// Closes a file; reads that are under way end as usual.
    pub(crate) fn close(&self) {
        if let Self::File(file) = self {
            *file.lock() = None;
        }
    }
}

impl ReadOne for Near {
    async fn read_one<E>(&self, condition: Condition) -> Result<Option<E::Model>, DbErr>
    where
        E: EntityTrait<ActiveModel: TryIntoModel<E::Model>>,
    {
        match self {
            Self::File(file) => file.read_one::<E>(condition).map_err(|Failed(error)| error),
            Self::Server(pool) => pool.read_one::<E>(condition).await,
        }
    }
}

/// Connections to one file that only read; each is used by one thread at a time.
#[derive(Debug)]
pub struct NearFile {
    path: PathBuf,
    /// `None` once closed.
    idle: Mutex<Option<Vec<Connection>>>,
    /// How the columns of a table are selected, by its entity.
    selects: Mutex<HashMap<TypeId, Arc<str>>>,
}

impl NearFile {
    /// Opens nothing yet.
    pub(crate) fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            idle: Mutex::new(Some(Vec::new())),
            selects: Mutex::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Vec<Connection>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self) -> rusqlite::Result<Connection> {
        let idle = self.lock().as_mut().and_then(Vec::pop);
        if let Some(connection) = idle {
            return Ok(connection);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags)?;
        connection.busy_timeout(PATIENCE)?;
        connection.set_prepared_statement_cache_capacity(PREPARED);
        Ok(connection)
    }

    fn put_back(&self, connection: Connection) {
        if let Some(idle) = self.lock().as_mut() {
            idle.push(connection);
        }
    }

    /// `select … from …` of a table: long, and always the same.
    fn select<E: EntityTrait>(&self) -> Arc<str> {
        let mut selects = self.selects.lock().unwrap_or_else(PoisonError::into_inner);
        let select = selects
            .entry(TypeId::of::<E>())
            .or_insert_with(|| E::find().build(DbBackend::Sqlite).sql.into());
        Arc::clone(select)
    }

    fn read_one<E>(&self, condition: Condition) -> Result<Option<E::Model>, Failed>
    where
        E: EntityTrait<ActiveModel: TryIntoModel<E::Model>>,
    {
        let (only_where, values) = Query::select()
            .cond_where(condition)
            .build(SqliteQueryBuilder);
        // Without columns and tables it is `SELECT` and the condition.
        let only_where = only_where.trim_start_matches("SELECT").trim_start();
        let sql = format!("{} {only_where}", self.select::<E>());
        let connection = self.take()?;
        let found = read_one::<E>(&connection, &sql, &values.0);
        self.put_back(connection);
        found
    }
}

fn read_one<E>(
    connection: &Connection,
    sql: &str,
    values: &[Value],
) -> Result<Option<E::Model>, Failed>
where
    E: EntityTrait<ActiveModel: TryIntoModel<E::Model>>,
{
    let mut prepared = connection.prepare_cached(sql)?;
    let mut rows = prepared.query(params_from_iter(values.iter().map(Bound)))?;
    rows.next()?.map(model::<E>).transpose()
}

/// The row of a query for all columns of a table, which come in the table's order.
fn model<E>(row: &Row<'_>) -> Result<E::Model, Failed>
where
    E: EntityTrait<ActiveModel: TryIntoModel<E::Model>>,
{
    let mut model = E::ActiveModel::new();
    for (at, column) in E::Column::iter().enumerate() {
        let held = row.get_ref(at)?;
        let value = value(column.def().get_column_type(), held)
            .ok_or_else(|| DbErr::Type(format!("{column:?} holds {}", held.data_type())))?;
        model.try_set(column, value)?;
    }
    Ok(model.try_into_model()?)
}

/// The value for the library; `None` where the database holds something else than the column's type.
fn value(column: &ColumnType, held: ValueRef<'_>) -> Option<Value> {
    let integer = || held.as_i64_or_null().ok();
    let text = || held.as_str_or_null().ok();
    let bytes = || held.as_blob_or_null().ok();
    Some(match column {
        ColumnType::Boolean => Value::Bool(integer()?.map(|number| number != 0)),
        ColumnType::Integer => Value::Int(integer()?.map(i32::try_from).transpose().ok()?),
        ColumnType::BigInteger => Value::BigInt(integer()?),
        ColumnType::Double => Value::Double(match held {
            ValueRef::Integer(number) => Some(number as f64),
            _ => held.as_f64_or_null().ok()?,
        }),
        ColumnType::String(_) | ColumnType::Text => Value::String(text()?.map(str::to_owned)),
        ColumnType::Json | ColumnType::JsonBinary => {
            let json = text()?.map(serde_json::from_str).transpose().ok()?;
            Value::Json(json.map(Box::new))
        }
        ColumnType::Uuid => Value::Uuid(bytes()?.map(Uuid::from_slice).transpose().ok()?),
        _ => return None,
    })
}

/// A value of a statement.
struct Bound<'a>(&'a Value);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let owned = match self.0 {
            Value::String(text) => return text.to_sql(),
            Value::Bool(value) => value.map(|truth| Owned::Integer(truth.into())),
            Value::Int(value) => value.map(|number| Owned::Integer(number.into())),
            Value::BigInt(value) => value.map(Owned::Integer),
            Value::Uuid(value) => value.map(|id| Owned::Blob(id.as_bytes().to_vec())),
            other => {
                let reason = format!("no row is found by {}", type_of(other));
                return Err(rusqlite::Error::ToSqlConversionFailure(reason.into()));
            }
        };
        Ok(ToSqlOutput::Owned(owned.unwrap_or(Owned::Null)))
    }
}

/// What a value is, without what it says.
fn type_of(value: &Value) -> String {
    let shown = format!("{value:?}");
    shown.split('(').next().unwrap_or_default().to_owned()
}

/// What went wrong, as the library says it.
struct Failed(DbErr);

impl From<rusqlite::Error> for Failed {
    fn from(error: rusqlite::Error) -> Self {
        let inner = RuntimeErr::Internal(error.to_string());
        Self(match error.sqlite_error_code() {
            Some(
                ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::SystemIoFailure
                | ErrorCode::CannotOpen,
            ) => DbErr::Conn(inner),
            _ => DbErr::Query(inner),
        })
    }
}

impl From<DbErr> for Failed {
    fn from(error: DbErr) -> Self {
        Self(error)
    }
}

#[cfg(test)]
mod tests {
    use entities::organisations::Entity as Organisations;
    use sea_orm::{IntoActiveModel, ModelTrait};

    use super::*;
    use crate::{Micros, Store, StoreError, entities};

    fn by(id: Uuid) -> Condition {
        Condition::all().add(entities::organisations::Column::Id.eq(id))
    }

    /// Adds a row and reads it by its id in both ways.
    async fn is_read_alike<E>(store: &Store, id: E::Column, row: E::Model)
    where
        E: EntityTrait<ActiveModel: TryIntoModel<E::Model> + Send, Model: PartialEq + Sync>,
        E::Model: IntoActiveModel<E::ActiveModel> + ModelTrait<Entity = E>,
    {
        let key = row.get(id);
        let insert = E::insert(row.clone().into_active_model());
        insert.exec_without_returning(store.writer()).await.unwrap();
        let by_id = || Condition::all().add(id.eq(key.clone()));
        let far = store.writer().read_one::<E>(by_id()).await.unwrap();
        let near = store.near().read_one::<E>(by_id()).await.unwrap();
        assert_eq!(far, Some(row));
        assert_eq!(near, far);
    }

    async fn store(folder: &tempfile::TempDir) -> Store {
        let url = Store::sqlite_url(&folder.path().join("candor.db"));
        let store = Store::connect(&url, None).await.unwrap();
        store.migrate().await.unwrap();
        store
    }

    fn organisation() -> entities::organisations::Model {
        entities::organisations::Model {
            id: Uuid::now_v7(),
            name: "Łukasz & 孫 'GmbH'".to_owned(),
            kind: "other".to_owned(),
            policy: serde_json::json!({ "keep": [1, 2.5, null, "ü"] }),
            retention_days: None,
            created_at: Micros(i64::MAX),
            updated_at: Micros(-1),
            version: 1,
        }
    }

    #[tokio::test]
    async fn rows_are_read_as_the_pools_read_them() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder).await;
        let organisation = organisation();
        let of = organisation.id;
        is_read_alike::<entities::organisations::Entity>(
            &store,
            entities::organisations::Column::Id,
            organisation,
        )
        .await;
        let key = entities::api_keys::Model {
            id: Uuid::now_v7(),
            organisation_id: of,
            name: "import".to_owned(),
            prefix: "candor_k".to_owned(),
            key_hash: "00ff".to_owned(),
            scopes: serde_json::json!(["read"]),
            attested_consent: None,
            created_by: None,
            created_at: Micros(1),
            expires_at: Some(Micros(2)),
            last_used_at: None,
            revoked_at: None,
        };
        is_read_alike::<entities::api_keys::Entity>(&store, entities::api_keys::Column::Id, key)
            .await;
        let nobody = store.near().read_one::<Organisations>(by(Uuid::nil()));
        assert_eq!(nobody.await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_read_sees_the_last_commit_and_nothing_that_is_open() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder).await;
        let row = organisation();
        let find = || store.near().read_one::<Organisations>(by(row.id));
        assert_eq!(find().await.unwrap(), None);
        let transaction = store.begin().await.unwrap();
        entities::organisations::Entity::insert(row.clone().into_active_model())
            .exec_without_returning(&transaction)
            .await
            .unwrap();
        assert_eq!(find().await.unwrap(), None);
        transaction.commit().await.unwrap();
        assert_eq!(find().await.unwrap().as_ref(), Some(&row));
    }

    #[tokio::test]
    async fn a_file_that_is_not_there_may_come_back() {
        let near = Near::File(Arc::new(NearFile::new(Path::new("/nowhere/candor.db"))));
        let read = near.read_one::<Organisations>(by(Uuid::nil())).await;
        let error = read.map_err(StoreError::from).unwrap_err();
        assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    }

    #[test]
    fn every_kind_of_column_is_known() {
        fn columns<E: EntityTrait>() {
            for column in E::Column::iter() {
                let kind = column.def().get_column_type().clone();
                assert!(
                    value(&kind, ValueRef::Null).is_some(),
                    "{column:?}: {kind:?}"
                );
            }
        }
        macro_rules! all {
            ($($table:ident)*) => { $(columns::<entities::$table::Entity>();)* };
        }
        all!(
            analyses api_keys applications artefacts candidates competencies idempotency_keys
            interview_questions interview_responses interview_tokens interviews jobs organisations
            positions recordings refresh_tokens reports users webhook_deliveries webhook_tries webhooks
        );
    }
}
