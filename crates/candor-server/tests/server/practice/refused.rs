//! Whose sessions are whose, and what is refused.

use candor_core::access::{Role, Scope};
use candor_testkit::{Clips, Database, TestServer};
use reqwest::{
    StatusCode,
    multipart::{Form, Part},
};
use rstest::rstest;
use serde_json::{Value, json};

use super::stage::{Client, DOMAIN, ROLE, SHORT, person, read, text, video};

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
