//! Values that repeat from run to run, most of them hostile.

use serde_json::{Value, json};

use crate::surface::{Surface, kind};

/// Texts that break what does not take care.
pub const HOSTILE: [&str; 23] = [
    "",
    " ",
    "\u{0}",
    "a\u{7}b\r\nSet-Cookie: x=1",
    "'; DROP TABLE interviews;--",
    "\" OR 1=1 --",
    "%' AND SLEEP(5) --",
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "</script><!--",
    "{{7*7}}${7*7}",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd",
    "../../etc/passwd",
    "%00%2e%2e%2f",
    "\u{202e}abc\u{1f980}\u{fffd}\u{feff}",
    "e\u{301}\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}",
    "-1",
    "99999999999999999999999999",
    "9000000000000000000",
    "1e999",
    "null",
    "int_01900000-0000-7000-8000-0000000000ff",
];

/// Numbers that repeat from run to run (SplitMix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % end as u64) as usize
    }

    pub fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    pub fn text(&mut self) -> String {
        match self.below(HOSTILE.len() + 2) {
            index if index < HOSTILE.len() => HOSTILE[index].to_owned(),
            index if index == HOSTILE.len() => "x".repeat(30_000),
            _ => "\u{1f980}".repeat(5_000),
        }
    }

    pub fn value(&mut self) -> Value {
        match self.below(11) {
            0 => Value::Null,
            1 => json!(true),
            2 => json!(-1),
            3 => json!(1e300),
            4 => json!(u64::MAX),
            5 => json!([]),
            6 => json!({"\u{0}": [{"a": "\u{0}"}]}),
            7 => json!([[[[[[{"a": {}}]]]]]]),
            8 => json!({"$ne": null}),
            9 => json!([self.text(), 7]),
            _ => json!(self.text()),
        }
    }

    /// `whole` with one part of it, however deep, changed, taken away or added; or something else altogether.
    pub fn spoiled(&mut self, surface: &Surface, schema: &Value, whole: Value) -> Value {
        let mut body = whole;
        match self.below(8) {
            0 => return self.value(),
            1 | 2 => {
                // A field that the description names and the example leaves out.
                let (known, _) = surface.fields(schema);
                let names: Vec<&String> = known.keys().collect();
                if let (Some(fields), false) = (body.as_object_mut(), names.is_empty()) {
                    let name = (*self.one_of(&names)).clone();
                    let fits = surface.example(&known[&name]);
                    let value = if self.below(3) == 0 {
                        fits
                    } else {
                        self.value()
                    };
                    fields.insert(name, value);
                    return body;
                }
            }
            _ => {}
        }
        let mut places = Vec::new();
        pointers(&body, String::new(), &mut places);
        let place = self.one_of(&places).clone();
        let Some(found) = body.pointer_mut(&place) else {
            return body;
        };
        match (self.below(4), found) {
            (0, Value::Object(fields)) if !fields.is_empty() => {
                let name = fields.keys().nth(self.below(fields.len())).cloned();
                fields.remove(&name.unwrap_or_default());
            }
            (0 | 1, Value::Object(fields)) => {
                fields.insert(self.text(), self.value());
            }
            (0, Value::Array(items)) => {
                let again = items.first().cloned().unwrap_or(Value::Null);
                items.push(again);
            }
            (1, Value::String(text)) => {
                let more = self.text();
                text.push_str(&more);
            }
            (_, found) => *found = self.value(),
        }
        body
    }
}

/// The places of everything in a value.
fn pointers(value: &Value, place: String, places: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let name = name.replace('~', "~0").replace('/', "~1");
                pointers(value, format!("{place}/{name}"), places);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                pointers(value, format!("{place}/{index}"), places);
            }
        }
        _ => {}
    }
    places.push(place);
}

/// A number or text of a parameter as it stands in an address.
pub fn plain(value: Value) -> String {
    match value {
        Value::String(text) => text,
        value => value.to_string(),
    }
}

/// Whether a field of a form is a file.
pub fn is_file(schema: &Value) -> bool {
    schema["format"] == "binary"
        || schema["contentMediaType"].is_string()
        || (kind(schema) == "array" && is_file(&schema["items"]))
}
