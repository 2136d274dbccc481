//! From registering to explained scores, over every documented route that is served; and once more with
//! another recording, which gives other values.

use std::time::Duration;

use candor_app::jobs::{Pool, Workers};
use candor_testkit::{Clips, Database, TestServer, Walk};
use reqwest::StatusCode;
use rstest::rstest;
use serde_json::{Value, json};

use super::{
    coached,
    formulas::{self, Session},
    live,
    stage::{Client, DOMAIN, LONG, ROLE, SAID, SHORT, engines, read, text, video},
};
use crate::figures::{near, number};

const PASSWORD: &str = "correct horse battery";

/// Routes of avatars, which this walk does not call.
const LATER: [(&str, &str); 7] = [
    ("GET", "/app/live/avatar/config"),
    ("POST", "/app/live/avatar/speak"),
    ("POST", "/app/live/avatar/status"),
    ("GET", "/app/live/avatar/status"),
    ("GET", "/app/live/avatar/asset/{requestId}"),
    ("GET", "/app/live/avatar/audio/{requestId}"),
    ("POST", "/app/live/avatar/simli/session"),
];

/// A walk over the checklist, where that is there.
pub struct Checklist(Option<Walk>);

impl Checklist {
    /// No walk is checked.
    pub fn none() -> Self {
        Self(None)
    }

    pub fn check(&mut self, method: &str, path: &str, (status, body): &(StatusCode, Value)) {
        if let Some(walk) = &mut self.0 {
            walk.check(method, path, status.as_u16(), body);
        }
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_practised_interview_is_recorded_analysed_scored_and_explained(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "a_practised_interview_is_recorded_analysed_scored_and_explained";
    let Some(clips) = Clips::new(test) else {
        return;
    };
    let Some(server) = TestServer::start_with(test, database, engines(), |_| {}).await else {
        return;
    };
    let mut walk = Checklist(Walk::of(test, "practice"));
    let me = signed_in(&server, &mut walk).await;
    let long = std::fs::read(clips.make("long.mp4", LONG)).unwrap();
    let short = std::fs::read(clips.make("short.mp4", SHORT)).unwrap();
    let (session, job) = recorded(&me, &mut walk, &long).await;
    let workers = Workers::start(&server.app, &Pool::ALL);
    let first = analysed(&me, &mut walk, &session, &job).await;
    played(&me, &mut walk, &session, &long).await;
    coached::told(&me, &mut walk, &session, &first).await;
    let second = older_client(&me, &mut walk, short.clone()).await;
    coached::compared(&me, &mut walk, [&first, &second], short).await;
    live::talked(&me, &mut walk).await;
    for name in [
        "speechFluency",
        "emotionalStability",
        "contentRelevanceScore",
        "overallPerformanceScore",
        "confidenceScore",
        "communicationEffectiveness",
        "interviewReadiness",
    ] {
        let summary = "summaryScores";
        assert_ne!(second[summary][name], first[summary][name], "{name}");
    }
    signed_out(&me, &mut walk).await;
    workers.drain(Duration::from_secs(5)).await;
    if let Some(walk) = walk.0 {
        walk.finish(&LATER);
    }
}

async fn signed_in<'a>(server: &'a TestServer, walk: &mut Checklist) -> Client<'a> {
    let nobody = Client {
        server,
        token: String::new(),
    };
    let health = nobody.get("/health").await;
    walk.check("GET", "/health", &health);
    assert_eq!(health.1["status"], "ok");
    let health = nobody.get("/api/health").await;
    walk.check("GET", "/api/health", &health);
    assert_eq!(health.1, json!({"status": "ok"}));
    let docs = nobody.get("/docs").await;
    walk.check("GET", "/docs", &docs);

    let body = json!({"userId": "Zoë-1", "password": PASSWORD, "displayName": "Zoë <i>"});
    let made = nobody.post("/auth/register", body).await;
    walk.check("POST", "/auth/register", &made);
    let user = json!({"userId": "Zoë-1", "displayName": "Zoë <i>"});
    assert_eq!(made.1["user"], user);
    let body = json!({"userId": "Zoë-1", "password": PASSWORD});
    let session = nobody.post("/auth/login", body).await;
    walk.check("POST", "/auth/login", &session);
    let refresh = json!({"refreshToken": session.1["refreshToken"]});
    let fresh = nobody.post("/auth/refresh", refresh).await;
    walk.check("POST", "/auth/refresh", &fresh);
    for answer in [&made.1, &session.1, &fresh.1] {
        assert_eq!(answer["tokenType"], "bearer");
        assert_eq!(answer["token"], answer["accessToken"]);
        assert_eq!(answer["expiresIn"], 3600);
        assert_eq!(answer["user"], user);
    }
    assert_ne!(fresh.1["refreshToken"], session.1["refreshToken"]);
    let me = Client {
        server,
        token: text(&fresh.1["accessToken"]),
    };
    let who = me.get("/auth/me").await;
    walk.check("GET", "/auth/me", &who);
    assert_eq!(who.1, user);
    me
}

