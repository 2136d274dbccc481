//! What the steps made, as it is given out.

use std::collections::BTreeMap;

use candor_core::access::{Role, Scope};
use candor_testkit::Database;
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::desk::{ANSWER, Desk, FOUR_SECONDS};
use crate::calls::{Answer, As};

/// An analysis with its artefacts.
struct Made<'a> {
    caller: As<'a>,
    path: String,
}

impl<'a> Made<'a> {
    async fn new(desk: &'a Desk, request: Value) -> Self {
        let id = desk.begin(request).await;
        let events = desk.follow(&id, None).await;
        assert_eq!(events.last().unwrap().1, "job.done", "{events:#?}");
        Self {
            caller: desk.caller(),
            path: format!("/api/v1/analyses/{id}"),
        }
    }

    /// The same for somebody else.
    fn seen_by(&self, token: &str) -> Self {
        Self {
            caller: As::new(self.caller.server, token),
            path: self.path.clone(),
        }
    }

    async fn list(&self) -> Vec<Value> {
        let list = self.caller.get(&format!("{}/artefacts", self.path)).await;
        list.expect(200)["items"].as_array().unwrap().clone()
    }

    async fn get(&self, which: &str, headers: &[(&str, &str)]) -> Answer {
        let path = format!("{}/artefacts/{which}", self.path);
        self.caller.send(Method::GET, &path, headers, None).await
    }

