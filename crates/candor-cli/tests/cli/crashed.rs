//! The program is killed in the middle of an interview: what it acknowledged is there when it runs again.

use std::path::Path;

use candor_testkit::{Cluster, skip};
use reqwest::blocking::{Client, Response};
use serde_json::{Value, json};

use crate::served::{ADMIN, PASSWORD, Served, client};

/// What somebody says to everything.
const ANSWER: &str = "In my last project I sold the billing service to a hospital. The first offer was refused, so I \
    asked six people what they missed, changed two modules and halved the time to set it up. They signed in May.";

fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value}"))
        .to_owned()
}

/// The body of an answer with this status.
#[track_caller]
fn body(answer: Response, status: u16) -> Value {
    let found = answer.status();
    let body = answer.text().unwrap();
    assert_eq!(found, status, "{body}");
    serde_json::from_str(&body).unwrap()
}

/// Somebody at a server.
struct Caller {
    client: Client,
    server: String,
    token: String,
}

impl Caller {
    fn get(&self, path: &str) -> Response {
        let request = self.client.get(format!("{}{path}", self.server));
        request.bearer_auth(&self.token).send().unwrap()
    }

    fn post(&self, path: &str, key: Option<&str>, body: &Value) -> Response {
        let request = self.client.post(format!("{}{path}", self.server));
        let mut request = request.bearer_auth(&self.token).json(body);
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        request.send().unwrap()
    }

    fn with(&self, token: String) -> Self {
        Self {
            client: self.client.clone(),
            server: self.server.clone(),
            token,
        }
    }

    /// The same person after the server was started again.
    fn back_at(&mut self, served: &Served) {
        self.server.clone_from(&served.addresses[0]);
    }
}

/// The first admin, who signs in.
fn admin(served: &Served) -> Caller {
    let nobody = Caller {
        client: client(&[]),
        server: served.addresses[0].clone(),
        token: String::new(),
    };
    let login = json!({"login": ADMIN, "password": PASSWORD});
    let session = body(nobody.post("/api/v1/auth/login", None, &login), 200);
    nobody.with(text(&session["access_token"]))
}

/// An interview, and what was acknowledged of it.
struct Talk {
    path: String,
    told: Vec<(String, String)>,
    /// What is to be answered next.
    asked: Value,
    has_ended: bool,
}

impl Talk {
    /// A key and a body for the next answer, of which no two are the same.
    fn next(&self) -> (String, Value) {
        let words = format!("{ANSWER} That was number {}.", self.told.len());
        let body = json!({"text": words, "turn_id": self.asked["id"]});
        (format!("answer-{}", self.told.len()), body)
    }

    fn acknowledged(&mut self, body: &Value, step: &Value) {
        self.asked = step["turn"].clone();
        self.told
            .push(("candidate".to_owned(), text(&body["text"])));
        self.told
            .push(("interviewer".to_owned(), text(&self.asked["text"])));
        self.has_ended = step["status"] == "ended";
    }

    fn answer(&mut self, candidate: &Caller) {
        let (key, said) = self.next();
        let path = format!("{}/answers", self.path);
        let step = body(candidate.post(&path, Some(&key), &said), 200);
        self.acknowledged(&said, &step);
    }

    /// Everything that was acknowledged is there, in order and once, and nothing else.
    fn check(&self, candidate: &Caller) {
        let session = body(candidate.get(&self.path), 200);
        let turns = session["turns"].as_array().unwrap();
        let there = turns
            .iter()
            .map(|turn| (text(&turn["speaker"]), text(&turn["text"])));
        assert_eq!(there.collect::<Vec<_>>(), self.told);
        for (index, turn) in turns.iter().enumerate() {
            assert_eq!(turn["id"], format!("turn-{}", index + 1));
        }
        assert_eq!(turns.last().unwrap(), &self.asked);
    }
}

