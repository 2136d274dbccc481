//! Looks at a written report as a program of somebody else would: as JSON, without Candor's types.

use std::path::Path;

use serde_json::Value;

/// Reads a JSON file.
///
/// # Panics
/// When it is missing or no JSON.
pub fn read_json(path: &Path) -> Value {
    let text = std::fs::read_to_string(path)
        .unwrap_or_else(|error| panic!("{} can't be read: {error}", path.display()));
    serde_json::from_str(&text)
        .unwrap_or_else(|error| panic!("{} is no JSON: {error}", path.display()))
}

/// Codes of the report's notes.
pub fn note_codes(report: &Value) -> Vec<&str> {
    report["candor"]["notes"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|note| note["code"].as_str())
        .collect()
}

/// Documented fields that are `null` without a reason under their path or a path above.
pub fn unexplained_nulls(report: &Value) -> Vec<String> {
    let reasons = &report["candor"]["not_measured"];
    let mut paths = Vec::new();
    for (name, value) in report.as_object().into_iter().flatten() {
        if name != "candor" {
            collect_nulls(value, name, &mut paths);
        }
    }
    paths.retain(|path| {
        let mut above = path.as_str();
        loop {
            if reasons[above]["message"].is_string() {
                return false;
            }
            match above.rsplit_once('.') {
                Some((parent, _)) => above = parent,
                None => return true,
            }
        }
    });
    paths
}

fn collect_nulls(value: &Value, path: &str, paths: &mut Vec<String>) {
    match value {
        Value::Null => paths.push(path.to_owned()),
        Value::Object(fields) => {
            for (name, value) in fields {
                collect_nulls(value, &format!("{path}.{name}"), paths);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                collect_nulls(value, &format!("{path}.{index}"), paths);
            }
        }
        _ => {}
    }
}

/// The report that a page carries.
///
/// # Panics
/// When it carries none.
pub fn report_in_page(page: &str) -> Value {
    block_in_page(page, "report")
}

/// What a page says about its recording: addresses of `video` and `audio`, and their `kind`.
///
/// # Panics
/// When the page carries none.
pub fn media_in_page(page: &str) -> Value {
    block_in_page(page, "media")
}

fn block_in_page(page: &str, id: &str) -> Value {
    let json = page
        .split_once(&format!("id=\"{id}\">"))
        .and_then(|(_, rest)| rest.split_once("</script>"))
        .map(|(json, _)| json)
        .unwrap_or_else(|| panic!("the page carries no {id}"));
    serde_json::from_str(json).expect("a block of the page is JSON")
}

/// Every file and folder below `folder`, by its path from there, sorted.
///
/// # Panics
/// When a folder can't be listed.
pub fn files_below(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next).expect("the folder can be listed") {
            let path = entry.expect("the folder can be listed").path();
            let name = path.strip_prefix(folder).expect("it is below the folder");
            found.push(name.display().to_string());
            if path.is_dir() {
                open.push(path);
            }
        }
    }
    found.sort();
    found
}
