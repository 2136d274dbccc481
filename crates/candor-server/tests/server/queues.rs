//! Operators see and steer queues.

use candor_app::jobs::{self, JobInput};
use candor_core::{
    access::{Role, Scope},
    ids::{JobId, OrganisationId},
};
use candor_testkit::{Database, TestServer};
use rstest::rstest;
use serde_json::{Value, json};

async fn job(server: &TestServer, organisation: OrganisationId) -> JobId {
    let transaction = server.app.store.begin().await.unwrap();
    let input = JobInput {
        pipeline: "chain",
        organisation,
        subject: None,
        priority: 3,
        input: json!({ "first": { "refuse": true }, "secret": "not shown" }),
    };
    let job = jobs::enqueue(&server.app, &transaction, input)
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    job
}

#[rstest]
#[tokio::test]
async fn operators_see_depths_and_errors_and_can_retry_and_cancel(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(server) = TestServer::start("operators_see_depths", database).await else {
        return;
    };
    let organisation = server.organisation("one").await;
    let key = server.key(organisation, &[Scope::Operate]).await;
    let get = async |path: &str| -> (u16, Value) {
        let request = server.client.get(server.at(path)).bearer_auth(&key);
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    };
    let post = async |path: &str| -> (u16, Value) {
        let request = server.client.post(server.at(path)).bearer_auth(&key);
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    };
    let id = job(&server, organisation).await;
    let (_, queues) = get("/api/v1/queues").await;
    let first = &queues["steps"][0];
    assert_eq!(
        (&first["step"], &first["counts"]["ready"]),
        (&json!("first"), &json!(1))
    );
    assert_eq!(get("/admin/queues").await.1["steps"], queues["steps"]);

    jobs::run_step_alone(&server.app, id, "first")
        .await
        .unwrap();
    let path = format!("/api/v1/queues/jobs/{id}");
    let (_, failed) = get(&path).await;
    assert_eq!(failed["state"], "failed");
    assert_eq!(
        failed["steps"][0]["history"][0]["error_code"],
        "told_to_refuse"
    );
    assert!(!failed.to_string().contains("not shown"));
    let (_, listed) = get("/api/v1/queues/jobs?state=failed").await;
    assert_eq!(listed["items"][0]["id"], id.to_string());
    let (_, none) = get("/api/v1/queues/jobs?state=done").await;
    assert_eq!(none["items"], json!([]));
    assert_eq!(get("/api/v1/queues/jobs?state=sad").await.0, 422);

    let (status, body) = post(&format!("{path}/cancel")).await;
    assert_eq!((status, &body["code"]), (409, &json!("job_ended")));
    let (status, body) = post(&format!("{path}/steps/first/retry?and_after=true")).await;
    assert_eq!((status, &body["steps"][0]["state"]), (200, &json!("ready")));
    assert_eq!(post(&format!("{path}/steps/nothing/retry")).await.0, 404);
    let (status, body) = post(&format!("{path}/cancel")).await;
    assert_eq!((status, &body["state"]), (200, &json!("cancelled")));
}

#[rstest]
#[tokio::test]
async fn queues_are_for_operators_of_the_same_organisation(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(server) = TestServer::start("queues_are_for_operators", database).await else {
        return;
    };
    let organisation = server.organisation("one").await;
    let other = server.organisation("other").await;
    let id = job(&server, organisation).await;
    let status = async |path: &str, key: Option<&str>| {
        let mut request = server.client.get(server.at(path));
        if let Some(key) = key {
            request = request.bearer_auth(key);
        }
        request.send().await.unwrap().status().as_u16()
    };
    let path = format!("/api/v1/queues/jobs/{id}");
    let (_, recruiter) = server.person(organisation, Role::Recruiter).await;
    let foreign = server.key(other, &[Scope::Admin]).await;
    for path in [
        "/api/v1/queues",
        "/api/v1/queues/jobs",
        "/admin/queues",
        &path,
    ] {
        assert_eq!(status(path, None).await, 401, "{path}");
        assert_eq!(status(path, Some(&recruiter)).await, 403, "{path}");
    }
    assert_eq!(status(&path, Some(&foreign)).await, 404);
}

#[tokio::test]
async fn the_page_brings_all_it_needs_and_allows_nothing_else() {
    let Some(server) = TestServer::start("the_page_brings_all_it_needs", Database::Sqlite).await
    else {
        return;
    };
    let request = server.client.get(server.at("/admin/queues"));
    let answer = request.header("accept", "text/html").send().await.unwrap();
    let policy = answer.headers()["content-security-policy"]
        .to_str()
        .unwrap();
    assert!(policy.starts_with("default-src 'none'; script-src 'sha256-"));
    assert!(!policy.contains("unsafe"));
    let page = answer.text().await.unwrap();
    assert!(!page.contains("http://") && !page.contains("https://"));
}
