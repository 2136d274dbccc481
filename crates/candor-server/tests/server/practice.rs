//! The documented routes of *practice*, as its web client calls them.

use std::time::Duration;

use candor_app::jobs::{Pool, Workers};
use candor_core::{
    access::{Role, Scope},
    emotion::Expression,
    ports::ExpressionScores,
    span::Span,
    transcript::{Accuracy, Transcript},
};
use candor_testkit::{Clips, Database, FakeEngines, TestServer, Walk, timed_words};
use reqwest::{
    StatusCode,
    multipart::{Form, Part},
};
use rstest::rstest;
use serde_json::{Value, json};

/// Longest wait for an analysis.
const PATIENCE: Duration = Duration::from_secs(60);
const ROLE: &str = "Backend Engineer";
const DOMAIN: &str = "FinTech";

/// Six seconds: a tone of 200 Hz for 1.5 s of every two, and a moving picture.
const LONG: &str = "-f lavfi -i aevalsrc=0.4*sin(2*PI*200*t)*lt(mod(t\\,2)\\,1.5):s=16000:d=6 \
    -f lavfi -i testsrc2=size=160x120:rate=10:duration=6 -c:v libx264 -pix_fmt yuv420p -c:a aac";
/// Four seconds of 150 Hz.
const SHORT: &str = "-f lavfi -i aevalsrc=0.4*sin(2*PI*150*t)*lt(mod(t\\,2)\\,1.7):s=16000:d=4 \
    -f lavfi -i testsrc2=size=160x120:rate=10:duration=4 -c:v libx264 -pix_fmt yuv420p -c:a aac";

fn happy() -> ExpressionScores {
    Expression::ALL.map(|label| match label {
        Expression::Happiness => Some(0.82),
        Expression::Neutral => Some(0.08),
        Expression::Contempt => None,
        _ => Some(0.02),
    })
}

fn said() -> Transcript {
    timed_words(
        &[
            (
                Span::new(0.0, 1.6),
                "The backend engineer improved the database.",
            ),
            (Span::new(2.0, 3.6), "It was a great success for the team."),
        ],
        Accuracy::Good,
    )
}

fn engines() -> FakeEngines {
    FakeEngines {
        transcript: Some(said()),
        faces: Some(|_| 1),
        expression: Some(happy()),
        aligner: Some(0.9),
    }
}

/// A client with its token.
struct Client<'a> {
    server: &'a TestServer,
    token: String,
}

