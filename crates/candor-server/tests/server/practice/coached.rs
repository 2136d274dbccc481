//! Reports, reflections and progress after analyses, with the values that the analyses have.

use candor_testkit::{Database, TestServer};
use rstest::rstest;
use serde_json::{Value, json};

use super::{
    stage::{Client, DOMAIN, ROLE, person, text, video},
    story::Checklist,
};
use crate::figures::{near, number};

const COACHED: [(&str, &str); 3] = [
    ("communicationEffectiveness", "Communication effectiveness"),
    ("engagementScore", "Engagement"),
    ("contentRelevanceScore", "Content relevance"),
];

/// The report of an analysed session, and what its person writes about it.
pub async fn told(me: &Client<'_>, walk: &mut Checklist, session: &str, analysis: &Value) {
    reported(me, walk, session, analysis).await;
    reflected(me, walk, session, analysis).await;
    let path = "/users/zoë-1/performance-history";
    let history = me.get(path).await;
    walk.check("GET", "/users/{userId}/performance-history", &history);
    assert_eq!(history.1["userId"], "Zoë-1");
    let profile = &history.1["profile"];
    assert_eq!(
        (
            &profile["userId"],
            &profile["displayName"],
            &profile["metadata"]
        ),
        (&json!("Zoë-1"), &json!("Zoë <i>"), &json!({}))
    );
    let (_, explained) = me.get(&format!("/scores/{session}/explain")).await;
    assert_eq!(
        history.1["sessionHistory"],
        json!([{
            "sessionId": session, "timestamp": analysis["sessionMeta"]["dateTime"],
            "summaryScores": analysis["summaryScores"],
            "rubricEvaluation": explained["rubricEvaluation"],
        }])
    );
}

async fn reported(me: &Client<'_>, walk: &mut Checklist, session: &str, analysis: &Value) {
    let path = format!("/app/me/sessions/{session}/report");
    let made = me.post(&path, json!({})).await;
    walk.check("POST", "/app/me/sessions/{sessionId}/report", &made);
    let report = made.1;
    assert_eq!(report["overallScores"], analysis["summaryScores"]);
    assert_eq!(report["detailedScores"], analysis["detailedScores"]);
    assert_eq!(report["feedbackMessages"], analysis["feedbackMessages"]);
    assert_eq!(
        report["strengths"],
        analysis["feedbackSummary"]["strengths"]
    );
    assert_eq!(
        report["improvements"],
        analysis["feedbackSummary"]["improvements"]
    );
    assert_eq!(report["chartSnapshots"], Value::Null);
    let meta = &report["sessionMetadata"];
    assert_eq!(
        *meta,
        json!({
            "sessionId": session, "userName": "Zoë-1", "jobRole": ROLE, "domain": DOMAIN,
            "interviewDateTime": analysis["sessionMeta"]["dateTime"],
            "reportGeneratedAt": report["generatedAt"], "requestedFormat": "pdf",
        })
    );
    let parts = report["segmentSummaries"].as_array().unwrap();
    let labels = analysis["segmentLabels"].as_array().unwrap();
    assert_eq!(parts.len(), labels.len());
    for (part, label) in parts.iter().zip(labels) {
        assert_eq!(
            part["scores"],
            json!({
                "engagement": label["engagementScore"], "speechFluency": label["speechFluency"],
                "textRelevance": label["textRelevanceScore"],
            })
        );
        assert_eq!(part["dominantEmotion"], label["dominantEmotion"]);
    }
    let wishes = json!({
        "includeChartSnapshots": true, "userName": "<script>alert(1)</script>", "format": "pdf",
        "chartSnapshots": {
            "engagement": "data:image/png;base64,AAAA", "page": "data:text/html,x",
            "far": "https://example.org/x.png",
        },
    });
    let path = format!("/reports/{session}/generate");
    let made = me.post(&path, wishes).await;
    walk.check("POST", "/reports/{sessionId}/generate", &made);
    assert_eq!(
        made.1["chartSnapshots"],
        json!({"engagement": "data:image/png;base64,AAAA"})
    );
    assert_eq!(
        made.1["sessionMetadata"]["userName"],
        "<script>alert(1)</script>"
    );
    let (_, state) = me.get(&format!("/app/me/sessions/{session}/status")).await;
    assert_eq!(
        (&state["status"], &state["reportReady"]),
        (&json!("report_ready"), &json!(true))
    );
    let printed = me.server.client.post(me.server.at(&path));
    let printed = printed.header("accept", "application/pdf, application/json;q=0.5");
    let printed = printed.bearer_auth(&me.token).send().await.unwrap();
    assert_eq!(printed.status(), 200);
    assert_eq!(printed.headers()["content-type"], "application/pdf");
    let named = printed.headers()["content-disposition"].to_str().unwrap();
    let expected = format!("attachment; filename=\"interview_report_{session}.pdf\"");
    assert_eq!(named, expected);
    assert!(printed.bytes().await.unwrap().starts_with(b"%PDF-"));
    let nothing = me.server.client.post(me.server.at(&path));
    let (status, body) = super::stage::read(nothing.bearer_auth(&me.token)).await;
    assert_eq!(status, 200, "a report without a body: {body}");
    for (wrong, place) in [
        (json!({"userName": "a\nb"}), "userName"),
        (
            json!({"includeChartSnapshots": "perhaps"}),
            "includeChartSnapshots",
        ),
        (json!({"chartSnapshots": [1]}), "chartSnapshots"),
        (json!({"chartSnapshots": {"a": 1}}), "chartSnapshots"),
        (
            json!({
                "includeChartSnapshots": true,
                "chartSnapshots": {"a": format!("data:image/png;base64,{}", "A".repeat(600_000))},
            }),
            "chartSnapshots",
        ),
    ] {
        let (status, body) = me.post(&path, wrong).await;
        assert_eq!(status, 422, "{body}");
        assert!(body.to_string().contains(place), "{body}");
    }
}