async fn signed_out(me: &Client<'_>, walk: &mut Checklist) {
    let out = me.post("/auth/logout", json!({})).await;
    walk.check("POST", "/auth/logout", &out);
    assert_eq!(out.1, json!({"success": true}));
}

/// A session is begun, asked, answered and recorded; no worker runs yet.
async fn recorded(me: &Client<'_>, walk: &mut Checklist, clip: &[u8]) -> (String, String) {
    let start = json!({"jobRole": ROLE, "domain": DOMAIN, "consent": true});
    let begun = me.post("/app/me/sessions/start", start).await;
    walk.check("POST", "/app/me/sessions/start", &begun);
    let session = text(&begun.1["sessionId"]);
    assert_eq!(
        begun.1,
        json!({"sessionId": session, "status": "started", "jobRole": ROLE, "domain": DOMAIN})
    );
    let at = |rest: &str| format!("/app/me/sessions/{session}/{rest}");
    for path in [
        at("analysis"),
        at("scores/explain"),
        at("video"),
        format!("/analysis/{session}/job"),
        format!("/analysis/{session}/results"),
        format!("/analysis/{session}/scores"),
        format!("/scores/{session}/explain"),
    ] {
        let (status, body) = me.get(&path).await;
        assert_eq!(status, 404, "{path}: {body}");
        assert!(body["detail"].is_string(), "{path}: {body}");
    }

    let questions = format!("/interviews/{session}/questions");
    assert_eq!(me.get(&questions).await, (StatusCode::OK, json!([])));
    let asked = json!({"external_id": "q1", "text": "What did you \"build\"?"});
    let native = format!("/api/v1/interviews/{session}/questions");
    assert_eq!(me.post(&native, asked).await.0, 201);
    let asked = me.get(&questions).await;
    walk.check("GET", "/interviews/{sessionId}/questions", &asked);
    let expected = json!([{"questionId": "q1", "questionText": "What did you \"build\"?"}]);
    assert_eq!(asked.1, expected);
    let answer = json!({"questionId": "q1", "responseText": "I led the <b>team</b>'; --"});
    let kept = me
        .post(&format!("/interviews/{session}/responses"), answer)
        .await;
    walk.check("POST", "/interviews/{sessionId}/responses", &kept);
    assert_eq!(
        (&kept.1["sessionId"], &kept.1["questionId"]),
        (&json!(session), &json!("q1"))
    );
    let state = me.get(&at("status")).await;
    walk.check("GET", "/app/me/sessions/{sessionId}/status", &state);
    let started_at = state.1["startedAt"].clone();
    assert_eq!(
        state.1,
        json!({
            "sessionId": session, "userId": "Zoë-1", "jobRole": ROLE, "domain": DOMAIN,
            "status": "in_progress", "startedAt": started_at, "questionsCount": 1,
            "responsesCount": 1, "analysisReady": false, "scoringReady": false,
            "advancedScoringReady": false, "reportReady": false,
        })
    );

    let form = video(clip.to_vec())
        .text("frameFps", "2")
        .text("windowSizeSeconds", "2")
        .text("useLearnedFusion", "true");
    let ended = me.send(&format!("/app/live/{session}/end"), form).await;
    walk.check("POST", "/app/live/{sessionId}/end", &ended);
    let job = text(&ended.1["analysisJobId"]);
    assert_eq!(
        ended.1,
        json!({
            "sessionId": session, "status": "analysis_queued", "analysisReady": false,
            "analysisJobId": job, "analysisJobStatus": "queued", "summaryScores": {},
        })
    );
    let queued = me.get(&format!("/analysis/jobs/{job}")).await;
    walk.check("GET", "/analysis/jobs/{jobId}", &queued);
    let times = (&queued.1["createdAt"], &queued.1["updatedAt"]);
    assert_eq!(
        queued.1,
        json!({
            "jobId": job, "sessionId": session, "status": "queued", "taskId": null,
            "errorMessage": null,
            "resultSummary": {"sessionId": session, "summaryScores": {}},
            "createdAt": times.0, "updatedAt": times.1,
        })
    );
    assert_eq!(me.get(&at("status")).await.1["status"], "media_uploaded");
    assert_eq!(me.get(&at("analysis")).await.0, 404);
    (session, job)
}

