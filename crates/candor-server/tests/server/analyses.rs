//! Analyses on the real server with real workers: a recording goes in, events and a report come out.

use std::{path::Path, time::Duration};

use candor_app::jobs::{Pool, Workers};
use candor_core::{
    access::{Role, Scope},
    ids::OrganisationId,
    span::Span,
    transcript::Accuracy,
};
use candor_testkit::{Clips, Database, FakeEngines, TestServer, timed_words};
use reqwest::multipart::{Form, Part};
use rstest::rstest;
use serde_json::{Value, json};

use crate::calls::As;

const ANSWER: &str = "I measured the slow queries and I added an index to the database.";
/// A tone for 1.5 s of every two, and a moving picture.
const FOUR_SECONDS: &str = "-f lavfi -i aevalsrc=0.4*sin(2*PI*200*t)*lt(mod(t\\,2)\\,1.5):s=16000:d=4 \
    -f lavfi -i testsrc2=size=160x120:rate=10:duration=4 -c:v libx264 -c:a pcm_s16le";
/// A tone for half a second of every second.
const SIX_SECONDS: &str =
    "-f lavfi -i aevalsrc=0.4*sin(2*PI*200*t)*lt(mod(t\\,1)\\,0.5):s=16000:d=6 -c:a pcm_s16le";

fn engines() -> FakeEngines {
    let said = [(Span::new(0.0, 3.5), ANSWER)];
    FakeEngines {
        transcript: Some(timed_words(&said, Accuracy::Good)),
        faces: Some(|_| 1),
        ..FakeEngines::default()
    }
}

/// A server with workers, an organisation and a key that attests consent.
struct Desk {
    server: TestServer,
    organisation: OrganisationId,
    key: String,
    clips: Clips,
    _workers: Workers,
}

impl Desk {
    async fn open(test: &str, database: Database) -> Option<Self> {
        let clips = Clips::new(test)?;
        let server = TestServer::start_with(test, database, engines(), |config| {
            config.jobs.backoff_s = 0.05;
        })
        .await?;
        let organisation = server.organisation("Test").await;
        let key = server
            .attesting_key(organisation, &[Scope::Read, Scope::Write])
            .await;
        let workers = Workers::start(&server.app, &Pool::ALL);
        Some(Self {
            organisation,
            key,
            clips,
            _workers: workers,
            server,
        })
    }

    fn caller(&self) -> As<'_> {
        As::new(&self.server, self.key.as_str())
    }

    async fn upload(&self, path: &Path) -> String {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let file = Part::bytes(std::fs::read(path).unwrap()).file_name(name);
        let answer = self
            .server
            .client
            .post(self.server.at("/api/v1/recordings"))
            .bearer_auth(&self.key)
            .multipart(Form::new().part("file", file))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 201);
        let body: Value = answer.json().await.unwrap();
        body["id"].as_str().unwrap().to_owned()
    }

    async fn begin(&self, request: Value) -> String {
        let made = self.caller().post("/api/v1/analyses", request).await;
        let body = made.expect(202);
        let id = body["id"].as_str().unwrap().to_owned();
        assert_eq!(made.header("location"), format!("/api/v1/analyses/{id}"));
        id
    }

    /// The events of an analysis until it ends.
    async fn follow(&self, id: &str, after: Option<&str>) -> Vec<(String, String, Value)> {
        let mut request = self
            .server
            .client
            .get(self.server.at(&format!("/api/v1/analyses/{id}/events")))
            .bearer_auth(&self.key)
            .timeout(Duration::from_secs(80));
        if let Some(after) = after {
            request = request.header("last-event-id", after);
        }
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        let text = answer.text().await.unwrap();
        text.split("\n\n").filter_map(event).collect()
    }

    async fn get(&self, path: &str) -> Value {
        self.caller().get(path).await.expect(200)
    }
}

