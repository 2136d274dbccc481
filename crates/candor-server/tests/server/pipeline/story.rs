//! From a record to its results, over every documented route.

use candor_core::{
    access::{Role, Scope},
    ids::RecordingId,
};
use candor_testkit::{Database, Walk};
use rstest::rstest;
use serde_json::{Value, json};

use super::{
    formulas,
    stage::{ANSWER, Stage},
};
use crate::{calls::As, figures::number};

/// The walk, with the server that it leads through.
struct Tour {
    walk: Walk,
    stage: Stage,
}

impl Tour {
    async fn get(&mut self, route: &str, path: &str) -> Value {
        let answer = self.stage.caller().get(path).await;
        let body = answer.json();
        self.walk.check("GET", route, answer.status.as_u16(), &body);
        body
    }

    async fn post(&mut self, route: &str, body: Value) -> Value {
        let answer = self.stage.caller().post(route, body).await;
        let found = answer.json();
        let status = answer.status.as_u16();
        self.walk.check("POST", route, status, &found);
        found
    }
}

fn ended(body: &Value) -> bool {
    body["status"] == "done" || body["status"] == "failed"
}

fn id(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value}"))
        .to_owned()
}

#[rstest]
#[tokio::test]
async fn every_documented_route_tells_what_was_sent_and_measured(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "every_documented_route_tells_what_was_sent_and_measured";
    let Some(walk) = Walk::of(test, "pipeline") else {
        return;
    };
    let Some(stage) = Stage::new(test, database).await else {
        return;
    };
    let mut tour = Tour { walk, stage };
    assert_eq!(tour.get("/health", "/health").await["status"], "ok");
    a_record_of_two_questions(&mut tour).await;
    the_earlier_routes(&mut tour).await;
    the_services(&mut tour).await;
    let operator = &[Scope::Operate];
    let operator = tour
        .stage
        .server
        .key(tour.stage.organisation, operator)
        .await;
    let queues = As::new(&tour.stage.server, operator)
        .get("/admin/queues")
        .await;
    assert!(!queues.json()["steps"].as_array().unwrap().is_empty());
    let status = queues.status.as_u16();
    tour.walk
        .check("GET", "/admin/queues", status, &queues.json());
    tour.walk.finish(&[]);
}

async fn a_record_of_two_questions(tour: &mut Tour) {
    let sent = tour.stage.record("a");
    let made = tour.post("/api/interview-record", sent.clone()).await;
    assert_eq!(made["ok"], true);
    let record = id(&made["interviewRecordId"]);
    let jobs = ["q1", "q2"].map(|question| {
        let rows = made["pipelines"].as_array().unwrap();
        let row = rows.iter().find(|row| row["questionId"] == question);
        id(&row.unwrap()["pipelineId"])
    });
    // A repeat of the request id, or of the recordings, answers the same record.
    assert_eq!(tour.post("/api/pipeline", sent.clone()).await, made);
    let mut other_request = sent.clone();
    other_request["meta"]["requestId"] = json!("another");
    assert_eq!(tour.post("/api/pipeline", other_request).await, made);

    let path = format!("/api/interview-record/{record}");
    let found = tour.stage.until(&path, ended).await;
    assert_eq!(found["status"], "done", "{found}");
    assert_eq!(found["application"], sent["application"]);
    assert_eq!(found["meta"]["apiVersion"], "1.0.0");
    assert_eq!(found["meta"]["requestId"], "request-a");
    assert_eq!(found["meta"]["callbackUrl"], Value::Null);
    assert!(found["meta"]["timestamp"].is_string());
    assert_eq!(found["interview"]["id"], "interview-a");
    assert_eq!(found["interview"]["title"], "Databases");
    assert_eq!(found["error"], Value::Null);
    let mut totals = Vec::new();
    for (index, question) in found["interview"]["questions"]
        .as_array()
        .unwrap()
        .iter()
        .enumerate()
    {
        let asked = &sent["interview"]["questions"][index];
        let pipeline = tour
            .stage
            .caller()
            .get(&format!("/api/pipeline/{}", jobs[index]))
            .await;
        let pipeline = pipeline.expect(200);
        for (name, sent) in [
            ("order", &asked["order"]),
            ("questionText", &asked["questionText"]),
            ("expectedAnswer", &asked["expectedAnswer"]),
            ("keywords", &asked["keywords"]),
            ("videoResponseId", &asked["video"]["videoResponseId"]),
            ("videoUrl", &asked["video"]["url"]),
        ] {
            assert_eq!(question[name], *sent, "{name}");
            assert_eq!(pipeline[name], *sent, "{name}");
        }
        let duration = asked["duration"].as_f64().unwrap_or(0.0);
        assert_eq!(pipeline["duration"].as_f64(), Some(duration));
        let metadata = asked.get("aiMetadata").cloned().unwrap_or(json!({}));
        assert_eq!(pipeline["aiMetadata"], metadata);
        assert_eq!(question["id"], asked["id"]);
        assert_eq!(question["pipelineId"], jobs[index].as_str());
        for name in [
            "faceScores",
            "voiceScores",
            "questionAIResult",
            "evaluationResult",
        ] {
            assert_eq!(question["analysis"][name], pipeline[name], "{name}");
        }
        one_pipeline(&pipeline, &record);
        formulas::check(&pipeline);
        totals.push(number(&pipeline["final_score"]));
    }
    assert!(totals[0] > totals[1], "{totals:?}");
    let mean = (totals.iter().sum::<f64>() / 2.0).round();
    assert_eq!(found["overallScore"].as_f64(), Some(mean));
    assert_eq!(found["finalReport"]["overallScore"].as_f64(), Some(mean));

    results(tour, &jobs[0], totals[0]).await;
    step_again(tour, &jobs[0]).await;
}

