//! Servers over one database and one Redis: an interview goes on at any of them, also while Redis is away, for what
//! Redis holds is a copy.

use std::{collections::BTreeSet, time::Duration};

use candor_core::{
    access::Role,
    ids::{InterviewId, OrganisationId},
};
use candor_store::live::Live;
use candor_testkit::{Database, FakeEngines, RedisServer, TestServer, skip};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::stage::{STRONG, at, invited, prepared, short, text};
use crate::calls::{As, read};

/// Longest time that a step takes while Redis is away; most of it is this machine's, which does other things too.
const SOON: Duration = Duration::from_secs(4);
/// Longest wait for Redis to be found again.
const PATIENCE: Duration = Duration::from_secs(30);

fn redis(test: &str) -> Option<RedisServer> {
    let redis = RedisServer::start();
    if redis.is_none() {
        skip(test, "redis-server is not installed");
    }
    redis
}

async fn server(
    test: &str,
    database: Database,
    redis: &RedisServer,
    records: Option<&str>,
) -> Option<TestServer> {
    let engines = FakeEngines::default();
    let start = TestServer::start_with(test, database, engines, |config| {
        config.live.url = redis.url();
        if let Some(url) = records {
            url.clone_into(&mut config.store.url);
        }
    });
    start.await
}

/// Where Redis holds the copy of an interview.
fn key(interview: &str) -> String {
    let id: InterviewId = interview.parse().unwrap();
    format!("candor:interview:{}", id.uuid())
}

fn seconds_left(redis: &RedisServer, interview: &str) -> i64 {
    redis.ask(&["TTL", &key(interview)])
}

fn copy(redis: &RedisServer, interview: &str) -> Vec<u8> {
    redis.ask(&["GET", &key(interview)])
}

/// What was said, in order.
fn said(session: &Value) -> Vec<(String, String)> {
    let turns = session["turns"].as_array().unwrap();
    let pair = |turn: &Value| (text(&turn["speaker"]), text(&turn["text"]));
    turns.iter().map(pair).collect()
}

/// An interview that is held at two servers in turns.
struct Talk<'a> {
    id: String,
    at: [As<'a>; 2],
    /// What was acknowledged.
    told: Vec<(String, String)>,
    last: Value,
}

