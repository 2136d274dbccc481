//! The published JSON Schema of `report.json`, generated from the types that write it.

use candor_core::report::Report;
use schemars::generate::SchemaSettings;

/// The schema as pretty-printed JSON with a final newline. It describes what is written, so that a
/// field that may be `null` must still be there.
pub fn report_schema() -> String {
    let generator = SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator();
    let schema = generator.into_root_schema_for::<Report>();
    let mut text = serde_json::to_string_pretty(&schema).expect("a schema is plain JSON");
    text.push('\n');
    text
}
