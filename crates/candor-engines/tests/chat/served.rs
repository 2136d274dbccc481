//! Interviews that the server holds, with a chat model that is good, bad, gone or not allowed.

use std::{sync::Arc, time::Duration};

use candor_app::{
    audit,
    authoring::rubrics,
    conduct::{self, Held, NewAnswer, NewHeld, Setup},
    config::Config,
    organisations::{self, PolicyRequest},
    paging::PageRequest,
    people::{self, NewPosition},
    usage::{self, Usage},
};
use candor_core::{
    access::Actor,
    ids::{InterviewId, OrganisationId},
    interview::{
        Difficulty, InterviewType, Judged, Phase, Question, QuestionSource, RoleFamily, Speaker,
        Turn,
    },
    policy::{OrganisationKind, Scoring},
    ports::ChatModel,
    purpose::Purpose,
};
use candor_engines::chat::{Access, ChatSettings, OpenAiChat, circuit::CircuitSettings};
use candor_interviewer::{
    background::Background,
    strategy::{EndReason, Plan},
};
use candor_store::records::conduct as rows;
use candor_testkit::{
    Database, TestServer,
    chat::{Act, ChatServer},
};
use serde_json::{Value, json};

/// What the scripted server says it is.
const MODEL: &str = "scripted-1";
pub(super) const PROCESSOR: &str = "Example Models Ltd, Dublin";
pub(super) const FELL: &str = "the query fell from 9 seconds to 40 ms";
const ANSWER: &str = "Last year I added an index on the customer and date columns of our orders table, and the query \
    fell from 9 seconds to 40 ms. Inserts took 12 percent longer, which I measured on a copy before we decided.";
/// Failures in a row after which the model is left alone.
const FAILURES: usize = 3;

fn model(url: &str) -> Arc<dyn ChatModel> {
    let model = OpenAiChat::new(ChatSettings {
        retry_wait: Duration::from_millis(1),
        longest_wait: Duration::from_millis(100),
        read_timeout: Duration::from_millis(200),
        circuit: CircuitSettings {
            failures: FAILURES as u32,
            pause: Duration::from_secs(3600),
        },
        ..ChatSettings::new(url, Access::Open, "asked-for")
    });
    Arc::new(model.expect("valid settings"))
}

fn judgement(quote: &str) -> String {
    let mark = |mark: f64| json!({"mark": mark, "quotes": [quote]});
    json!({
        "relevance": mark(9.0),
        "structure": mark(7.0),
        "depth": mark(8.0),
        "key_points": [],
        "competencies": [],
        "red_flags": [],
        "feedback": "The answer tells own deeds with figures.",
    })
    .to_string()
}

/// Judges and words as it should.
pub(super) fn good(body: &Value) -> String {
    if body["response_format"]["json_schema"]["name"] != "wording" {
        return judgement(FELL);
    }
    let told = body["messages"][1]["content"].as_str().unwrap_or_default();
    let mut lines = told.lines();
    lines.find(|line| line.starts_with("BEGIN QUESTION "));
    let question = lines.next().expect("it names the question");
    json!({"question": format!("You spoke of the orders table. {question}"), "said": "orders table"})
        .to_string()
}

/// Judges and words by what nobody said.
fn contradictory(body: &Value) -> String {
    if body["response_format"]["json_schema"]["name"] == "wording" {
        return json!({"question": "You spoke of whales?", "said": "whales"}).to_string();
    }
    judgement("I rewrote the whole database")
}

fn plan() -> Plan {
    let question = |number: usize, text: &str| Question {
        id: format!("custom-{number}"),
        phase: Phase::Technical,
        difficulty: Difficulty::Medium,
        text: text.to_owned(),
        competencies: Vec::new(),
        key_points: Vec::new(),
        follow_ups: Vec::new(),
        language: "en".to_owned(),
        source: QuestionSource::Recruiter,
        coding: None,
    };
    Plan {
        family: RoleFamily::Technical,
        interview_type: InterviewType::default(),
        language: "en".to_owned(),
        duration_s: 3600.0,
        difficulty: Difficulty::Medium,
        questions: vec![
            question(1, "How did you make a slow database query faster?"),
            question(
                2,
                "Which index on which columns of a table did you add, and why?",
            ),
            question(
                3,
                "What did an index on a table cost you when rows were inserted?",
            ),
            question(
                4,
                "How did you measure that a query became faster before you decided?",
            ),
        ],
        background: Background::default(),
    }
}

