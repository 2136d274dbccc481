//! Analyses on the real server with real workers: a recording goes in, events and a report come out.

mod artefacts;
mod desk;
mod page;

use candor_core::access::{Role, Scope};
use candor_testkit::Database;
use rstest::rstest;
use serde_json::json;

use self::desk::{ANSWER, Desk, FOUR_SECONDS, SIX_SECONDS};
use crate::calls::As;

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
        "transcript.txt",
        "transcript.vtt",
        "transcript.srt",
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
