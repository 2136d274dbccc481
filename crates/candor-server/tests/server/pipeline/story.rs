//! From a record to its results.

use candor_testkit::{Database, Walk};
use rstest::rstest;
use serde_json::{Value, json};

use super::stage::{ANSWER, Stage};

#[rstest]
#[tokio::test]
async fn a_record_is_analysed_and_every_documented_route_tells_what_was_sent(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "a_record_is_analysed_and_every_documented_route_tells_what_was_sent";
    let Some(mut walk) = Walk::of(test, "pipeline") else {
        return;
    };
    let Some(stage) = Stage::new(test, database).await else {
        return;
    };
    let caller = stage.caller();
    let made = caller
        .post("/api/interview-record", stage.record("a"))
        .await;
    walk.check(
        "POST",
        "/api/interview-record",
        made.status.as_u16(),
        &made.json(),
    );
    let made = made.json();
    let record = made["interviewRecordId"].as_str().unwrap().to_owned();
    let first = made["pipelines"][0]["pipelineId"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(made["pipelines"][1]["questionId"], "q2");

    // A repeat of the request id, or of the recordings, answers the same record.
    let again = caller.post("/api/pipeline", stage.record("a")).await;
    walk.check(
        "POST",
        "/api/pipeline",
        again.status.as_u16(),
        &again.json(),
    );
    assert_eq!(again.json(), made);
    let mut other_request = stage.record("a");
    other_request["meta"]["requestId"] = json!("another");
    assert_eq!(
        caller
            .post("/api/pipeline", other_request)
            .await
            .expect(201),
        made
    );

    let path = format!("/api/interview-record/{record}");
    let found = stage
        .until(&path, |body| {
            body["status"] == "done" || body["status"] == "failed"
        })
        .await;
    assert_eq!(found["status"], "done", "{found}");
    assert_eq!(
        found["application"]["candidate"]["name"],
        "Ada <b>'\"; DROP TABLE"
    );
    assert_eq!(
        found["application"]["personalityTest"]["scores"]["openness"],
        90
    );
    assert_eq!(found["interview"]["id"], "interview-a");
    let questions = &found["interview"]["questions"];
    let total = |at: usize| {
        questions[at]["analysis"]["evaluationResult"]["finalScore"]
            .as_f64()
            .unwrap()
    };
    assert!(total(0) > total(1), "{} {}", total(0), total(1));
    assert_eq!(
        found["overallScore"].as_f64(),
        Some(((total(0) + total(1)) / 2.0).round())
    );
    let coverage =
        |at: usize| questions[at]["analysis"]["questionAIResult"]["keywordCoverageScore"].as_f64();
    assert_eq!(coverage(0), Some(100.0));
    assert_eq!(coverage(1), Some(25.0));

    let pipeline = caller
        .get(&format!("/api/pipeline/{first}"))
        .await
        .expect(200);
    assert_eq!(pipeline["pipelineSteps"]["results_saved"]["state"], "done");
    assert_eq!(pipeline["steps"].as_array().unwrap().len(), 9);
    assert_eq!(pipeline["steps"][0]["name"], "video_download");
    assert!(
        pipeline["steps"]
            .as_array()
            .unwrap()
            .iter()
            .all(|step| step["status"] == "success")
    );
    assert_eq!(pipeline["transcription"]["text"], ANSWER);
    assert_eq!(pipeline["final_score"].as_f64(), Some(total(0)));
    assert_eq!(pipeline["candidate_id"], "application-a");
    assert_eq!(pipeline["aiMetadata"]["complexityLevel"], "hard");
    // For hiring nothing of face and voice is told, and the total says so.
    assert_eq!(pipeline["evaluationResult"]["basis"], "content_only");
    assert_eq!(pipeline["faceScores"]["eyeContactRatio"], Value::Null);

    let result = caller.get("/api/job-result/video-a-1").await;
    walk.check(
        "GET",
        "/api/job-result/{videoResponseId}",
        result.status.as_u16(),
        &result.json(),
    );
    let result = result.json();
    assert_eq!(result["result"]["transcript"], ANSWER);
    assert_eq!(result["result"]["keywordCoverage"], 1.0);
    assert_eq!(result["result"]["jobId"], first.as_str());
    let by_job = caller.get(&format!("/api/job-result/by-job/{first}")).await;
    walk.check(
        "GET",
        "/api/job-result/by-job/{jobId}",
        by_job.status.as_u16(),
        &by_job.json(),
    );
    assert_eq!(by_job.json(), result);
    let flat = caller
        .get(&format!("/video-analysis/{first}/status"))
        .await
        .expect(200);
    assert_eq!(flat["status"], "done");
    assert_eq!(flat["videoResponseId"], "video-a-1");

    // A step is repeated by its first revision's name; the outcome is the same.
    let retry = format!("/api/pipeline/{first}/steps/final_scored/retry");
    let retried = caller.post(&retry, json!({})).await.expect(202);
    assert_eq!(retried["step"], "question_evaluated");
    let path = format!("/api/pipeline/{first}");
    let after = stage
        .until(&path, |body| {
            body["status"] == "done"
                && body["pipelineSteps"]["question_evaluated"]["details"]["attempts"] == 2
        })
        .await;
    assert_eq!(after["final_score"], pipeline["final_score"]);
}

#[rstest]
#[tokio::test]
async fn the_earlier_routes_start_the_same_analyses(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "the_earlier_routes_start_the_same_analyses";
    let Some(mut walk) = Walk::of(test, "pipeline") else {
        return;
    };
    let Some(stage) = Stage::new(test, database).await else {
        return;
    };
    let caller = stage.caller();
    let url = format!("{}answer.mp4", stage.media);
    let body = json!({
        "applicationId": "app-b", "interviewId": "int-b",
        "candidate": {"name": "Bo"}, "personalityTest": {"completed": false},
        "interview": {"title": "T", "questions": [{"questionId": "x"}, {"questionId": "y"}]},
        "videoResponses": [{"videoResponseId": "vb", "questionId": "y", "videoUrl": url}],
    });
    let sent = caller.post("/api/application-submissions", body).await;
    walk.check(
        "POST",
        "/api/application-submissions",
        sent.status.as_u16(),
        &sent.json(),
    );
    let sent = sent.json();
    assert_eq!(sent["questionCount"], 2);
    assert_eq!(sent["dispatchedJobs"][0]["questionId"], "y");
    assert_eq!(sent["videoResponses"][0]["status"], "queued");

    let body = json!({"videoUrl": url, "applicationId": "0123456789abcdef01234567"});
    let one = caller.post("/analyzeVideo", body).await;
    walk.check("POST", "/analyzeVideo", one.status.as_u16(), &one.json());
    let job = one.json()["jobId"].as_str().unwrap().to_owned();
    let versioned = caller.post("/v1/analysis/video", stage.record("v")).await;
    walk.check(
        "POST",
        "/v1/analysis/video",
        versioned.status.as_u16(),
        &versioned.json(),
    );
    assert_eq!(versioned.json()["jobIds"].as_array().unwrap().len(), 2);
    let path = format!("/v1/analysis/video/{job}");
    let done = stage
        .until(&path, |body| {
            body["status"] == "done" || body["status"] == "failed"
        })
        .await;
    assert_eq!(done["status"], "done", "{done}");
    assert_eq!(done["aiAnalysisId"], job.as_str());
    walk.check("GET", "/v1/analysis/video/{jobId}", 200, &done);
}

#[rstest]
#[tokio::test]
async fn the_services_measure_recordings_by_id(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "the_services_measure_recordings_by_id";
    let Some(mut walk) = Walk::of(test, "pipeline") else {
        return;
    };
    let Some(stage) = Stage::new(test, database).await else {
        return;
    };
    let caller = stage.caller();
    let file = reqwest::multipart::Part::bytes(stage.clip.clone()).file_name("answer.mp4");
    let form = reqwest::multipart::Form::new().part("file", file);
    let upload = stage
        .server
        .client
        .post(stage.server.at("/api/v1/recordings"));
    let kept = upload
        .bearer_auth(&stage.key)
        .multipart(form)
        .send()
        .await
        .unwrap();
    assert_eq!(kept.status(), 201);
    let kept: Value = kept.json().await.unwrap();
    let recording = kept["id"].as_str().unwrap();

    let body = json!({"video_path": recording, "sampling_rate": 0.5, "purpose": "practice"});
    let face = caller.post("/face/analyze", body).await;
    walk.check("POST", "/face/analyze", face.status.as_u16(), &face.json());
    let path = format!("/face/status/{}", face.json()["jobId"].as_str().unwrap());
    let face = stage
        .until(&path, |body| {
            body["status"] == "done" || body["status"] == "failed"
        })
        .await;
    walk.check("GET", "/face/status/{jobId}", 200, &face);
    assert_eq!(face["status"], "done", "{face}");
    assert_eq!(face["framesProcessed"], "8");
    assert_eq!(face["framesWithFace"], "8");
    assert_eq!(face["sampling_rate"], "0.5");
    // The face of the test is too small for a gaze: that is told, not guessed.
    assert_eq!(face["eyeContactRatio"], Value::Null);
    assert!(
        face["notMeasured"]["eyeContactRatio"]["message"].is_string(),
        "{face}"
    );

    let bare = &recording[4..];
    let body = json!({"audio_path": bare, "language": "en", "purpose": "practice"});
    let voice = caller.post("/voice/analyze", body).await;
    walk.check(
        "POST",
        "/voice/analyze",
        voice.status.as_u16(),
        &voice.json(),
    );
    let path = format!("/voice/status/{}", voice.json()["jobId"].as_str().unwrap());
    let voice = stage
        .until(&path, |body| {
            body["status"] == "done" || body["status"] == "failed"
        })
        .await;
    walk.check("GET", "/voice/status/{jobId}", 200, &voice);
    assert_eq!(voice["status"], "done", "{voice}");
    assert!(
        voice["energyMean"]
            .as_str()
            .unwrap()
            .parse::<f64>()
            .unwrap()
            > 0.01,
        "{voice}"
    );
    assert_eq!(voice["emotionScores"], Value::Null);

    // Nobody else's jobs, and none that never were.
    let face_path = format!("/face/status/{}", uuid::Uuid::new_v4());
    assert_eq!(
        caller.get(&face_path).await.expect(200),
        json!({"status": "unknown"})
    );
    assert_eq!(
        caller.get("/voice/status/nonsense").await.expect(200),
        json!({"error": "job not found"})
    );
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
    let id = made["pipelines"][0]["pipelineId"].as_str().unwrap();
    let path = format!("/api/pipeline/{id}");
    let failed = stage.until(&path, |body| body["status"] == "failed").await;
    assert_eq!(failed["steps"][0]["status"], "error", "{failed}");
    assert!(!failed["errors"].as_array().unwrap().is_empty());
    assert_eq!(failed["final_score"], Value::Null);
    let result = stage
        .caller()
        .get("/api/job-result/video-c-1")
        .await
        .expect(404);
    assert_eq!(result["status"], "not_found");
}
