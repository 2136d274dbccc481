//! Import and export of an organisation's bank: all rows or none, and what is exported imports to the same rows.

use std::collections::{BTreeMap, BTreeSet};

use candor_core::{
    access::{Action, Actor},
    ids::BankQuestionId,
};
use candor_store::{
    entities::{bank_questions, positions},
    records::scoped,
};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, QueryFilter, QueryOrder};
use serde_json::json;
use uuid::Uuid;

use super::{
    Entry, new_row,
    table::{self, Row, Wrong},
};
use crate::{App, AppError, audit, records};

/// Largest import, in bytes, and most rows.
pub const IMPORT_BYTES: usize = 1 << 20;
const IMPORT_ROWS: usize = 2000;
/// Most errors that are told.
const ERRORS: usize = 100;

/// How a bank is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Rows of a spreadsheet.
    Csv,
    /// A JSON array.
    Json,
}

impl Format {
    /// Reads `csv` or `json`.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for another name.
    pub fn from_name(name: &str) -> Result<Self, AppError> {
        match crate::fields::one_of("format", name, &["csv", "json"])?.as_str() {
            "csv" => Ok(Self::Csv),
            _ => Ok(Self::Json),
        }
    }

    /// The format that a content type means.
    ///
    /// # Errors
    /// [`AppError::Unsupported`] for others.
    pub fn from_content_type(kind: &str) -> Result<Self, AppError> {
        let kind = kind.split(';').next().unwrap_or_default().trim();
        match kind.to_ascii_lowercase().as_str() {
            "text/csv" => Ok(Self::Csv),
            "application/json" => Ok(Self::Json),
            _ => Err(AppError::Unsupported(
                "send a JSON array as application/json, or a table as text/csv".to_owned(),
            )),
        }
    }
}

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowError {
    /// Which, from 1; the head of a CSV file is row 1 of its table, and an error in it has row 0.
    pub row: usize,
    /// Its column; empty: the row as a whole.
    pub column: String,
    /// What is wrong.
    pub message: String,
}

/// What an import did, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Rows that were read.
    pub rows: usize,
    /// Questions that are new.
    pub created: usize,
    /// Questions whose key the bank had in that language, and that say something else now.
    pub updated: usize,
    /// Questions that were there word for word.
    pub unchanged: usize,
    /// What is wrong; nothing is imported then.
    pub errors: Vec<RowError>,
}

/// Imports questions: all of them, or none. With `dry_run` it only tells what would come of it.
///
/// # Errors
/// [`AppError::Denied`]; [`AppError::TooLarge`]; [`AppError::Invalid`] (`invalid_rows`), which names the first wrong
/// row and column, unless it is a dry run.
pub async fn import_questions(
    app: &App,
    actor: &Actor,
    format: Format,
    bytes: &[u8],
    dry_run: bool,
) -> Result<ImportReport, AppError> {
    actor.may(Action::WriteCandidates)?;
    if bytes.len() > IMPORT_BYTES {
        let limit = IMPORT_BYTES as u64;
        return Err(AppError::TooLarge { limit });
    }
    let rows = match format {
        Format::Csv => table::read_csv(bytes),
        Format::Json => table::read_json(bytes),
    };
    let transaction = app.store.begin().await?;
    let mut report = ImportReport::default();
    let entries = match rows {
        Err(wrong) => {
            report.errors.push(error(0, wrong));
            Vec::new()
        }
        Ok(rows) if rows.len() > IMPORT_ROWS => {
            let message = format!("more than {IMPORT_ROWS} rows; send them in parts");
            report
                .errors
                .push(error(IMPORT_ROWS + 1, Wrong::new("", message)));
            Vec::new()
        }
        Ok(rows) => check(&transaction, actor, rows, &mut report).await?,
    };
    if !report.errors.is_empty() {
        transaction.rollback().await?;
        return if dry_run {
            Ok(report)
        } else {
            Err(refused(&report))
        };
    }
    write(app, actor, &transaction, entries, dry_run, &mut report).await?;
    if dry_run || report.created + report.updated == 0 {
        transaction.rollback().await?;
        return Ok(report);
    }
    let details = json!({"created": report.created, "updated": report.updated});
    let entry = audit::Entry::by(actor, "bank.imported", &actor.organisation, details);
    audit::record(&transaction, app, entry).await?;
    transaction.commit().await?;
    Ok(report)
}

