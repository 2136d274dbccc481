//! Practice where a chat model may be asked: it words questions, coaches and judges for those who were told of whoever
//! runs it, and for nobody else.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use candor_app::{
    jobs::{Pool, Workers},
    organisations::{self, PolicyRequest},
};
use candor_core::{
    access::Actor,
    ids::OrganisationId,
    policy::{OrganisationKind, Scoring},
    ports::{ChatError, ChatModel, ChatReply, ChatRequest, ChatUsage, Watch},
    report::Provenance,
};
use candor_testkit::{Clips, Database, FakeEngines, TestServer};
use serde_json::{Value, json};

use super::stage::{Client, DOMAIN, ROLE, SAID, SHORT, engines, person, text, video};

const PROCESSOR: &str = "Example Models Ltd, Dublin";
const QUESTION: &str = "You rebuilt a payment service: what draws you to such work in banking?";
const ANSWER: &str = "In my last job I rebuilt the payment service of our bank because it lost messages. I measured \
    the queue, moved it to the database and reduced lost payments from forty a week to zero within two months.";

/// Says what fits the shape that it is asked for, and remembers what it was asked.
#[derive(Default)]
struct Model {
    asked: Mutex<Vec<ChatRequest>>,
    /// Whether it cites what was not given, and judges by what was not said.
    is_making_up: bool,
}

impl Model {
    fn names(&self) -> Vec<String> {
        let asked = self.asked.lock().unwrap();
        let schemas = asked.iter().filter_map(|request| request.schema.as_ref());
        schemas.map(|schema| schema.name.clone()).collect()
    }
}

