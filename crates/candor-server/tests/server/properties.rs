//! Requests made from the description of the interface, good and hostile: whatever is sent, the answer is one
//! that the description tells, and no server error.

use std::{collections::BTreeMap, time::Duration};

use candor_core::access::{Role, Scope};
use candor_testkit::{Database, FakeEngines, TestServer};
use rstest::rstest;
use serde_json::{Value, json};

use crate::{
    calls::{Answer, As, read},
    surface::{Operation, Surface},
};

/// Requests for each operation.
const CASES: u64 = 24;

/// Texts that break what does not take care.
const HOSTILE: [&str; 16] = [
    "",
    " ",
    "\u{0}",
    "a\u{7}b\r\nSet-Cookie: x=1",
    "'; DROP TABLE interviews;--",
    "\" OR 1=1 --",
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "../../etc/passwd",
    "%00%2e%2e%2f",
    "\u{202e}abc\u{1f980}",
    "-1",
    "99999999999999999999999999",
    "1e999",
    "null",
    "int_01900000-0000-7000-8000-0000000000ff",
];

/// Numbers that repeat from run to run (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % end as u64) as usize
    }

    fn text(&mut self) -> String {
        match self.below(HOSTILE.len() + 1) {
            index if index < HOSTILE.len() => HOSTILE[index].to_owned(),
            _ => "x".repeat(30_000),
        }
    }

    fn value(&mut self) -> Value {
        match self.below(9) {
            0 => Value::Null,
            1 => json!(true),
            2 => json!(-1),
            3 => json!(1e300),
            4 => json!(u64::MAX),
            5 => json!([]),
            6 => json!({"\u{0}": [{"a": "\u{0}"}]}),
            7 => json!([[[[[[{"a": {}}]]]]]]),
            _ => json!(self.text()),
        }
    }

    /// The example with one field changed, taken away or added; or something else altogether.
    fn body(&mut self, surface: &Surface, schema: &Value) -> Value {
        let mut body = surface.example(schema);
        let resolved = surface.resolve(schema);
        let names: Vec<String> = resolved["properties"]
            .as_object()
            .map(|all| all.keys().cloned().collect())
            .unwrap_or_default();
        match (self.below(6), body.as_object_mut()) {
            (0, _) => {}
            (1, Some(fields)) => {
                fields.insert(self.text(), self.value());
            }
            (2, Some(fields)) if !fields.is_empty() => {
                let name = fields.keys().nth(self.below(fields.len())).cloned();
                fields.remove(&name.unwrap());
            }
            (3, _) => body = self.value(),
            (_, Some(fields)) if !names.is_empty() => {
                let name = names[self.below(names.len())].clone();
                fields.insert(name, self.value());
            }
            _ => body = self.value(),
        }
        body
    }
}

struct Run<'a> {
    server: &'a TestServer,
    surface: &'a Surface,
    tokens: Vec<String>,
    ids: Vec<String>,
    dice: Dice,
}

impl Run<'_> {
    /// One request, and its form for people.
    fn request(&mut self, operation: &Operation) -> (reqwest::RequestBuilder, String) {
        let mut path = String::new();
        let mut rest = operation.path.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            path.push_str(before);
            let id = match self.dice.below(3) {
                0 => self.ids[self.dice.below(self.ids.len())].clone(),
                1 => "01900000-0000-7000-8000-0000000000ff".to_owned(),
                _ => format!(
                    "x{}",
                    self.dice.text().chars().take(500).collect::<String>()
                ),
            };
            path.extend(
                url::form_urlencoded::byte_serialize(id.as_bytes())
                    .map(|part| part.replace('+', "%20")),
            );
            rest = after.split_once('}').unwrap().1;
        }
        path.push_str(rest);
        let token = self.tokens[self.dice.below(self.tokens.len())].clone();
        let mut said = format!("{} {path}", operation.method);
        let method = operation.method.clone();
        let mut request = self
            .server
            .client
            .request(method, self.server.at(&path))
            .timeout(Duration::from_secs(20));
        if !token.is_empty() {
            request = request.bearer_auth(token);
        }
        for parameter in &operation.parameters {
            if !parameter.required && self.dice.below(3) > 0 {
                continue;
            }
            let value = match (self.dice.below(2), self.surface.example(&parameter.schema)) {
                (0, Value::String(text)) => text,
                (0, value) => value.to_string(),
                _ => self.dice.text().chars().take(2000).collect(),
            };
            said.push_str(&format!(" {}={value:.60?}", parameter.name));
            match parameter.place.as_str() {
                "query" => request = request.query(&[(&parameter.name, value)]),
                "header" => {
                    if let Ok(value) = reqwest::header::HeaderValue::try_from(value) {
                        request = request.header(&parameter.name, value);
                    }
                }
                _ => {}
            }
        }
        if let Some((kind, schema)) = &operation.body {
            let (kind, bytes) = match self.dice.below(10) {
                0 => (kind.as_str(), b"{\"a\": ".to_vec()),
                1 => (kind.as_str(), vec![0xff, 0xfe, 0]),
                2 => (kind.as_str(), Vec::new()),
                3 => ("text/plain", b"{}".to_vec()),
                4 => ("application/json", b"[".repeat(100_000)),
                _ => {
                    let body = self.dice.body(self.surface, schema).to_string();
                    (kind.as_str(), body.into_bytes())
                }
            };
            said.push_str(&format!(
                " {kind} {:.300?}",
                String::from_utf8_lossy(&bytes)
            ));
            request = request.header("content-type", kind).body(bytes);
        }
        (request, said)
    }
}

