//! Live interviews in words: asked, answered, asked about, skipped, ended, and answered once more.

use std::time::Duration;

use candor_app::jobs::{Pool, Workers};
use candor_testkit::{Clips, Database, TestServer};
use reqwest::StatusCode;
use rstest::rstest;
use serde_json::{Value, json};

use super::{
    stage::{Client, DOMAIN, LONG, ROLE, SHORT, engines, person, text, video},
    story::Checklist,
};
use crate::figures::{near, number};

const GOOD: &str = "In my last job I rebuilt the payment service of our bank because it lost messages. I measured \
    the queue, moved it to the database and reduced lost payments from forty a week to zero within two months.";

async fn begun(me: &Client<'_>, role: &str, domain: &str) -> (String, Value) {
    let start = json!({"jobRole": role, "domain": domain, "consent": true});
    let (status, begun) = me.post("/app/live/start", start).await;
    assert_eq!(status, 201, "{begun}");
    (text(&begun["sessionId"]), begun)
}

async fn said(me: &Client<'_>, session: &str, words: &str) -> Value {
    let path = format!("/app/live/{session}/answer");
    let (status, body) = me.post(&path, json!({"answerText": words})).await;
    assert_eq!(status, 200, "{body}");
    body
}

/// A whole interview, on every route of it.
pub async fn talked(me: &Client<'_>, walk: &mut Checklist) {
    let start = json!({"jobRole": ROLE, "domain": DOMAIN, "consent": true});
    let begun = me.post("/app/live/start", start).await;
    walk.check("POST", "/app/live/start", &begun);
    let session = text(&begun.1["sessionId"]);
    let first = text(&begun.1["currentQuestion"]);
    assert!(first.contains(ROLE) && first.contains(DOMAIN), "{first}");
    for (name, value) in [
        ("questionId", json!("q1")),
        ("questionIndex", json!(0)),
        ("totalQuestions", json!(5)),
        ("status", json!("live_started")),
    ] {
        assert_eq!(begun.1[name], value, "{name}");
    }
    let at = |rest: &str| format!("/app/live/{session}/{rest}");

    let heard = json!({"transcript": first, "isFinal": true});
    let echo = me.post(&at("turn-evaluate"), heard).await;
    walk.check("POST", "/app/live/{sessionId}/turn-evaluate", &echo);
    let n_words = echo.1["wordCount"].as_u64().unwrap();
    let expected = if n_words <= 20 {
        "ignore_echo"
    } else {
        "submit"
    };
    assert_eq!(echo.1["action"], expected, "{first}");
    let heard = json!({"transcript": "I LED the Payments team!", "silenceMs": 1200, "minWords": 3});
    let (_, verdict) = me.post(&at("turn-evaluate"), heard).await;
    assert_eq!(
        verdict,
        json!({
            "action": "submit", "shouldSubmit": true, "shouldKeepListening": false,
            "reason": "silence", "normalizedTranscript": "i led the payments team",
            "wordCount": 5, "confidenceHint": 0.68,
        })
    );

    // Too short: it is asked about once, at the same place.
    let answer = json!({
        "answerText": "I build things.", "answerStartedAt": "2026-01-31T12:00:01.500Z",
        "answerEndedAt": "2026-01-31T12:00:03", "transcriptConfidence": 0.9,
    });
    let next = me.post(&at("answer"), answer).await;
    walk.check("POST", "/app/live/{sessionId}/answer", &next);
    assert_eq!(
        (
            &next.1["questionId"],
            &next.1["questionIndex"],
            &next.1["status"]
        ),
        (
            &json!("q1-clarify-1"),
            &json!(0),
            &json!("live_in_progress")
        )
    );
    let next = said(me, &session, "Things.").await;
    assert_eq!(
        (&next["questionId"], &next["questionIndex"]),
        (&json!("q2"), &json!(1))
    );
    let skipped = me
        .post(&at("skip"), json!({"skippedAt": "2026-01-31T12:01:00Z"}))
        .await;
    walk.check("POST", "/app/live/{sessionId}/skip", &skipped);
    assert_eq!(skipped.1["questionId"], "q3");
    for index in 3..5 {
        let next = said(me, &session, GOOD).await;
        assert_eq!(next["questionIndex"], index);
        assert_eq!(next["isInterviewComplete"], false);
    }
    let state = me.get(&at("state")).await;
    walk.check("GET", "/app/live/{sessionId}/state", &state);
    assert_eq!(state.1["status"], "live_in_progress");
    assert!(text(&state.1["currentQuestion"]).contains("30, 60 and 90 days"));
    let last = said(me, &session, GOOD).await;
    assert_eq!(
        last,
        json!({
            "sessionId": session, "nextQuestion": null, "questionId": null, "questionIndex": 5,
            "isInterviewComplete": true, "status": "live_completed",
        })
    );
    over(me, &session).await;
    kept(me, &session).await;
    again(me, &session).await;
}

