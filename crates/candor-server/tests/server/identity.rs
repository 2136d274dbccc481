//! Who gets in, who does not, and what becomes of tokens and keys.

use candor_testkit::{Database, FakeEngines, TestServer};
use serde_json::{Value, json};

use crate::calls::As;

mod accounts;
mod admins;
mod audit;
mod browsers;
mod guessing;
mod keys;
mod oidc;
mod people;
mod setup;
mod tokens;

/// A password that every rule allows.
const PASSWORD: &str = "correct horse 9";

/// A server whose limit of attempts is out of the way.
async fn patient(test: &str, database: Database) -> Option<TestServer> {
    TestServer::start_with(test, database, FakeEngines::default(), |config| {
        config.auth.logins_per_minute = 10_000;
    })
    .await
}

fn nobody(server: &TestServer) -> As<'_> {
    As::new(server, "")
}

/// Registers on the documented route and gives the answer.
async fn register(server: &TestServer, user: &str) -> Value {
    let body =
        json!({"userId": user, "password": PASSWORD, "displayName": format!("{user}'s name")});
    nobody(server)
        .post("/auth/register", body)
        .await
        .expect(201)
}

fn token<'a>(session: &'a Value, name: &str) -> &'a str {
    session[name].as_str().unwrap()
}
