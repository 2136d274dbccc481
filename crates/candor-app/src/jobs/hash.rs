//! What an outcome was made from.

use std::collections::BTreeMap;

use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::Step;

/// SHA-256 in hexadecimal of all that a step's outcome depends on: its name and version, what the job was
/// told, and the outputs of the steps it needs. The order of keys doesn't matter: PostgreSQL changes it.
pub(super) fn input_hash(
    step: &dyn Step,
    subject: Option<Uuid>,
    input: &Value,
    outputs: &BTreeMap<String, Value>,
) -> String {
    let mut hasher = Sha256::new();
    let mut add = |text: &str| {
        hasher.update((text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    };
    add(step.name());
    add(&step.version());
    add(&subject.map(|id| id.to_string()).unwrap_or_default());
    add(&canonical(input));
    for (name, output) in outputs {
        add(name);
        add(&canonical(output));
    }
    hex::encode(hasher.finalize())
}

fn canonical(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let sorted: BTreeMap<_, _> = map.iter().collect();
            let parts: Vec<String> = sorted
                .into_iter()
                .map(|(key, value)| format!("{}:{}", Value::from(key.as_str()), canonical(value)))
                .collect();
            format!("{{{}}}", parts.join(","))
        }
        Value::Array(items) => {
            let parts: Vec<String> = items.iter().map(canonical).collect();
            format!("[{}]", parts.join(","))
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_keys_does_not_matter_but_everything_else_does() {
        let read = |text: &str| canonical(&serde_json::from_str(text).unwrap());
        assert_eq!(
            read(r#"{"b":[1,{"y":1,"x":2}],"a":"é"}"#),
            read(r#"{"a":"é","b":[1,{"x":2,"y":1}]}"#)
        );
        assert_ne!(read("[1,2]"), read("[2,1]"));
        assert_ne!(read(r#"{"a":null}"#), read("{}"));
    }
}
