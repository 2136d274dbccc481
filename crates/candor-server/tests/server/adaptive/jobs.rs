//! Jobs: made by recruiters, seen by anybody while they are published and open.

use candor_app::{organisations::create_organisation, people};
use candor_core::{
    access::{Principal, Role, Scope},
    policy::OrganisationKind,
};
use candor_testkit::{Database, TestServer};
use rstest::rstest;
use serde_json::{Value, json};

use crate::calls::As;

const JOBS: &str = "/api/v1/recruiter/jobs";
const PUBLIC: &str = "/api/v1/public/jobs";

fn titles(list: &Value) -> Vec<&str> {
    let jobs = list["jobs"].as_array().unwrap().iter();
    jobs.map(|job| job["title"].as_str().unwrap()).collect()
}

#[rstest]
#[tokio::test]
async fn jobs_are_public_while_they_are_published_and_open(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "jobs_are_public_while_they_are_published_and_open";
    let Some(server) = TestServer::start(test, database).await else {
        return;
    };
    let ours = server.organisation("Ours").await;
    let theirs = server.organisation("Theirs").await;
    let recruiter = As::new(&server, server.person(ours, Role::Recruiter).await.1);
    let stranger = As::new(&server, server.key(theirs, &[Scope::Admin]).await);
    let nobody = As::new(&server, "");
    let new = json!({
        "title": "Rust <b>developer</b>", "role": "technical", "companyName": "Acme & Sons",
        "description": "Builds\nthings", "requirements": "Rust", "location": "Izmir",
        "salaryRange": "=1+1",
    });
    let made = recruiter.post(JOBS, new).await.expect(201);
    let job = &made["job"];
    for (field, value) in [
        ("title", "Rust <b>developer</b>"),
        ("role", "technical"),
        ("company_name", "Acme & Sons"),
        ("description", "Builds\nthings"),
        ("requirements", "Rust"),
        ("location", "Izmir"),
        ("salary_range", "=1+1"),
    ] {
        assert_eq!(job[field], value, "{field}");
    }
    let other = json!({"title": "Seller", "role": "sales"});
    let other = stranger.post(JOBS, other).await.expect(201);
    assert_eq!(other["job"]["company_name"], Value::Null);

    assert_eq!(
        titles(&recruiter.get(JOBS).await.expect(200)),
        ["Rust <b>developer</b>"]
    );
    let board = nobody.get(PUBLIC).await.expect(200);
    assert_eq!(
        titles(&board),
        ["Seller", "Rust <b>developer</b>"],
        "newest first"
    );
    let public = format!("{PUBLIC}/{}", job["id"].as_str().unwrap());
    assert_eq!(&nobody.get(&public).await.expect(200)["job"], job);

    // The same position, natively.
    let native = format!("/api/v1/positions/{}", job["id"].as_str().unwrap());
    let seen = recruiter.get(&native).await;
    let position = seen.expect(200);
    assert_eq!(position["posting"]["salary_range"], "=1+1");
    assert_eq!(position["is_public"], true);
    let hidden = json!({"is_public": false, "posting": {"department": "R&D"}});
    let hidden = recruiter.patch(&native, &seen.header("etag"), hidden).await;
    assert_eq!(hidden.expect(200)["posting"]["department"], "R&D");
    assert_eq!(
        hidden.json()["posting"]["location"],
        Value::Null,
        "replaced as a whole"
    );
    assert_eq!(
        nobody.get(&public).await.expect(404)["error"],
        "no such job"
    );
    let back = json!({"is_public": true, "status": "closed"});
    let closed = recruiter.patch(&native, &hidden.header("etag"), back).await;
    closed.expect(200);
    nobody.get(&public).await.expect(404);
    assert_eq!(titles(&nobody.get(PUBLIC).await.expect(200)), ["Seller"]);
    let open = json!({"status": "open", "posting": null});
    let open = recruiter
        .patch(&native, &closed.header("etag"), open)
        .await
        .expect(200);
    assert_eq!(open["posting"], Value::Null);
    nobody.get(&public).await.expect(200);

    for (field, value, path) in [
        ("role", json!("clown"), "role"),
        ("title", json!(" "), "title"),
        ("title", json!("x".repeat(301)), "title"),
        ("location", json!("a\u{1}b"), "location"),
        ("companyName", json!("x".repeat(301)), "companyName"),
    ] {
        let mut wrong = json!({"title": "t", "role": "sales"});
        wrong[field] = value;
        let refused = recruiter.post(JOBS, wrong).await.expect(400);
        assert_eq!(refused["details"][0]["path"], path, "{refused}");
    }
    recruiter
        .post(JOBS, json!({"title": "t"}))
        .await
        .expect(400);
    let reviewer = As::new(&server, server.person(ours, Role::Reviewer).await.1);
    let denied = json!({"title": "t", "role": "sales"});
    assert!(reviewer.post(JOBS, denied).await.expect(403)["error"].is_string());

    let mine = format!("{JOBS}/{}", job["id"].as_str().unwrap());
    stranger.delete(&mine).await.expect(404);
    assert_eq!(
        recruiter.delete(&mine).await.expect(200),
        json!({"deleted": true})
    );
    recruiter.delete(&mine).await.expect(404);
    nobody.get(&public).await.expect(404);
    nobody.get(&format!("{PUBLIC}/nothing")).await.expect(404);
}

