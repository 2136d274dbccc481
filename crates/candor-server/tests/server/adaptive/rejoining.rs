//! A candidate whose first answer was lost comes in again by the same link; two people never are in at once.

use candor_core::access::Scope;
use candor_testkit::Database;
use futures::future::join_all;
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

use super::scheduling::{scheduled, started};
use crate::calls::{Answer, As};

const KEY: &str = "0190aef0-1111-4222-8333-444455556666";
const OTHER_KEY: &str = "0190aef0-9999-4222-8333-444455556666";

async fn start(link: &str, nobody: &As<'_>, key: Option<&str>) -> Answer {
    let path = format!("/api/v1/public/join/{link}/start");
    let headers: Vec<(&str, &str)> = key
        .map(|key| ("idempotency-key", key))
        .into_iter()
        .collect();
    nobody
        .send(Method::POST, &path, &headers, Some(json!({})))
        .await
}

fn token(answer: &Answer) -> Option<String> {
    answer.json()["sessionToken"].as_str().map(str::to_owned)
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_answer_is_given_again_to_one_client_at_a_time(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "a_lost_answer_is_given_again_to_one_client_at_a_time";
    let Some((server, clock)) = started(test, database).await else {
        return;
    };
    let organisation = server.organisation("Acme").await;
    let boss = As::new(&server, server.key(organisation, &[Scope::Admin]).await);
    let nobody = As::new(&server, "");
    let link = scheduled(&boss, "ana@example.org", Timestamp::now()).await;

    let weak = start(&link, &nobody, Some("1")).await;
    weak.expect(400);
    let first = start(&link, &nobody, Some(KEY)).await;
    let begun = first.expect(201);
    let state = format!(
        "/api/v1/interview/{}/state",
        begun["interviewId"].as_str().unwrap()
    );
    let status = async |token: &str| {
        let caller = As::new(&server, token);
        caller.get(&state).await.status.as_u16()
    };
    let first = token(&first).unwrap();

    // At once: the same client is let in, sent twice or not, and shuts nobody of its own out.
    let again = join_all((0..3).map(|_| start(&link, &nobody, Some(KEY)))).await;
    for answer in &again {
        let again = answer.expect(200);
        assert_eq!(again["interviewId"], begun["interviewId"]);
        assert_eq!(again["alreadyStarted"], true);
        assert_eq!(again["firstReply"], begun["firstReply"]);
        assert_eq!(status(&token(answer).unwrap()).await, 200);
    }
    assert_eq!(status(&first).await, 200);
    for other in [None, Some(OTHER_KEY)] {
        let told = start(&link, &nobody, other).await;
        assert_eq!(told.expect(200).get("sessionToken"), None);
    }

    // Later, and nothing was answered: whoever holds the link takes the place of those before.
    clock.advance(SignedDuration::from_secs(31));
    let taken = start(&link, &nobody, Some(OTHER_KEY)).await;
    taken.expect(200);
    let taken = token(&taken).unwrap();
    assert_eq!(status(&taken).await, 200);
    for before in again.iter().filter_map(token).chain([first]) {
        assert_eq!(status(&before).await, 401);
    }
    let told = start(&link, &nobody, Some(KEY)).await;
    assert_eq!(told.expect(200).get("sessionToken"), None, "just now taken");

    // Once something was answered only the one who is in comes back.
    let path = state.replace("/state", "/answer");
    let answer = json!({"answerText": "A borrow lends a value without giving it away."});
    As::new(&server, taken.as_str())
        .post(&path, answer)
        .await
        .expect(200);
    clock.advance(SignedDuration::from_mins(5));
    for other in [None, Some(KEY)] {
        let told = start(&link, &nobody, other).await;
        assert_eq!(told.expect(200).get("sessionToken"), None);
    }
    assert_eq!(status(&taken).await, 200);
    let back = start(&link, &nobody, Some(OTHER_KEY)).await;
    back.expect(200);
    let back = token(&back).unwrap();
    assert_eq!((status(&back).await, status(&taken).await), (200, 401));

    let log = boss.get("/api/v1/audit?limit=200").await.expect(200);
    let joined: Vec<&Value> = log["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|line| line["action"] == "invitation.joined_again")
        .collect();
    assert_eq!(joined.len(), 5);
    assert_eq!(joined[0]["details"]["same_client"], true);
    assert_eq!(joined[1]["details"]["same_client"], false);
    assert!(!log.to_string().contains(KEY));

    // Nobody comes back into one that is over.
    As::new(&server, back.as_str())
        .post(&state.replace("/state", "/end"), json!({}))
        .await
        .expect(200);
    let over = start(&link, &nobody, Some(OTHER_KEY)).await;
    assert_eq!(over.expect(200).get("sessionToken"), None);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_begins_before_the_link_closes_may_come_to_the_end(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "who_begins_before_the_link_closes_may_come_to_the_end";
    let Some((server, clock)) = started(test, database).await else {
        return;
    };
    let organisation = server.organisation("Acme").await;
    let boss = As::new(&server, server.key(organisation, &[Scope::Admin]).await);
    let nobody = As::new(&server, "");
    // Half an hour is planned, and the link closes a week after its time.
    let link = scheduled(&boss, "ana@example.org", Timestamp::now()).await;
    let other = scheduled(&boss, "bo@example.org", Timestamp::now()).await;
    clock.advance(SignedDuration::from_hours(7 * 24) - SignedDuration::from_mins(1));
    let first = start(&link, &nobody, Some(KEY)).await;
    let id = first.expect(201)["interviewId"].clone();
    let state = format!("/api/v1/interview/{}/state", id.as_str().unwrap());
    let ana = token(&first).unwrap();
    let ana = As::new(&server, ana.as_str());
    clock.advance(SignedDuration::from_mins(20));
    ana.get(&state).await.expect(200);
    let answer = json!({"answerText": "A borrow lends a value without giving it away."});
    ana.post(&state.replace("/state", "/answer"), answer)
        .await
        .expect(200);
    start(&other, &nobody, None).await.expect(410);

    // Also when the page is opened again; nobody else gets in, and not for ever.
    let again = start(&link, &nobody, Some(KEY)).await;
    again.expect(200);
    let again = token(&again).unwrap();
    let again = As::new(&server, again.as_str());
    again.get(&state).await.expect(200);
    let stranger = start(&link, &nobody, Some(OTHER_KEY)).await;
    assert_eq!(stranger.expect(200).get("sessionToken"), None);
    clock.advance(SignedDuration::from_mins(90));
    again.get(&state).await.expect(401);
    let late = start(&link, &nobody, Some(KEY)).await;
    assert_eq!(late.expect(200).get("sessionToken"), None);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_without_a_secret_comes_back_before_it_answers(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "a_client_without_a_secret_comes_back_before_it_answers";
    let Some((server, clock)) = started(test, database).await else {
        return;
    };
    let organisation = server.organisation("Acme").await;
    let boss = As::new(&server, server.key(organisation, &[Scope::Admin]).await);
    let nobody = As::new(&server, "");
    let link = scheduled(&boss, "ana@example.org", Timestamp::now()).await;
    start(&link, &nobody, None).await.expect(201);
    clock.advance(SignedDuration::from_mins(2));
    let together = join_all((0..4).map(|_| start(&link, &nobody, None))).await;
    let tokens: Vec<String> = together.iter().filter_map(token).collect();
    assert_eq!(tokens.len(), 1, "one of those who come at once");
    let id = together[0].json()["interviewId"]
        .as_str()
        .unwrap()
        .to_owned();
    let candidate = As::new(&server, tokens[0].as_str());
    let path = format!("/api/v1/interview/{id}/state");
    candidate.get(&path).await.expect(200);
}
