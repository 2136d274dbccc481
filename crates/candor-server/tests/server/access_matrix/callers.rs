//! Everybody who calls, with their credentials, and the interviews that candidates hold tokens for.

use std::collections::BTreeMap;

use candor_core::access::{Role, Scope};
use serde_json::{Value, json};

use crate::{calls::As, pipeline::stage::Stage};

/// Callers, as the tables name them.
pub const CALLERS: [&str; 16] = [
    "nobody",
    "forged token",
    "revoked key",
    "revoked candidate token",
    "other person",
    "owner",
    "reviewer",
    "recruiter",
    "admin",
    "read key",
    "write key",
    "operate key",
    "admin key",
    "candidate token",
    "other candidate token",
    "foreign admin",
];

/// Those of [`CALLERS`] whose credentials don't count.
pub const UNKNOWN: [&str; 4] = [
    "nobody",
    "forged token",
    "revoked key",
    "revoked candidate token",
];

/// Those of [`CALLERS`] who hold the token of an interview.
pub const CANDIDATES: [&str; 2] = ["candidate token", "other candidate token"];

/// Everybody, and what only they can make.
pub struct Callers {
    tokens: BTreeMap<&'static str, String>,
    /// The interview of the candidate token.
    pub invited: String,
    /// The interview of the other candidate token.
    pub other: String,
    /// The id of the revoked candidate token.
    pub token: String,
}

impl Callers {
    pub async fn new(stage: &Stage) -> Self {
        let server = &stage.server;
        let ours = stage.organisation;
        let theirs = server.organisation("Theirs").await;
        let mut tokens = BTreeMap::from([
            ("nobody", String::new()),
            (
                "forged token",
                "cdr_forged0000000000000000000000000000000000000".to_owned(),
            ),
            ("revoked key", server.key(ours, &[Scope::Admin]).await),
            ("other person", server.person(ours, Role::Candidate).await.1),
            ("owner", server.person(ours, Role::Candidate).await.1),
            ("reviewer", server.person(ours, Role::Reviewer).await.1),
            ("recruiter", server.person(ours, Role::Recruiter).await.1),
            ("admin", server.person(ours, Role::Admin).await.1),
            ("read key", server.key(ours, &[Scope::Read]).await),
            ("write key", server.key(ours, &[Scope::Write]).await),
            ("operate key", server.key(ours, &[Scope::Operate]).await),
            ("admin key", server.key(ours, &[Scope::Admin]).await),
            ("foreign admin", server.person(theirs, Role::Admin).await.1),
        ]);
        let admin = As::new(server, tokens["admin"].clone());
        let keys = admin.get("/api/v1/keys").await.expect(200);
        let revoked = &tokens["revoked key"];
        let key = keys["items"].as_array().unwrap().iter();
        let mut key = key.filter(|key| revoked.starts_with(key["prefix"].as_str().unwrap()));
        let path = format!("/api/v1/keys/{}", text(&key.next().unwrap()["id"]));
        admin.delete(&path).await.expect(200);

        let question = json!({"questions": [{"text": "Why?", "expected_answer": "Because."}]});
        let invited = admin
            .post("/api/v1/interviews", question.clone())
            .await
            .expect(201);
        let other = admin.post("/api/v1/interviews", question).await.expect(201);
        let mut ids = Vec::new();
        for (caller, interview) in [
            ("candidate token", &invited),
            ("revoked candidate token", &invited),
            ("other candidate token", &other),
        ] {
            let path = format!("/api/v1/interviews/{}/tokens", text(&interview["id"]));
            let made = admin.post(&path, json!({})).await.expect(201);
            tokens.insert(caller, text(&made["token"]));
            ids.push(text(&made["id"]));
        }
        let invited = text(&invited["id"]);
        let path = format!("/api/v1/interviews/{invited}/tokens/{}", ids[1]);
        admin.delete(&path).await.expect(200);
        Self {
            tokens,
            invited,
            other: text(&other["id"]),
            token: ids.swap_remove(1),
        }
    }

    /// The credential of a caller.
    pub fn token(&self, caller: &str) -> &str {
        &self.tokens[caller]
    }

    /// A caller on a server.
    pub fn of<'a>(&self, stage: &'a Stage, caller: &str) -> As<'a> {
        As::new(&stage.server, self.token(caller))
    }
}

/// A text of an answer.
pub fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is no text"))
        .to_owned()
}