/// Nothing more is taken.
async fn over(me: &Client<'_>, session: &str) {
    for (path, body) in [
        ("answer", json!({"answerText": GOOD})),
        ("skip", json!({})),
        ("turn-evaluate", json!({})),
    ] {
        let (status, body) = me.post(&format!("/app/live/{session}/{path}"), body).await;
        assert_eq!(status, 400, "{path}: {body}");
        assert!(body["detail"].is_string(), "{body}");
    }
}

/// What is kept of the interview.
async fn kept(me: &Client<'_>, session: &str) {
    let (_, state) = me.get(&format!("/app/live/{session}/state")).await;
    assert_eq!(
        (
            &state["status"],
            &state["currentQuestion"],
            &state["questionIndex"]
        ),
        (&json!("live_completed"), &Value::Null, &json!(5))
    );
    let turns = state["turns"].as_array().unwrap();
    let told: Vec<(&str, &str)> = turns
        .iter()
        .map(|turn| {
            (
                turn["role"].as_str().unwrap(),
                turn["questionId"].as_str().unwrap(),
            )
        })
        .collect();
    let asked = ["q1", "q1-clarify-1", "q2", "q3", "q4", "q5"];
    let expected: Vec<_> = asked
        .iter()
        .flat_map(|id| [("assistant", *id), ("user", *id)])
        .collect();
    assert_eq!(told, expected);
    assert_eq!(turns[1]["text"], "I build things.");
    assert_eq!(
        (&turns[5]["text"], &turns[5]["skipped"]),
        (&json!(""), &json!(true))
    );
    let markers = state["timelineMarkers"].as_array().unwrap();
    assert_eq!(markers.len(), 6);
    assert_eq!(
        markers[0],
        json!({
            "questionId": "q1", "questionIndex": 0, "questionAskedAt": turns[0]["timestamp"],
            "answerStartedAt": "2026-01-31T12:00:01.5Z", "answerEndedAt": "2026-01-31T12:00:03Z",
            "submittedAt": turns[1]["timestamp"], "wasSkipped": false,
        })
    );
    assert_eq!(
        (
            &markers[2]["answerStartedAt"],
            &markers[2]["answerEndedAt"],
            &markers[2]["wasSkipped"]
        ),
        (&Value::Null, &json!("2026-01-31T12:01:00Z"), &json!(true))
    );
    assert_eq!(
        markers[3]["answerStartedAt"],
        Value::Null,
        "nothing is guessed"
    );
    let (_, status) = me.get(&format!("/app/me/sessions/{session}/status")).await;
    assert_eq!(
        (
            &status["status"],
            &status["questionsCount"],
            &status["responsesCount"]
        ),
        (&json!("live_completed"), &json!(5), &json!(5))
    );
    let (_, questions) = me.get(&format!("/interviews/{session}/questions")).await;
    assert_eq!(questions[4]["questionId"], "q5");
}