impl Client<'_> {
    async fn get(&self, path: &str) -> (StatusCode, Value) {
        let request = self.server.client.get(self.server.at(path));
        read(request.bearer_auth(&self.token)).await
    }

    async fn post(&self, path: &str, body: Value) -> (StatusCode, Value) {
        let request = self.server.client.post(self.server.at(path)).json(&body);
        read(request.bearer_auth(&self.token)).await
    }

    async fn send(&self, path: &str, form: Form) -> (StatusCode, Value) {
        let request = self
            .server
            .client
            .post(self.server.at(path))
            .multipart(form);
        read(request.bearer_auth(&self.token)).await
    }

    /// A session with consent.
    async fn session(&self) -> String {
        let body = json!({"jobRole": ROLE, "domain": DOMAIN, "consent": true});
        let (status, body) = self.post("/app/me/sessions/start", body).await;
        assert_eq!(status, 201, "{body}");
        text(&body["sessionId"])
    }

    /// Waits until a job has ended.
    async fn ended(&self, job: &str) -> Value {
        let begun = std::time::Instant::now();
        loop {
            let (status, body) = self.get(&format!("/analysis/jobs/{job}")).await;
            assert_eq!(status, 200, "{body}");
            if ["completed", "failed"].contains(&body["status"].as_str().unwrap()) {
                return body;
            }
            assert!(begun.elapsed() < PATIENCE, "not in time: {body}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

async fn read(request: reqwest::RequestBuilder) -> (StatusCode, Value) {
    let answer = request.send().await.unwrap();
    let status = answer.status();
    let bytes = answer.bytes().await.unwrap();
    let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    (status, body)
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is no text"))
        .to_owned()
}

fn number(value: &Value) -> f64 {
    value
        .as_f64()
        .unwrap_or_else(|| panic!("{value} is no number"))
}

fn near(found: &Value, expected: f64, tolerance: f64) {
    let found = number(found);
    assert!(
        (found - expected).abs() <= tolerance,
        "{found} is not {expected}"
    );
}

fn video(bytes: Vec<u8>) -> Form {
    Form::new().part("video", Part::bytes(bytes).file_name("answer.mp4"))
}

async fn person<'a>(
    server: &'a TestServer,
    organisation: candor_core::ids::OrganisationId,
) -> Client<'a> {
    let (_, token) = server.person(organisation, Role::Candidate).await;
    Client { server, token }
}

/// What the documented formulas make of the answer's own figures.
fn check_scores(analysis: &Value) {
    let summary = &analysis["summaryScores"];
    let detailed = &analysis["detailedScores"];
    let weighted = |rows: &[(f64, &Value)]| {
        let known = || rows.iter().filter(|(_, value)| !value.is_null());
        let weight: f64 = known().map(|(weight, _)| weight).sum();
        known()
            .map(|(weight, value)| weight * number(value))
            .sum::<f64>()
            / weight
    };
    let overall = weighted(&[
        (0.3, &summary["engagementScore"]),
        (0.2, &summary["emotionalStability"]),
        (0.25, &summary["speechFluency"]),
        (0.25, &summary["contentRelevanceScore"]),
    ]);
    near(&summary["overallPerformanceScore"], overall, 0.11);
    let speech = &detailed["speechClarity"]["components"];
    let fluency = weighted(&[
        (0.35, &speech["pauseScore"]),
        (0.45, &speech["speakingRateScore"]),
        (0.2, &speech["pitchVarianceScore"]),
    ]);
    near(&summary["speechFluency"], fluency, 0.11);
    let wpm = number(&analysis["speechQualityMetrics"]["speakingRateWpm"]);
    near(
        &speech["speakingRateScore"],
        (100.0 - 100.0 * (wpm - 135.0).abs() / 135.0).clamp(0.0, 100.0),
        0.11,
    );
    let pause = number(&analysis["speechQualityMetrics"]["averagePauseDuration"]);
    near(
        &speech["pauseScore"],
        (100.0 - 65.0 * pause).clamp(0.0, 100.0),
        0.11,
    );
    for window in analysis["fusedFeatureVectors"].as_array().unwrap() {
        assert_eq!(window["fusedVector"].as_array().unwrap().len(), 10);
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
    let mut walk = Walk::of(test, "practice");
    let mut check = |method: &str, path: &str, status: StatusCode, body: &Value| {
        if let Some(walk) = &mut walk {
            walk.check(method, path, status.as_u16(), body);
        }
    };
    let organisation = server.organisation("practice").await;
    let me = person(&server, organisation).await;
    let long = std::fs::read(clips.make("long.mp4", LONG)).unwrap();
    let short = std::fs::read(clips.make("short.mp4", SHORT)).unwrap();

    let (status, body) = me.get("/api/health").await;
    check("GET", "/api/health", status, &body);
    assert_eq!(body, json!({"status": "ok"}));

    let start = json!({"jobRole": ROLE, "domain": DOMAIN, "consent": true});
    let (status, body) = me.post("/app/me/sessions/start", start).await;
    check("POST", "/app/me/sessions/start", status, &body);
    assert_eq!(
        (&body["status"], &body["jobRole"], &body["domain"]),
        (&json!("started"), &json!(ROLE), &json!(DOMAIN))
    );
    let session = text(&body["sessionId"]);
    let at = |rest: &str| format!("/app/me/sessions/{session}/{rest}");
    assert_eq!(me.get(&at("analysis")).await.0, 404);
    assert_eq!(me.get(&at("scores/explain")).await.0, 404);
    assert_eq!(me.get(&at("video")).await.0, 404);
    assert_eq!(me.get(&format!("/analysis/{session}/job")).await.0, 404);

    let (status, body) = me.get(&format!("/interviews/{session}/questions")).await;
    assert_eq!((status, body), (StatusCode::OK, json!([])));
    let answer = json!({"questionId": "q1", "responseText": "I led the <b>team</b>'; --"});
    let (status, body) = me
        .post(&format!("/interviews/{session}/responses"), answer)
        .await;
    check("POST", "/interviews/{sessionId}/responses", status, &body);
    assert_eq!(body["questionId"], "q1");
    let (status, body) = me.get(&at("status")).await;
    check("GET", "/app/me/sessions/{sessionId}/status", status, &body);
    assert_eq!(body["status"], "in_progress");
    assert_eq!(
        (&body["questionsCount"], &body["responsesCount"]),
        (&json!(0), &json!(1))
    );
    assert_eq!(body["analysisReady"], false);

    // The recording arrives; no worker runs yet.
    let form = video(long.clone())
        .text("frameFps", "2")
        .text("windowSizeSeconds", "2")
        .text("useLearnedFusion", "true");
    let (status, body) = me.send(&format!("/app/live/{session}/end"), form).await;
    check("POST", "/app/live/{sessionId}/end", status, &body);
    assert_eq!(body["status"], "analysis_queued");
    assert_eq!(
        (&body["analysisReady"], &body["summaryScores"]),
        (&json!(false), &json!({}))
    );
    assert_eq!(body["analysisJobStatus"], "queued");
    let job = text(&body["analysisJobId"]);
    let (status, body) = me.get(&format!("/analysis/jobs/{job}")).await;
    check("GET", "/analysis/jobs/{jobId}", status, &body);
    assert_eq!(
        (&body["status"], &body["sessionId"]),
        (&json!("queued"), &json!(session))
    );
    assert_eq!(me.get(&at("status")).await.1["status"], "media_uploaded");
    assert_eq!(me.get(&at("analysis")).await.0, 404);

    let workers = Workers::start(&server.app, &Pool::ALL);
    let ended = me.ended(&job).await;
    assert_eq!(ended["status"], "completed", "{ended}");
    let (status, latest) = me.get(&format!("/analysis/{session}/job")).await;
    check("GET", "/analysis/{sessionId}/job", status, &latest);
    assert_eq!(latest, ended);

    let (status, analysis) = me.get(&at("analysis")).await;
    check(
        "GET",
        "/app/me/sessions/{sessionId}/analysis",
        status,
        &analysis,
    );
    check_scores(&analysis);
    assert_eq!(analysis["sessionId"], session.as_str());
    assert_eq!(analysis["sessionMeta"]["jobRole"], ROLE);
    assert!(text(&analysis["transcriptText"]).contains("improved the database"));
    assert_eq!(analysis["fusedFeatureVectors"].as_array().unwrap().len(), 3);
    assert_eq!(analysis["segmentLabels"][0]["basis"], "window");
    assert_eq!(analysis["warnings"].as_array().unwrap().len(), 1);
    assert_eq!(analysis["emotionTrajectory"][0]["dominantEmotion"], "happy");
    // 14 words in 6 seconds.
    near(
        &analysis["speechQualityMetrics"]["speakingRateWpm"],
        140.0,
        3.0,
    );
    near(
        &analysis["speechQualityMetrics"]["averagePitch"],
        200.0,
        4.0,
    );
    assert_eq!(
        ended["resultSummary"]["summaryScores"],
        analysis["summaryScores"]
    );

    let (status, results) = me.get(&format!("/analysis/{session}/results")).await;
    check("GET", "/analysis/{sessionId}/results", status, &results);
    assert_eq!(results, analysis);
    let (status, scores) = me.get(&format!("/analysis/{session}/scores")).await;
    check("GET", "/analysis/{sessionId}/scores", status, &scores);
    assert_eq!(scores["summaryScores"], analysis["summaryScores"]);
    let (status, explained) = me.get(&at("scores/explain")).await;
    check(
        "GET",
        "/app/me/sessions/{sessionId}/scores/explain",
        status,
        &explained,
    );
    for row in explained["textualExplanations"].as_array().unwrap() {
        let key = row["scoreKey"].as_str().unwrap();
        assert_eq!(row["scoreValue"], explained["numericScores"][key]);
    }
    assert_eq!(explained["fairnessReport"]["sampleCount"], 0);
    let (status, again) = me.get(&format!("/scores/{session}/explain")).await;
    check("GET", "/scores/{sessionId}/explain", status, &again);
    assert_eq!(again, explained);

    let (status, list) = me.get("/app/me/sessions").await;
    check("GET", "/app/me/sessions", status, &list);
    assert_eq!(list[0]["status"], "advanced_scored");
    assert_eq!(
        list[0]["overallPerformanceScore"],
        analysis["summaryScores"]["overallPerformanceScore"]
    );
    let (status, body) = me.get(&format!("/interviews/{session}/status")).await;
    check("GET", "/interviews/{sessionId}/status", status, &body);
    assert_eq!(
        (
            &body["analysisReady"],
            &body["advancedScoringReady"],
            &body["reportReady"]
        ),
        (&json!(true), &json!(true), &json!(false))
    );

    let range = server
        .client
        .get(server.at(&at("video")))
        .bearer_auth(&me.token)
        .header("Range", "bytes=4-7")
        .send()
        .await
        .unwrap();
    check(
        "GET",
        "/app/me/sessions/{sessionId}/video",
        StatusCode::OK,
        &Value::Null,
    );
    assert_eq!(range.status(), 206);
    assert_eq!(range.bytes().await.unwrap(), &long[4..8]);

    // Another recording in another session, through the older client's routes, gives other values.
    let handle = text(&me.get("/auth/me").await.1["userId"]);
    let start = json!({"userId": handle, "jobRole": "Nurse", "domain": "Health"});
    let (status, body) = me.post("/interviews/start", start).await;
    check("POST", "/interviews/start", status, &body);
    let other = text(&body["sessionId"]);
    check(
        "GET",
        "/interviews/{sessionId}/questions",
        StatusCode::OK,
        &json!([{"questionId": "", "questionText": ""}]),
    );
    let form = video(short).text("consent", "true");
    let (status, body) = me.send(&format!("/interviews/{other}/upload"), form).await;
    check("POST", "/interviews/{sessionId}/upload", status, &body);
    let file = text(&body["videoFile"]);
    let request = json!({"sessionId": other, "videoFilePath": file, "windowSizeSeconds": 1.0});
    let (status, body) = me.post("/analysis/video", request).await;
    check("POST", "/analysis/video", status, &body);
    let ended = me.ended(&text(&body["jobId"])).await;
    assert_eq!(ended["status"], "completed", "{ended}");
    let (_, second) = me.get(&format!("/analysis/{other}/results")).await;
    check_scores(&second);
    assert_eq!(second["videoFilePath"], file.as_str());
    assert_eq!(second["fusedFeatureVectors"].as_array().unwrap().len(), 4);
    near(&second["speechQualityMetrics"]["averagePitch"], 150.0, 4.0);
    for name in ["speechFluency", "overallPerformanceScore"] {
        assert_ne!(
            second["summaryScores"][name], analysis["summaryScores"][name],
            "{name}"
        );
    }
    // The audits know the first session, by its bands alone.
    let (_, explained) = me.get(&format!("/scores/{other}/explain")).await;
    assert_eq!(explained["fairnessReport"]["sampleCount"], 1);
    assert!(explained["fairnessReport"]["groupVariance"]["speakingRateBand"].is_object());
    assert_eq!(
        second["detailedScores"]["biasAudit"]["historySampleCount"],
        1
    );
    workers.drain(Duration::from_secs(5)).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_is_its_persons_alone(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "a_session_is_its_persons_alone";
    let Some(server) = TestServer::start(test, database).await else {
        return;
    };
    let organisation = server.organisation("practice").await;
    let me = person(&server, organisation).await;
    let session = me.session().await;
    let staff = server.person(organisation, Role::Admin).await.1;
    let key = server.key(organisation, &[Scope::Admin]).await;
    let elsewhere = server.organisation("elsewhere").await;
    let stranger = server.person(elsewhere, Role::Admin).await.1;
    let paths = [
        format!("/app/me/sessions/{session}/status"),
        format!("/app/me/sessions/{session}/analysis"),
        format!("/app/me/sessions/{session}/scores/explain"),
        format!("/app/me/sessions/{session}/video"),
        format!("/interviews/{session}/questions"),
        format!("/interviews/{session}/status"),
        format!("/analysis/{session}/job"),
        format!("/analysis/{session}/results"),
        format!("/analysis/{session}/scores"),
        format!("/scores/{session}/explain"),
    ];
    for path in &paths {
        for token in [&staff, &key, &stranger] {
            let other = Client {
                server: &server,
                token: token.clone(),
            };
            let (status, body) = other.get(path).await;
            assert_eq!(status, 404, "{path}: {body}");
            assert!(body["detail"].is_string(), "{path}: {body}");
        }
        let nobody = read(server.client.get(server.at(path))).await;
        assert_eq!(nobody.0, 401, "{path}");
        assert!(nobody.1["detail"].is_string(), "{path}: {}", nobody.1);
    }
    let other = Client {
        server: &server,
        token: staff,
    };
    let answer = json!({"questionId": "q1", "responseText": "mine now"});
    let path = format!("/interviews/{session}/responses");
    assert_eq!(other.post(&path, answer).await.0, 404);
    let path = format!("/app/live/{session}/end");
    assert_eq!(other.send(&path, video(b"x".to_vec())).await.0, 404);
    let request = json!({"sessionId": session, "videoFilePath": "/etc/passwd"});
    assert_eq!(other.post("/analysis/video", request).await.0, 404);
    assert_eq!(other.get("/app/me/sessions").await.1, json!([]));
    let operator = Client {
        server: &server,
        token: server.key(organisation, &[Scope::Operate]).await,
    };
    assert_eq!(operator.get("/app/me/sessions").await.0, 403);
    let (_, state) = me.get(&paths[0]).await;
    assert_eq!(
        (&state["status"], &state["responsesCount"]),
        (&json!("started"), &json!(0))
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_is_refused_as_documented_and_changes_nothing(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "what_cannot_be_is_refused_as_documented_and_changes_nothing";
    let Some(clips) = Clips::new(test) else {
        return;
    };
    let Some(server) = TestServer::start(test, database).await else {
        return;
    };
    let organisation = server.organisation("practice").await;
    let me = person(&server, organisation).await;
    let clip = std::fs::read(clips.make("short.mp4", SHORT)).unwrap();
    let refused = |status: StatusCode, body: &Value, place: &str| {
        assert_eq!(status, 422, "{body}");
        let wrong = body["detail"]
            .as_array()
            .unwrap_or_else(|| panic!("{body}"));
        assert!(
            wrong
                .iter()
                .any(|wrong| wrong["loc"].as_array().unwrap().contains(&json!(place))),
            "{body}"
        );
    };

    for (body, place) in [
        (json!({"domain": DOMAIN}), "jobRole"),
        (json!({"jobRole": "", "domain": DOMAIN}), "jobRole"),
        (json!({"jobRole": ROLE, "domain": 7}), "domain"),
        (
            json!({"jobRole": "x".repeat(129), "domain": DOMAIN}),
            "jobRole",
        ),
        (json!({"jobRole": "a\u{0}b", "domain": DOMAIN}), "jobRole"),
        (
            json!({"jobRole": ROLE, "domain": DOMAIN, "consent": "perhaps"}),
            "consent",
        ),
        (
            json!({"jobRole": ROLE, "domain": DOMAIN, "emotions": "loud"}),
            "emotions",
        ),
        (json!([]), "body"),
    ] {
        let (status, answer) = me.post("/app/me/sessions/start", body).await;
        refused(status, &answer, place);
    }
    let start = json!({"userId": "somebody-else", "jobRole": ROLE, "domain": DOMAIN});
    assert_eq!(me.post("/interviews/start", start).await.0, 404);
    assert_eq!(me.get("/app/me/sessions").await.1, json!([]));

    for path in ["status", "analysis", "video"] {
        for id in ["00000000-0000-0000-0000-000000000000", "x", "int_", "%00"] {
            let (status, body) = me.get(&format!("/app/me/sessions/{id}/{path}")).await;
            assert_eq!(status, 404, "{id} {body}");
        }
    }
    assert_eq!(me.get("/analysis/jobs/nothing").await.0, 404);
    assert_eq!(
        me.get("/analysis/jobs/00000000-0000-0000-0000-000000000000")
            .await
            .0,
        404
    );

    // Without consent nothing is kept.
    let body = json!({"jobRole": ROLE, "domain": DOMAIN});
    let (_, started) = me.post("/app/me/sessions/start", body).await;
    let session = text(&started["sessionId"]);
    let end = format!("/app/live/{session}/end");
    let upload = format!("/interviews/{session}/upload");
    for path in [&end, &upload] {
        let (status, body) = me.send(path, video(clip.clone())).await;
        refused(status, &body, "consent");
    }
    let agreed = || video(clip.clone()).text("consent", "true");
    for (name, value) in [
        ("frameFps", "0.5"),
        ("frameFps", "11"),
        ("frameFps", "fast"),
        ("windowSizeSeconds", "0.4"),
        ("windowSizeSeconds", "NaN"),
        ("useLearnedFusion", "perhaps"),
    ] {
        let (status, body) = me.send(&end, agreed().text(name, value)).await;
        refused(status, &body, name);
    }
    let playlist = b"ffconcat version 1.0\nfile '/etc/passwd'\n".to_vec();
    let sound = std::fs::read(clips.make("sound.wav", "-f lavfi -i sine=d=1")).unwrap();
    for content in [b"no video".to_vec(), Vec::new(), playlist, sound] {
        let form = video(content).text("consent", "true");
        let (status, body) = me.send(&end, form).await;
        assert_eq!(status, 400, "{body}");
        assert!(body["detail"].is_string(), "{body}");
    }
    let (status, body) = me.send(&end, Form::new().text("consent", "true")).await;
    refused(status, &body, "video");
    let (status, body) = me.post(&end, json!({})).await;
    refused(status, &body, "video");
    let twice = agreed().part("video", Part::bytes(clip.clone()));
    assert_eq!(me.send(&end, twice).await.0, 422);
    let (_, state) = me.get(&format!("/interviews/{session}/status")).await;
    assert_eq!(state["status"], "started");
    assert_eq!(
        me.get(&format!("/app/me/sessions/{session}/video")).await.0,
        404
    );
    assert_eq!(me.get(&format!("/analysis/{session}/job")).await.0, 404);

    // A recording belongs to its session; paths of the server are nothing.
    let (status, kept) = me.send(&upload, agreed()).await;
    assert_eq!(status, 200, "{kept}");
    let other = me.session().await;
    for (session, path) in [
        (&session, "/etc/passwd".to_owned()),
        (&session, "../secrets".to_owned()),
        (
            &session,
            "rec_00000000-0000-0000-0000-000000000000".to_owned(),
        ),
        (&other, text(&kept["videoFile"])),
    ] {
        let request = json!({"sessionId": session, "videoFilePath": path});
        let (status, body) = me.post("/analysis/video", request).await;
        assert_eq!(status, 400, "{path}: {body}");
        assert!(body["detail"].is_string(), "{body}");
    }
    let request = json!({"sessionId": session, "videoFilePath": kept["videoFile"], "frameFps": 0});
    let (status, body) = me.post("/analysis/video", request).await;
    refused(status, &body, "frameFps");
    let request = json!({"sessionId": "nothing", "videoFilePath": kept["videoFile"]});
    assert_eq!(me.post("/analysis/video", request).await.0, 404);
    for body in [
        json!({"questionId": "", "responseText": "x"}),
        json!({"questionId": "q1"}),
        json!({"questionId": "q1", "responseText": "   "}),
    ] {
        let path = format!("/interviews/{session}/responses");
        assert_eq!(me.post(&path, body).await.0, 422);
    }
    assert_eq!(me.get(&format!("/analysis/{session}/job")).await.0, 404);
}
