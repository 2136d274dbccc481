//! The published JSON Schema of `report.json`, generated from the types that write it.

use candor_core::report::Report;

/// The schema as pretty-printed JSON with a final newline.
pub fn report_schema() -> String {
    let schema = schemars::schema_for!(Report);
    let mut text = serde_json::to_string_pretty(&schema).expect("a schema is plain JSON");
    text.push('\n');
    text
}