/// The analysis of the first session, on all routes that tell of it.
async fn analysed(me: &Client<'_>, walk: &mut Checklist, session: &str, job: &str) -> Value {
    let at = |rest: &str| format!("/app/me/sessions/{session}/{rest}");
    let ended = me.ended(job).await;
    assert_eq!(ended["status"], "completed", "{ended}");
    let latest = me.get(&format!("/analysis/{session}/job")).await;
    walk.check("GET", "/analysis/{sessionId}/job", &latest);
    assert_eq!(latest.1, ended);

    let found = me.get(&at("analysis")).await;
    walk.check("GET", "/app/me/sessions/{sessionId}/analysis", &found);
    let analysis = found.1;
    assert_eq!(analysis["sessionId"], session);
    let (_, state) = me.get(&at("status")).await;
    assert_eq!(
        analysis["sessionMeta"],
        json!({
            "sessionId": session, "jobRole": ROLE, "domain": DOMAIN,
            "dateTime": state["startedAt"],
        })
    );
    assert_eq!(analysis["transcriptText"], SAID.join(" "));
    assert!(text(&analysis["videoFilePath"]).starts_with("rec_"));
    assert_eq!(analysis["audioFilePath"], Value::Null);
    assert_eq!(analysis["fusedFeatureVectors"].as_array().unwrap().len(), 3);
    assert_eq!(analysis["segmentLabels"][0]["basis"], "window");
    assert_eq!(analysis["warnings"].as_array().unwrap().len(), 1);
    // From 0.82 happy to 0.22, while the rest becomes neutral.
    let moments = analysis["emotionTrajectory"].as_array().unwrap();
    assert_eq!(moments[0]["dominantEmotion"], "happy");
    assert_eq!(moments[moments.len() - 1]["dominantEmotion"], "neutral");
    near(&moments[0]["emotionScores"]["happy"], 0.82, 0.1);
    assert!(number(&analysis["summaryScores"]["emotionalStability"]) < 99.0);
    // 14 words in 6 seconds; tones of 200, 200 and 180 Hz with half a second between them.
    let speech = &analysis["speechQualityMetrics"];
    near(&speech["speakingRateWpm"], 140.0, 3.0);
    near(&speech["averagePitch"], 193.0, 5.0);
    near(&speech["averagePauseDuration"], 0.5, 0.15);
    let last = &analysis["fusedFeatureVectors"][2]["speechFeatures"];
    near(&last["pitch"], 180.0, 4.0);
    assert_eq!(
        ended["resultSummary"],
        json!({"sessionId": session, "summaryScores": analysis["summaryScores"]})
    );

    let results = me.get(&format!("/analysis/{session}/results")).await;
    walk.check("GET", "/analysis/{sessionId}/results", &results);
    assert_eq!(results.1, analysis);
    let scores = me.get(&format!("/analysis/{session}/scores")).await;
    walk.check("GET", "/analysis/{sessionId}/scores", &scores);
    for name in ["summaryScores", "detailedScores", "feedbackMessages"] {
        assert_eq!(scores.1[name], analysis[name], "{name}");
    }
    let explained = me.get(&at("scores/explain")).await;
    walk.check(
        "GET",
        "/app/me/sessions/{sessionId}/scores/explain",
        &explained,
    );
    assert_eq!(explained.1["sessionId"], session);
    assert_eq!(explained.1["fairnessReport"]["sampleCount"], 0);
    let again = me.get(&format!("/scores/{session}/explain")).await;
    walk.check("GET", "/scores/{sessionId}/explain", &again);
    assert_eq!(again.1, explained.1);
    let practised = Session {
        role: ROLE,
        domain: DOMAIN,
        window_s: 2.0,
    };
    formulas::check(&analysis, &explained.1, &practised);

    let list = me.get("/app/me/sessions").await;
    walk.check("GET", "/app/me/sessions", &list);
    assert_eq!(
        list.1,
        json!([{
            "sessionId": session, "jobRole": ROLE, "domain": DOMAIN, "status": "advanced_scored",
            "startedAt": state["startedAt"], "analysisReady": true, "scoringReady": true,
            "overallPerformanceScore": analysis["summaryScores"]["overallPerformanceScore"],
        }])
    );
    let state = me.get(&format!("/interviews/{session}/status")).await;
    walk.check("GET", "/interviews/{sessionId}/status", &state);
    for (name, ready) in [
        ("analysisReady", true),
        ("scoringReady", true),
        ("advancedScoringReady", true),
        ("reportReady", false),
    ] {
        assert_eq!(state.1[name], ready, "{name}");
    }
    analysis
}