/// Id, name and data of one written event; `None` for a comment.
fn event(text: &str) -> Option<(String, String, Value)> {
    let field = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name))?;
        Some(line.trim_start_matches(':').trim().to_owned())
    };
    let data = serde_json::from_str(&field("data")?).unwrap();
    Some((field("id")?, field("event")?, data))
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_recording_becomes_a_report_that_follows_from_it(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "a_recording_becomes_a_report_that_follows_from_it";
    let Some(desk) = Desk::open(test, database).await else {
        return;
    };
    let recording = desk
        .upload(&desk.clips.make("first.mkv", FOUR_SECONDS))
        .await;
    let question = json!({
        "text": "How do you make a slow database query fast?",
        "keywords": ["index", "caching"],
    });
    let first = desk
        .begin(json!({
            "recording_id": recording, "purpose": "practice", "question": question,
            "external_id": "answer-1",
        }))
        .await;
    let events = desk.follow(&first, None).await;
    let last = events.last().expect("something happened");
    assert_eq!(last.1, "job.done", "{events:#?}");
    let done: Vec<&str> = events
        .iter()
        .filter(|event| event.1 == "step.done")
        .filter_map(|event| event.2["step"].as_str())
        .collect();
    assert_eq!(done.len(), 9, "{done:?}");
    assert_eq!(done.first(), Some(&"video_downloaded"));
    assert_eq!(done.last(), Some(&"results_saved"));
    let middle = &events[events.len() / 2].0;
    let again = desk.follow(&first, Some(middle)).await;
    assert_eq!(again, events[events.len() / 2 + 1..]);

    let view = desk.get(&format!("/api/v1/analyses/{first}")).await;
    assert_eq!(view["state"], "done");
    assert_eq!(view["progress"], 1.0);
    assert_eq!(view["external_id"], "answer-1");
    assert_eq!(view["result"]["content"]["keyword_coverage"], 50.0);
    assert!(view["overall_score"].as_f64().unwrap() > 0.0, "{view}");
    let steps = view["steps"].as_array().unwrap();
    assert!(
        steps
            .iter()
            .all(|step| step["history"][0]["state"] == "succeeded")
    );

    let report = desk.get(&format!("/api/v1/analyses/{first}/report")).await;
    assert_eq!(report["transcript"], ANSWER);
    assert_eq!(report["speech"]["duration_sec"], 4.0);
    assert_eq!(report["candor"]["source"]["file_name"], "first.mkv");
    let page = desk
        .caller()
        .get(&format!("/api/v1/analyses/{first}/report.html"))
        .await;
    assert_eq!(
        page.header("content-security-policy"),
        "sandbox allow-scripts"
    );
    assert!(page.text.contains("first.mkv"));
    let artefacts = desk
        .get(&format!("/api/v1/analyses/{first}/artefacts"))
        .await;
    let names: Vec<&str> = artefacts["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|artefact| artefact["name"].as_str())
        .collect();
    for name in [
        "audio.wav",
        "faces.json",
        "transcript.json",
        "voice.json",
        "report.json",
        "content.json",
        "scores.json",
    ] {
        assert!(names.contains(&name), "{name} is not among {names:?}");
    }
    let reports = desk.get("/api/v1/reports").await;
    let saved = reports["items"][0]["id"].as_str().unwrap();
    let saved = desk.get(&format!("/api/v1/reports/{saved}")).await;
    assert_eq!(saved["body"], report);

    let other = desk
        .upload(&desk.clips.make("second.wav", SIX_SECONDS))
        .await;
    let second = desk
        .begin(json!({ "recording_id": other, "purpose": "practice" }))
        .await;
    desk.follow(&second, None).await;
    let other = desk.get(&format!("/api/v1/analyses/{second}/report")).await;
    assert_eq!(other["speech"]["duration_sec"], 6.0);
    assert_ne!(
        other["speech"]["silence_sec"],
        report["speech"]["silence_sec"]
    );
    assert_eq!(
        other["candor"]["not_measured"]["nonverbal.nods"]["code"],
        "no_video"
    );
    let list = desk.get("/api/v1/analyses?state=done").await;
    let ids: Vec<&str> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|analysis| analysis["id"].as_str())
        .collect();
    assert_eq!(ids, [second.as_str(), first.as_str()]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_step_is_repeated_with_those_after_it_and_its_history_stays(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "a_step_is_repeated_with_those_after_it_and_its_history_stays";
    let Some(desk) = Desk::open(test, database).await else {
        return;
    };
    let recording = desk.upload(&desk.clips.make("a.wav", SIX_SECONDS)).await;
    let id = desk.begin(json!({ "recording_id": recording })).await;
    let events = desk.follow(&id, None).await;
    let path = format!("/api/v1/analyses/{id}/steps/question_evaluated/retry");
    desk.caller()
        .post(&path, json!({ "and_after": true }))
        .await
        .expect(202);
    desk.follow(&id, Some(&events.last().unwrap().0)).await;
    let view = desk.get(&format!("/api/v1/analyses/{id}")).await;
    assert_eq!(view["state"], "done", "{view}");
    let step = |name: &str| {
        let steps = view["steps"].as_array().unwrap();
        steps
            .iter()
            .find(|step| step["name"] == name)
            .unwrap()
            .clone()
    };
    let n = |name: &str| step(name)["history"].as_array().unwrap().len();
    assert_eq!(n("video_downloaded"), 1);
    assert!(n("question_evaluated") >= 1);
    let unknown = format!("/api/v1/analyses/{id}/steps/nothing/retry");
    let answer = desk.caller().post(&unknown, json!({})).await;
    assert_eq!(answer.problem(404), "not_found");
    let ended = format!("/api/v1/analyses/{id}/cancel");
    let answer = desk.caller().post(&ended, json!({})).await;
    assert_eq!(answer.problem(409), "analysis_ended");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_out_of_reach_or_impossible_is_refused(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "what_is_out_of_reach_or_impossible_is_refused";
    let Some(desk) = Desk::open(test, database).await else {
        return;
    };
    let recording = desk.upload(&desk.clips.make("a.wav", SIX_SECONDS)).await;
    let refused = [
        (json!({}), 422, "invalid_recording"),
        (
            json!({ "recording_id": recording, "url": "https://a.example/b" }),
            422,
            "invalid_recording",
        ),
        (
            json!({ "recording_id": recording, "callback_url": "file:///etc/passwd" }),
            422,
            "invalid_callback_url",
        ),
        (
            json!({ "recording_id": recording, "settings": { "language": "../../x" } }),
            422,
            "invalid_language",
        ),
        (json!({ "url": "http://127.0.0.1:1/x.mp4" }), 422, ""),
        (
            json!({ "recording_id": recording, "nonsense": 1 }),
            422,
            "invalid_body",
        ),
        (
            json!({ "recording_id": "rec_00000000-0000-7000-8000-000000000000" }),
            404,
            "not_found",
        ),
    ];
    for (request, status, code) in refused {
        let answer = desk
            .caller()
            .post("/api/v1/analyses", request.clone())
            .await;
        let found = answer.problem(status);
        assert!(code.is_empty() || found == code, "{request}: {found}");
    }
    let none = desk.get("/api/v1/analyses").await;
    assert_eq!(none["items"], json!([]));

    // A key that attests nothing, and no statement: the recording's own consent counts.
    let id = desk.begin(json!({ "recording_id": recording })).await;
    desk.follow(&id, None).await;
    let other = desk.server.organisation("Other").await;
    let foreign = desk.server.key(other, &[Scope::Admin]).await;
    let (_, candidate) = desk.server.person(desk.organisation, Role::Candidate).await;
    for token in [foreign, candidate] {
        let caller = As::new(&desk.server, token);
        for part in ["", "/report", "/report.html", "/events", "/artefacts"] {
            let answer = caller.get(&format!("/api/v1/analyses/{id}{part}")).await;
            assert_eq!(answer.problem(404), "not_found", "{part}");
        }
        let list = caller.get("/api/v1/analyses").await.expect(200);
        assert_eq!(list["items"], json!([]));
        let list = caller.get("/api/v1/reports").await.expect(200);
        assert_eq!(list["items"], json!([]));
        let answer = caller
            .post("/api/v1/analyses", json!({ "recording_id": recording }))
            .await;
        assert_eq!(answer.problem(404), "not_found");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_recording_that_is_gone_fails_in_its_step_with_the_reason(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "a_recording_that_is_gone_fails_in_its_step_with_the_reason";
    let Some(desk) = Desk::open(test, database).await else {
        return;
    };
    let recording = desk.upload(&desk.clips.make("a.wav", SIX_SECONDS)).await;
    let removed = desk.server.app.objects.delete_below("recordings").await;
    assert_eq!(removed.unwrap(), 1);
    let id = desk.begin(json!({ "recording_id": recording })).await;
    let events = desk.follow(&id, None).await;
    assert_eq!(events.last().unwrap().1, "job.failed", "{events:#?}");
    let view = desk.get(&format!("/api/v1/analyses/{id}")).await;
    assert_eq!(view["state"], "failed");
    let step = &view["steps"][0];
    assert_eq!(step["error_code"], "recording_gone", "{view}");
    assert_eq!(step["history"].as_array().unwrap().len(), 1);
    let message = step["error"].as_str().unwrap();
    assert!(
        !message.contains("scratch") && !message.contains("/tmp"),
        "{message}"
    );
    let answer = desk
        .caller()
        .get(&format!("/api/v1/analyses/{id}/report"))
        .await;
    assert_eq!(answer.problem(409), "report_not_ready");
}
