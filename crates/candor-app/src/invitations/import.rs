//! Many invitations from one table: all of them or none, and every mistake told by row and column.

use candor_core::access::{Action, Actor};
use csv::StringRecord;

use super::{
    Invitation, NewInvitation,
    create::{insert, prepare},
    write::record,
};
use crate::{App, AppError, jobs, mail};

/// Largest table, in bytes.
pub const LONGEST_TABLE: usize = 1_000_000;
/// Most rows of a table.
pub const MOST_ROWS: usize = 1_000;
/// Mistakes that are told.
const MOST_ERRORS: usize = 200;

/// Columns that a table may have; the first four it must have, except the name.
const COLUMNS: [&str; 14] = [
    "candidate_email",
    "role_family",
    "scheduled_at",
    "candidate_name",
    "time_zone",
    "language",
    "difficulty",
    "duration_minutes",
    "focus_areas",
    "message",
    "position_id",
    "application_id",
    "resume_url",
    "interview_type",
];
/// How many of [`COLUMNS`] a table must have.
const NEEDED: usize = 3;

/// A mistake in a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowError {
    /// Row of the table; the heading is row 1.
    pub row: usize,
    /// Column by name, where the mistake has one.
    pub column: Option<String>,
    /// What is wrong.
    pub message: String,
}

/// What became of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Import {
    /// Every row can be an invitation; none was made.
    Checked {
        /// Rows.
        n: usize,
    },
    /// Every row is an invitation now.
    Made(Vec<Invitation>),
    /// Nothing was made, because of these mistakes.
    Refused(Vec<RowError>),
}

/// Reads a CSV table with a heading and makes an invitation of every row, or with `dry_run` only checks them.
/// Focus areas are separated by `;`.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::TooLarge`], or [`AppError::Invalid`] for what is no table.
pub async fn import_invitations(
    app: &App,
    actor: &Actor,
    table: &[u8],
    dry_run: bool,
) -> Result<Import, AppError> {
    actor.may(Action::InviteCandidates)?;
    if table.len() > LONGEST_TABLE {
        return Err(AppError::TooLarge {
            limit: LONGEST_TABLE as u64,
        });
    }
    let (wanted, mut errors) = read(table)?;
    let mut prepared = Vec::new();
    for (row, wanted) in wanted {
        match wanted {
            Err(error) => errors.push(error),
            Ok(new) => match prepare(app, actor, app.store.reader(), *new).await {
                Ok((found, _)) => prepared.push(found),
                Err(AppError::Invalid { message, field, .. }) => errors.push(RowError {
                    row,
                    column: field,
                    message,
                }),
                Err(error) => return Err(error),
            },
        }
        if errors.len() >= MOST_ERRORS {
            break;
        }
    }
    if !errors.is_empty() {
        errors.sort_by_key(|error| error.row);
        return Ok(Import::Refused(errors));
    }
    if dry_run {
        return Ok(Import::Checked { n: prepared.len() });
    }
    let transaction = app.store.begin().await?;
    for row in &prepared {
        insert(app, &transaction, row).await?;
    }
    for row in &prepared {
        record(app, &transaction, actor, row, "invitation.created").await?;
    }
    transaction.commit().await?;
    jobs::wake(app);
    let state = match mail::obstacle(app) {
        None => "queued",
        Some(_) => "not_sent",
    };
    let made = prepared.into_iter().map(|row| Invitation {
        email_state: state.to_owned(),
        ..Invitation::read(app, row)
    });
    Ok(Import::Made(made.collect()))
}

type Wanted = (usize, Result<Box<NewInvitation>, RowError>);

/// The rows of a table, numbered as a spreadsheet does.
fn read(table: &[u8]) -> Result<(Vec<Wanted>, Vec<RowError>), AppError> {
    let wrong = |message: String| AppError::invalid("invalid_table", "body", message);
    let text =
        std::str::from_utf8(table).map_err(|_| wrong("the table must be UTF-8 text".to_owned()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let heading = reader
        .headers()
        .map_err(|error| wrong(format!("the heading can't be read: {error}")))?
        .clone();
    if let Some(missing) = COLUMNS[..NEEDED]
        .iter()
        .find(|name| heading.iter().all(|column| column != **name))
    {
        return Err(wrong(format!("the table needs a column {missing}")));
    }
    if let Some(unknown) = heading.iter().find(|name| !COLUMNS.contains(name)) {
        let unknown: String = unknown.chars().take(60).collect();
        return Err(wrong(format!(
            "the column {unknown:?} is unknown; there are: {}",
            COLUMNS.join(", ")
        )));
    }
    let mut columns: Vec<&str> = heading.iter().collect();
    columns.sort_unstable();
    if columns.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(wrong("the table has a column twice".to_owned()));
    }
    let (mut rows, mut errors) = (Vec::new(), Vec::new());
    for (at, record) in reader.records().enumerate() {
        let row = at + 2;
        if at >= MOST_ROWS {
            return Err(wrong(format!(
                "the table must not have more than {MOST_ROWS} rows"
            )));
        }
        match record {
            Ok(record) if record.len() != heading.len() => errors.push(RowError {
                row,
                column: None,
                message: format!(
                    "the row has {} fields, the heading {}",
                    record.len(),
                    heading.len()
                ),
            }),
            Ok(record) => rows.push((row, invitation(row, &heading, &record).map(Box::new))),
            Err(error) => errors.push(RowError {
                row,
                column: None,
                message: format!("the row can't be read: {error}"),
            }),
        }
    }
    if rows.is_empty() && errors.is_empty() {
        return Err(wrong("the table has no rows".to_owned()));
    }
    Ok((rows, errors))
}

fn invitation(
    row: usize,
    heading: &StringRecord,
    record: &StringRecord,
) -> Result<NewInvitation, RowError> {
    let cell = |name: &str| {
        let at = heading.iter().position(|column| column == name)?;
        record.get(at).filter(|text| !text.is_empty())
    };
    let text = |name: &str| cell(name).map(str::to_owned);
    let wrong = |column: &str, message: &str| RowError {
        row,
        column: Some(column.to_owned()),
        message: message.to_owned(),
    };
    let needed = |name: &str| text(name).ok_or_else(|| wrong(name, "must not be empty"));
    Ok(NewInvitation {
        candidate_email: needed("candidate_email")?,
        role_family: needed("role_family")?,
        scheduled_at: needed("scheduled_at")?,
        candidate_name: text("candidate_name"),
        time_zone: text("time_zone"),
        interview_type: text("interview_type"),
        language: text("language"),
        difficulty: text("difficulty"),
        duration_minutes: cell("duration_minutes")
            .map(str::parse)
            .transpose()
            .map_err(|_| wrong("duration_minutes", "must be a whole number"))?,
        focus_areas: cell("focus_areas")
            .into_iter()
            .flat_map(|text| text.split(';'))
            .map(|area| area.trim().to_owned())
            .filter(|area| !area.is_empty())
            .collect(),
        message: text("message"),
        position: cell("position_id")
            .map(str::parse)
            .transpose()
            .map_err(|_| wrong("position_id", "is no id of a position"))?,
        application: cell("application_id")
            .map(str::parse)
            .transpose()
            .map_err(|_| wrong("application_id", "is no id of an application"))?,
        resume_url: text("resume_url"),
        ..NewInvitation::default()
    })
}
