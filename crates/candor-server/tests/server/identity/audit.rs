//! The audit log: a chain that shows what was changed afterwards.

use candor_app::audit::{Entry, record, verify};
use candor_core::{
    access::{Principal, Scope},
    ids::OrganisationId,
};
use candor_testkit::{Database, TestServer};
use rstest::rstest;
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::calls::As;

async fn write(server: &TestServer, organisation: OrganisationId, number: usize) {
    let transaction = server.app.store.begin().await.unwrap();
    let details =
        json!({"number": number, "zeta": 1, "alpha": {"b": [1.5, "é\u{1F3A4}"], "a": null}});
    let entry = Entry::new(
        organisation,
        Principal::Operator,
        "test.written",
        &number,
        details,
    );
    record(&transaction, &server.app, entry).await.unwrap();
    transaction.commit().await.unwrap();
}

#[rstest]
#[tokio::test]
async fn writers_at_the_same_time_make_one_whole_chain(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "writers_at_the_same_time_make_one_whole_chain";
    let Some(server) = TestServer::start(test, database).await else {
        return;
    };
    let organisation = server.organisation("Acme").await;
    let other = server.organisation("Other").await;
    let all = (0..24).map(|number| write(&server, organisation, number));
    let others = (0..8).map(|number| write(&server, other, number));
    futures::future::join(
        futures::future::join_all(all),
        futures::future::join_all(others),
    )
    .await;
    let seen = verify(&server.app, Some(organisation)).await.unwrap();
    assert_eq!((seen.lines, seen.broken_at), (25, None));
    let seen = verify(&server.app, Some(other)).await.unwrap();
    assert_eq!((seen.lines, seen.broken_at), (9, None));
}

#[rstest]
#[case::a_changed_line("update audit_log set details = '{\"number\": 99}' where subject = '2'")]
#[case::another_actor("update audit_log set actor = 'usr_somebody' where subject = '2'")]
#[case::a_line_taken_out("delete from audit_log where subject = '1'")]
#[case::the_first_taken_out("delete from audit_log where action = 'organisation.created'")]
#[tokio::test]
async fn the_chain_shows(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
    #[case] change: &str,
) {
    let Some(server) = TestServer::start("the_chain_shows", database).await else {
        return;
    };
    let organisation = server.organisation("Acme").await;
    for number in 0..4 {
        write(&server, organisation, number).await;
    }
    let auditor = As::new(&server, server.key(organisation, &[Scope::Admin]).await);
    let whole = auditor.get("/api/v1/audit/verification").await.expect(200);
    assert_eq!(whole["intact"], true);
    assert_eq!(whole["lines"], 6);
    assert_eq!(whole["broken_at"], json!(null));
    let done = server
        .app
        .store
        .writer()
        .execute_unprepared(change)
        .await
        .unwrap();
    assert_eq!(done.rows_affected(), 1);
    let broken = auditor.get("/api/v1/audit/verification").await.expect(200);
    assert_eq!(broken["intact"], false);
    assert!(broken["broken_at"].is_i64());
}

#[rstest]
#[tokio::test]
async fn the_log_is_read_in_pages_by_admins_of_the_organisation(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "the_log_is_read_in_pages_by_admins_of_the_organisation";
    let Some(server) = TestServer::start(test, database).await else {
        return;
    };
    let organisation = server.organisation("Acme").await;
    let other = server.organisation("Other").await;
    for number in 0..5 {
        write(&server, organisation, number).await;
    }
    let admin = As::new(&server, server.key(organisation, &[Scope::Admin]).await);
    let reader = As::new(&server, server.key(organisation, &[Scope::Read]).await);
    let stranger = As::new(&server, server.key(other, &[Scope::Admin]).await);
    assert_eq!(reader.get("/api/v1/audit").await.problem(403), "denied");
    let mut seen = Vec::new();
    let mut path = "/api/v1/audit?limit=3".to_owned();
    loop {
        let page = admin.get(&path).await.expect(200);
        for line in page["items"].as_array().unwrap() {
            seen.push(line["action"].as_str().unwrap().to_owned());
        }
        match page["next_cursor"].as_i64() {
            Some(cursor) => path = format!("/api/v1/audit?limit=3&cursor={cursor}"),
            None => break,
        }
    }
    let mut expected = vec!["api_key.created"; 2];
    expected.extend(["test.written"; 5]);
    expected.push("organisation.created");
    assert_eq!(seen, expected);
    let theirs = stranger.get("/api/v1/audit").await.expect(200);
    assert_eq!(theirs["items"].as_array().unwrap().len(), 2);
    for wrong in ["limit=0", "limit=201", "limit=x", "cursor=x"] {
        admin
            .get(&format!("/api/v1/audit?{wrong}"))
            .await
            .expect(422);
    }
}