    /// The bytes of one artefact, after a look at what is said about them.
    async fn bytes(&self, which: &str, listed: &Value) -> Vec<u8> {
        let path = format!("{}/artefacts/{which}", self.path);
        let server = self.caller.server;
        let request = server.client.get(server.at(&path));
        let answer = request
            .bearer_auth(&self.caller.token)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 200, "{which}");
        let headers = answer.headers().clone();
        let bytes = answer.bytes().await.unwrap().to_vec();
        assert_eq!(
            headers["content-type"],
            listed["content_type"].as_str().unwrap()
        );
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(headers["content-length"], bytes.len().to_string());
        let etag = format!("\"{}\"", hex::encode(Sha256::digest(&bytes)));
        assert_eq!(headers["etag"], etag, "{which}");
        bytes
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn artefacts_are_given_out_whole_and_in_ranges(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "artefacts_are_given_out_whole_and_in_ranges";
    let Some(desk) = Desk::open(test, database).await else {
        return;
    };
    let recording = desk.upload(&desk.clips.make("a.mkv", FOUR_SECONDS)).await;
    let made = Made::new(
        &desk,
        json!({"recording_id": recording, "purpose": "practice"}),
    )
    .await;
    let mut texts = BTreeMap::new();
    for listed in made.list().await {
        let name = listed["name"].as_str().unwrap().to_owned();
        assert_eq!(listed["withheld"], false, "{name}");
        let bytes = made.bytes(&name, &listed).await;
        assert_eq!(
            made.bytes(listed["id"].as_str().unwrap(), &listed).await,
            bytes
        );
        if name != "report.json" {
            assert_eq!(
                bytes.len() as u64,
                listed["bytes"].as_u64().unwrap(),
                "{name}"
            );
            assert_eq!(
                hex::encode(Sha256::digest(&bytes)),
                listed["sha256"].as_str().unwrap()
            );
        }
        texts.insert(name, bytes);
    }
    let text = |name: &str| String::from_utf8_lossy(&texts[name]).into_owned();
    assert_eq!(text("transcript.txt").trim(), ANSWER);
    assert!(text("transcript.vtt").starts_with("WEBVTT\n"));
    assert!(text("transcript.srt").starts_with("1\n00:00:00,000 --> "));
    assert!(text("transcript.json").contains("\"index\""));
    assert_eq!(&texts["audio.wav"][..4], b"RIFF");
    // 16-bit samples, 16 kHz, four seconds.
    assert!((128_000..130_000).contains(&texts["audio.wav"].len()));
    let report = desk.get(&format!("{}/report", made.path)).await;
    let kept: Value = serde_json::from_slice(&texts["report.json"]).unwrap();
    assert_eq!(
        kept["candor"]["measurements"],
        report["candor"]["measurements"]
    );

    let part = made.get("transcript.txt", &[("range", "bytes=2-9")]).await;
    assert_eq!(part.status, 206);
    assert_eq!(part.text, &ANSWER[2..10]);
    let n = texts["transcript.txt"].len();
    assert_eq!(part.header("content-range"), format!("bytes 2-9/{n}"));
    let etag = part.header("etag");
    let known = made
        .get("transcript.txt", &[("if-none-match", &etag)])
        .await;
    assert_eq!((known.status.as_u16(), known.text.as_str()), (304, ""));
    let stale = [("range", "bytes=2-9"), ("if-range", "\"other\"")];
    assert_eq!(made.get("transcript.txt", &stale).await.status, 200);
    let beyond = made
        .get("transcript.txt", &[("range", "bytes=99999-")])
        .await;
    assert_eq!(beyond.problem(416), "range_not_satisfiable");
    let cut = made.get("report.json", &[("range", "bytes=0-0")]).await;
    assert_eq!((cut.status.as_u16(), cut.text.as_str()), (206, "{"));
    let path = format!("{}/artefacts/audio.wav", made.path);
    let head = made.caller.send(Method::HEAD, &path, &[], None).await;
    assert_eq!(head.status, 200);
    assert_eq!(
        head.header("content-length"),
        texts["audio.wav"].len().to_string()
    );

    for unknown in [
        "nothing.json",
        "..%2Freport.json",
        "%2Fetc%2Fpasswd",
        "%00",
        "%ff",
        "report.json%00",
        "art_01900000-0000-7000-8000-0000000000ff",
    ] {
        assert_eq!(
            made.get(unknown, &[]).await.problem(404),
            "not_found",
            "{unknown}"
        );
    }
    // Whose recording is gone is heard no more.
    desk.caller()
        .delete(&format!("/api/v1/recordings/{recording}"))
        .await
        .expect(204);
    assert_eq!(made.get("audio.wav", &[]).await.problem(404), "not_found");
    assert_eq!(made.get("transcript.txt", &[]).await.status, 200);

    let other = desk.server.organisation("Other").await;
    let stranger = desk.server.key(other, &[Scope::Admin]).await;
    let (_, candidate) = desk.server.person(desk.organisation, Role::Candidate).await;
    for token in [stranger, candidate] {
        let answer = made.seen_by(&token).get("transcript.txt", &[]).await;
        assert_eq!(answer.problem(404), "not_found");
    }
    let nobody = made.seen_by("").get("transcript.txt", &[]).await;
    assert_eq!(nobody.problem(401), "unauthenticated");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn expressions_are_in_no_file_but_for_the_practising_person(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "expressions_are_in_no_file_but_for_the_practising_person";
    let Some(mut desk) = Desk::open(test, database).await else {
        return;
    };
    let (_, token) = desk.server.person(desk.organisation, Role::Candidate).await;
    let staff = std::mem::replace(&mut desk.key, token);
    let recording = desk.upload(&desk.clips.make("a.mkv", FOUR_SECONDS)).await;
    let request = json!({"recording_id": recording, "settings": {"emotions": true}});
    let own = Made::new(&desk, request).await;
    let report = own.get("report.json", &[]).await.expect(200);
    assert_eq!(
        report["nonverbal"]["emotions"]["dominant_emotion"],
        "happiness"
    );
    let faces = own.get("faces.json", &[]).await;
    faces.expect(200);
    assert!(
        faces.text.contains("test-expression"),
        "{:.300}",
        faces.text
    );
    assert!(
        own.list()
            .await
            .iter()
            .all(|listed| listed["withheld"] == false)
    );

    let seen = own.seen_by(&staff);
    let list = seen.caller.get(&format!("{}/artefacts", seen.path)).await;
    assert_eq!(list.problem(404), "not_found");
    for listed in own.list().await {
        let name = listed["name"].as_str().unwrap();
        assert_eq!(
            seen.get(name, &[]).await.problem(404),
            "not_found",
            "{name}"
        );
    }
}

/// Fields with a value that tell how somebody looks or sounds.
fn told(value: &Value, path: &str, found: &mut Vec<String>) {
    const WORDS: [&str; 14] = [
        "pitch",
        "loudness",
        "gaze",
        "eye_contact",
        "nod",
        "yaw",
        "roll",
        "expression",
        "emotion",
        "pause",
        "silence",
        "wpm",
        "filler",
        "smile",
    ];
    match value {
        // An observation without a value.
        Value::Object(fields) if fields.get("value") == Some(&Value::Null) => {}
        Value::Object(fields) => {
            for (name, value) in fields {
                // Reasons, versions of formulas and settings say nothing about a person.
                if [
                    "not_measured",
                    "notMeasured",
                    "provenance",
                    "reason",
                    "formula",
                ]
                .iter()
                .chain(&["max_width", "sample_fps", "smoothed_win"])
                .any(|plain| plain == name)
                {
                    continue;
                }
                told(value, &format!("{path}.{name}"), found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| told(item, path, found)),
        Value::Null => {}
        _ if WORDS.iter().any(|word| path.to_lowercase().contains(word)) => {
            found.push(format!("{path} = {value:.40}"));
        }
        _ => {}
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn files_of_a_hiring_interview_tell_no_more_than_its_report(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "files_of_a_hiring_interview_tell_no_more_than_its_report";
    let Some(desk) = Desk::open(test, database).await else {
        return;
    };
    let recording = desk.upload(&desk.clips.make("a.mkv", FOUR_SECONDS)).await;
    let made = Made::new(
        &desk,
        json!({"recording_id": recording, "purpose": "hiring"}),
    )
    .await;
    let mut given = Vec::new();
    for listed in made.list().await {
        let name = listed["name"].as_str().unwrap().to_owned();
        let answer = made.get(&name, &[]).await;
        if listed["withheld"] == true {
            assert_eq!(answer.problem(403), "artefact_withheld", "{name}");
            continue;
        }
        assert_eq!(answer.status, 200, "{name}");
        let mut found = Vec::new();
        told(&answer.json(), "", &mut found);
        assert_eq!(found, Vec::<String>::new(), "{name}");
        given.push(name);
    }
    given.sort_unstable();
    assert_eq!(
        given,
        [
            "audio.wav",
            "content.json",
            "report.json",
            "scores.json",
            "transcript.json",
            "transcript.srt",
            "transcript.txt",
            "transcript.vtt",
        ]
    );
}