async fn reflected(me: &Client<'_>, walk: &mut Checklist, session: &str, analysis: &Value) {
    let path = format!("/reflective/{session}/responses");
    let wrote = "I rushed; my pace was <b>too fast</b>.";
    let made = me.post(&path, json!({"reflectionText": wrote})).await;
    walk.check("POST", "/reflective/{sessionId}/responses", &made);
    assert_eq!(made.0, 201);
    let made = made.1;
    assert_eq!(
        (&made["sessionId"], &made["userId"], &made["reflectionText"]),
        (&json!(session), &json!("Zoë-1"), &json!(wrote))
    );
    assert_eq!(made["summaryScores"], analysis["summaryScores"]);
    let coaching = &made["coachingFeedback"];
    assert_eq!(coaching["provider"], "heuristic_fallback");
    assert_eq!(coaching["prompt"], "practice-coaching.v1");
    assert_eq!(coaching["nextSessionPlan"].as_array().unwrap().len(), 3);
    let expected: Vec<String> = COACHED
        .iter()
        .filter_map(
            |(key, name)| match analysis["summaryScores"][key].as_f64() {
                Some(score) if score >= 70.0 => None,
                Some(score) => Some(format!("{name} was {score:.1} of 100")),
                None => Some(format!("{name} was not measured")),
            },
        )
        .collect();
    let areas = coaching["focusAreas"].as_array().unwrap();
    if expected.is_empty() {
        assert_eq!(areas.len(), 3, "{areas:?}");
    } else {
        assert_eq!(areas.len(), expected.len(), "{areas:?}");
        for (area, start) in areas.iter().zip(&expected) {
            assert!(area.as_str().unwrap().starts_with(start.as_str()), "{area}");
        }
    }
    let said = coaching["coachingResponse"].as_str().unwrap();
    assert!(
        said.contains(analysis["feedbackMessages"][0].as_str().unwrap()),
        "{said}"
    );
    let wpm = number(&analysis["speechQualityMetrics"]["speakingRateWpm"]);
    assert!(
        said.contains(&format!("it was {wpm:.0} words per minute")),
        "{said}"
    );
    assert_eq!(me.post(&path, json!({"reflectionText": "ok"})).await.0, 422);
    assert_eq!(
        me.post(&path, json!({"reflectionText": "   "})).await.0,
        422
    );
    assert_eq!(me.post(&path, json!({})).await.0, 422);

    let native = json!({"interview_id": session, "text": "Once more."});
    let (status, second) = me.post("/api/v1/reflections", native).await;
    assert_eq!(status, 201, "{second}");
    assert_eq!(second["summary_scores"], analysis["summaryScores"]);
    let (_, list) = me.get("/api/v1/reflections").await;
    assert_eq!(list["items"][0], second);
    assert_eq!(list["items"].as_array().unwrap().len(), 2);
    let summaries = me.get("/reflective/ZOË-1/summaries").await;
    walk.check("GET", "/reflective/{userId}/summaries", &summaries);
    let summaries = summaries.1;
    assert_eq!(summaries["totalReflections"], 2);
    assert_eq!(summaries["reflectionEntries"][0], made);
    let overall = number(&analysis["summaryScores"]["overallPerformanceScore"]);
    assert_eq!(
        summaries["aggregatedInsights"][0],
        format!("overallPerformanceScore: mean {overall:.2} over 2 reflections")
    );
    assert_eq!(
        summaries["feedbackHighlights"][0],
        analysis["feedbackMessages"][0]
    );
    for path in [
        "/reflective/somebody/summaries",
        "/users/somebody/performance-history",
    ] {
        assert_eq!(me.get(path).await.0, 403, "{path}");
    }
}

