//! Requests made from the description, straight ones and spoiled ones.

use std::time::Duration;

use candor_testkit::TestServer;
use reqwest::{
    RequestBuilder,
    header::HeaderValue,
    multipart::{Form, Part},
};
use serde_json::Value;
use sha2::Digest;

use super::{
    dice::{Dice, is_file, plain},
    things::Things,
};
use crate::surface::{Operation, Surface};

/// Makes requests.
pub struct Maker<'a> {
    pub server: &'a TestServer,
    pub surface: &'a Surface,
    pub things: &'a Things,
    pub dice: Dice,
}

impl Maker<'_> {
    /// A request that should be taken when the caller with this token may, and its form for people.
    pub fn straight(
        &mut self,
        operation: &Operation,
        token: &str,
        round: usize,
    ) -> (RequestBuilder, String) {
        let path = self.path(operation, |maker, prefix, name| {
            let ids = maker.things.ids(&operation.id, prefix);
            match (ids.len(), name) {
                (0, "step") => "transcribed".to_owned(),
                (0, "number") => "0".to_owned(),
                (0, _) => "nothing".to_owned(),
                (n, _) => ids[round % n].clone(),
            }
        });
        let (request, mut said) = self.begin(operation, &path, token);
        let mut request = request;
        for parameter in &operation.parameters {
            let value = match (parameter.name.as_str(), operation.id.as_str()) {
                ("If-Match", _) if parameter.required => "*".to_owned(),
                ("Tus-Resumable", _) => "1.0.0".to_owned(),
                ("Upload-Offset", _) => "0".to_owned(),
                ("subject", "list_consents") => {
                    self.things.ids("", "/api/v1/candidates/")[0].clone()
                }
                ("Upload-Length", "create_upload") => self.things.clip.len().to_string(),
                ("X-Content-SHA256", _) => hex::encode(sha2::Sha256::digest(&self.things.clip)),
                _ if parameter.required => plain(self.surface.example(&parameter.schema)),
                _ => continue,
            };
            request = placed(request, &parameter.place, &parameter.name, value);
        }
        if let Some((kind, schema)) = &operation.body {
            request = match kind.as_str() {
                "multipart/form-data" => request.multipart(self.form(operation, schema, false)),
                kind if kind.contains("json") => {
                    let body = self.whole(operation, schema);
                    said.push_str(&format!(" {body:.300}"));
                    request.json(&body)
                }
                "text/csv" => {
                    let table = self.things.body(&operation.id).and_then(Value::as_str);
                    let table = table.unwrap_or_default().to_owned();
                    request.header("content-type", kind).body(table)
                }
                kind => request
                    .header("content-type", kind)
                    .body(self.things.clip.clone()),
            };
        }
        (request, said)
    }

    /// A request with something wrong in it, more often than not.
    pub fn spoiled(&mut self, operation: &Operation, streams: bool) -> (RequestBuilder, String) {
        let id = operation.id.as_str();
        let path = self.path(operation, |maker, prefix, _| maker.id(id, prefix, streams));
        let token = self.dice.one_of(&self.things.tokens).clone();
        let (mut request, mut said) = self.begin(operation, &path, &token);
        for parameter in &operation.parameters {
            if parameter.place == "path" || (!parameter.required && self.dice.below(3) > 0) {
                continue;
            }
            let value = match self.dice.below(4) {
                0 => plain(self.surface.example(&parameter.schema)),
                1 => self.real_id(),
                2 => plain(self.dice.value()).chars().take(2000).collect(),
                _ => self.dice.text().chars().take(2000).collect(),
            };
            let start: String = value.chars().take(60).collect();
            said.push_str(&format!(" {}={start:?}", parameter.name));
            request = placed(request, &parameter.place, &parameter.name, value);
        }
        if let Some((kind, schema)) = &operation.body {
            (request, said) = self.add_body(operation, kind, schema, request, said);
        }
        (request, said)
    }

    fn add_body(
        &mut self,
        operation: &Operation,
        kind: &str,
        schema: &Value,
        request: RequestBuilder,
        mut said: String,
    ) -> (RequestBuilder, String) {
        if kind == "multipart/form-data" && self.dice.below(4) > 0 {
            said.push_str(" a form");
            return (request.multipart(self.form(operation, schema, true)), said);
        }
        let (kind, bytes) = match self.dice.below(12) {
            0 => (kind, b"{\"a\": ".to_vec()),
            1 => (kind, vec![0xff, 0xfe, 0]),
            2 => (kind, Vec::new()),
            3 => ("text/plain", b"{}".to_vec()),
            4 => ("application/json", b"[".repeat(100_000)),
            5 => ("application/json", b"{\"a\":1,\"a\":2}".to_vec()),
            6 => ("multipart/form-data; boundary=b", b"--b\r\n\r\nx".to_vec()),
            _ => {
                let whole = self.whole(operation, schema);
                let body = self.dice.spoiled(self.surface, schema, whole);
                (kind, self.with_ids(body).to_string().into_bytes())
            }
        };
        let text = String::from_utf8_lossy(&bytes);
        let start: String = text.chars().take(300).collect();
        said.push_str(&format!(" {kind} {start:?}"));
        (request.header("content-type", kind).body(bytes), said)
    }

    fn begin(&self, operation: &Operation, path: &str, token: &str) -> (RequestBuilder, String) {
        let url = self.server.at(path);
        let request = self.server.client.request(operation.method.clone(), url);
        let mut request = request.timeout(Duration::from_secs(20));
        if !token.is_empty() {
            request = request.bearer_auth(token);
        }
        (request, format!("{} {path}", operation.method))
    }

    /// The path with something for each parameter, encoded.
    fn path(
        &mut self,
        operation: &Operation,
        mut parameter: impl FnMut(&mut Self, &str, &str) -> String,
    ) -> String {
        let mut path = String::new();
        let mut known = String::new();
        let mut rest = operation.path.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').unwrap();
            path.push_str(before);
            known.push_str(before);
            let value = parameter(self, &known, name);
            path.extend(
                url::form_urlencoded::byte_serialize(value.as_bytes())
                    .map(|part| part.replace('+', "%20")),
            );
            known.push_str("{}");
            rest = after;
        }
        path.push_str(rest);
        path
    }

    /// An id of the right kind, of another kind, of nothing, or no id at all. Events of what has not ended would
    /// never end either.
    fn id(&mut self, operation: &str, prefix: &str, streams: bool) -> String {
        let ids = match streams {
            true => std::slice::from_ref(&self.things.ended),
            false => self.things.ids(operation, prefix),
        };
        match self.dice.below(6) {
            0..=2 if !ids.is_empty() => self.dice.one_of(ids).clone(),
            3 if !streams => self.real_id(),
            4 => "01900000-0000-7000-8000-0000000000ff".to_owned(),
            // With none the address is another one.
            5 => match self.dice.text() {
                text if text.is_empty() => "-".to_owned(),
                text => text.chars().take(500).collect(),
            },
            _ => format!(
                "x{}",
                self.dice.text().chars().take(500).collect::<String>()
            ),
        }
    }

    fn real_id(&mut self) -> String {
        let all = self.things.all_ids();
        (*self.dice.one_of(&all)).clone()
    }

    /// A body that is taken, as far as the description tells one.
    fn whole(&self, operation: &Operation, schema: &Value) -> Value {
        let known = self.things.body(&operation.id);
        known
            .cloned()
            .unwrap_or_else(|| self.surface.example(schema))
    }

    /// Now and then ids of other things stand where ids are asked for.
    fn with_ids(&mut self, mut body: Value) -> Value {
        if let Some(fields) = body.as_object_mut() {
            for (name, value) in fields {
                let is_id = name.ends_with("_id") || name.ends_with("Id");
                if is_id && self.dice.below(3) == 0 {
                    *value = self.real_id().into();
                }
            }
        }
        body
    }

    fn form(&mut self, operation: &Operation, schema: &Value, spoil: bool) -> Form {
        let whole = self.things.file(&operation.id).to_vec();
        let (fields, required) = self.surface.fields(schema);
        let mut form = Form::new();
        for (name, field) in &fields {
            let field = self.surface.resolve(field);
            let is_needed = required.contains(name) || (is_file(field) && name != "audio");
            if spoil && self.dice.below(4) == 0 || !spoil && !is_needed {
                continue;
            }
            if is_file(field) {
                let content = match self.dice.below(4) {
                    0 | 1 if spoil => self.dice.text().into_bytes(),
                    2 if spoil => whole[..100].to_vec(),
                    _ => whole.clone(),
                };
                let part = Part::bytes(content);
                let part = match spoil {
                    true => part.file_name(self.dice.text()),
                    false => part,
                };
                form = form.part(name.clone(), part);
                continue;
            }
            let text = match spoil && self.dice.below(3) > 0 {
                true => plain(self.dice.value()),
                false => plain(self.surface.example(field)),
            };
            form = form.text(name.clone(), text);
        }
        if spoil && self.dice.below(4) == 0 {
            form = form.text(self.dice.text(), self.dice.text());
        }
        form
    }
}

fn placed(request: RequestBuilder, place: &str, name: &str, value: String) -> RequestBuilder {
    match place {
        "query" => request.query(&[(name, value)]),
        "header" => match HeaderValue::try_from(value) {
            Ok(value) => request.header(name, value),
            Err(_) => request,
        },
        _ => request,
    }
}
