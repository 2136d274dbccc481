//! The chat evaluator on the client: what candidates and recruiters notice of a server's faults.

use std::{sync::Arc, time::Duration};

use candor_core::{
    interview::{Difficulty, InterviewType, Judged, Question, RoleFamily},
    ports::{ChatModel, Unwatched},
};
use candor_engines::chat::{Access, ChatSettings, OpenAiChat, circuit::CircuitSettings};
use candor_interviewer::{
    background::Background,
    bank,
    evaluation::{Answer, ChatEvaluator, Evaluator, chat},
    report::Scoring,
    session::{Assessment, Session},
    strategy::Plan,
};
use candor_testkit::chat::{Act, ChatServer};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

const ANSWER: &str = "Last year I added an index on the customer and date columns of our orders table, and the query \
    fell from 9 seconds to 40 ms. Inserts took 12 percent longer, which I measured on a copy before we decided.";
const FELL: &str = "the query fell from 9 seconds to 40 ms";

fn model(server: &ChatServer) -> Arc<dyn ChatModel> {
    let model = OpenAiChat::new(ChatSettings {
        retry_wait: Duration::from_millis(1),
        circuit: CircuitSettings {
            failures: 5,
            pause: Duration::from_secs(600),
        },
        ..ChatSettings::new(&server.url(), Access::Open, "scripted")
    });
    Arc::new(model.expect("valid settings"))
}

fn evaluator(server: &ChatServer) -> ChatEvaluator {
    let builtin = Arc::new(Evaluator::new(None));
    ChatEvaluator::new(
        model(server),
        builtin,
        chat::ChatEvaluatorSettings::default(),
    )
}

fn question() -> Question {
    bank::shipped(RoleFamily::Technical, "en")
        .iter()
        .find(|question| question.id == "technical-en-tech-01")
        .expect("the bank has it")
        .clone()
}

fn judge(acts: Vec<Act>) -> (Assessment, ChatServer) {
    let server = ChatServer::start(acts);
    let found = evaluator(&server)
        .evaluate(
            RoleFamily::Technical,
            &question(),
            &Answer::written(ANSWER, Some("en")),
            &Unwatched,
        )
        .expect("nobody cancels");
    (found.assessment, server)
}

/// A judgement with this mark of depth and this quote everywhere.
fn judgement(depth: f64, relevance: f64, quote: &str) -> Act {
    let mark = |mark: f64| json!({"mark": mark, "quotes": [quote]});
    let points: Vec<Value> = (1..=question().key_points.len())
        .map(|number| json!({"number": number, "is_made": number == 5, "quote": if number == 5 { quote } else { "" }}))
        .collect();
    let levels: Vec<Value> = question()
        .competencies
        .iter()
        .map(|name| json!({"competency": name, "level": 4, "quotes": [quote]}))
        .collect();
    let reply = json!({
        "relevance": mark(relevance),
        "structure": mark(7.0),
        "depth": mark(depth),
        "key_points": points,
        "competencies": levels,
        "red_flags": [],
        "feedback": "The answer tells own deeds with figures.",
    });
    Act::Say(reply.to_string())
}

fn code(found: &Assessment) -> &str {
    match &found.judged {
        Judged::NotEvaluated(reason) => &reason.code,
        Judged::Evaluated(evaluation) => panic!("it was judged: {}", evaluation.score),
    }
}

#[test]
fn a_judgement_over_the_wire_is_taken_with_its_tokens() {
    let (found, server) = judge(vec![judgement(8.0, 9.0, FELL)]);
    let evaluation = found.judged.evaluation().expect("it is judged");
    assert_eq!(evaluation.evidence[0].quote, FELL);
    assert_eq!(evaluation.provenance.engine, "openai-chat");
    assert_eq!(evaluation.provenance.settings["prompt_tokens"], "120");
    assert_eq!(evaluation.provenance.settings["host"], "127.0.0.1");
    assert_eq!(server.got().len(), 1);
}

#[test]
fn faults_of_a_server_are_never_marks() {
    let status = |status, body: &str| Act::Status {
        status,
        retry_after: None,
        body: body.to_owned(),
    };
    for (act, expected) in [
        (
            judgement(8.0, 9.0, "I rewrote the whole database"),
            "chat_invalid",
        ),
        (judgement(8.0, 0.0, FELL), "chat_invalid"),
        (Act::Say("{\"score\": 10}".to_owned()), "chat_invalid"),
        (Act::Say("I can't say.".to_owned()), "chat_invalid"),
        (Act::Body("{\"choices\": [".to_owned()), "chat_malformed"),
        (Act::Oversize(2 * 1024 * 1024), "chat_malformed"),
        (Act::Truncated, "chat_unavailable"),
        (Act::Reset, "chat_unavailable"),
        (status(500, ""), "chat_unavailable"),
        (status(429, ""), "chat_rate_limited"),
        (status(401, "{}"), "chat_refused"),
    ] {
        let (found, _server) = judge(vec![act.clone()]);
        assert_eq!(code(&found), expected, "{act:?}");
        assert_eq!(found.findings.normalized, None);
    }
}

#[test]
fn an_interview_whose_model_is_down_goes_on_to_its_end() {
    let server = ChatServer::start([Act::Status {
        status: 503,
        retry_after: None,
        body: String::new(),
    }]);
    let evaluator = evaluator(&server);
    let family = RoleFamily::Technical;
    let mut session = Session::new(Plan {
        family,
        interview_type: InterviewType::default(),
        language: "en".to_owned(),
        duration_s: 2700.0,
        difficulty: Difficulty::Medium,
        questions: bank::shipped(family, "en").to_vec(),
        background: Background::default(),
    });
    let mut now = Timestamp::UNIX_EPOCH;
    session.begin(now).unwrap();
    let mut n_answers = 0;
    while !session.has_ended() {
        now += SignedDuration::from_secs(60);
        if session.expire(now).is_some() {
            break;
        }
        let (question, all) = session.pending_answer(ANSWER).expect("something is asked");
        let answer = Answer::written(&all, Some("en"));
        let found = evaluator
            .evaluate(family, question, &answer, &Unwatched)
            .unwrap();
        session.answer(ANSWER, found.assessment, now).unwrap();
        n_answers += 1;
    }
    assert!(n_answers > 10, "{n_answers}");
    assert_eq!(server.got().len(), 5);
    let report = session.report(&Scoring::default());
    assert!(report.overall.is_err(), "nothing was judged");
    let reasons: Vec<&str> = session
        .turns
        .iter()
        .filter_map(|turn| match turn.evaluation.as_ref()? {
            Judged::NotEvaluated(reason) => Some(reason.code.as_str()),
            Judged::Evaluated(_) => panic!("it was judged"),
        })
        .collect();
    assert_eq!(reasons.len(), n_answers);
    assert_eq!(reasons.last(), Some(&"chat_circuit_open"));
}