pub(super) struct Stage {
    pub(super) server: TestServer,
    pub(super) organisation: OrganisationId,
    pub(super) actor: Actor,
}

impl Stage {
    async fn start(test: &str, database: Database, url: &str) -> Option<Self> {
        let quick = |config: &mut Config| config.chat.timeout_s = 1.0;
        Self::start_with(test, database, model(url), quick).await
    }

    pub(super) async fn start_with(
        test: &str,
        database: Database,
        chat: Arc<dyn ChatModel>,
        change: impl FnOnce(&mut Config),
    ) -> Option<Self> {
        let server = TestServer::start_asking(test, database, chat, change).await?;
        let organisation = server.organisation("Acme").await;
        Some(Self {
            actor: Actor::operator(organisation),
            server,
            organisation,
        })
    }

    pub(super) async fn name(&self, processor: Option<&str>) {
        let request = PolicyRequest {
            kind: OrganisationKind::Employer,
            scoring: Scoring::ContentOnly,
            legal_basis: None,
            retention_days: None,
            chat_processor: processor.map(str::to_owned),
        };
        organisations::update_policy(&self.server.app, &self.actor, request, None)
            .await
            .expect("an admin may");
    }

    async fn prepared(&self) -> InterviewId {
        let transaction = self.server.app.store.begin().await.expect("it is there");
        let new = NewHeld {
            organisation: self.organisation,
            owner: None,
            candidate: None,
            application: None,
            position: None,
            origin: "native",
            purpose: Purpose::Hiring,
            title: None,
            job_role: None,
            domain: None,
            status: "scheduled",
            details: json!({"kept": true}),
            setup: Setup::new(RoleFamily::Technical),
            plan: Some(plan()),
        };
        let id = conduct::create_held(&self.server.app, &transaction, new)
            .await
            .expect("the plan is fine");
        transaction.commit().await.expect("it is kept");
        id
    }

    /// Answers until the interview ends by itself.
    async fn hold(&self, id: InterviewId) -> Held {
        let app = &self.server.app;
        conduct::begin(app, &self.actor, id)
            .await
            .expect("it is ready");
        for _ in 0..40 {
            let new = NewAnswer {
                text: ANSWER.to_owned(),
                ..NewAnswer::default()
            };
            let done = conduct::answer(app, &self.actor, id, new)
                .await
                .expect("it runs");
            if done.held.session.has_ended() {
                return done.held;
            }
        }
        panic!("it does not end by itself");
    }

    pub(super) async fn held(&self) -> Held {
        let id = self.prepared().await;
        self.hold(id).await
    }

    pub(super) async fn usage(&self) -> Usage {
        usage::get_usage(&self.server.app, &self.actor, None, None)
            .await
            .expect("an admin may")
    }

    /// Every answer of the interview that the records hold.
    async fn answers(&self, held: &Held) -> usize {
        let app = &self.server.app;
        let turns = rows::list_turns(app.store.writer(), self.organisation, held.id())
            .await
            .expect("they are there");
        let answers = turns.iter().filter(|turn| turn.kind == "answer");
        answers.filter(|turn| turn.text == ANSWER).count()
    }
}

fn answers(held: &Held) -> Vec<&Turn> {
    let turns = held.session.turns.iter();
    turns
        .filter(|turn| turn.speaker == Speaker::Candidate)
        .collect()
}