/// What the description says about an answer that it does not fit.
fn unfit(
    surface: &Surface,
    validators: &mut BTreeMap<String, jsonschema::Validator>,
    operation: &Operation,
    answer: &Answer,
) -> Option<String> {
    let status = answer.status.as_u16();
    if status >= 500 {
        return Some(format!("server error {status}"));
    }
    let Some(described) = operation.responses.get(&status.to_string()) else {
        return Some(format!("status {status} is not described"));
    };
    let described = surface.resolve(described);
    let kind = answer.header("content-type");
    let native = operation.path.starts_with("/api/v1/") && !operation.id.starts_with("adaptive_");
    if native && status >= 400 && operation.method != "HEAD" && kind != "application/problem+json" {
        return Some(format!("an error of the type {kind:?}"));
    }
    let kind = kind.split(';').next().unwrap_or_default();
    let schema = &described["content"][kind]["schema"];
    if !kind.contains("json") || schema.is_null() || operation.method == "HEAD" {
        return None;
    }
    let validator = validators.entry(schema.to_string()).or_insert_with(|| {
        let mut whole = schema.clone();
        whole["components"] = surface.document["components"].clone();
        jsonschema::validator_for(&whole).unwrap()
    });
    let body = answer.json();
    let error = validator.validate(&body).err()?;
    Some(format!(
        "the body does not fit: {error} at {}",
        error.instance_path()
    ))
}

#[rstest]
#[tokio::test]
async fn every_answer_is_one_that_the_description_tells(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "every_answer_is_one_that_the_description_tells";
    let started = TestServer::start_with(test, database, FakeEngines::default(), |config| {
        config.auth.logins_per_minute = 1_000_000;
    });
    let Some(server) = started.await else {
        return;
    };
    let organisation = server.organisation("Acme").await;
    let surface = Surface::read(&server).await;
    let admin = server.key(organisation, &[Scope::Admin]).await;
    let caller = As::new(&server, admin.clone());
    let mut ids = Vec::new();
    for (collection, body) in [
        ("interviews", json!({})),
        ("candidates", json!({})),
        ("positions", json!({"title": "t"})),
        ("webhooks", json!({"url": "https://example.org/"})),
    ] {
        let made = caller
            .post(&format!("/api/v1/{collection}"), body)
            .await
            .expect(201);
        ids.push(made["id"].as_str().unwrap().to_owned());
    }
    let path = format!("/api/v1/interviews/{}/tokens", ids[0]);
    let token = caller.post(&path, json!({})).await.expect(201);
    let mut run = Run {
        server: &server,
        surface: &surface,
        tokens: vec![
            admin.clone(),
            admin,
            server.key(organisation, &[Scope::Write]).await,
            server.person(organisation, Role::Candidate).await.1,
            token["token"].as_str().unwrap().to_owned(),
            String::new(),
        ],
        ids,
        dice: Dice(20_261_120),
    };
    let mut validators = BTreeMap::new();
    let mut wrong: BTreeMap<String, String> = BTreeMap::new();
    for operation in &surface.operations {
        let streams = operation
            .responses
            .values()
            .any(|response| response["content"]["text/event-stream"].is_object());
        if streams {
            continue;
        }
        for _ in 0..CASES {
            let (request, said) = run.request(operation);
            let answer = read(request).await;
            if let Some(what) = unfit(&surface, &mut validators, operation, &answer) {
                let text: String = answer.text.chars().take(300).collect();
                wrong
                    .entry(format!("{}: {what}", operation.name()))
                    .or_insert_with(|| format!("{said} -> {text}"));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} kinds of wrong answers: {wrong:#?}",
        wrong.len()
    );
}
