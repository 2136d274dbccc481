//! The documented routes of *lab*: upload, analyse, read the report.

use candor_core::access::{Role, Scope};
use candor_testkit::{Database, Walk};
use reqwest::multipart::{Form, Part};
use rstest::rstest;
use serde_json::{Value, json};

use crate::{
    calls::{Answer, As, read},
    pipeline::stage::{ANSWER, Stage},
};

const LIST: &str = "/api/interviews/";

fn form(clip: &[u8], name: &str) -> Form {
    let video = Part::bytes(clip.to_vec()).file_name("a \"b\".mp4");
    Form::new()
        .part("video", video)
        .text("candidate_name", name.to_owned())
}

async fn send(caller: &As<'_>, method: reqwest::Method, path: &str, form: Form) -> Answer {
    let request = caller.server.client.request(method, caller.server.at(path));
    read(request.bearer_auth(&caller.token).multipart(form)).await
}

#[rstest]
#[tokio::test]
async fn a_recording_is_uploaded_analysed_and_reported(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "a_recording_is_uploaded_analysed_and_reported";
    let Some(mut walk) = Walk::of(test, "lab") else {
        return;
    };
    let Some(stage) = Stage::new(test, database).await else {
        return;
    };
    let caller = stage.caller();
    let made = send(
        &caller,
        reqwest::Method::POST,
        LIST,
        form(&stage.clip, "Ada"),
    )
    .await;
    walk.check("POST", LIST, made.status.as_u16(), &made.json());
    let made = made.json();
    assert_eq!(made["candidate_name"], "Ada");
    assert_eq!(made["status"], "PENDING");
    assert_eq!(made["report"], Value::Null);
    let path = format!("{LIST}{}/", made["id"].as_str().unwrap());
    let report = format!("{path}report/");
    assert_eq!(caller.get(&report).await.expect(202)["status"], "PENDING");

    // The address of the video plays what was sent.
    let video = made["video"].as_str().unwrap();
    let request = stage.server.client.get(video).bearer_auth(&stage.key);
    let played = request.send().await.unwrap().bytes().await.unwrap();
    assert_eq!(played, stage.clip);

    let analyze = format!("{path}analyze/");
    let started = caller.post(&analyze, json!({})).await;
    walk.check(
        "POST",
        "/api/interviews/{id}/analyze/",
        started.status.as_u16(),
        &started.json(),
    );
    let done = stage
        .until(&path, |body| {
            body["status"] == "DONE" || body["status"] == "ERROR"
        })
        .await;
    walk.check("GET", "/api/interviews/{id}/", 200, &done);
    assert_eq!(done["status"], "DONE", "{done}");
    let found = caller.get(&report).await;
    walk.check(
        "GET",
        "/api/interviews/{id}/report/",
        found.status.as_u16(),
        &found.json(),
    );
    let found = found.json();
    assert_eq!(found["transcript"], ANSWER);
    assert_eq!(done["report"], found);
    assert_eq!(done["duration_sec"], found["speech"]["duration_sec"]);
    let duration_s = done["duration_sec"].as_f64().unwrap();
    assert!((3.5..4.5).contains(&duration_s), "{duration_s}");
    // For hiring only the content counts.
    check_report(&found, 4.0, true);

    let renamed = caller
        .patch(&path, "", json!({"candidate_name": "Bo"}))
        .await;
    walk.check(
        "PATCH",
        "/api/interviews/{id}/",
        renamed.status.as_u16(),
        &renamed.json(),
    );
    assert_eq!(renamed.json()["candidate_name"], "Bo");
    assert_eq!(renamed.json()["status"], "DONE");
    let replaced = send(
        &caller,
        reqwest::Method::PUT,
        &path,
        form(&stage.clip, "Cy"),
    )
    .await;
    walk.check(
        "PUT",
        "/api/interviews/{id}/",
        replaced.status.as_u16(),
        &replaced.json(),
    );
    // What is said of the old recording is not said of the new one.
    assert_eq!(replaced.json()["status"], "PENDING");
    assert_ne!(replaced.json()["video"], made["video"]);

    // Another recording, for practice, gives other values.
    let other = form(&stage.other, "").text("purpose", "practice");
    let second = send(&caller, reqwest::Method::POST, LIST, other).await;
    let second = second.expect(201);
    let theirs = format!("{LIST}{}/", second["id"].as_str().unwrap());
    caller
        .post(&format!("{theirs}analyze/"), json!({}))
        .await
        .expect(200);
    let done = stage.until(&theirs, |body| body["status"] == "DONE").await;
    check_report(&done["report"], 6.0, false);
    assert_ne!(done["report"]["scores"], found["scores"]);
    assert_ne!(done["report"]["speech"], found["speech"]);

    let list = caller.get(LIST).await;
    walk.check("GET", LIST, list.status.as_u16(), &list.json());
    assert_eq!(list.json()[0], done);
    assert_eq!(list.json()[0]["candidate_name"], "");
    assert_eq!(list.json()[1]["candidate_name"], "Cy");
    let gone = caller.delete(&path).await;
    walk.check(
        "DELETE",
        "/api/interviews/{id}/",
        gone.status.as_u16(),
        &gone.json(),
    );
    caller.get(&path).await.expect(404);
    assert_eq!(caller.get(LIST).await.json().as_array().unwrap().len(), 1);
    walk.finish(&[]);
}

