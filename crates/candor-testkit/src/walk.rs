//! Walks the documented routes of one system: a story calls them, the walk checks what the checklist
//! promises of each and remembers which were called.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{shared_dir, skip};

/// One row of the checklist.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    method: String,
    path: String,
    status: u16,
    fields: Vec<String>,
}

/// The rows of one system.
#[derive(Debug)]
pub struct Walk {
    rows: Vec<Row>,
    called: BTreeSet<(String, String)>,
}

impl Walk {
    /// The rows of `system`; `None`, told as skipped under `test`, where the checklist is not there.
    ///
    /// # Panics
    /// When the checklist can't be read.
    pub fn of(test: &str, system: &str) -> Option<Self> {
        let Some(shared) = shared_dir() else {
            skip(test, "the checklist of documented routes is not there");
            return None;
        };
        let text = std::fs::read_to_string(shared.join("contracts/routes.tsv"))
            .expect("the checklist can be read");
        let rows = text
            .lines()
            .skip(1)
            .map(|line| line.split('\t').collect::<Vec<_>>())
            .filter(|cells| cells[0] == system)
            .map(|cells| Row {
                method: cells[1].to_owned(),
                path: cells[2].to_owned(),
                status: cells[4].parse().expect("a status is a number"),
                fields: cells
                    .get(6)
                    .into_iter()
                    .flat_map(|fields| fields.split(','))
                    .filter(|field| !field.is_empty())
                    .map(str::to_owned)
                    .collect(),
            })
            .collect();
        Some(Self {
            rows,
            called: BTreeSet::new(),
        })
    }

    /// Checks one answer against its row: the documented status, and every documented field present.
    ///
    /// # Panics
    /// When the row is missing, or the answer is not as documented.
    pub fn check(&mut self, method: &str, path: &str, status: u16, body: &Value) {
        let row = self
            .rows
            .iter()
            .find(|row| row.method == method && row.path == path)
            .unwrap_or_else(|| panic!("{method} {path} is not in the checklist"));
        assert_eq!(status, row.status, "{method} {path}: {body}");
        for field in &row.fields {
            assert!(
                holds(body, field),
                "{method} {path}: {field} is missing in {body}"
            );
        }
        self.called.insert((method.to_owned(), path.to_owned()));
    }

    /// Ends the walk: every row was called, but for those of `elsewhere` (method and path), which nobody
    /// serves yet.
    ///
    /// # Panics
    /// When a row was not called, or one of `elsewhere` is none of the rows or was called.
    pub fn finish(self, elsewhere: &[(&str, &str)]) {
        let rows: BTreeSet<(&str, &str)> = self
            .rows
            .iter()
            .map(|row| (row.method.as_str(), row.path.as_str()))
            .collect();
        let called: BTreeSet<(&str, &str)> = self
            .called
            .iter()
            .map(|(method, path)| (method.as_str(), path.as_str()))
            .collect();
        let elsewhere: BTreeSet<(&str, &str)> = elsewhere.iter().copied().collect();
        let left: Vec<_> = rows.difference(&called).copied().collect();
        assert_eq!(
            left,
            elsewhere.into_iter().collect::<Vec<_>>(),
            "not walked"
        );
    }
}

/// Whether `field` (`a.b`, `a[].b`, `[].a`) is there; of a list every item must hold it, and a documented
/// list may be empty only where nothing is asked of its items.
fn holds(value: &Value, field: &str) -> bool {
    let (head, rest) = match field.split_once('.') {
        Some((head, rest)) => (head, Some(rest)),
        None => (field, None),
    };
    let (name, is_list) = match head.strip_suffix("[]") {
        Some(name) => (name, true),
        None => (head, false),
    };
    let found = if name.is_empty() {
        Some(value)
    } else {
        value.get(name)
    };
    let Some(found) = found else {
        return false;
    };
    match (is_list, rest) {
        (true, Some(rest)) => found
            .as_array()
            .is_some_and(|items| !items.is_empty() && items.iter().all(|item| holds(item, rest))),
        (true, None) => found.is_array(),
        (false, Some(rest)) => holds(found, rest),
        (false, None) => true,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_walk_ends_when_all_is_called_that_is_served() {
        let row = |path: &str| Row {
            method: "GET".to_owned(),
            path: path.to_owned(),
            status: 200,
            fields: Vec::new(),
        };
        let walk = || {
            let mut walk = Walk {
                rows: vec![row("/a"), row("/b")],
                called: BTreeSet::new(),
            };
            walk.check("GET", "/a", 200, &Value::Null);
            walk
        };
        walk().finish(&[("GET", "/b")]);
        let ends = |elsewhere: &'static [(&str, &str)]| {
            std::panic::catch_unwind(move || walk().finish(elsewhere)).is_ok()
        };
        assert!(!ends(&[]), "a row was not called");
        assert!(!ends(&[("GET", "/a"), ("GET", "/b")]), "a row is served");
        assert!(
            !ends(&[("GET", "/b"), ("GET", "/c")]),
            "there is no such row"
        );
    }

    #[test]
    fn a_field_below_a_list_must_stand_in_every_item() {
        let body = json!({"a": [{"b": {"c": null}}, {"b": {}}]});
        assert!(holds(&body, "a[].b"));
        assert!(!holds(&body, "a[].b.c"));
        assert!(!holds(&json!({"a": []}), "a[].b"));
        assert!(holds(&json!([{"x": 1}]), "[].x"));
    }
}
