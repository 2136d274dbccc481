//! Requests that are right in all but who sends them.

use base64::{Engine, prelude::BASE64_STANDARD};
use reqwest::{
    RequestBuilder,
    multipart::{Form, Part},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{World, things::Thing};
use crate::{
    calls::{Answer, read},
    surface::Operation,
};

/// What is sent as a part of a live recording, and as a recording that is none.
pub const PART: &[u8] = b"part";

/// A consent as it comes with requests.
pub fn consent() -> Value {
    json!({"version": "1", "obtainedAt": "2026-01-31T12:00:00Z", "by": "test"})
}

/// The hash of [`PART`].
pub fn part_hash() -> String {
    hex::encode(Sha256::digest(PART))
}

/// `Upload-Metadata` for an interview.
pub fn metadata(interview: Option<&str>) -> String {
    let meta = json!({"interview_id": interview, "consent": consent()});
    format!("meta {}", BASE64_STANDARD.encode(meta.to_string()))
}

impl World {
    /// Sends the operation, about this thing where it is about one.
    pub async fn ask(&self, operation: &Operation, thing: Option<&Thing>, token: &str) -> Answer {
        let method = operation.method.clone();
        let url = self.stage.server.at(&path(operation, thing));
        let mut request = self.stage.server.client.request(method, url);
        if !token.is_empty() {
            request = request.bearer_auth(token);
        }
        let id = thing.map_or("", |thing| thing.id.as_str());
        request = match operation.id.as_str() {
            "create_recording" => {
                let meta = json!({"interview_id": id, "consent": consent()});
                // No recording: whoever may send one is told so, when all else is right.
                let file = Part::bytes(PART).file_name("a.mp4");
                request.multipart(
                    Form::new()
                        .text("meta", meta.to_string())
                        .part("file", file),
                )
            }
            // No document: nothing is asked of the world outside.
            "fetch_document" => request.json(&json!({
                "url": format!("{}answer.mp4", self.stage.media), "kind": "resume",
            })),
            "put_recording_segment" => request
                .header("content-type", "application/octet-stream")
                .header("x-content-sha256", part_hash())
                .body(PART),
            "create_upload" => request
                .header("tus-resumable", "1.0.0")
                .header("upload-length", "100")
                .header("upload-metadata", metadata(Some(id))),
            "get_upload" | "append_upload" | "delete_upload" => request
                .header("tus-resumable", "1.0.0")
                .header("upload-offset", "0")
                .header("content-type", "application/offset+octet-stream"),
            "list_consents" => request.query(&[("subject", id)]),
            _ => self.described(operation, thing, request),
        };
        read(request).await
    }

    /// What the description asks for.
    fn described(
        &self,
        operation: &Operation,
        thing: Option<&Thing>,
        mut request: RequestBuilder,
    ) -> RequestBuilder {
        for parameter in &operation.parameters {
            let value = match self.surface.example(&parameter.schema) {
                Value::String(text) => text,
                value => value.to_string(),
            };
            match (parameter.place.as_str(), parameter.name.as_str()) {
                // A version that nothing has: whoever may change or delete it is told so, and it stays.
                ("header", "If-Match") => request = request.header("if-match", "\"999\""),
                ("header", name) if parameter.required => request = request.header(name, value),
                ("query", name) if parameter.required => request = request.query(&[(name, value)]),
                _ => {}
            }
        }
        match &operation.body {
            Some((kind, schema)) if kind.contains("json") => {
                let body = thing.and_then(|thing| self.body(operation, thing));
                request.json(&body.unwrap_or_else(|| self.surface.example(schema)))
            }
            Some((kind, _)) => request.header("content-type", kind).body(""),
            None => request,
        }
    }

    /// A body that names the thing.
    fn body(&self, operation: &Operation, thing: &Thing) -> Option<Value> {
        let id = thing.id.as_str();
        Some(match operation.id.as_str() {
            "create_consent" => json!({
                "subject": id, "scopes": ["recording", "analysis"], "version": "1",
                "obtained_at": "2026-01-31T12:00:00Z", "by": "test",
            }),
            "create_reflection" => json!({"interview_id": id, "text": "It went well."}),
            "fetch_recording" => json!({
                "url": format!("{}answer.mp4", self.stage.media), "interview_id": id,
                "consent": consent(),
            }),
            "create_live_recording" => json!({"interview_id": id, "consent": consent()}),
            "create_analysis" => json!({"recording_id": id, "consent": consent()}),
            "analyze_face" => json!({
                "video_path": id, "purpose": "practice", "consent": consent(),
            }),
            "analyze_voice" => json!({
                "audio_path": id, "purpose": "practice", "consent": consent(),
            }),
            "analyse_practice_video" => json!({
                "sessionId": id, "videoFilePath": thing.part, "consent": consent(),
            }),
            _ => return None,
        })
    }
}

fn path(operation: &Operation, thing: Option<&Thing>) -> String {
    let mut path = String::new();
    let mut rest = operation.path.as_str();
    while let Some((before, after)) = rest.split_once('{') {
        path.push_str(before);
        let (name, after) = after.split_once('}').unwrap();
        path.push_str(match (name, thing) {
            ("number", _) => "0",
            ("step", _) => "results_saved",
            ("artefact", _) => "report.json",
            ("token_id", Some(thing)) => thing.part.as_deref().unwrap(),
            (_, Some(thing)) => &thing.id,
            (_, None) => "nothing",
        });
        rest = after;
    }
    path.push_str(rest);
    path
}