/// One finished pipeline: both views of its steps, and the words.
fn one_pipeline(pipeline: &Value, record: &str) {
    assert_eq!(pipeline["status"], "done");
    assert_eq!(pipeline["interviewRecordId"], record);
    assert_eq!(pipeline["interviewId"], "interview-a");
    assert_eq!(pipeline["interviewTitle"], "Databases");
    assert_eq!(pipeline["candidate_id"], "application-a");
    assert_eq!(pipeline["savedAnalysisId"], pipeline["pipelineId"]);
    assert_eq!(
        (&pipeline["priority"], &pipeline["retries"]),
        (&json!(3), &json!(0))
    );
    assert_eq!(
        (&pipeline["error"], &pipeline["errors"]),
        (&Value::Null, &json!([]))
    );
    assert_eq!(pipeline["timeoutMs"], 3_600_000);
    // Media ids, no paths of the server.
    assert!(id(&pipeline["videoPath"]).parse::<RecordingId>().is_ok());
    assert_eq!(pipeline["videoPath"], pipeline["recordingId"]);
    assert!(id(&pipeline["audioPath"]).starts_with("art_"));
    assert!(!pipeline.to_string().contains("artefacts/"), "{pipeline}");
    let steps = pipeline["steps"].as_array().unwrap();
    assert_eq!(steps.len(), 9);
    assert_eq!(steps[0]["name"], "video_download");
    for step in steps {
        assert_eq!(step["status"], "success");
        let same = &pipeline["pipelineSteps"][id(&step["key"])];
        assert_eq!(same["state"], "done");
        assert!(id(&same["startedAt"]) <= id(&same["finishedAt"]));
        assert_eq!(same["details"]["attempts"], 1);
    }
    let said = &pipeline["transcription"];
    assert_eq!(said["text"], ANSWER);
    assert_eq!(said["language"], "en");
    assert_eq!(said["segments"][0]["text"], ANSWER);
    assert_eq!(said["duration"], 3.9);
    let meta = &said["meta"];
    assert_eq!(
        meta["createdAt"],
        pipeline["pipelineSteps"]["transcribed"]["finishedAt"]
    );
    assert_eq!(meta["prompt"], Value::Null);
    assert_eq!(pipeline["normalizedInput"]["summary"]["n_words"], 17);
}

