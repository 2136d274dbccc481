//! The commentary of a chat model on recorded answers.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use candor_app::organisations::{self, PolicyRequest};
use candor_core::{
    access::Actor,
    policy::{OrganisationKind, Scoring},
    ports::{ChatError, ChatModel, ChatReply, ChatRequest, ChatUsage, Watch},
    report::Provenance,
};
use candor_testkit::Database;
use serde_json::{Value, json};

use super::stage::Stage;

const PROCESSOR: &str = "Example Models Ltd, Dublin";
const WRITTEN: &str = "This was measured of it.";

/// Says the same of each part, and cites the first that it was given of it.
#[derive(Default)]
struct Model(Mutex<Vec<ChatRequest>>);

impl ChatModel for Model {
    fn complete(&self, request: &ChatRequest, _: &dyn Watch) -> Result<ChatReply, ChatError> {
        self.0.lock().unwrap().push(request.clone());
        let schema = request.schema.as_ref().map(|schema| &schema.schema);
        let text = |part: &str| {
            let ids = schema.and_then(|schema| {
                schema.pointer(&format!("/properties/{part}/properties/cites/items/enum/0"))
            });
            json!({"text": WRITTEN, "cites": [ids]})
        };
        let reply = json!({
            "overall": text("overall"), "face": text("face"), "voice": text("voice"),
            "content": text("content"),
        });
        Ok(ChatReply {
            text: reply.to_string(),
            model: "scripted-1".to_owned(),
            usage: ChatUsage::default(),
        })
    }

    fn provenance(&self) -> Provenance {
        Provenance {
            engine: "openai-chat".to_owned(),
            version: "v1".to_owned(),
            model: Some("scripted".to_owned()),
            model_sha256: None,
            formula: None,
            settings: BTreeMap::new(),
        }
    }
}

async fn done(stage: &Stage, name: &str) -> Value {
    let sent = stage.record(name);
    let made = stage.caller().post("/api/interview-record", sent).await;
    let made = made.json();
    let record = made["interviewRecordId"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let path = format!("/api/interview-record/{record}");
    let ended = |body: &Value| body["status"] == "done" || body["status"] == "failed";
    let mut found = stage.until(&path, ended).await;
    assert_eq!(found["status"], "done", "{found}");
    found["interview"]["questions"][0]["analysis"]["evaluationResult"].take()
}

#[tokio::test]
async fn a_model_comments_for_organisations_that_named_who_runs_it() {
    let test = "a_model_comments_for_organisations_that_named_who_runs_it";
    let model = Arc::new(Model::default());
    let chat = Arc::clone(&model) as Arc<dyn ChatModel>;
    let Some(stage) = Stage::asking(test, Database::Sqlite, chat).await else {
        return;
    };
    let before = done(&stage, "before").await;
    assert_ne!(before["overallAssessment"], WRITTEN, "{before}");
    assert_eq!(before.get("commentaryBy"), None);
    assert!(model.0.lock().unwrap().is_empty());

    let request = PolicyRequest {
        kind: OrganisationKind::Employer,
        scoring: Scoring::ContentOnly,
        legal_basis: None,
        retention_days: None,
        chat_processor: Some(PROCESSOR.to_owned()),
    };
    let operator = Actor::operator(stage.organisation);
    organisations::update_policy(&stage.server.app, &operator, request, None)
        .await
        .unwrap();
    let after = done(&stage, "after").await;
    for name in [
        "overallAssessment",
        "faceAnalysisSummary",
        "voiceAnalysisSummary",
        "llmAnalysisSummary",
    ] {
        assert_eq!(after[name], WRITTEN, "{after}");
    }
    assert_eq!(after["commentaryBy"]["processor"], PROCESSOR);
    assert_eq!(after["finalScore"], before["finalScore"]);
    assert_eq!(after["recommendation"], Value::Null);
    let asked = model.0.lock().unwrap().clone();
    assert_eq!(asked.len(), 2, "one for each answer");
    for request in &asked {
        let told: String = request
            .messages
            .iter()
            .map(|one| one.content.as_str())
            .collect();
        assert!(
            !told.contains("Ada") && !told.contains("ada@example.org"),
            "{told}"
        );
        assert!(!told.contains("I measured the slow queries"), "{told}");
    }
}