/// Kills the program in the middle of an interview, twice: after an answer, and while it takes one. `crash` is what
/// happens besides while it is away.
fn killed_in_the_middle(data: &Path, settings: &[(&str, &str)], crash: impl Fn()) {
    let log = data.with_extension("log");
    // Without this machine's models: no marks are asked for here, and a program that runs for seconds need not read any.
    let nothing = data.with_extension("nothing");
    let nothing = [("XDG_DATA_HOME", nothing.to_str().unwrap())];
    let settings = [settings, &nothing].concat();
    let start = || Served::logged(data, &[], &settings, &log);
    let served = start();
    let mut staff = admin(&served);
    let made = json!({"title": "Sales"});
    let made = body(staff.post("/api/v1/interviews", None, &made), 201);
    let interview = format!("/api/v1/interviews/{}", text(&made["id"]));
    let path = format!("{interview}/session");
    let setup = json!({"role_family": "sales", "duration_minutes": 10});
    body(staff.post(&path, None, &setup), 201);
    let token = body(
        staff.post(&format!("{interview}/tokens"), None, &json!({})),
        201,
    );
    let mut candidate = staff.with(text(&token["token"]));
    let begun = candidate.post(&format!("{path}/begin"), None, &Value::Null);
    let begun = body(begun, 200);
    let mut talk = Talk {
        path,
        told: vec![("interviewer".to_owned(), text(&begun["turn"]["text"]))],
        asked: begun["turn"].clone(),
        has_ended: false,
    };
    talk.answer(&candidate);
    let (key, last) = talk.next();
    let answers = format!("{}/answers", talk.path);
    let step = body(candidate.post(&answers, Some(&key), &last), 200);
    drop(served);
    talk.acknowledged(&last, &step);
    crash();

    let served = start();
    for person in [&mut staff, &mut candidate] {
        person.back_at(&served);
    }
    talk.check(&candidate);
    // It was answered already, whether the key says so or the turn.
    let again = body(candidate.post(&answers, None, &last), 409);
    assert_eq!(again["code"], "turn_passed");
    let again = candidate.post(&answers, Some(&key), &last);
    assert_eq!(again.headers()["idempotency-replayed"], "true");
    assert_eq!(body(again, 200), step);
    talk.check(&candidate);

    // Once more while it takes an answer, which nobody is told about.
    let (_, last) = talk.next();
    std::thread::scope(|scope| {
        let request = candidate.client.post(served.at(&answers));
        let request = request.bearer_auth(&candidate.token).json(&last);
        let sent = scope.spawn(|| request.send());
        drop(served);
        let _ = sent.join().unwrap();
    });
    crash();
    let served = start();
    for person in [&mut staff, &mut candidate] {
        person.back_at(&served);
    }
    let sent = candidate.post(&answers, None, &last);
    if sent.status() == 200 {
        talk.acknowledged(&last, &body(sent, 200));
    } else {
        assert_eq!(body(sent, 409)["code"], "turn_passed");
        let session = body(candidate.get(&talk.path), 200);
        let reply = session["turns"].as_array().unwrap().last().unwrap();
        let step = json!({"turn": reply, "status": session["status"]});
        talk.acknowledged(&last, &step);
    }
    talk.check(&candidate);
    for _ in 0..60 {
        if talk.has_ended {
            break;
        }
        talk.answer(&candidate);
    }
    talk.check(&candidate);
    let session = body(candidate.get(&talk.path), 200);
    assert_eq!(session["end"], "completed");
    let report = body(staff.get(&format!("{interview}/report")), 200);
    let questions = report["questions"].as_array().unwrap();
    let answers: Vec<String> = questions
        .iter()
        .flat_map(|question| question["answers"].as_array().unwrap())
        .map(text)
        .collect();
    let given = talk.told.iter().filter(|(who, _)| who == "candidate");
    let given: Vec<String> = given.map(|(_, words)| words.clone()).collect();
    assert_eq!(answers, given);
    assert_eq!(served.stop(), Some(0));
}

#[test]
fn a_killed_program_goes_on_with_the_interview_that_it_held() {
    let outside = tempfile::tempdir().unwrap();
    killed_in_the_middle(&outside.path().join("data"), &[], || {});
}

#[test]
fn a_program_that_is_killed_with_its_postgres_goes_on_with_the_interview_that_it_held() {
    let test = "a_program_that_is_killed_with_its_postgres_goes_on_with_the_interview_that_it_held";
    let Some(cluster) = Cluster::start() else {
        skip(test, "PostgreSQL's programs are not installed");
        return;
    };
    let outside = tempfile::tempdir().unwrap();
    let url = cluster.url();
    let settings = [("CANDOR_STORE__URL", url.as_str())];
    killed_in_the_middle(&outside.path().join("data"), &settings, || {
        cluster.down();
        cluster.up();
    });
}