/// The result document by recording and by job, and the flat status.
async fn results(tour: &mut Tour, job: &str, total: f64) {
    let route = "/api/job-result/{videoResponseId}";
    let found = tour.get(route, "/api/job-result/video-a-1").await;
    assert_eq!(found["status"], "success");
    let result = &found["result"];
    for (name, expected) in [
        ("jobId", json!(job)),
        ("applicationId", json!("application-a")),
        ("videoResponseId", json!("video-a-1")),
        ("questionId", json!("q1")),
        ("transcript", json!(ANSWER)),
        ("keywordCoverage", json!(1.0)),
        ("overallScore", json!(total)),
        ("version", json!("v1.0.0")),
        ("basis", json!("content_only")),
    ] {
        assert_eq!(result[name], expected, "{name}");
    }
    let pipeline = tour
        .stage
        .caller()
        .get(&format!("/api/pipeline/{job}"))
        .await
        .expect(200);
    let relevance = &pipeline["questionAIResult"]["answerRelevanceScore"];
    assert!((number(&result["matchingScore"]) - number(relevance)).abs() < 0.01);
    let sentiments = ["positive", "neutral", "negative"];
    assert!(sentiments.contains(&id(&result["sentiment"]).as_str()));
    // For hiring nothing of face and voice is told.
    for (block, names) in [
        (
            "faceScores",
            ["attention", "eyeContact", "emotionDistribution"],
        ),
        (
            "voiceScores",
            ["pitchVar", "speakingRate", "volumeStability"],
        ),
    ] {
        for name in names {
            assert_eq!(result[block][name], Value::Null, "{block}.{name}");
            let reason = &result["notMeasured"][format!("{block}.{name}")];
            assert!(reason["code"].is_string(), "{block}.{name}");
        }
    }
    let route = "/api/job-result/by-job/{jobId}";
    let path = format!("/api/job-result/by-job/{job}");
    assert_eq!(tour.get(route, &path).await, found);
    let route = "/video-analysis/{jobId}/status";
    let flat = tour
        .get(route, &format!("/video-analysis/{job}/status"))
        .await;
    for (name, expected) in [
        ("jobId", job),
        ("requestId", "request-a"),
        ("applicationId", "application-a"),
        ("videoResponseId", "video-a-1"),
        ("questionId", "q1"),
        ("status", "done"),
        ("video_downloaded", "done"),
        ("results_saved", "done"),
    ] {
        assert_eq!(flat[name], expected, "{name}");
    }
    assert_eq!(flat["overallScore"], total.to_string());
}

/// A step is repeated by its first revision's name; the outcome is the same.
async fn step_again(tour: &mut Tour, job: &str) {
    let path = format!("/api/pipeline/{job}");
    let before = tour.stage.caller().get(&path).await.expect(200);
    let retry = format!("{path}/steps/final_scored/retry");
    let retried = tour
        .stage
        .caller()
        .post(&retry, json!({}))
        .await
        .expect(202);
    assert_eq!(retried["step"], "question_evaluated");
    let again = |body: &Value| {
        let step = &body["pipelineSteps"]["question_evaluated"]["details"];
        body["status"] == "done" && step["attempts"] == 2
    };
    let after = tour.stage.until(&path, again).await;
    assert_eq!(after["final_score"], before["final_score"]);
    // The step, and the one that saves its outcome.
    assert_eq!(after["retries"], 2);
}

async fn the_earlier_routes(tour: &mut Tour) {
    let url = format!("{}other.mp4", tour.stage.media);
    let body = json!({
        "applicationId": "app-b", "interviewId": "int-b",
        "candidate": {"name": "Bo"}, "personalityTest": {"completed": false},
        "interview": {"title": "T", "questions": [{"questionId": "x"}, {"questionId": "y"}]},
        "videoResponses": [{"videoResponseId": "vb", "questionId": "y", "videoUrl": url}],
    });
    let sent = tour.post("/api/application-submissions", body).await;
    assert_eq!(sent["status"], "success");
    assert_eq!(sent["questionCount"], 2);
    assert_eq!(sent["submissionId"], sent["applicationSubmissionId"]);
    let job = &sent["dispatchedJobs"][0];
    assert_eq!(
        (&job["questionId"], &job["videoResponseId"]),
        (&json!("y"), &json!("vb"))
    );
    assert_eq!(
        sent["videoResponses"],
        json!([{"videoResponseId": "vb", "questionId": "y", "status": "queued"}])
    );
    let path = format!("/api/interview-record/{}", id(&sent["submissionId"]));
    let record = tour.stage.caller().get(&path).await.expect(200);
    assert_eq!(record["application"]["id"], "app-b");
    assert_eq!(record["interview"]["id"], "int-b");
    assert_eq!(
        record["interview"]["questions"][0]["pipelineId"],
        Value::Null
    );
    assert_eq!(
        record["interview"]["questions"][1]["videoUrl"],
        url.as_str()
    );

    let application = "0123456789abcdef01234567";
    let body = json!({"videoUrl": url, "applicationId": application, "questionId": "q9"});
    let one = tour.post("/analyzeVideo", body).await;
    assert_eq!(one["status"], "queued");
    let job = id(&one["jobId"]);
    let both = tour.stage.record("v");
    let versioned = tour.post("/v1/analysis/video", both).await;
    assert_eq!(versioned["jobIds"].as_array().unwrap().len(), 2);
    let path = format!("/v1/analysis/video/{job}");
    tour.stage.until(&path, ended).await;
    let done = tour.get("/v1/analysis/video/{jobId}", &path).await;
    assert_eq!(done["status"], "done", "{done}");
    assert_eq!(
        (&done["jobId"], &done["aiAnalysisId"]),
        (&json!(job), &json!(job))
    );
    assert_eq!(done["questionId"], "q9");
    assert_eq!(done["result"]["applicationId"], application);
    // Nothing was asked, so nothing can be compared.
    assert_eq!(done["overallScore"], Value::Null);
    assert_eq!(done["result"]["matchingScore"], Value::Null);
    assert_eq!(done["result"]["transcript"], ANSWER);
}