/// Who judged each answer, and, where that was instead of the model, why.
fn judges(held: &Held) -> Vec<(String, Option<String>)> {
    let judged = answers(held)
        .into_iter()
        .map(|turn| match &turn.evaluation {
            Some(Judged::Evaluated(evaluation)) => {
                assert!(evaluation.score > 0.0, "a fault became a zero");
                let provenance = &evaluation.provenance;
                let because = provenance.settings.get("because").cloned();
                (provenance.engine.clone(), because)
            }
            other => panic!("it was not judged: {other:?}"),
        });
    judged.collect()
}

fn ended_by_itself(held: &Held) {
    assert_eq!(held.session.state.end, Some(EndReason::Completed));
    assert_eq!(held.interview.status, "finished");
}

async fn a_whole_interview(database: Database) {
    let chat = ChatServer::start([Act::Reply(good)]);
    let test = "a_named_model_judges_and_words_and_its_tokens_add_up";
    let Some(stage) = Stage::start(test, database, &chat.url()).await else {
        return;
    };
    stage.name(Some(PROCESSOR)).await;
    let held = stage.held().await;
    ended_by_itself(&held);
    assert_eq!(held.chat_processor(), Some(PROCESSOR));
    assert_eq!(held.interview.details["kept"], true);
    assert!(
        judges(&held)
            .iter()
            .all(|(engine, _)| engine == "openai-chat")
    );
    let worded = held.session.turns.iter();
    let worded = worded.filter(|turn| turn.text.contains("You spoke of the orders table."));
    assert_eq!(worded.count(), answers(&held).len() - 1);
    let got = chat.got();
    for request in &got {
        for told in request.said("system") {
            assert!(
                !told.contains("orders table") && !told.contains("9 seconds"),
                "{told}"
            );
        }
        assert!(
            request
                .said("user")
                .iter()
                .any(|said| said.contains("orders table"))
        );
    }
    let used = stage.usage().await;
    let n = got.len() as i64;
    assert_eq!(n, 2 * answers(&held).len() as i64 - 1);
    assert_eq!((used.total.calls, used.total.estimated_calls), (n, 0));
    assert_eq!(
        (used.total.prompt_tokens, used.total.completion_tokens),
        (120 * n, 30 * n)
    );
    let lines = used.lines.iter();
    let lines: Vec<_> = lines
        .map(|line| {
            (
                line.processor.as_str(),
                line.model.as_str(),
                line.task.as_str(),
            )
        })
        .collect();
    let expected = [
        (PROCESSOR, "scripted-1", "evaluate"),
        (PROCESSOR, "scripted-1", "word"),
    ];
    assert_eq!(lines, expected);
    stage.held().await;
    let again = stage.usage().await;
    assert_eq!(again.total.calls, chat.got().len() as i64);
    assert_eq!(again.lines.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_named_model_judges_and_words_and_its_tokens_add_up() {
    a_whole_interview(Database::Sqlite).await;
    a_whole_interview(Database::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_whose_processor_nobody_named_is_asked_nothing() {
    let chat = ChatServer::start([Act::Reply(good)]);
    let test = "a_model_whose_processor_nobody_named_is_asked_nothing";
    let stage = Stage::start(test, Database::Sqlite, &chat.url())
        .await
        .expect("SQLite is always there");
    let held = stage.held().await;
    ended_by_itself(&held);
    assert_eq!(held.chat_processor(), None);
    let own = ("candor".to_owned(), None);
    assert!(judges(&held).iter().all(|judge| *judge == own));
    // Named after it began: this candidate was not told.
    let id = stage.prepared().await;
    conduct::begin(&stage.server.app, &stage.actor, id)
        .await
        .expect("it is ready");
    stage.name(Some(PROCESSOR)).await;
    let new = NewAnswer {
        text: ANSWER.to_owned(),
        ..NewAnswer::default()
    };
    let done = conduct::answer(&stage.server.app, &stage.actor, id, new)
        .await
        .expect("it runs");
    assert_eq!(judges(&done.held), std::slice::from_ref(&own));
    // Named in time, and taken off the record before the answer.
    let id = stage.prepared().await;
    conduct::begin(&stage.server.app, &stage.actor, id)
        .await
        .expect("it is ready");
    stage.name(None).await;
    let new = NewAnswer {
        text: ANSWER.to_owned(),
        ..NewAnswer::default()
    };
    let done = conduct::answer(&stage.server.app, &stage.actor, id, new)
        .await
        .expect("it runs");
    assert_eq!(done.held.chat_processor(), Some(PROCESSOR));
    assert_eq!(judges(&done.held), [own]);
    assert_eq!(chat.got().len(), 0);
    assert_eq!(stage.usage().await.lines, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interview_goes_on_to_its_end_whatever_the_model_does() {
    let after = |retry_after| Act::Status {
        status: 429,
        retry_after: Some(retry_after),
        body: String::new(),
    };
    let cut = json!({
        "model": "scripted-1",
        "choices": [{"finish_reason": "length", "message": {"content": "{\"rel"}}],
        "usage": {"prompt_tokens": 120, "completion_tokens": 30},
    });
    let slow = Act::Slowly(judgement(FELL), Duration::from_millis(20));
    let open = "chat_circuit_open";
    // What the server does, why the built-in evaluator judges, and whether the model ran all the same: yes, and told its
    // tokens, or nobody knows, or no.
    for (act, reasons, is_paid) in [
        (
            Act::Body("{\"choices\": [".to_owned()),
            &["chat_malformed", open][..],
            None,
        ),
        (Act::Truncated, &["chat_unavailable", open], None),
        (Act::Body(cut.to_string()), &["chat_malformed"], Some(true)),
        (
            Act::Say("I can't say.".to_owned()),
            &["chat_invalid"],
            Some(true),
        ),
        (Act::Reply(contradictory), &["chat_invalid"], Some(true)),
        (slow, &["chat_timed_out", open], None),
        (Act::Stall, &["chat_timed_out", open], None),
        (after(3600), &["chat_rate_limited", open], Some(false)),
        (after(0), &["chat_rate_limited", open], Some(false)),
        (Act::status(500), &["chat_unavailable", open], Some(false)),
        (Act::status(503), &["chat_unavailable", open], Some(false)),
        (Act::Reset, &["chat_unavailable", open], None),
    ] {
        let chat = ChatServer::start([act.clone()]);
        let test = "an_interview_goes_on_to_its_end_whatever_the_model_does";
        let stage = Stage::start(test, Database::Sqlite, &chat.url())
            .await
            .expect("SQLite is always there");
        stage.name(Some(PROCESSOR)).await;
        let held = stage.held().await;
        ended_by_itself(&held);
        let n = answers(&held).len();
        assert_eq!(stage.answers(&held).await, n, "{act:?}");
        for (engine, because) in judges(&held) {
            assert_eq!(engine, "candor", "{act:?}");
            let because = because.expect("it says why");
            assert!(reasons.contains(&because.as_str()), "{act:?}: {because}");
        }
        let report = conduct::find_report(&stage.server.app, stage.organisation, held.id())
            .await
            .expect("it is there");
        let report = report.and_then(|report| report.body).expect("it is kept");
        assert!(report["overall"]["score"].as_f64() > Some(0.0), "{act:?}");
        let (used, got) = (stage.usage().await, chat.got().len());
        let unknown = used.total.calls_without_figures;
        if is_paid == Some(true) {
            assert_eq!(unknown, 0, "{act:?}");
            assert_eq!(used.total.calls, got as i64, "{act:?}");
            assert_eq!(used.total.prompt_tokens, 120 * got as i64, "{act:?}");
        } else {
            assert_eq!(used.total.calls, 0, "{act:?}");
            assert_eq!(got, FAILURES, "{act:?}: it was not left alone");
            let n_unknown = if is_paid.is_none() { got } else { 0 };
            assert_eq!(unknown, n_unknown as i64, "{act:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_is_down_for_a_whole_interview_costs_its_marks_only() {
    let url = ChatServer::start([]).url();
    let test = "a_model_that_is_down_for_a_whole_interview_costs_its_marks_only";
    let stage = Stage::start(test, Database::Sqlite, &url)
        .await
        .expect("SQLite is always there");
    stage.name(Some(PROCESSOR)).await;
    let held = stage.held().await;
    ended_by_itself(&held);
    let judges = judges(&held);
    assert!(judges.iter().all(|(engine, _)| engine == "candor"));
    let last = judges.last().and_then(|(_, because)| because.as_deref());
    assert_eq!(last, Some("chat_circuit_open"));
    assert_eq!(stage.answers(&held).await, judges.len());
    assert_eq!(stage.usage().await.lines, []);
}

/// Five levels for each competency that it is asked about.
fn rubric(body: &Value) -> String {
    let schema = &body["response_format"]["json_schema"]["schema"];
    let items = &schema["properties"]["competencies"]["items"];
    let keys = items["properties"]["competency"]["enum"].as_array();
    let levels = |key: &Value| {
        let says = [
            "names nothing",
            "names a tool",
            "tells a deed",
            "gives reasons",
            "proves a result",
        ];
        let name = key.as_str().unwrap_or_default().replace('_', " ");
        let levels: Vec<String> = says
            .iter()
            .map(|says| format!("{says} about {name} with elevators"))
            .collect();
        json!({"competency": key, "levels": levels})
    };
    let competencies: Vec<Value> = keys.into_iter().flatten().map(levels).collect();
    json!({ "competencies": competencies }).to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_named_model_writes_rubrics_and_templates_stand_where_it_does_not() {
    let test = "a_named_model_writes_rubrics";
    let nonsense = Act::Say("{\"competencies\": []}".to_owned());
    let chat = ChatServer::start([Act::Reply(rubric), nonsense]);
    let stage = Stage::start(test, Database::Sqlite, &chat.url())
        .await
        .expect("SQLite is always there");
    let app = &stage.server.app;
    let about = NewPosition {
        title: "Elevator mechanic".to_owned(),
        description: Some("Keeps the elevators of hospitals running.".to_owned()),
        role_family: Some("technical".to_owned()),
        ..NewPosition::default()
    };
    let position = people::create_position(app, &stage.actor, about).await;
    let position = position.expect("an admin may").id;
    let generate = async || {
        let made = rubrics::generate_rubric(app, &stage.actor, position, None).await;
        made.expect("templates are always there")
    };

    // Nobody named the processor yet.
    assert_eq!(generate().await.source, "template");
    assert!(chat.got().is_empty());

    stage.name(Some(PROCESSOR)).await;
    let written = generate().await;
    assert_eq!((written.source.as_str(), written.revision), ("chat", 2));
    for competency in &written.rubric.competencies {
        assert!(
            competency.levels[4].starts_with("proves a result"),
            "{competency:?}"
        );
    }
    let by = written.provenance.as_ref().expect("a model wrote it");
    assert_eq!(by.model.as_deref(), Some(MODEL));
    assert_eq!(by.formula.as_deref(), Some("anchors.v2"));
    assert_eq!(by.settings["prompt_sha256"].len(), 64);
    let asked = chat.got();
    assert!(asked[0].body.to_string().contains("elevators of hospitals"));
    assert_eq!(stage.usage().await.lines[0].task, "rubric");

    let fallen_back = generate().await;
    assert_eq!(
        (fallen_back.source.as_str(), fallen_back.revision),
        ("template", 3)
    );
    assert_eq!(fallen_back.provenance, None);
    let page = PageRequest::default();
    let kept = rubrics::list_rubrics(app, &stage.actor, position, page).await;
    let kept = kept.expect("an admin may").items;
    assert_eq!(kept[1], written, "it is kept with the revision");
    let log = audit::list_audit(app, &stage.actor, None, 50).await;
    let log = log.expect("an admin may");
    let revised: Vec<&Value> = log
        .iter()
        .filter(|line| line.action == "rubric.revised")
        .map(|line| &line.details)
        .collect();
    assert_eq!(revised[1]["model"], MODEL);
    assert_eq!(revised[1]["prompt"], "anchors.v2");
    assert_eq!(revised[0].get("model"), None);
}