/// The documented report, its points worked out once more from what it tells was measured.
fn check_report(report: &Value, duration_s: f64, in_hiring: bool) {
    let speech = &report["speech"];
    let number = |value: &Value| value.as_f64().unwrap_or_else(|| panic!("{value}"));
    assert!((number(&speech["duration_sec"]) - duration_s).abs() < 0.1);
    assert_eq!(report["transcript"], ANSWER);
    assert!(!report["text"]["summary"].as_str().unwrap().is_empty());
    let n_words = ANSWER.split(' ').count() as f64;
    let line = |corners: &[(f64, f64)], x: f64| {
        let after = corners.iter().position(|corner| x <= corner.0);
        match after {
            None => corners[corners.len() - 1].1,
            Some(0) => corners[0].1,
            Some(i) => {
                let ((x0, y0), (x1, y1)) = (corners[i - 1], corners[i]);
                y0 + (y1 - y0) * (x - x0) / (x1 - x0)
            }
        }
    };
    let scores = &report["scores"];
    let verbal = line(&[(50.0, 0.0), (250.0, 40.0)], n_words);
    assert_eq!(number(&scores["verbal"]), verbal);
    let emotions = &report["nonverbal"]["emotions"];
    for name in ["dominant_emotion", "distribution", "timeline"] {
        assert_eq!(emotions.get(name), Some(&Value::Null), "{name}");
    }
    if in_hiring {
        // Only the content counts, and nothing else is told.
        for name in ["wpm", "silence_sec", "fillers"] {
            assert_eq!(speech[name], Value::Null, "{name}");
        }
        for name in ["paraverbal", "nonverbal"] {
            assert_eq!(scores[name], Value::Null, "{name}");
        }
        assert_eq!(report["nonverbal"]["nods"], Value::Null);
        assert_eq!(report["candor"]["scores"]["policy"], "content_only");
        assert_eq!(number(&scores["total"]), verbal / 0.4);
        return;
    }
    let duration_s = number(&speech["duration_sec"]);
    let wpm = number(&speech["wpm"]);
    assert!((wpm - n_words * 60.0 / duration_s).abs() < 0.3, "{wpm}");
    assert_eq!(speech["fillers"], 0);
    let pace = line(
        &[(80.0, 0.0), (120.0, 12.0), (160.0, 12.0), (200.0, 0.0)],
        wpm,
    );
    let silence_ratio = number(&speech["silence_sec"]) / duration_s;
    let silence = line(&[(0.1, 5.0), (0.5, 0.0)], silence_ratio);
    // No hesitation: 3 of 3.
    let paraverbal = pace + silence + 3.0;
    assert!(
        (number(&scores["paraverbal"]) - paraverbal).abs() < 0.15,
        "{scores}"
    );
    // The gaze is not measured on so small a face; what is left of the block is rescaled.
    let nods = report["nonverbal"]["nods"].as_f64().map(|n| {
        let per_min = n * 60.0 / duration_s;
        let corners = [
            (0.0, 0.0),
            (2.0, 5.0),
            (8.0, 10.0),
            (16.0, 5.0),
            (24.0, 0.0),
        ];
        4.0 * line(&corners, per_min)
    });
    assert_eq!(report["nonverbal"]["eye_contact_ratio"], Value::Null);
    assert_eq!(scores["nonverbal"].as_f64(), nods);
    let most = 60.0 + nods.map_or(0.0, |_| 40.0);
    let points = number(&scores["verbal"]) + number(&scores["paraverbal"]) + nods.unwrap_or(0.0);
    assert!(
        (number(&scores["total"]) - 100.0 * points / most).abs() < 0.06,
        "{scores}"
    );
}

