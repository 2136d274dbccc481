//! The operations of the interface, as its description tells them, and bodies that fit the description.

use candor_testkit::TestServer;
use reqwest::Method;
use serde_json::{Map, Value, json};

/// One operation of the description.
#[derive(Debug, Clone)]
pub struct Operation {
    pub id: String,
    pub method: Method,
    /// With `{names}` for parameters.
    pub path: String,
    pub parameters: Vec<Parameter>,
    /// Content type and schema.
    pub body: Option<(String, Value)>,
    /// By status.
    pub responses: Map<String, Value>,
}

/// A parameter of an operation.
#[derive(Debug, Clone)]
pub struct Parameter {
    pub name: String,
    /// `path`, `query` or `header`.
    pub place: String,
    pub required: bool,
    pub schema: Value,
}

impl Operation {
    /// `GET /path`, for messages.
    pub fn name(&self) -> String {
        format!("{} {} ({})", self.method, self.path, self.id)
    }

    /// Whether it names one thing.
    pub fn names_one(&self) -> bool {
        self.path.contains('{')
    }
}

/// The description as clients get it.
pub struct Surface {
    pub document: Value,
    pub operations: Vec<Operation>,
}

impl Surface {
    pub async fn read(server: &TestServer) -> Self {
        let request = server.client.get(server.at("/openapi.json"));
        let document = crate::calls::read(request).await.expect(200);
        let operations = operations(&document);
        Self {
            document,
            operations,
        }
    }

    /// The schema itself, where it is a reference.
    pub fn resolve<'a>(&'a self, schema: &'a Value) -> &'a Value {
        match schema["$ref"].as_str() {
            Some(reference) => {
                let pointer = reference.trim_start_matches('#');
                self.resolve(self.document.pointer(pointer).unwrap())
            }
            None => schema,
        }
    }

    /// The fields of an object, those of its parts included, and which of them are required.
    pub fn fields(&self, schema: &Value) -> (Map<String, Value>, Vec<String>) {
        let schema = self.resolve(schema);
        let mut fields = schema["properties"]
            .as_object()
            .cloned()
            .unwrap_or_default();
        let required = schema["required"].as_array().into_iter().flatten();
        let mut required: Vec<String> = required
            .filter_map(|name| name.as_str().map(str::to_owned))
            .collect();
        for part in schema["allOf"].as_array().into_iter().flatten() {
            let (more, needed) = self.fields(part);
            fields.extend(more);
            required.extend(needed);
        }
        (fields, required)
    }

    /// A value that fits the schema: as small as it may be, with all required fields.
    pub fn example(&self, schema: &Value) -> Value {
        let schema = self.resolve(schema);
        for given in ["example", "default", "const"] {
            if !schema[given].is_null() {
                return schema[given].clone();
            }
        }
        if let Some(first) = schema["enum"].get(0) {
            return first.clone();
        }
        if let Some(parts) = schema["allOf"].as_array() {
            let mut all = Map::new();
            for part in parts {
                if let Value::Object(fields) = self.example(part) {
                    all.extend(fields);
                }
            }
            return Value::Object(all);
        }
        for choice in ["oneOf", "anyOf"] {
            if let Some(parts) = schema[choice].as_array() {
                let part = parts.iter().find(|part| part["type"] != "null").unwrap();
                return self.example(part);
            }
        }
        match kind(schema) {
            "object" => {
                let required = schema["required"].as_array().into_iter().flatten();
                required
                    .map(|name| {
                        let name = name.as_str().unwrap();
                        (name.to_owned(), self.example(&schema["properties"][name]))
                    })
                    .collect()
            }
            "array" => json!([]),
            "integer" => json!(schema["minimum"].as_i64().unwrap_or(1)),
            "number" => json!(schema["minimum"].as_f64().unwrap_or(1.0)),
            "boolean" => json!(true),
            "null" => Value::Null,
            _ => match schema["format"].as_str() {
                Some("uuid") => json!("01900000-0000-7000-8000-000000000000"),
                Some("date-time") => json!("2026-11-20T10:00:00Z"),
                Some("uri") => json!("https://example.org/a"),
                _ => json!("sample"),
            },
        }
    }
}

/// The first type of a schema that is not `null`.
pub fn kind(schema: &Value) -> &str {
    match &schema["type"] {
        Value::String(kind) => kind,
        Value::Array(kinds) => kinds
            .iter()
            .filter_map(Value::as_str)
            .find(|kind| *kind != "null")
            .unwrap_or("null"),
        _ if schema["properties"].is_object() => "object",
        _ => "string",
    }
}

fn operations(document: &Value) -> Vec<Operation> {
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Ok(method) = Method::from_bytes(method.to_uppercase().as_bytes()) else {
                continue;
            };
            if !operation["responses"].is_object() {
                continue;
            }
            let shared = item["parameters"].as_array().into_iter().flatten();
            let own = operation["parameters"].as_array().into_iter().flatten();
            all.push(Operation {
                id: operation["operationId"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned(),
                method,
                path: path.clone(),
                parameters: shared.chain(own).map(parameter).collect(),
                body: operation["requestBody"]["content"]
                    .as_object()
                    .and_then(|content| content.iter().next())
                    .map(|(kind, media)| (kind.clone(), media["schema"].clone())),
                responses: operation["responses"].as_object().unwrap().clone(),
            });
        }
    }
    all
}

fn parameter(described: &Value) -> Parameter {
    let mut schema = described["schema"].clone();
    // A parameter tells its example beside its schema.
    if let (Some(schema), example @ (Value::String(_) | Value::Number(_))) =
        (schema.as_object_mut(), &described["example"])
    {
        schema.insert("example".to_owned(), example.clone());
    }
    Parameter {
        name: described["name"].as_str().unwrap().to_owned(),
        place: described["in"].as_str().unwrap().to_owned(),
        required: described["required"] == true,
        schema,
    }
}
