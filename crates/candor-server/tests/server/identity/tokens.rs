//! Access and refresh tokens: what counts, what does not, and for how long.

use candor_testkit::{Database, FakeEngines, TestServer};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use rstest::rstest;
use serde_json::{Value, json};

use super::{PASSWORD, nobody, patient, register, token};
use crate::calls::As;

#[rstest]
#[tokio::test]
async fn a_refresh_token_used_twice_ends_the_session_at_once(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "a_refresh_token_used_twice_ends_the_session_at_once";
    let Some(server) = patient(test, database).await else {
        return;
    };
    let first = register(&server, "alice").await;
    let body = json!({"userId": "alice", "password": PASSWORD});
    let elsewhere = nobody(&server).post("/auth/login", body).await.expect(200);
    let refresh = async |session: &Value| {
        let body = json!({"refreshToken": session["refreshToken"]});
        nobody(&server).post("/auth/refresh", body).await
    };
    let second = refresh(&first).await.expect(200);
    let caller = As::new(&server, token(&second, "accessToken"));
    caller.get("/auth/me").await.expect(200);
    refresh(&first).await.expect(401);
    caller.get("/auth/me").await.expect(401);
    refresh(&second).await.expect(401);
    As::new(&server, token(&first, "accessToken"))
        .get("/auth/me")
        .await
        .expect(401);
    // A session of the same person on another device goes on.
    As::new(&server, token(&elsewhere, "accessToken"))
        .get("/auth/me")
        .await
        .expect(200);
}

#[rstest]
#[tokio::test]
async fn a_refresh_token_sent_many_times_at_once_counts_once(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "a_refresh_token_sent_many_times_at_once_counts_once";
    let Some(server) = patient(test, database).await else {
        return;
    };
    let session = register(&server, "alice").await;
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let body = json!({"refreshToken": session["refreshToken"]});
        let request = server.client.post(server.at("/auth/refresh")).json(&body);
        running.spawn(crate::calls::read(request));
    }
    let answers = running.join_all().await;
    let given: Vec<_> = answers.iter().filter(|one| one.status == 200).collect();
    assert!(given.len() <= 1, "{} got tokens", given.len());
    // It was stolen, as far as anybody can tell: whoever was first has nothing of it.
    for answer in given {
        let caller = As::new(&server, token(&answer.json(), "accessToken"));
        caller.get("/auth/me").await.expect(401);
    }
}

#[rstest]
#[tokio::test]
async fn signing_out_ends_access_tokens_at_once(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(server) = patient("signing_out_ends_access_tokens_at_once", database).await else {
        return;
    };
    let session = register(&server, "alice").await;
    let caller = As::new(&server, token(&session, "accessToken"));
    caller.get("/auth/me").await.expect(200);
    let body = json!({"refreshToken": session["refreshToken"]});
    nobody(&server).post("/auth/logout", body).await.expect(200);
    caller.get("/auth/me").await.expect(401);
    // The native route, and the access token alone.
    let body = json!({"login": "alice", "password": PASSWORD});
    let session = nobody(&server)
        .post("/api/v1/auth/login", body)
        .await
        .expect(200);
    let caller = As::new(&server, token(&session, "access_token"));
    caller.get("/api/v1/users/me").await.expect(200);
    caller
        .post("/api/v1/auth/logout", json!({}))
        .await
        .expect(204);
    assert_eq!(
        caller.get("/api/v1/users/me").await.problem(401),
        "unauthenticated"
    );
    let body = json!({"refresh_token": session["refresh_token"]});
    let refused = nobody(&server).post("/api/v1/auth/refresh", body).await;
    assert_eq!(refused.problem(401), "unauthenticated");
}

#[rstest]
#[tokio::test]
async fn forged_tokens_are_refused(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(server) = patient("forged_tokens_are_refused", database).await else {
        return;
    };
    let session = register(&server, "alice").await;
    let access = token(&session, "accessToken");
    let parts: Vec<&str> = access.split('.').collect();
    let claims: Value = jsonwebtoken::dangerous::insecure_decode_claims(access).unwrap();
    for name in [
        "sub",
        "displayName",
        "tokenType",
        "iat",
        "exp",
        "jti",
        "fam",
        "org",
    ] {
        assert!(!claims[name].is_null(), "{name}");
    }
    assert_eq!(claims["sub"], "alice");
    assert_eq!(claims["tokenType"], "access");
    assert_eq!(
        claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(),
        3600
    );
    let sign = |algorithm, secret: &[u8], claims: &Value| {
        jsonwebtoken::encode(
            &Header::new(algorithm),
            claims,
            &EncodingKey::from_secret(secret),
        )
        .unwrap()
    };
    let own = server.app.secrets.signing_key();
    let mut other_kind = claims.clone();
    other_kind["tokenType"] = json!("refresh");
    let mut over = claims.clone();
    over["exp"] = json!(claims["iat"].as_i64().unwrap() - 1);
    let mut elsewhere = claims.clone();
    elsewhere["org"] = json!(candor_core::ids::OrganisationId::generate());
    let mut unknown = claims.clone();
    unknown["fam"] = json!(candor_core::ids::TokenFamilyId::generate());
    // {"typ":"JWT","alg":"none"} and {"alg":"none"}
    let none = "eyJ0eXAiOiJKV1QiLCJhbGciOiJub25lIn0";
    let bare = "eyJhbGciOiJub25lIn0";
    for (what, forged) in [
        ("no signature", format!("{}.{}.", parts[0], parts[1])),
        ("alg none", format!("{none}.{}.", parts[1])),
        ("alg none, bare", format!("{bare}.{}.", parts[1])),
        (
            "alg none, signed",
            format!("{none}.{}.{}", parts[1], parts[2]),
        ),
        (
            "foreign secret",
            sign(Algorithm::HS256, b"change-me-in-production", &claims),
        ),
        ("empty secret", sign(Algorithm::HS256, b"", &claims)),
        ("other algorithm", sign(Algorithm::HS512, own, &claims)),
        ("other kind", sign(Algorithm::HS256, own, &other_kind)),
        ("expired", sign(Algorithm::HS256, own, &over)),
        (
            "other organisation",
            sign(Algorithm::HS256, own, &elsewhere),
        ),
        ("unknown session", sign(Algorithm::HS256, own, &unknown)),
        ("refresh token", token(&session, "refreshToken").to_owned()),
        ("no token", "x".to_owned()),
        ("long", "x".repeat(7000)),
    ] {
        let caller = As::new(&server, forged);
        assert_eq!(caller.get("/auth/me").await.status, 401, "{what}");
        assert_eq!(caller.get("/api/v1/users/me").await.status, 401, "{what}");
    }
    let body = json!({"refreshToken": access});
    nobody(&server)
        .post("/auth/refresh", body)
        .await
        .expect(401);
    As::new(&server, access).get("/auth/me").await.expect(200);
}

#[rstest]
#[tokio::test]
async fn tokens_end_when_their_time_is_over(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "tokens_end_when_their_time_is_over";
    let at_once = |config: &mut candor_app::config::Config| {
        config.auth.access_minutes = 0;
        config.auth.refresh_days = 0;
    };
    let Some(server) =
        TestServer::start_with(test, database, FakeEngines::default(), at_once).await
    else {
        return;
    };
    let session = register(&server, "alice").await;
    As::new(&server, token(&session, "accessToken"))
        .get("/auth/me")
        .await
        .expect(401);
    let body = json!({"refreshToken": session["refreshToken"]});
    nobody(&server)
        .post("/auth/refresh", body)
        .await
        .expect(401);
}