/// Jobs of the services with two recordings, which give two sets of values.
async fn the_services(tour: &mut Tour) {
    let clips = [tour.stage.clip.clone(), tour.stage.other.clone()];
    let mut faces = Vec::new();
    let mut voices = Vec::new();
    for clip in clips {
        let recording = tour.stage.upload(&tour.stage.key, clip).await;
        let body = json!({"video_path": recording, "sampling_rate": 0.5, "purpose": "practice"});
        let job = tour.post("/face/analyze", body).await;
        assert_eq!(job["status"], "queued");
        let path = format!("/face/status/{}", id(&job["jobId"]));
        tour.stage.until(&path, ended).await;
        faces.push(tour.get("/face/status/{jobId}", &path).await);
        // A bare UUID is an id as well.
        let body = json!({"audio_path": &recording[4..], "language": "en", "purpose": "practice"});
        let job = tour.post("/voice/analyze", body).await;
        let path = format!("/voice/status/{}", id(&job["jobId"]));
        tour.stage.until(&path, ended).await;
        voices.push(tour.get("/voice/status/{jobId}", &path).await);
    }
    for (face, frames) in faces.iter().zip(["8", "12"]) {
        assert_eq!(face["status"], "done", "{face}");
        assert_eq!(
            (&face["framesProcessed"], &face["framesWithFace"]),
            (&json!(frames), &json!(frames))
        );
        assert_eq!(face["sampling_rate"], "0.5");
        assert!(id(&face["processingTimeSec"]).parse::<f64>().is_ok());
        // The face of the test is too small for a gaze, and a machine asks for no expressions: that is
        // told, not guessed.
        for name in [
            "eyeContactRatio",
            "confidenceScore",
            "dominantEmotions",
            "framesWithEmotion",
        ] {
            assert_eq!(face[name], Value::Null, "{name}");
            assert!(
                face["notMeasured"][name]["message"].is_string(),
                "{name}: {face}"
            );
        }
    }
    let figure = |voice: &Value, name: &str| id(&voice[name]).parse::<f64>().unwrap();
    for (voice, (pitch, frames)) in voices.iter().zip([(220.0, 125.0), (330.0, 188.0)]) {
        assert_eq!(voice["status"], "done", "{voice}");
        assert!((figure(voice, "pitchMean") - pitch).abs() < 5.0, "{voice}");
        assert!(
            (figure(voice, "framesProcessed") - frames).abs() < 4.0,
            "{voice}"
        );
        let heard = figure(voice, "vadFrames") + figure(voice, "nonVadFrames");
        assert!(
            (heard - figure(voice, "framesProcessed")).abs() <= 1.0,
            "{voice}"
        );
        assert!(figure(voice, "energyMin") <= figure(voice, "energyMean"));
        assert!(figure(voice, "energyMean") <= figure(voice, "energyMax"));
        assert_eq!(figure(voice, "clippingRatio"), 0.0);
        assert_eq!(voice["emotionScores"], Value::Null);
    }
    assert_ne!(voices[0]["energyMean"], voices[1]["energyMean"]);
    // Nobody else's jobs, and none that never were.
    let caller = tour.stage.caller();
    let never = format!("/face/status/{}", uuid::Uuid::new_v4());
    assert_eq!(
        caller.get(&never).await.expect(200),
        json!({"status": "unknown"})
    );
    let nonsense = caller.get("/voice/status/nonsense").await;
    assert_eq!(nonsense.expect(200), json!({"error": "job not found"}));
}