#[rstest]
#[tokio::test]
async fn the_public_list_goes_on_until_its_end(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "the_public_list_goes_on_until_its_end";
    let Some(server) = TestServer::start(test, database).await else {
        return;
    };
    let ours = server.organisation("Ours").await;
    let key = As::new(&server, server.key(ours, &[Scope::Write]).await);
    let nobody = As::new(&server, "");
    let mut ids = Vec::new();
    for title in ["a", "b", "c", "d", "e"] {
        let new = json!({"title": title, "role": "sales"});
        let made = key.post(JOBS, new).await.expect(201);
        ids.push(made["job"]["id"].as_str().unwrap().to_owned());
    }
    // One that was made first and is published last comes first.
    let native = format!("/api/v1/positions/{}", ids[0]);
    for is_public in [false, true] {
        let change = json!({"is_public": is_public});
        key.patch(&native, "*", change).await.expect(200);
    }
    let whole = nobody.get(PUBLIC).await.expect(200);
    assert_eq!(titles(&whole), ["a", "e", "d", "c", "b"]);
    assert_eq!(whole.get("nextCursor"), None);

    let mut seen = Vec::new();
    let mut after = None;
    let mut cursors = Vec::new();
    loop {
        let (page, next) = people::list_openings(&server.app, after, 2).await.unwrap();
        seen.extend(page.into_iter().map(|position| position.title));
        after = next;
        match next {
            Some(cursor) => cursors.push(cursor.to_string()),
            None => break,
        }
    }
    assert_eq!(seen, ["a", "e", "d", "c", "b"]);
    assert_eq!(cursors.len(), 2);
    // A page begins where the one before ended, also where that job is gone meanwhile.
    let rest = format!("{PUBLIC}?cursor={}", cursors[0]);
    assert_eq!(
        titles(&nobody.get(&rest).await.expect(200)),
        ["d", "c", "b"]
    );
    key.delete(&format!("{JOBS}/{}", ids[4])).await.expect(200);
    assert_eq!(
        titles(&nobody.get(&rest).await.expect(200)),
        ["d", "c", "b"]
    );
    for cursor in ["x", "1.2", "01900000-0000-7000-8000-000000000000"] {
        let refused = nobody.get(&format!("{PUBLIC}?cursor={cursor}")).await;
        assert!(refused.expect(400)["error"].is_string(), "{cursor}");
    }
}

#[tokio::test]
async fn a_persons_own_workspace_has_no_public_jobs() {
    let test = "a_persons_own_workspace_has_no_public_jobs";
    let server = TestServer::start(test, Database::Sqlite).await.unwrap();
    let own = create_organisation(
        &server.app,
        Principal::Operator,
        "Own",
        OrganisationKind::Personal,
    )
    .await
    .unwrap();
    let key = As::new(&server, server.key(own, &[Scope::Admin]).await);
    let new = json!({"title": "t", "role": "sales"});
    let made = key.post(JOBS, new).await.expect(201);
    let nobody = As::new(&server, "");
    assert_eq!(nobody.get(PUBLIC).await.expect(200)["jobs"], json!([]));
    let path = format!("{PUBLIC}/{}", made["job"]["id"].as_str().unwrap());
    nobody.get(&path).await.expect(404);
}