#[rstest]
#[tokio::test]
async fn a_report_shows_expressions_to_the_practising_person_alone(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "a_report_shows_expressions_to_the_practising_person_alone";
    let Some(stage) = Stage::new(test, database).await else {
        return;
    };
    let (_, token) = stage
        .server
        .person(stage.organisation, Role::Candidate)
        .await;
    let me = As::new(&stage.server, token);
    let consent = json!({"version": "1", "obtainedAt": "2026-01-31T12:00:00Z", "by": "Ada"});
    let mine = form(&stage.clip, "Ada")
        .text("purpose", "practice")
        .text("consent", consent.to_string());
    let made = send(&me, reqwest::Method::POST, LIST, mine)
        .await
        .expect(201);
    let path = format!("{LIST}{}/", made["id"].as_str().unwrap());
    me.post(&format!("{path}analyze/"), json!({}))
        .await
        .expect(200);
    let is_done = |body: &Value| body["status"] == "DONE";
    stage.until_told(&me, &path, is_done).await;
    let own = me.get(&format!("{path}report/")).await.expect(200);
    let emotions = &own["nonverbal"]["emotions"];
    assert_eq!(emotions["dominant_emotion"], "happiness");
    for (name, value) in [("smoothed_win", json!(3)), ("max_width", json!(960))] {
        assert_eq!(emotions[name], value, "{name}");
    }
    let moment = &emotions["timeline"][0];
    assert_eq!(
        (&moment["e"], &moment["emotion"]),
        (&json!("happiness"), &json!("happiness"))
    );
    assert!(
        moment["t"].is_number() && moment["prob"].is_number(),
        "{moment}"
    );
    let staff = stage.caller();
    for path in [path.clone(), format!("{path}report/")] {
        assert_eq!(staff.get(&path).await.status, 404, "{path}");
    }
    let list = staff.get(LIST).await.expect(200);
    assert!(!list.to_string().contains(made["id"].as_str().unwrap()));
}

#[rstest]
#[tokio::test]
async fn wrong_forms_and_strangers_are_refused_in_the_documented_shapes(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "wrong_forms_and_strangers_are_refused_in_the_documented_shapes";
    let Some(stage) = Stage::new(test, database).await else {
        return;
    };
    let caller = stage.caller();
    let post = reqwest::Method::POST;
    let cases = [
        (Form::new().text("candidate_name", "Ada"), "video"),
        (form(&stage.clip, &"x".repeat(201)), "candidate_name"),
        (form(b"<html>no recording</html>", "Ada"), "video"),
        (form(&stage.clip, "Ada").text("consent", "yes"), "consent"),
        (form(&stage.clip, "Ada").text("purpose", "fun"), "purpose"),
    ];
    for (form, field) in cases {
        let refused = send(&caller, post.clone(), LIST, form).await.expect(400);
        assert!(refused[field][0].is_string(), "{field}: {refused}");
    }
    let key = stage.server.key(stage.organisation, &[Scope::Write]).await;
    let silent = As::new(&stage.server, key);
    let refused = send(&silent, post.clone(), LIST, form(&stage.clip, "Ada")).await;
    assert!(refused.expect(400)["consent"][0].is_string());
    let consent = json!({"version": "1", "obtainedAt": "2026-01-31T12:00:00Z", "by": "Ada"});
    assert_eq!(caller.get(LIST).await.expect(200), json!([]));
    let recordings = caller.get("/api/v1/recordings").await.expect(200);
    assert_eq!(recordings["items"], json!([]));

    let said = form(&stage.clip, "Ada").text("consent", consent.to_string());
    let made = send(&silent, post.clone(), LIST, said).await.expect(201);
    let path = format!("{LIST}{}/", made["id"].as_str().unwrap());
    let other = stage.server.organisation("Other").await;
    let stranger = stage.server.attesting_key(other, &[Scope::Write]).await;
    let stranger = As::new(&stage.server, stranger);
    let nobody = As::new(&stage.server, "");
    for path in [path.clone(), format!("{path}report/")] {
        assert!(stranger.get(&path).await.expect(404)["detail"].is_string());
        assert!(nobody.get(&path).await.expect(401)["detail"].is_string());
    }
    let analyze = format!("{path}analyze/");
    stranger.post(&analyze, json!({})).await.expect(404);
    stranger.delete(&path).await.expect(404);
    caller
        .post(&format!("{LIST}nonsense/analyze/"), json!({}))
        .await
        .expect(404);
    // Several at once: one starts it, the others are told that it runs.
    let calls = (0..4).map(|_| caller.post(&analyze, json!({})));
    let mut statuses: Vec<u16> = futures::future::join_all(calls)
        .await
        .iter()
        .map(|answer| answer.status.as_u16())
        .collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409, 409]);
}