/// What was left open is coached, and a question is answered once more.
async fn again(me: &Client<'_>, session: &str) {
    let wrote = json!({"reflectionText": "I said too little at first."});
    let path = format!("/reflective/{session}/responses");
    let (status, made) = me.post(&path, wrote).await;
    assert_eq!(status, 201, "{made}");
    let coaching = &made["coachingFeedback"];
    let missed = coaching["observations"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["kind"] == "missed_key_points")
        .unwrap_or_else(|| panic!("{coaching}"));
    let weakest = text(&missed["questionId"]);
    let point = missed["points"][0].as_str().unwrap();
    assert!(
        coaching["focusAreas"][2].as_str().unwrap().contains(point),
        "{coaching}"
    );
    assert!(
        coaching["nextSessionPlan"][0]
            .as_str()
            .unwrap()
            .contains(&weakest)
    );

    let retries = format!("/api/v1/interviews/{session}/retries");
    let retry = json!({"question_id": "q1", "text": GOOD});
    let (status, retried) = me.post(&retries, retry).await;
    assert_eq!(status, 201, "{retried}");
    let (before, after) = (&retried["before"], &retried["after"]);
    assert_eq!(
        (&before["state"], &after["state"]),
        (&json!("evaluated"), &json!("evaluated"))
    );
    let change = number(&after["score"]) - number(&before["score"]);
    near(&retried["difference"]["score"], change, 0.006);
    let retry = json!({"question_id": weakest, "text": "We disagreed about a release. I asked for the \
        reasons of my colleague, we measured both ways and agreed on the slower one; it held."});
    let (_, weak) = me.post(&retries, retry).await;
    near(&weak["before"]["score"], number(&missed["score"]), 0.006);
    let retry = json!({"question_id": "q5", "text": "I would see."});
    let (_, worse) = me.post(&retries, retry).await;
    let change = number(&worse["after"]["score"]) - number(&worse["before"]["score"]);
    near(&worse["difference"]["score"], change, 0.006);
    let (_, list) = me.get(&retries).await;
    assert_eq!(list["items"], json!([worse, weak, retried]));
    let (_, state) = me.get(&format!("/app/live/{session}/state")).await;
    assert_eq!(
        state["turns"].as_array().unwrap().len(),
        12,
        "the interview stays as it was"
    );
    for (id, status) in [("q2", 409), ("q9", 422), ("q1-clarify-1", 422)] {
        let (found, body) = me
            .post(&retries, json!({"question_id": id, "text": GOOD}))
            .await;
        assert_eq!(found, status, "{id}: {body}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_questions_are_asked_and_answered_and_another_person_gets_others(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "five_questions_are_asked_and_answered_and_another_person_gets_others";
    let Some(server) = TestServer::start_with(test, database, engines(), |_| {}).await else {
        return;
    };
    let organisation = server.organisation("practice").await;
    let me = person(&server, organisation).await;
    talked(&me, &mut Checklist::none()).await;
    let (session, begun) = begun(&me, "Nurse", "Children's <b>health</b>").await;
    let first = text(&begun["currentQuestion"]);
    assert!(
        first.contains("Nurse") && first.contains("Children's <b>health</b>"),
        "{first}"
    );
    for index in 1..=5 {
        let path = format!("/app/live/{session}/skip");
        let (status, next) = me
            .post(&path, json!({"questionId": format!("q{index}")}))
            .await;
        assert_eq!(status, 200, "{next}");
        assert_eq!(next["questionIndex"], index);
        assert_eq!(next["isInterviewComplete"], index == 5);
    }
    over(&me, &session).await;
    let (_, list) = me.get("/app/me/sessions").await;
    assert_eq!(list.as_array().unwrap().len(), 2);
    let (status, body) = me
        .post(
            &format!("/api/v1/interviews/{session}/retries"),
            json!({"question_id": "q1", "text": GOOD}),
        )
        .await;
    assert_eq!(
        (status, &body["code"]),
        (StatusCode::CONFLICT, &json!("not_answered"))
    );
    // The other way of holding interviews leaves these alone.
    candor_app::conduct::end_overdue(&server.app).await.unwrap();
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_live_interviews_do_not_take_changes_nothing(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "what_live_interviews_do_not_take_changes_nothing";
    let Some(server) = TestServer::start_with(test, database, engines(), |_| {}).await else {
        return;
    };
    let organisation = server.organisation("practice").await;
    let me = person(&server, organisation).await;
    let other = person(&server, organisation).await;
    let (session, _) = begun(&me, ROLE, DOMAIN).await;
    let answer = format!("/app/live/{session}/answer");
    let turn = format!("/app/live/{session}/turn-evaluate");
    for (path, body) in [
        (&answer, json!({})),
        (&answer, json!({"answerText": ""})),
        (&answer, json!({"answerText": "  "})),
        (&answer, json!({"answerText": "a\u{0}b"})),
        (&answer, json!({"answerText": "x".repeat(20_001)})),
        (
            &answer,
            json!({"answerText": GOOD, "answerStartedAt": "noon"}),
        ),
        (
            &answer,
            json!({"answerText": GOOD, "transcriptConfidence": 1.1}),
        ),
        (&turn, json!({"listeningMs": -1})),
        (&turn, json!({"silenceMs": "long"})),
        (&turn, json!({"minWords": 0})),
        (&turn, json!({"minWords": 33})),
        (&turn, json!({"isFinal": "perhaps"})),
        (&turn, json!({"transcript": 7})),
    ] {
        let (status, told) = me.post(path, body.clone()).await;
        assert_eq!(status, 422, "{body}: {told}");
    }
    let elsewhere = json!({"answerText": GOOD, "questionId": "q2"});
    assert_eq!(me.post(&answer, elsewhere).await.0, 400);
    for (path, body) in [
        (answer.clone(), json!({"answerText": GOOD})),
        (format!("/app/live/{session}/skip"), json!({})),
        (turn.clone(), json!({})),
    ] {
        assert_eq!(other.post(&path, body).await.0, 404, "{path}");
    }
    assert_eq!(
        other.get(&format!("/app/live/{session}/state")).await.0,
        404
    );
    // A session that was not begun live has no questions to answer.
    let plain = me.session().await;
    assert_eq!(me.get(&format!("/app/live/{plain}/state")).await.0, 404);
    let path = format!("/app/live/{plain}/answer");
    assert_eq!(me.post(&path, json!({"answerText": GOOD})).await.0, 404);
    for body in [
        json!({"domain": DOMAIN}),
        json!({"jobRole": "", "domain": DOMAIN}),
    ] {
        assert_eq!(me.post("/app/live/start", body).await.0, 422);
    }
    let (_, state) = me.get(&format!("/app/live/{session}/state")).await;
    assert_eq!(state["turns"].as_array().unwrap().len(), 1);
    assert_eq!(state["questionIndex"], 0);
    // Nor is it one that conduct holds.
    let native = format!("/api/v1/interviews/{plain}/retries");
    let (status, body) = me
        .post(&native, json!({"question_id": "q1", "text": GOOD}))
        .await;
    assert_eq!(
        (status, &body["code"]),
        (StatusCode::CONFLICT, &json!("not_held"))
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_ends_a_live_interview_and_its_status_stays(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "an_upload_ends_a_live_interview_and_its_status_stays";
    let Some(clips) = Clips::new(test) else {
        return;
    };
    let Some(server) = TestServer::start_with(test, database, engines(), |_| {}).await else {
        return;
    };
    let organisation = server.organisation("practice").await;
    let me = person(&server, organisation).await;
    let (session, _) = begun(&me, ROLE, DOMAIN).await;
    said(&me, &session, GOOD).await;
    let clip = std::fs::read(clips.make("short.mp4", SHORT)).unwrap();
    let path = format!("/app/live/{session}/end");
    let (status, ended) = me.send(&path, video(clip)).await;
    assert_eq!(
        (status, &ended["status"]),
        (StatusCode::OK, &json!("analysis_queued"))
    );
    over(&me, &session).await;
    let (_, state) = me.get(&format!("/app/live/{session}/state")).await;
    assert_eq!(
        (&state["status"], &state["questionIndex"]),
        (&json!("live_completed"), &json!(1))
    );
    let (_, status) = me.get(&format!("/app/me/sessions/{session}/status")).await;
    assert_eq!(status["status"], "media_uploaded");
    let path = format!("/api/v1/interviews/{session}/transcript.json");
    let (status, said) = me.get(&path).await;
    assert_eq!(status, 200, "{said}");
    let segments = said["segments"].as_array().unwrap();
    let speakers: Vec<&Value> = segments.iter().map(|one| &one["speaker"]).collect();
    assert_eq!(speakers, ["interviewer", "candidate", "interviewer"]);
    assert_eq!(segments[1]["text"], GOOD);
    let other = person(&server, organisation).await;
    assert_eq!(other.get(&path).await.0, 404);
}

/// A clip of six seconds whose answers are placed by the times that the client told.
#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_of_a_live_interview_are_measured_on_their_own_part_of_the_recording(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "answers_of_a_live_interview_are_measured_on_their_own_part";
    let Some(clips) = Clips::new(test) else {
        return;
    };
    let Some(server) = TestServer::start_with(test, database, engines(), |_| {}).await else {
        return;
    };
    let organisation = server.organisation("practice").await;
    let me = person(&server, organisation).await;
    let workers = Workers::start(&server.app, &Pool::ALL);
    let (session, begun) = begun(&me, ROLE, DOMAIN).await;
    let answer = format!("/app/live/{session}/answer");
    // The second one ends before it begins.
    for (asked, began, ended) in [("59", "01", "03.5"), ("59", "05.5", "05")] {
        let told = json!({
            "answerText": GOOD, "questionAskedAt": format!("2026-01-31T11:59:{asked}Z"),
            "answerStartedAt": format!("2026-01-31T12:00:{began}Z"),
            "answerEndedAt": format!("2026-01-31T12:00:{ended}Z"),
        });
        let (status, next) = me.post(&answer, told).await;
        assert_eq!(status, 200, "{next}");
    }
    said(&me, &session, GOOD).await;
    let clip = std::fs::read(clips.make("long.mp4", LONG)).unwrap();
    let form = video(clip).text("recordingStartedAt", "2026-01-31T12:00:00Z");
    let (status, ended) = me.send(&format!("/app/live/{session}/end"), form).await;
    assert_eq!(status, 200, "{ended}");
    let job = me.ended(&text(&ended["analysisJobId"])).await;
    assert_eq!(job["status"], "completed", "{job}");
    let (_, results) = me.get(&format!("/analysis/{session}/results")).await;
    placed(&results, &begun["currentQuestion"]);

    // What was told of the video stays when it is analysed again.
    let again = json!({"sessionId": session, "videoFilePath": results["videoFilePath"]});
    let (status, queued) = me.post("/analysis/video", again).await;
    assert_eq!(status, 202, "{queued}");
    let job = me.ended(&text(&queued["jobId"])).await;
    assert_eq!(job["status"], "completed", "{job}");
    let (_, results) = me.get(&format!("/analysis/{session}/results")).await;
    placed(&results, &begun["currentQuestion"]);

    // Without the begin of the recording nothing is placed, and that is said.
    let (other, _) = self::begun(&me, ROLE, DOMAIN).await;
    said(&me, &other, GOOD).await;
    let clip = std::fs::read(clips.make("long.mp4", LONG)).unwrap();
    let (_, ended) = me
        .send(&format!("/app/live/{other}/end"), video(clip))
        .await;
    me.ended(&text(&ended["analysisJobId"])).await;
    let (_, results) = me.get(&format!("/analysis/{other}/results")).await;
    assert_eq!(results["segmentLabels"][0]["basis"], "window", "{results}");
    let warnings = results["warnings"].to_string();
    assert!(warnings.contains("1 of 1 answers"), "{warnings}");
    workers.drain(Duration::from_secs(5)).await;
}

/// The one answer whose times hold is the one part: words at 1 to 1.6 s and at 2 to 3.5 s of the recording.
fn placed(results: &Value, question: &Value) {
    let segments = results["segmentLabels"].as_array().unwrap();
    assert_eq!(segments.len(), 1, "{segments:?}");
    let answer = &segments[0];
    assert_eq!(
        (&answer["label"], &answer["basis"]),
        (question, &json!("question_marker"))
    );
    near(&answer["startTime"], 1.0, 1e-9);
    near(&answer["endTime"], 3.5, 1e-9);
    let metrics = &answer["answerMetrics"];
    let all = results["transcriptText"].as_str().unwrap();
    let n_words = number(&metrics["wordCount"]);
    assert!(n_words > 5.0 && n_words < all.split_whitespace().count() as f64);
    // Asked a second before the recording began; speech at the first moment of the answer.
    near(&metrics["responseLatencySeconds"], 2.0, 0.3);
    let warnings = results["warnings"].to_string();
    assert!(
        warnings.contains("q2 (ends before it begins)") && warnings.contains("1 of 3 answers"),
        "{warnings}"
    );
}
