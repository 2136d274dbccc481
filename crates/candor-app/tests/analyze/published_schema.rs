//! The published schema is the one that the types give.

use std::path::Path;

use candor_app::schema::report_schema;

#[test]
fn the_published_schema_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schema/report.schema.json");
    let published = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        published == report_schema(),
        "docs/schema/report.schema.json is stale; run `cargo xtask schema`"
    );
}