/// The recording is played whole and in part.
async fn played(me: &Client<'_>, walk: &mut Checklist, session: &str, clip: &[u8]) {
    let path = format!("/app/me/sessions/{session}/video");
    let get = |range: Option<&'static str>| {
        let request = me.server.client.get(me.server.at(&path));
        let request = request.bearer_auth(&me.token);
        match range {
            Some(range) => request.header("range", range),
            None => request,
        }
    };
    let whole = get(None).send().await.unwrap();
    let status = whole.status();
    assert_eq!(whole.headers()["content-type"], "video/mp4");
    assert_eq!(whole.bytes().await.unwrap(), clip);
    let route = "/app/me/sessions/{sessionId}/video";
    walk.check("GET", route, &(status, Value::Null));
    let part = get(Some("bytes=4-7")).send().await.unwrap();
    assert_eq!(part.status(), 206);
    assert_eq!(part.bytes().await.unwrap(), &clip[4..8]);
}

/// Another recording in another session, through the routes of the older client.
async fn older_client(me: &Client<'_>, walk: &mut Checklist, clip: Vec<u8>) -> Value {
    let start = json!({"userId": "zoë-1", "jobRole": "Nurse", "domain": "Health"});
    let begun = me.post("/interviews/start", start).await;
    walk.check("POST", "/interviews/start", &begun);
    assert_eq!(begun.1["questions"], json!([]));
    let session = text(&begun.1["sessionId"]);
    let form = video(clip).text("consent", "true");
    let kept = me
        .send(&format!("/interviews/{session}/upload"), form)
        .await;
    walk.check("POST", "/interviews/{sessionId}/upload", &kept);
    assert_eq!(kept.1["sessionId"], session.as_str());
    assert_eq!(kept.1["audioFile"], Value::Null);
    let file = text(&kept.1["videoFile"]);
    let request = json!({"sessionId": session, "videoFilePath": file, "windowSizeSeconds": 1.0});
    let queued = me.post("/analysis/video", request).await;
    walk.check("POST", "/analysis/video", &queued);
    let ended = me.ended(&text(&queued.1["jobId"])).await;
    assert_eq!(ended["status"], "completed", "{ended}");
    let (_, analysis) = me.get(&format!("/analysis/{session}/results")).await;
    assert_eq!(analysis["videoFilePath"], file.as_str());
    assert_eq!(analysis["fusedFeatureVectors"].as_array().unwrap().len(), 4);
    assert_eq!(analysis["warnings"], json!([]));
    // 14 words in 4 seconds.
    let speech = &analysis["speechQualityMetrics"];
    near(&speech["speakingRateWpm"], 210.0, 3.0);
    near(&speech["averagePitch"], 150.0, 4.0);
    let (_, explained) = me.get(&format!("/scores/{session}/explain")).await;
    let practised = Session {
        role: "Nurse",
        domain: "Health",
        window_s: 1.0,
    };
    formulas::check(&analysis, &explained, &practised);
    // The audits know that there is a first session.
    let fairness = &explained["fairnessReport"];
    assert_eq!(fairness["sampleCount"], 1);
    assert_eq!(
        fairness["neutralMetricsUsed"],
        json!([
            "eyeContactBand",
            "speakingRateBand",
            "pauseBand",
            "contentRelevanceBand"
        ])
    );
    // A band of one session would tell that session's scores to everybody who practises here.
    assert_eq!(fairness["groupVariance"], json!({}), "{fairness}");
    assert_eq!(fairness["warnings"], json!([]));
    let audit = &analysis["detailedScores"]["biasAudit"];
    assert_eq!(audit["historySampleCount"], 1);
    assert_eq!(audit["checkedSensitiveAttributes"], json!([]));
    let (status, _) = read(me.server.client.get(me.server.at("/app/me/sessions"))).await;
    assert_eq!(status, 401, "nobody sees them");
    analysis
}