impl Talk<'_> {
    /// Answers at one server; then both say what was acknowledged, and the same.
    async fn answer(&mut self, place: usize) {
        let answer = format!("{STRONG} That was number {}.", self.told.len());
        let body = json!({"text": answer, "turn_id": self.last["turn"]["id"]});
        let begun = Instant::now();
        let step = self.at[place].post(&at(&self.id, "/answers"), body).await;
        self.last = step.expect(200);
        self.told.push(("candidate".to_owned(), answer));
        self.told
            .push(("interviewer".to_owned(), text(&self.last["turn"]["text"])));
        let mut sessions = Vec::new();
        for caller in &self.at {
            sessions.push(caller.get(&at(&self.id, "")).await.expect(200));
        }
        let took = begun.elapsed();
        assert!(took < SOON, "{took:?}");
        assert_eq!(sessions[0], sessions[1]);
        assert_eq!(said(&sessions[0]), self.told);
        let ids = sessions[0]["turns"].as_array().unwrap().iter();
        for (index, turn) in ids.enumerate() {
            assert_eq!(turn["id"], format!("turn-{}", index + 1));
        }
    }

    fn runs(&self) -> bool {
        self.last["status"] == "running"
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_go_on_with_an_interview_while_redis_goes_away_and_comes_back() {
    let test = "two_servers_go_on_with_an_interview_while_redis_goes_away_and_comes_back";
    let Some(mut redis) = redis(test) else {
        return;
    };
    let Some(here) = server(test, Database::Postgres, &redis, None).await else {
        return;
    };
    let records = here.app.config.store.url.clone();
    let there = server(test, Database::Sqlite, &redis, Some(&records));
    let there = there.await.unwrap();
    let organisation = here.organisation("Ours").await;
    let staff = As::new(&here, here.person(organisation, Role::Recruiter).await.1);
    let setup = json!({"role_family": "sales", "duration_minutes": 20});
    let id = prepared(&staff, setup).await;
    let candidate = invited(&staff, &id).await;
    let elsewhere = As::new(&there, candidate.token.clone());
    let begun = elsewhere.post(&at(&id, "/begin"), Value::Null).await;
    let begun = begun.expect(200);
    let mut talk = Talk {
        told: vec![("interviewer".to_owned(), text(&begun["turn"]["text"]))],
        at: [candidate, elsewhere],
        last: begun,
        id: id.clone(),
    };

    talk.answer(0).await;
    talk.answer(1).await;
    assert!(seconds_left(&redis, &id) > 0);
    redis.hang();
    talk.answer(0).await;
    redis.go_on();
    redis.down();
    let ready = here.client.get(here.at("/health/ready"));
    let ready = read(ready).await.expect(200);
    assert_eq!(ready["checks"]["live"], "away");
    for place in [1, 0, 1] {
        talk.answer(place).await;
    }
    assert!(talk.runs(), "too short for this test");
    // What it held before is lost.
    redis.up();
    for server in [&here, &there] {
        found_again(&server.app.live).await;
    }
    talk.answer(0).await;
    assert!(seconds_left(&redis, &id) > 0, "copies are kept again");
    for place in [1, 0].into_iter().cycle().take(60) {
        if !talk.runs() {
            break;
        }
        talk.answer(place).await;
    }
    assert_eq!(talk.last["end"], "completed");

    let report = staff.get(&format!("/api/v1/interviews/{id}/report")).await;
    let report = report.expect(200);
    let questions = report["questions"].as_array().unwrap().iter();
    let reported: BTreeSet<String> = questions
        .flat_map(|question| question["answers"].as_array().unwrap())
        .map(text)
        .collect();
    let answers = talk.told.iter().filter(|(who, _)| who == "candidate");
    let answers: BTreeSet<String> = answers.map(|(_, words)| words.clone()).collect();
    assert_eq!(reported, answers);
}

/// Waits until copies are kept again.
async fn found_again(live: &Live) {
    let begun = Instant::now();
    while live
        .keep(Uuid::new_v4(), b"anything".to_vec())
        .await
        .is_err()
    {
        assert!(begun.elapsed() < PATIENCE, "Redis is not found again");
        sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_that_is_away_is_told_of_at_once_and_found_again() {
    let test = "a_redis_that_is_away_is_told_of_at_once_and_found_again";
    let Some(mut redis) = redis(test) else {
        return;
    };
    let idle = Duration::from_secs(3600);
    let live = Live::connect(Some(&redis.url()), idle).await.unwrap();
    let id = Uuid::new_v4();
    live.keep(id, b"said".to_vec()).await.unwrap();
    for hangs in [true, false] {
        if hangs {
            redis.hang();
        } else {
            redis.down();
        }
        let begun = Instant::now();
        for _ in 0..20 {
            live.recall(id).await.unwrap_err();
            live.keep(id, b"lost".to_vec()).await.unwrap_err();
        }
        let took = begun.elapsed();
        assert!(took < SOON, "{took:?}");
        if hangs {
            redis.go_on();
        } else {
            redis.up();
        }
        found_again(&live).await;
        live.keep(id, b"more".to_vec()).await.unwrap();
        assert_eq!(
            live.recall(id).await.unwrap().as_deref(),
            Some(&b"more"[..])
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_is_read_while_it_is_as_new_as_the_records_and_holds_turns_alone() {
    let test = "a_copy_is_read_while_it_is_as_new_as_the_records_and_holds_turns_alone";
    let Some(redis) = redis(test) else {
        return;
    };
    let here = server(test, Database::Sqlite, &redis, None).await.unwrap();
    let organisation: OrganisationId = here.organisation("Ours").await;
    let staff = As::new(&here, here.person(organisation, Role::Recruiter).await.1);
    let id = prepared(&staff, short()).await;
    let candidate = invited(&staff, &id).await;
    let session = async || said(&staff.get(&at(&id, "")).await.expect(200));
    let answer = async |words: &str| {
        let body = json!({ "text": words });
        candidate.post(&at(&id, "/answers"), body).await.expect(200)
    };
    let begin = candidate.post(&at(&id, "/begin"), Value::Null).await;
    begin.expect(200);
    answer(STRONG).await;
    let old = copy(&redis, &id);
    answer("I asked the customer and wrote the offer on the same day.").await;
    let newest = session().await;

    // It ends by itself, later when somebody asks.
    let whole = here.app.config.interviews.live_s as i64;
    let () = redis.ask(&["EXPIRE", &key(&id), "60"]);
    assert_eq!(session().await, newest);
    let left = seconds_left(&redis, &id);
    assert!(left > whole - 60 && left <= whole, "{left}");

    // It is what is read while it is as new as the records.
    let current = String::from_utf8(copy(&redis, &id)).unwrap();
    let other = current.replace("wrote the offer", "wrote no offer");
    let () = redis.ask(&["SET", &key(&id), &other, "KEEPTTL"]);
    assert_ne!(session().await, newest);
    // One that is older, damaged or gone is not.
    let old = String::from_utf8(old).unwrap();
    for unfit in [old.as_str(), "", "{", "[]", &current[..current.len() / 2]] {
        let () = redis.ask(&["SET", &key(&id), unfit, "KEEPTTL"]);
        assert_eq!(session().await, newest, "{unfit}");
    }
    let () = redis.ask(&["DEL", &key(&id)]);
    assert_eq!(session().await, newest);

    answer("I called back a week later.").await;
    let keys: Vec<String> = redis.ask(&["KEYS", "*"]);
    let copies: Vec<&String> = keys.iter().filter(|key| *key != "candor:signals").collect();
    assert_eq!(copies, [&key(&id)]);
    let kept: Value = serde_json::from_slice(&copy(&redis, &id)).unwrap();
    let names = |value: &Value| -> BTreeSet<String> {
        value.as_object().unwrap().keys().cloned().collect()
    };
    let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let expected: BTreeSet<String> = set(&["turns", "version"]);
    assert_eq!(names(&kept), expected);
    let of_turns: BTreeSet<String> = set(&[
        "at",
        "evaluation",
        "id",
        "kind",
        "question_id",
        "speaker",
        "text",
    ]);
    let turns = kept["turns"].as_array().unwrap();
    assert_eq!(turns.len(), newest.len() + 2);
    for turn in turns {
        assert!(names(turn).is_subset(&of_turns), "{turn}");
    }
    // No credential is in it.
    let kept = kept.to_string();
    for token in [&staff.token, &candidate.token] {
        assert!(!kept.contains(token.as_str()));
    }
}
