use candor_app::{
    AppError,
    consent::{self, Scope, Subject},
};
use candor_core::access::Role;
use candor_testkit::{Database, Storage};
use reqwest::multipart::Form;
use rstest::rstest;
use serde_json::json;

use super::{Stage, file, problem, read};

#[rstest]
#[tokio::test]
async fn a_person_agrees_for_themself_and_may_take_it_back(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "a_person_agrees_for_themself_and_may_take_it_back";
    let Some(mut stage) = Stage::new(test, database, Storage::Folder).await else {
        return;
    };
    let (user, token) = stage
        .server
        .person(stage.organisation, Role::Candidate)
        .await;
    let (other, _) = stage
        .server
        .person(stage.organisation, Role::Candidate)
        .await;
    stage.key = token;
    let agree = |subject: String, scopes: serde_json::Value| {
        json!({
            "subject": subject, "scopes": scopes, "version": "2026-01",
            "obtained_at": "2026-02-03T04:05:06Z", "by": "me",
        })
    };
    let usual = json!(["recording", "analysis"]);
    let request = stage
        .post("/api/v1/consents")
        .json(&agree(other.to_string(), usual.clone()));
    problem(request.send().await.unwrap(), 404, "not_found").await;
    let request = stage
        .post("/api/v1/consents")
        .json(&agree(user.to_string(), json!([])));
    problem(request.send().await.unwrap(), 422, "missing_scopes").await;
    let request = stage
        .post("/api/v1/consents")
        .json(&agree(user.to_string(), json!(["all"])));
    problem(request.send().await.unwrap(), 422, "invalid_scope").await;
    let request = stage
        .post("/api/v1/consents")
        .json(&agree("me".to_owned(), usual.clone()));
    problem(request.send().await.unwrap(), 422, "invalid_subject").await;
    let request = stage
        .post("/api/v1/consents")
        .json(&agree(user.to_string(), usual));
    let given = read(request.send().await.unwrap(), 201).await;
    assert_eq!(given["how"], "app");
    assert_eq!(given["scopes"], json!(["recording", "analysis"]));

    // What they agreed to before counts for their recordings.
    let form = Form::new().part("file", file(stage.clip(), "a.mp4"));
    let made = read(stage.send(form).await, 201).await;
    assert_eq!(made["consent_id"], given["id"]);
    let recording = Subject::Recording(super::id(&made));
    let app = &stage.server.app;
    let stands = async |scope| consent::require(app, stage.organisation, recording, scope).await;
    stands(Scope::Recording).await.unwrap();
    stands(Scope::Analysis).await.unwrap();
    assert!(matches!(
        stands(Scope::Behaviour).await,
        Err(AppError::ConsentRequired)
    ));

    let id = given["id"].as_str().unwrap();
    let request = stage.post(&format!("/api/v1/consents/{id}/withdraw"));
    let withdrawn = read(request.send().await.unwrap(), 200).await;
    assert_ne!(withdrawn["withdrawn_at"], json!(null));
    assert!(matches!(
        stands(Scope::Analysis).await,
        Err(AppError::ConsentRequired)
    ));
    let form = Form::new().part("file", file(stage.clip(), "a.mp4"));
    problem(stage.send(form).await, 422, "consent_required").await;
    let list = stage.get(&format!("/api/v1/consents?subject={user}"));
    let list = read(list.send().await.unwrap(), 200).await;
    assert_eq!(list["items"], json!([withdrawn]));
}

#[rstest]
#[tokio::test]
async fn an_attestation_covers_recording_and_analysis_only(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "an_attestation_covers_recording_and_analysis_only";
    let Some(mut stage) = Stage::new(test, database, Storage::Folder).await else {
        return;
    };
    stage.key = stage
        .server
        .attesting_key(stage.organisation, &[candor_core::access::Scope::Write])
        .await;
    let form = Form::new().part("file", file(stage.clip(), "a.mp4"));
    let made = read(stage.send(form).await, 201).await;
    let id = made["id"].as_str().unwrap();
    let list = stage.get(&format!("/api/v1/consents?subject={id}"));
    let list = read(list.send().await.unwrap(), 200).await;
    assert_eq!(list["items"][0]["how"], "attested");
    assert_eq!(list["items"][0]["scopes"], json!(["recording", "analysis"]));
    let subject = Subject::Recording(super::id(&made));
    let behaviour = consent::require(
        &stage.server.app,
        stage.organisation,
        subject,
        Scope::Behaviour,
    );
    assert!(matches!(behaviour.await, Err(AppError::ConsentRequired)));
    let elsewhere = stage.server.organisation("Other").await;
    let foreign = consent::require(&stage.server.app, elsewhere, subject, Scope::Analysis);
    assert!(matches!(foreign.await, Err(AppError::ConsentRequired)));
}