/// The organisation's whole bank, ordered by key.
///
/// # Errors
/// [`AppError::Denied`].
pub async fn export_questions(
    app: &App,
    actor: &Actor,
    format: Format,
) -> Result<String, AppError> {
    actor.may(Action::ReadCandidates)?;
    let rows = scoped::rows::<bank_questions::Entity>(actor.organisation)
        .order_by_asc(bank_questions::Column::Key)
        .order_by_asc(bank_questions::Column::Language)
        .all(app.store.reader())
        .await?;
    let entries = rows
        .into_iter()
        .map(Entry::try_from)
        .collect::<Result<Vec<_>, _>>()?;
    Ok(match format {
        Format::Csv => table::write_csv(&entries),
        Format::Json => table::write_json(&entries),
    })
}

async fn check(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    rows: Vec<Row>,
    report: &mut ImportReport,
) -> Result<Vec<Entry>, AppError> {
    report.rows = rows.len();
    let named: BTreeSet<Uuid> = rows
        .iter()
        .filter_map(|row| Some(row.as_ref().ok()?.position?.uuid()))
        .collect();
    let known: BTreeSet<Uuid> = if named.is_empty() {
        BTreeSet::new()
    } else {
        scoped::rows::<positions::Entity>(actor.organisation)
            .filter(positions::Column::Id.is_in(named))
            .all(connection)
            .await?
            .into_iter()
            .map(|row| row.id)
            .collect()
    };
    let mut entries = Vec::with_capacity(rows.len());
    let mut keys = BTreeSet::new();
    for (index, row) in rows.into_iter().enumerate() {
        let checked = row.and_then(|row| {
            if row.position.is_some_and(|id| !known.contains(&id.uuid())) {
                let message = "names no position of this organisation";
                return Err(Wrong::new("position_id", message));
            }
            match row.check() {
                Ok(entry) => Ok(entry),
                Err(AppError::Invalid { message, field, .. }) => {
                    Err(Wrong::new(&field.unwrap_or_default(), message))
                }
                Err(other) => Err(Wrong::new("", other.to_string())),
            }
        });
        let wrong = match checked {
            Ok(entry) if keys.insert((entry.key.clone(), entry.language.clone())) => {
                entries.push(entry);
                continue;
            }
            Ok(_) => Wrong::new("key", "an earlier row has this key in this language"),
            Err(wrong) => wrong,
        };
        if report.errors.len() < ERRORS {
            report.errors.push(error(index + 1, wrong));
        }
    }
    Ok(entries)
}

async fn write(
    app: &App,
    actor: &Actor,
    connection: &impl ConnectionTrait,
    entries: Vec<Entry>,
    dry_run: bool,
    report: &mut ImportReport,
) -> Result<(), AppError> {
    let rows = scoped::rows::<bank_questions::Entity>(actor.organisation)
        .all(connection)
        .await?;
    let mut kept: BTreeMap<(String, String), bank_questions::Model> = rows
        .into_iter()
        .map(|row| ((row.key.clone(), row.language.clone()), row))
        .collect();
    for entry in entries {
        let Some(row) = kept.remove(&(entry.key.clone(), entry.language.clone())) else {
            report.created += 1;
            if !dry_run {
                let row = new_row(app, actor, BankQuestionId::generate(), entry);
                scoped::insert::<bank_questions::Entity>(connection, row).await?;
            }
            continue;
        };
        let (id, version) = (row.id, row.version);
        if Entry::try_from(row)? == entry {
            report.unchanged += 1;
            continue;
        }
        report.updated += 1;
        if !dry_run {
            let values = entry.values(app.clock.now().into());
            records::update::<bank_questions::Entity>(
                connection,
                actor.organisation,
                id,
                Some(version),
                Condition::all(),
                values,
            )
            .await?;
        }
    }
    Ok(())
}

fn error(row: usize, wrong: Wrong) -> RowError {
    RowError {
        row,
        column: wrong.column,
        message: wrong.message,
    }
}

fn refused(report: &ImportReport) -> AppError {
    let first = &report.errors[0];
    let column = match first.column.as_str() {
        "" => String::new(),
        column => format!(", column {column}"),
    };
    let more = match report.errors.len() {
        1 => String::new(),
        n => format!(" (and {} more; dry_run=true lists them)", n - 1),
    };
    AppError::invalid(
        "invalid_rows",
        &format!("rows[{}].{}", first.row, first.column),
        format!("row {}{column}: {}{more}", first.row, first.message),
    )
}