#[rstest]
#[tokio::test]
async fn a_persons_practice_is_scored_in_full_and_shows_expressions_to_them_alone(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "a_persons_practice_is_scored_in_full_and_shows_expressions_to_them_alone";
    let Some(stage) = Stage::new(test, database).await else {
        return;
    };
    let (_, token) = stage
        .server
        .person(stage.organisation, Role::Candidate)
        .await;
    let me = As::new(&stage.server, token);
    let mut record = stage.record("mine");
    record["meta"]["purpose"] = json!("practice");
    record["meta"]["consent"] =
        json!({"version": "1", "obtainedAt": "2026-01-31T12:00:00Z", "by": "Ada"});
    let made = me.post("/api/pipeline", record).await.expect(201);
    let job = id(&made["pipelines"][0]["pipelineId"]);
    let path = format!("/api/pipeline/{job}");
    let own = stage.until_told(&me, &path, ended).await;
    assert_eq!(own["status"], "done", "{own}");
    formulas::check(&own);
    let face = &own["faceScores"];
    assert_eq!(face["dominantEmotions"][0], "happiness");
    assert_eq!(face["framesWithEmotion"], face["framesProcessed"]);
    assert!(number(&own["evaluationResult"]["breakdown"]["face"]) > 0.0);
    let result = me.get("/api/job-result/video-mine-1").await.expect(200);
    let result = &result["result"];
    let voice = &own["voiceScores"];
    let near = |found: &Value, expected: f64, tolerance: f64| {
        assert!(
            (number(found) - expected).abs() <= tolerance,
            "{found} {expected}"
        );
    };
    near(
        &result["voiceScores"]["pitchVar"],
        number(&voice["pitchStd"]).powi(2),
        0.5,
    );
    near(
        &result["voiceScores"]["speakingRate"],
        60.0 * number(&voice["prosody"]["speechRate"]),
        0.4,
    );
    near(
        &result["voiceScores"]["volumeStability"],
        (1.0 - number(&voice["energyStd"]) / number(&voice["energyMean"])).clamp(0.0, 1.0),
        0.01,
    );
    let shares = result["faceScores"]["emotionDistribution"]
        .as_object()
        .unwrap();
    let sum: f64 = shares.values().map(number).sum();
    assert!((sum - 1.0).abs() < 0.02, "{shares:?}");

    // It is theirs alone.
    let staff = stage.caller();
    for path in [
        path,
        format!("/api/interview-record/{}", id(&made["interviewRecordId"])),
        "/api/job-result/video-mine-1".to_owned(),
    ] {
        assert_eq!(staff.get(&path).await.status, 404, "{path}");
    }
}

#[rstest]
#[tokio::test]
async fn an_address_without_a_recording_fails_in_its_download_step(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "an_address_without_a_recording_fails_in_its_download_step";
    let Some(stage) = Stage::new(test, database).await else {
        return;
    };
    let mut record = stage.record("c");
    let questions = &mut record["interview"]["questions"];
    questions[0]["video"]["url"] = json!(format!("{}page.mp4", stage.media));
    let made = stage
        .caller()
        .post("/api/pipeline", record)
        .await
        .expect(201);
    let job = id(&made["pipelines"][0]["pipelineId"]);
    let path = format!("/api/pipeline/{job}");
    let failed = stage.until(&path, |body| body["status"] == "failed").await;
    assert_eq!(failed["steps"][0]["status"], "error", "{failed}");
    assert_eq!(failed["errors"][0]["step"], "video_downloaded");
    assert_eq!(failed["errors"][0]["code"], "not_media");
    for name in [
        "final_score",
        "overallScore",
        "transcription",
        "normalizedInput",
        "faceScores",
        "voiceScores",
        "questionAIResult",
        "aiResult",
        "evaluationResult",
        "videoPath",
        "audioPath",
        "savedAnalysisId",
    ] {
        assert_eq!(failed.get(name), Some(&Value::Null), "{name}");
    }
    let result = stage
        .caller()
        .get("/api/job-result/video-c-1")
        .await
        .expect(404);
    assert_eq!(result["status"], "not_found");
}
