//! Invitations: made, changed, called off, and taken from tables.

use candor_core::access::{Role, Scope};
use candor_testkit::{Database, TestServer};
use rstest::rstest;
use serde_json::{Value, json};

use crate::calls::{Answer, As, read};

mod mail;

fn wanted() -> Value {
    json!({
        "candidate_email": "ana@example.org", "candidate_name": "Ana Díaz",
        "role_family": "technical", "scheduled_at": "2099-05-12T10:00",
        "time_zone": "Europe/Istanbul", "difficulty": "medium", "duration_minutes": 45,
        "focus_areas": ["Rust", "SQL"], "message": "We look forward to it.\nBring water.",
        "questions": [
            {"text": "Why us?", "phase": "intro", "key_points": ["names a product"]},
            {"text": "Reverse a list.", "coding": {"language": "python", "starter_code": "def f(x):\n    pass"}},
        ],
    })
}

async fn import(caller: &As<'_>, query: &str, table: &str) -> Answer {
    let path = format!("/api/v1/invitations/import{query}");
    let request = caller.server.client.post(caller.server.at(&path));
    let request = request.header("content-type", "text/csv; charset=utf-8");
    read(request.bearer_auth(&caller.token).body(table.to_owned())).await
}

#[rstest]
#[tokio::test]
async fn an_invitation_is_made_read_moved_listed_and_called_off(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "an_invitation_is_made_read_moved_listed_and_called_off";
    let Some(server) = TestServer::start(test, database).await else {
        return;
    };
    let organisation = server.organisation("Acme").await;
    let caller = As::new(&server, server.key(organisation, &[Scope::Write]).await);
    let position = caller
        .post("/api/v1/positions", json!({"title": "Rust developer"}))
        .await
        .expect(201);
    let candidate = caller
        .post("/api/v1/candidates", json!({"email": "ana@example.org"}))
        .await
        .expect(201);
    let both = json!({"candidate_id": candidate["id"], "position_id": position["id"]});
    let application = caller.post("/api/v1/applications", both).await.expect(201);

    let mut body = wanted();
    body["application_id"] = application["id"].clone();
    let made = caller.post("/api/v1/invitations", body).await;
    let invitation = made.expect(201);
    let id = invitation["id"].as_str().unwrap();
    assert!(id.starts_with("inv_"));
    assert_eq!(made.header("etag"), "\"1\"");
    assert_eq!(invitation["scheduled_at"], "2099-05-12T07:00:00Z");
    assert_eq!(invitation["opens_at"], "2099-05-12T06:45:00Z");
    assert_eq!(invitation["closes_at"], "2099-05-19T07:00:00Z");
    assert_eq!(invitation["position_id"], position["id"]);
    assert_eq!(invitation["candidate_id"], candidate["id"]);
    assert_eq!(invitation["status"], "scheduled");
    assert_eq!(invitation["sequence"], 0);
    assert_eq!(invitation["email_state"], "not_sent");
    assert!(
        invitation["email_error"]
            .as_str()
            .unwrap()
            .contains("no mail server")
    );
    assert_eq!(
        invitation["questions"][0]["key_points"][0],
        "names a product"
    );
    assert_eq!(invitation["questions"][1]["phase"], "coding");
    let link = invitation["join_url"].as_str().unwrap();
    let token = link.strip_prefix(&server.at("/interview/join/")).unwrap();
    assert_eq!(token.len(), 64);
    assert!(token.chars().all(|c| c.is_ascii_hexdigit()));
    let path = format!(
        "/api/v1/applications/{}",
        application["id"].as_str().unwrap()
    );
    let applied = caller.get(&path).await.expect(200);
    assert_eq!(applied["status"], "scheduled");

    let path = format!("/api/v1/invitations/{id}");
    assert_eq!(caller.get(&path).await.expect(200), invitation);
    let moved = json!({"scheduled_at": "2099-05-13T10:00", "message": null});
    let moved = caller.patch(&path, "\"1\"", moved).await.expect(200);
    assert_eq!(moved["scheduled_at"], "2099-05-13T07:00:00Z");
    assert_eq!(moved["opens_at"], "2099-05-13T06:45:00Z");
    assert_eq!(moved["closes_at"], "2099-05-20T07:00:00Z");
    assert_eq!(moved["sequence"], 1);
    assert_eq!(moved["message"], Value::Null);
    assert_eq!(moved["join_url"], invitation["join_url"]);
    let stale = caller
        .patch(&path, "\"1\"", json!({"language": "tr"}))
        .await;
    assert_eq!(stale.problem(412), "stale");
    let renamed = json!({"candidate_name": "Ana D.", "scheduled_at": "2099-05-13T07:00:00Z"});
    let renamed = caller.patch(&path, "\"2\"", renamed).await.expect(200);
    assert_eq!(renamed["sequence"], 1, "the same time is no change");

    for (query, n) in [
        ("status=scheduled", 1),
        ("status=cancelled", 0),
        ("candidate_email=ANA@example.ORG", 1),
        ("candidate_email=bo@example.org", 0),
        ("from=2099-05-13T07:00:00Z&to=2099-05-13T07:00:01Z", 1),
        ("from=2099-05-13T07:00:01Z", 0),
        ("to=2099-05-13T07:00:00Z", 0),
        (
            &*format!("position_id={}", position["id"].as_str().unwrap()),
            1,
        ),
    ] {
        let list = caller.get(&format!("/api/v1/invitations?{query}")).await;
        let list = list.expect(200);
        assert_eq!(list["items"].as_array().unwrap().len(), n, "{query}");
    }
    let unknown = caller.get("/api/v1/invitations?status=lost").await;
    assert_eq!(unknown.problem(422), "invalid_value");

    let cancel = format!("{path}/cancel");
    let off = caller.post(&cancel, json!({})).await.expect(200);
    assert_eq!(off["status"], "cancelled");
    assert_eq!(off["sequence"], 2);
    assert_eq!(caller.post(&cancel, json!({})).await.expect(200), off);
    let late = caller.patch(&path, "*", json!({"language": "tr"})).await;
    assert_eq!(late.problem(409), "invitation_over");
    assert_eq!(caller.delete(&path).await.status, 204);
    assert_eq!(caller.get(&path).await.problem(404), "not_found");

    let audit = As::new(&server, server.key(organisation, &[Scope::Admin]).await);
    let audit = audit.get("/api/v1/audit").await.expect(200);
    let actions: Vec<&str> = audit["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|line| line["subject"] == *id)
        .map(|line| line["action"].as_str().unwrap())
        .collect();
    assert_eq!(
        actions,
        [
            "invitation.deleted",
            "invitation.cancelled",
            "invitation.changed",
            "invitation.changed",
            "invitation.created"
        ]
    );
    assert!(!audit.to_string().contains("ana@example.org"));
}

#[tokio::test]
async fn what_can_not_be_an_invitation_is_refused() {
    let test = "what_can_not_be_an_invitation_is_refused";
    let server = TestServer::start(test, Database::Sqlite).await.unwrap();
    let organisation = server.organisation("Acme").await;
    let caller = As::new(&server, server.key(organisation, &[Scope::Write]).await);
    let many: Vec<Value> = (0..31).map(|_| json!({"text": "Why?"})).collect();
    let areas: Vec<String> = (0..11).map(|n| format!("area {n}")).collect();
    let nowhere = "0190a0a0-0000-7000-8000-000000000001";
    for (change, code) in [
        (json!({"candidate_email": "ana"}), "invalid_email"),
        (
            json!({"candidate_email": "a@b.org\r\nBcc: x@y.org"}),
            "invalid_text",
        ),
        (
            json!({"candidate_name": "Ana\r\nBcc: x@y.org"}),
            "invalid_text",
        ),
        (json!({"role_family": "pilot"}), "invalid_value"),
        (json!({"scheduled_at": "soon"}), "invalid_time"),
        (json!({"time_zone": "Mars/Base"}), "unknown_time_zone"),
        (json!({"time_zone": null}), "time_zone_required"),
        (
            json!({"scheduled_at": "2026-03-29T02:30", "time_zone": "Europe/Paris"}),
            "local_time_skipped",
        ),
        (
            json!({"scheduled_at": "1999-01-01T00:00:00Z"}),
            "invalid_time",
        ),
        (json!({"opens_at": "2099-05-12T08:00:00Z"}), "invalid_time"),
        (json!({"closes_at": "2099-05-12T06:00:00Z"}), "invalid_time"),
        (json!({"language": "de"}), "invalid_value"),
        (json!({"difficulty": "brutal"}), "invalid_value"),
        (json!({"duration_minutes": 4}), "invalid_duration"),
        (json!({"duration_minutes": 241}), "invalid_duration"),
        (json!({"focus_areas": areas}), "invalid_text"),
        (json!({"questions": many}), "too_many_questions"),
        (json!({"role_family": "sales"}), "coding_not_for_role"),
        (json!({"position_id": nowhere}), "unknown_reference"),
        (json!({"application_id": nowhere}), "unknown_reference"),
        (json!({"document_id": nowhere}), "unknown_reference"),
        (json!({"resume_url": "javascript:alert(1)"}), "invalid_url"),
        (json!({"candidate_email": 7}), "invalid_body"),
        (json!({"surprise": true}), "invalid_body"),
    ] {
        let mut body = wanted();
        body.as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        let answer = caller.post("/api/v1/invitations", body).await;
        assert_eq!(answer.problem(422), code, "{change}");
    }
    // Metacharacters are text like any other.
    let mut odd = wanted();
    odd["candidate_name"] = json!("=cmd|'/c calc'!A1\"; drop table users; <b>");
    odd["scheduled_at"] = json!("2099-10-25T02:30");
    odd["time_zone"] = json!("Europe/Paris");
    let odd_name = odd["candidate_name"].clone();
    let made = caller.post("/api/v1/invitations", odd).await.expect(201);
    assert_eq!(made["candidate_name"], odd_name);
    assert_eq!(made["scheduled_at"], "2099-10-25T00:30:00Z");
    assert!(made["notes"][0].as_str().unwrap().contains("happens twice"));

    let reader = As::new(&server, server.person(organisation, Role::Reviewer).await.1);
    assert_eq!(
        reader.get("/api/v1/invitations").await.problem(403),
        "denied"
    );
    let other = server.organisation("Other").await;
    let stranger = As::new(&server, server.key(other, &[Scope::Admin]).await);
    let path = format!("/api/v1/invitations/{}", made["id"].as_str().unwrap());
    for answer in [
        stranger.get(&path).await,
        stranger.patch(&path, "*", json!({"language": "tr"})).await,
        stranger.post(&format!("{path}/cancel"), json!({})).await,
        stranger.delete(&path).await,
    ] {
        assert_eq!(answer.problem(404), "not_found");
    }
}

#[rstest]
#[tokio::test]
async fn a_table_is_taken_whole_or_not_at_all(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(server) = TestServer::start("a_table_is_taken_whole_or_not_at_all", database).await
    else {
        return;
    };
    let organisation = server.organisation("Acme").await;
    let caller = As::new(&server, server.key(organisation, &[Scope::Write]).await);
    let bad = "candidate_email,role_family,scheduled_at,time_zone,duration_minutes\n\
               ana@example.org,technical,2099-01-01T10:00,Asia/Jakarta,30\n\
               nobody,sales,2099-01-01T10:00:00Z,,x\n\
               bo@example.org,sales,2099-01-01T10:00,,20\n\
               bo@example.org,sales\n";
    let refused = import(&caller, "", bad).await;
    assert_eq!(refused.problem(422), "invalid_rows");
    let errors = refused.json()["errors"].clone();
    let places: Vec<(u64, &str)> = errors
        .as_array()
        .unwrap()
        .iter()
        .map(|error| {
            let column = error["column"].as_str().unwrap_or_default();
            (error["row"].as_u64().unwrap(), column)
        })
        .collect();
    assert_eq!(places, [(3, "duration_minutes"), (4, "time_zone"), (5, "")]);
    let none = caller.get("/api/v1/invitations").await.expect(200);
    assert_eq!(none["items"], json!([]));

    let good = "\u{feff}scheduled_at,candidate_email,role_family,candidate_name,focus_areas,language\r\n\
                2099-01-01T10:00:00Z,ana@example.org,technical,\"Díaz, Ana\",Rust; SQL,id\r\n\
                2099-01-02T10:00:00+02:00,bo@example.org,sales,=1+1,,\r\n";
    let checked = import(&caller, "?dry_run=true", good).await.expect(200);
    assert_eq!(checked, json!({"dry_run": true, "n": 2, "items": []}));
    let none = caller.get("/api/v1/invitations").await.expect(200);
    assert_eq!(none["items"], json!([]));
    let made = import(&caller, "", good).await.expect(201);
    assert_eq!(made["n"], 2);
    assert_eq!(made["items"][0]["candidate_name"], "Díaz, Ana");
    assert_eq!(made["items"][0]["focus_areas"], json!(["Rust", "SQL"]));
    assert_eq!(made["items"][1]["scheduled_at"], "2099-01-02T08:00:00Z");
    let all = caller.get("/api/v1/invitations").await.expect(200);
    assert_eq!(all["items"].as_array().unwrap().len(), 2);

    for (table, code) in [
        ("", "invalid_table"),
        (
            "candidate_email,role_family\na@b.org,sales\n",
            "invalid_table",
        ),
        (
            "candidate_email,role_family,scheduled_at,shoe_size\na@b.org,sales,2099-01-01T10:00:00Z,44\n",
            "invalid_table",
        ),
        (
            "candidate_email,role_family,scheduled_at\n",
            "invalid_table",
        ),
    ] {
        let answer = import(&caller, "", table).await;
        assert_eq!(answer.problem(422), code, "{table}");
    }
    let mut long = "candidate_email,role_family,scheduled_at\n".to_owned();
    long.push_str(&"a@b.org,sales,2099-01-01T10:00:00Z\n".repeat(1001));
    assert_eq!(
        import(&caller, "", &long).await.problem(422),
        "invalid_table"
    );
    let large = "x".repeat(1_000_001);
    assert_eq!(import(&caller, "", &large).await.problem(413), "too_large");
}