impl ChatModel for Model {
    fn complete(&self, request: &ChatRequest, _: &dyn Watch) -> Result<ChatReply, ChatError> {
        self.asked.lock().unwrap().push(request.clone());
        let (cites, quote) = if self.is_making_up {
            ("o99", "I rewrote the kernel")
        } else {
            ("o1", "improved the database")
        };
        let advice = json!({"text": "Tell one example with its outcome.", "cites": [cites]});
        let mark = |mark: f64| json!({"mark": mark, "quote": quote});
        let text = match request.schema.as_ref().map(|schema| schema.name.as_str()) {
            Some("practice_question") if self.is_making_up => json!({"question": "Why?"}),
            Some("practice_question") => json!({"question": QUESTION}),
            Some("coaching") => {
                json!({"focus_areas": [advice], "response": advice, "plan": [advice]})
            }
            Some("practice_rationale") => json!({
                "answer_depth": mark(30.0), "technical_correctness": mark(60.0),
                "job_role_relevance": mark(90.0), "rationale": "It names what was improved.",
            }),
            _ => json!({}),
        };
        Ok(ChatReply {
            text: text.to_string(),
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

async fn name(server: &TestServer, organisation: OrganisationId) {
    let request = PolicyRequest {
        kind: OrganisationKind::Other,
        scoring: Scoring::ContentOnly,
        legal_basis: None,
        retention_days: None,
        chat_processor: Some(PROCESSOR.to_owned()),
    };
    organisations::update_policy(&server.app, &Actor::operator(organisation), request, None)
        .await
        .unwrap();
}

async fn begun(me: &Client<'_>) -> Value {
    let start = json!({"jobRole": ROLE, "domain": DOMAIN, "consent": true});
    let (status, begun) = me.post("/app/live/start", start).await;
    assert_eq!(status, 201, "{begun}");
    begun
}

async fn answered(me: &Client<'_>, session: &str) -> Value {
    let path = format!("/app/live/{session}/answer");
    let (status, next) = me.post(&path, json!({"answerText": ANSWER})).await;
    assert_eq!(status, 200, "{next}");
    next
}

async fn coached(me: &Client<'_>, session: &str) -> Value {
    let path = format!("/reflective/{session}/responses");
    let wrote = json!({"reflectionText": "I was too general."});
    let (status, mut made) = me.post(&path, wrote).await;
    assert_eq!(status, 201, "{made}");
    made["coachingFeedback"].take()
}

#[tokio::test]
async fn a_model_words_questions_and_coaches_those_who_were_told_of_it() {
    let test = "a_model_words_questions_and_coaches_those_who_were_told_of_it";
    let model = Arc::new(Model::default());
    let chat = Arc::clone(&model) as Arc<dyn ChatModel>;
    let server = TestServer::start_asking(test, Database::Sqlite, chat, |_| {}).await;
    let server = server.unwrap();
    let organisation = server.organisation("practice").await;
    let me = person(&server, organisation).await;
    let untold = begun(&me).await;
    assert!(untold.get("chatProcessor").is_none(), "{untold}");
    let untold = text(&untold["sessionId"]);
    name(&server, organisation).await;
    // It began before anybody was named: that stays so.
    assert_ne!(answered(&me, &untold).await["nextQuestion"], QUESTION);
    assert_eq!(
        coached(&me, &untold).await["provider"],
        "heuristic_fallback"
    );
    assert!(model.names().is_empty());

    let told = begun(&me).await;
    assert_eq!(told["chatProcessor"], PROCESSOR);
    let told = text(&told["sessionId"]);
    let next = answered(&me, &told).await;
    assert_eq!(
        (&next["nextQuestion"], &next["questionId"]),
        (&json!(QUESTION), &json!("q2"))
    );
    let (_, state) = me.get(&format!("/app/live/{told}/state")).await;
    assert_eq!(state["turns"][2]["text"], QUESTION);
    // The same words again would be a repeat: the stage has its own.
    assert_ne!(answered(&me, &told).await["nextQuestion"], QUESTION);
    let coaching = coached(&me, &told).await;
    assert_eq!(
        (
            &coaching["provider"],
            &coaching["prompt"],
            &coaching["processor"]
        ),
        (&json!("openai"), &json!("coaching.v1"), &json!(PROCESSOR))
    );
    assert_eq!(
        coaching["focusAreas"],
        json!(["Tell one example with its outcome."])
    );
    assert_eq!(coaching["citations"]["coachingResponse"], json!(["o1"]));
    assert_eq!(coaching["observations"][0]["id"], "o1");
    assert_eq!(
        model.names(),
        ["practice_question", "practice_question", "coaching"]
    );
}

#[tokio::test]
async fn what_a_model_makes_up_is_not_told() {
    let test = "what_a_model_makes_up_is_not_told";
    let model = Arc::new(Model {
        is_making_up: true,
        ..Model::default()
    });
    let chat = Arc::clone(&model) as Arc<dyn ChatModel>;
    let server = TestServer::start_asking(test, Database::Sqlite, chat, |_| {}).await;
    let server = server.unwrap();
    let organisation = server.organisation("practice").await;
    name(&server, organisation).await;
    let me = person(&server, organisation).await;
    let session = text(&begun(&me).await["sessionId"]);
    let next = answered(&me, &session).await;
    assert!(text(&next["nextQuestion"]).contains(ROLE), "{next}");
    let coaching = coached(&me, &session).await;
    assert_eq!(coaching["provider"], "heuristic_fallback");
    assert_eq!(coaching["because"]["code"], "coaching_invalid");
    assert!(!coaching.to_string().contains("o99"), "{coaching}");
    assert_eq!(model.names(), ["practice_question", "coaching", "coaching"]);
}

/// The advanced score of a recorded session, asked for twice.
async fn explained(test: &str, model: Arc<Model>, engines: FakeEngines) -> Option<(Value, Value)> {
    let clips = Clips::new(test)?;
    let chat = Arc::clone(&model) as Arc<dyn ChatModel>;
    let server =
        TestServer::start_asking_with(test, Database::Sqlite, engines, chat, |_| {}).await?;
    let organisation = server.organisation("practice").await;
    name(&server, organisation).await;
    let me = person(&server, organisation).await;
    let session = me.session().await;
    let clip = std::fs::read(clips.make("short.mp4", SHORT)).unwrap();
    let (_, kept) = me
        .send(&format!("/interviews/{session}/upload"), video(clip))
        .await;
    let workers = Workers::start(&server.app, &Pool::ALL);
    let request = json!({"sessionId": session, "videoFilePath": kept["videoFile"]});
    let (_, queued) = me.post("/analysis/video", request).await;
    let ended = me.ended(&text(&queued["jobId"])).await;
    assert_eq!(ended["status"], "completed", "{ended}");
    let path = format!("/app/me/sessions/{session}/scores/explain");
    let (_, first) = me.get(&path).await;
    let (_, second) = me.get(&path).await;
    workers.drain(Duration::from_secs(5)).await;
    Some((first, second))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_model_judges_a_recording_once_by_what_was_said() {
    let test = "a_model_judges_a_recording_once_by_what_was_said";
    let model = Arc::new(Model::default());
    let Some((first, second)) = explained(test, Arc::clone(&model), engines()).await else {
        return;
    };
    let judged = &first["llmRationale"];
    assert_eq!(
        (&judged["provider"], &judged["overallLLMJudgeScore"]),
        (&json!("openai"), &json!(60.0))
    );
    assert!(SAID[0].contains(judged["evidence"]["answerDepth"].as_str().unwrap()));
    assert_eq!(judged["heuristic"]["provider"], "heuristic");
    assert_eq!(first, second);
    assert_eq!(model.names(), ["practice_rationale"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_judgement_that_nothing_bears_out_leaves_the_heuristics() {
    let test = "a_judgement_that_nothing_bears_out_leaves_the_heuristics";
    let model = Arc::new(Model {
        is_making_up: true,
        ..Model::default()
    });
    let Some((first, second)) = explained(test, Arc::clone(&model), engines()).await else {
        return;
    };
    let judged = &first["llmRationale"];
    assert_eq!(judged["provider"], "heuristic");
    assert_eq!(judged["because"]["code"], "rationale_invalid");
    assert_eq!(first, second);
    assert_eq!(
        model.names(),
        ["practice_rationale"; 2],
        "mended once, not asked again"
    );
}