/// Progress over sessions of which two are alike; the third one is made here.
pub async fn compared(me: &Client<'_>, walk: &mut Checklist, before: [&Value; 2], clip: Vec<u8>) {
    let session = me.session().await;
    let path = format!("/app/live/{session}/end");
    let ended = me.send(&path, video(clip)).await;
    walk.check("POST", "/app/live/{sessionId}/end", &ended);
    let job = me.ended(&text(&ended.1["analysisJobId"])).await;
    assert_eq!(job["status"], "completed", "{job}");
    let (_, third) = me.get(&format!("/analysis/{session}/results")).await;

    let (status, progress) = me.get("/api/v1/progress").await;
    assert_eq!(status, 200, "{progress}");
    let groups = progress["groups"].as_array().unwrap();
    assert_eq!(groups.len(), 2);
    assert_eq!(
        (
            &groups[0]["job_role"],
            &groups[0]["domain"],
            &groups[0]["n_sessions"]
        ),
        (&json!(ROLE), &json!(DOMAIN), &json!(2))
    );
    let total = |analysis: &Value| number(&analysis["summaryScores"]["overallPerformanceScore"]);
    let (first, last) = (total(before[0]), total(&third));
    assert_ne!(first, last);
    let trend = match last - first {
        change if change >= 2.0 => "improving",
        change if change <= -2.0 => "declining",
        _ => "stable",
    };
    assert_eq!(groups[0]["trend"], trend);
    let overall = &groups[0]["scores"][0];
    assert_eq!(overall["score"], "overallPerformanceScore");
    assert_eq!(overall["n_measured"], 2);
    near(&overall["first"], first, 1e-9);
    near(&overall["last"], last, 1e-9);
    assert_eq!(groups[1]["job_role"], "Nurse");
    assert_eq!(groups[1]["trend"], "insufficient_data");
    near(&groups[1]["scores"][0]["first"], total(before[1]), 1e-9);
    let targets: Vec<&Value> = progress["benchmarks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|benchmark| &benchmark["target"])
        .collect();
    assert_eq!(targets, [75.0, 75.0, 75.0, 80.0]);
    let note = progress["benchmarks_note"].as_str().unwrap();
    assert!(note.contains("not norms"), "{note}");
    let (_, history) = me.get("/users/Zoë-1/performance-history").await;
    let sessions: Vec<&Value> = history["sessionHistory"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| &entry["summaryScores"])
        .collect();
    let expected = [before[0], before[1], &third].map(|analysis| &analysis["summaryScores"]);
    assert_eq!(sessions, expected);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_without_analysis_has_no_report_but_may_be_reflected_on(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "a_session_without_analysis_has_no_report_but_may_be_reflected_on";
    let Some(server) = TestServer::start(test, database).await else {
        return;
    };
    let organisation = server.organisation("practice").await;
    let me = person(&server, organisation).await;
    let other = person(&server, organisation).await;
    let session = me.session().await;
    for path in [
        format!("/reports/{session}/generate"),
        format!("/app/me/sessions/{session}/report"),
    ] {
        for client in [&me, &other] {
            let (status, body) = client.post(&path, json!({})).await;
            assert_eq!(status, 404, "{body}");
        }
    }
    let (_, state) = me.get(&format!("/interviews/{session}/status")).await;
    assert_eq!(state["status"], "started");
    let path = format!("/reflective/{session}/responses");
    let wrote = json!({"reflectionText": "I did not record it."});
    let (status, made) = me.post(&path, wrote.clone()).await;
    assert_eq!(status, 201, "{made}");
    assert_eq!(made["summaryScores"], json!({}));
    let areas = made["coachingFeedback"]["focusAreas"].as_array().unwrap();
    assert_eq!(areas.len(), 3);
    for area in areas {
        let area = area.as_str().unwrap();
        assert!(
            area.contains("was not measured (the session was not analysed)"),
            "{area}"
        );
    }
    // Of others' sessions it is not told whether they exist.
    let (status, body) = other.post(&path, wrote.clone()).await;
    assert_eq!(status, 403);
    let nowhere = "/reflective/01900000-0000-7000-8000-0000000000ff/responses";
    assert_eq!(other.post(nowhere, wrote).await, (status, body));
    let native = json!({"interview_id": session, "text": "Not mine."});
    assert_eq!(other.post("/api/v1/reflections", native).await.0, 404);
    assert_eq!(other.get("/api/v1/reflections").await.1["items"], json!([]));
    let (_, progress) = me.get("/api/v1/progress").await;
    assert_eq!(progress["groups"], json!([]));
    let key = Client {
        server: &server,
        token: server
            .key(organisation, &[candor_core::access::Scope::Admin])
            .await,
    };
    for path in ["/api/v1/progress", "/api/v1/reflections"] {
        assert_eq!(key.get(path).await.0, 403, "{path}");
    }
}
