//! The shape of a judgement as a model writes it. Nothing in it is believed before it was checked.

use candor_core::{interview::Question, ports::ReplySchema};
use serde::Deserialize;
use serde_json::{Value, json};

/// A judgement.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Reply {
    pub(super) relevance: Mark,
    pub(super) structure: Mark,
    pub(super) depth: Mark,
    pub(super) key_points: Vec<Point>,
    pub(super) competencies: Vec<Level>,
    pub(super) red_flags: Vec<Flag>,
    pub(super) feedback: String,
}

/// A mark and the words that bear it out.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mark {
    pub(super) mark: f64,
    pub(super) quotes: Vec<String>,
}

/// Whether a key point is made.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Point {
    /// Counted from 1.
    pub(super) number: usize,
    pub(super) is_made: bool,
    pub(super) quote: String,
}

/// The level of a competency; none where the answer shows nothing of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Level {
    pub(super) competency: String,
    pub(super) level: Option<f64>,
    pub(super) quotes: Vec<String>,
}

/// A statement that speaks against the candidate.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Flag {
    pub(super) statement: String,
    pub(super) quote: String,
}

/// The JSON schema of [`Reply`] for `question`, in the words that strict servers take: all fields required, no others.
pub(super) fn schema(question: &Question) -> ReplySchema {
    let quotes = json!({"type": "array", "items": {"type": "string"}});
    let mark = object(&json!({"mark": {"type": "number"}, "quotes": quotes}));
    let competency = if question.competencies.is_empty() {
        json!({"type": "string"})
    } else {
        json!({"type": "string", "enum": question.competencies})
    };
    ReplySchema {
        name: "answer_evaluation".to_owned(),
        schema: object(&json!({
            "relevance": mark,
            "structure": mark,
            "depth": mark,
            "key_points": list(&json!({
                "number": {"type": "integer"},
                "is_made": {"type": "boolean"},
                "quote": {"type": "string"},
            })),
            "competencies": list(&json!({
                "competency": competency,
                "level": {"type": ["number", "null"]},
                "quotes": quotes,
            })),
            "red_flags": list(&json!({
                "statement": {"type": "string"},
                "quote": {"type": "string"},
            })),
            "feedback": {"type": "string"},
        })),
    }
}

fn list(properties: &Value) -> Value {
    json!({"type": "array", "items": object(properties)})
}

/// An object with these properties, all of them.
pub(crate) fn object(properties: &Value) -> Value {
    let names: Vec<&String> = properties
        .as_object()
        .into_iter()
        .flat_map(|all| all.keys())
        .collect();
    json!({
        "type": "object",
        "required": names,
        "additionalProperties": false,
        "properties": properties,
    })
}
