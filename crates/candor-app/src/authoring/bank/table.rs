//! Questions of a bank as rows of a spreadsheet (RFC 4180) or of a JSON array, there and back.
//!
//! Lists stand in one cell, an item on each line. A cell that a spreadsheet could take for a formula begins with an
//! apostrophe more than the text; reading takes it off again.

use serde_json::{Map, Value, json};

use super::{Entry, NewBankQuestion};

/// The columns, in their order; JSON has the same names.
pub(super) const COLUMNS: [&str; 13] = [
    "key",
    "position_id",
    "role_family",
    "phase",
    "difficulty",
    "language",
    "text",
    "competencies",
    "key_points",
    "follow_ups",
    "starter_code",
    "code_language",
    "sort_order",
];

/// What is wrong with a column of a row.
pub(super) struct Wrong {
    /// Its name; empty: the row as a whole.
    pub(super) column: String,
    /// What is wrong.
    pub(super) message: String,
}

impl Wrong {
    pub(super) fn new(column: &str, message: impl Into<String>) -> Self {
        Self {
            column: column.chars().take(60).collect(),
            message: message.into(),
        }
    }
}

/// One row, read but not yet checked.
pub(super) type Row = Result<NewBankQuestion, Wrong>;

/// The rows of a CSV file.
///
/// # Errors
/// What is wrong with its head.
pub(super) fn read_csv(bytes: &[u8]) -> Result<Vec<Row>, Wrong> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let head = reader
        .headers()
        .map_err(|_| Wrong::new("", "the file is no CSV in UTF-8"))?
        .clone();
    let names: Vec<String> = head.iter().map(|name| name.trim().to_owned()).collect();
    for (at, name) in names.iter().enumerate() {
        if !COLUMNS.contains(&name.as_str()) {
            let known = COLUMNS.join(", ");
            return Err(Wrong::new(
                name,
                format!("no such column; there are: {known}"),
            ));
        }
        if names[..at].contains(name) {
            return Err(Wrong::new(name, "the column occurs twice"));
        }
    }
    let rows = reader.records().map(|record| {
        let record = record.map_err(|_| Wrong::new("", "the row is no CSV in UTF-8"))?;
        if record.len() != names.len() {
            let (has, must) = (record.len(), names.len());
            return Err(Wrong::new(
                "",
                format!("the row has {has} cells, not {must}"),
            ));
        }
        let mut new = NewBankQuestion::default();
        for (name, cell) in names.iter().zip(record.iter()) {
            set_text(&mut new, name, unmasked(cell))?;
        }
        Ok(new)
    });
    Ok(rows.collect())
}

/// The rows of a JSON array.
///
/// # Errors
/// Why it is none.
pub(super) fn read_json(bytes: &[u8]) -> Result<Vec<Row>, Wrong> {
    let rows: Vec<Value> = serde_json::from_slice(bytes)
        .map_err(|_| Wrong::new("", "the body is no JSON array of questions"))?;
    Ok(rows.into_iter().map(object).collect())
}

fn object(row: Value) -> Row {
    let Value::Object(fields) = row else {
        return Err(Wrong::new("", "the row is no object"));
    };
    let mut new = NewBankQuestion::default();
    for (name, value) in fields {
        if !COLUMNS.contains(&name.as_str()) {
            let known = COLUMNS.join(", ");
            return Err(Wrong::new(
                &name,
                format!("no such field; there are: {known}"),
            ));
        }
        match value {
            Value::Null => {}
            Value::String(text) if list(&mut new, &name).is_none() && name != "sort_order" => {
                set_text(&mut new, &name, &text)?;
            }
            Value::Number(number) if name == "sort_order" => {
                set_text(&mut new, &name, &number.to_string())?;
            }
            Value::Array(items) => {
                let items = items
                    .iter()
                    .map(|item| item.as_str().map(str::to_owned))
                    .collect::<Option<Vec<_>>>();
                match (list(&mut new, &name), items) {
                    (Some(list), Some(items)) => *list = items,
                    _ => return Err(Wrong::new(&name, "must be a text, or an array of texts")),
                }
            }
            _ => return Err(Wrong::new(&name, "is of the wrong type")),
        }
    }
    Ok(new)
}

