//! What is refused in an interview in words, and that nothing changes then.

use candor_core::access::Role;
use candor_testkit::Database;
use serde_json::{Value, json};

use super::stage::{STRONG, Stage, at, invited, made, prepared, short};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_does_not_fit_the_state_changes_nothing() {
    let stage = Stage::new("what_does_not_fit_the_state", Database::Sqlite)
        .await
        .unwrap();
    let staff = stage.staff(Role::Recruiter).await;
    let bare = made(&staff).await;
    assert_eq!(staff.get(&at(&bare, "")).await.status, 404);
    assert_eq!(
        staff.post(&at(&bare, "/begin"), Value::Null).await.status,
        404
    );
    let id = prepared(&staff, short()).await;
    let again = staff.post(&at(&id, ""), short()).await;
    assert_eq!(again.problem(409), "interview_is_prepared");
    let early = json!({"text": STRONG});
    let refused = staff.post(&at(&id, "/answers"), early.clone()).await;
    assert_eq!(refused.problem(409), "interview_not_begun");
    staff
        .post(&at(&id, "/begin"), Value::Null)
        .await
        .expect(200);
    let twice = staff.post(&at(&id, "/begin"), Value::Null).await;
    assert_eq!(twice.problem(409), "interview_has_begun");
    let before = staff.get(&at(&id, "")).await.expect(200);
    let long = json!({"text": "word ".repeat(20_000)});
    assert_eq!(
        staff.post(&at(&id, "/answers"), long).await.problem(422),
        "invalid_text"
    );
    let nul = json!({"text": "a\u{0}b"});
    assert_eq!(
        staff.post(&at(&id, "/answers"), nul).await.problem(422),
        "invalid_text"
    );
    let wrong = json!({"text": 7});
    assert_eq!(staff.post(&at(&id, "/answers"), wrong).await.status, 422);
    let resumed = staff.post(&at(&id, "/resume"), Value::Null).await;
    assert_eq!(resumed.problem(409), "interview_not_paused");
    let report = staff.get(&format!("/api/v1/interviews/{id}/report")).await;
    assert_eq!(report.status, 404);
    assert_eq!(staff.get(&at(&id, "")).await.expect(200), before);

    staff
        .post(&at(&id, "/repeat"), Value::Null)
        .await
        .expect(200);
    staff.post(&at(&id, "/skip"), Value::Null).await.expect(200);
    let ended = staff.post(&at(&id, "/end"), Value::Null).await.expect(200);
    assert_eq!(
        (&ended["status"], &ended["end"]),
        (&json!("ended"), &json!("stopped"))
    );
    for step in ["/answers", "/skip", "/repeat", "/pause", "/end", "/begin"] {
        let refused = staff.post(&at(&id, step), early.clone()).await;
        let code = refused.problem(409);
        assert!(
            ["interview_already_ended", "interview_has_begun"].contains(&&*code),
            "{step}: {code}"
        );
    }
    // Nothing was answered: no score, with the reason, never a zero.
    let report = staff
        .get(&format!("/api/v1/interviews/{id}/report"))
        .await
        .expect(200);
    assert_eq!(report["overall"], Value::Null);
    assert_eq!(report["recommendation"], Value::Null);
    assert!(report["not_scored"].is_object(), "{report}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn empty_and_odd_answers_are_asked_about_and_get_no_praise() {
    let stage = Stage::new("empty_and_odd_answers", Database::Sqlite)
        .await
        .unwrap();
    let staff = stage.staff(Role::Recruiter).await;
    for odd in ["", "   \n", "🙂🙂🙂", "Yes."] {
        let id = prepared(&staff, short()).await;
        staff
            .post(&at(&id, "/begin"), Value::Null)
            .await
            .expect(200);
        let step = staff
            .post(&at(&id, "/answers"), json!({"text": odd}))
            .await
            .expect(200);
        let mark = step["evaluation"]["score"].as_f64();
        assert!(mark.is_none_or(|mark| mark < 2.0), "{odd:?}: {step}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_setup_that_can_not_be_is_refused_by_its_field() {
    let stage = Stage::new("a_setup_that_can_not_be", Database::Sqlite)
        .await
        .unwrap();
    let staff = stage.staff(Role::Recruiter).await;
    let id = made(&staff).await;
    let own = |question: Value| json!({"role_family": "sales", "questions": [question]});
    for (setup, field) in [
        (json!({"role_family": "pilot"}), "role_family"),
        (
            json!({"role_family": "sales", "language": "de"}),
            "language",
        ),
        (
            json!({"role_family": "sales", "duration_minutes": 4}),
            "duration_minutes",
        ),
        (
            json!({"role_family": "sales", "difficulty": "insane"}),
            "difficulty",
        ),
        (own(json!({"text": "  "})), "text"),
        (own(json!({"text": "Why?", "phase": "coding"})), "phase"),
        (
            own(json!({"text": "Why?", "starter_code": "x = 1"})),
            "phase",
        ),
    ] {
        let refused = staff.post(&at(&id, ""), setup.clone()).await;
        refused.problem(422);
        assert!(refused.text.contains(field), "{setup}: {}", refused.text);
    }
    assert_eq!(staff.get(&at(&id, "")).await.status, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_candidate_reaches_their_own_interview_and_no_other() {
    let stage = Stage::new("a_candidate_reaches_their_own", Database::Sqlite)
        .await
        .unwrap();
    let staff = stage.staff(Role::Recruiter).await;
    let (mine, theirs) = (
        prepared(&staff, short()).await,
        prepared(&staff, short()).await,
    );
    let candidate = invited(&staff, &mine).await;
    assert_eq!(
        candidate
            .post(&at(&theirs, "/begin"), Value::Null)
            .await
            .status,
        404
    );
    assert_eq!(candidate.get(&at(&theirs, "")).await.status, 404);
    assert_eq!(candidate.post(&at(&mine, ""), short()).await.status, 403);
    candidate
        .post(&at(&mine, "/begin"), Value::Null)
        .await
        .expect(200);
    let foreign = stage.server.organisation("Theirs").await;
    let (_, token) = stage.server.person(foreign, Role::Admin).await;
    let stranger = crate::calls::As::new(&stage.server, token);
    for step in ["/begin", "/answers", "/end"] {
        let refused = stranger
            .post(&at(&mine, step), json!({"text": "hello"}))
            .await;
        assert_eq!(refused.status, 404, "{step}");
    }
}