fn list<'a>(new: &'a mut NewBankQuestion, column: &str) -> Option<&'a mut Vec<String>> {
    match column {
        "competencies" => Some(&mut new.competencies),
        "key_points" => Some(&mut new.key_points),
        "follow_ups" => Some(&mut new.follow_ups),
        _ => None,
    }
}

fn set_text(new: &mut NewBankQuestion, column: &str, text: &str) -> Result<(), Wrong> {
    if let Some(list) = list(new, column) {
        let items = text.lines().map(str::trim).filter(|item| !item.is_empty());
        *list = items.map(str::to_owned).collect();
        return Ok(());
    }
    let optional = || (!text.is_empty()).then(|| text.to_owned());
    match column {
        "key" => new.key = optional(),
        "position_id" => {
            let id = optional().map(|id| id.trim().parse());
            new.position = id
                .transpose()
                .map_err(|_| Wrong::new(column, "is no id of a position"))?;
        }
        "role_family" => text.clone_into(&mut new.role_family),
        "phase" => text.clone_into(&mut new.phase),
        "difficulty" => text.clone_into(&mut new.difficulty),
        "language" => text.clone_into(&mut new.language),
        "text" => text.clone_into(&mut new.text),
        "starter_code" => new.starter_code = optional(),
        "code_language" => new.code_language = optional(),
        _ => {
            let number = optional().map(|number| number.trim().parse());
            new.sort_order = number
                .transpose()
                .map_err(|_| Wrong::new(column, "must be a whole number"))?
                .unwrap_or_default();
        }
    }
    Ok(())
}

/// All questions as one CSV file with a head.
pub(super) fn write_csv(entries: &[Entry]) -> String {
    let mut text = COLUMNS.join(",") + "\r\n";
    for entry in entries {
        let cells = cells(entry).map(|cell| format!("\"{}\"", masked(&cell).replace('"', "\"\"")));
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    }
    text
}

/// All questions as one JSON array.
pub(super) fn write_json(entries: &[Entry]) -> String {
    let rows = entries.iter().map(|entry| {
        let mut row = Map::new();
        for (name, cell) in COLUMNS.into_iter().zip(cells(entry)) {
            let value = match name {
                "competencies" => json!(entry.competencies),
                "key_points" => json!(entry.key_points),
                "follow_ups" => json!(entry.follow_ups),
                "sort_order" => json!(entry.sort_order),
                _ if cell.is_empty() => Value::Null,
                _ => Value::String(cell),
            };
            row.insert(name.to_owned(), value);
        }
        Value::Object(row)
    });
    Value::Array(rows.collect()).to_string()
}

fn cells(entry: &Entry) -> [String; 13] {
    let optional = |text: &Option<String>| text.clone().unwrap_or_default();
    [
        entry.key.clone(),
        entry.position.map(|id| id.to_string()).unwrap_or_default(),
        entry.role_family.as_str().to_owned(),
        entry.phase.as_str().to_owned(),
        entry.difficulty.as_str().to_owned(),
        entry.language.clone(),
        entry.text.clone(),
        entry.competencies.join("\n"),
        entry.key_points.join("\n"),
        entry.follow_ups.join("\n"),
        optional(&entry.starter_code),
        optional(&entry.code_language),
        entry.sort_order.to_string(),
    ]
}

/// Spreadsheets run what begins with these, some also after blanks; the full-width forms are read alike. An apostrophe
/// before such a beginning gets another one, so that none is lost on the way back.
fn is_dangerous(cell: &str) -> bool {
    let first = cell
        .trim_start_matches('\'')
        .trim_start_matches(' ')
        .chars()
        .next();
    let dangerous = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    first.is_some_and(|first| dangerous.contains(&first)) && cell.parse::<f64>().is_err()
}

fn masked(cell: &str) -> String {
    match is_dangerous(cell) {
        true => format!("'{cell}"),
        false => cell.to_owned(),
    }
}

fn unmasked(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if is_dangerous(rest) => rest,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_masked_where_a_spreadsheet_would_run_it_and_read_back() {
        for text in [
            "=1+1", "+x", "-x", "@x", "  =x", "'=x", "''-y", "＝x", "\tx",
        ] {
            assert!(masked(text).starts_with('\''), "{text}");
            assert_eq!(unmasked(&masked(text)), text);
        }
        for text in ["Why?", "'tis", "it's = 1", "-5", ""] {
            assert_eq!(masked(text), text);
            assert_eq!(unmasked(text), text);
        }
    }
}
