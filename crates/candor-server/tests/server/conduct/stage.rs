//! An interview that is ready to begin, and who takes part in it.

use candor_core::{access::Role, ids::OrganisationId};
use candor_testkit::{Database, TestServer, good_answer};
use serde_json::{Value, json};

use crate::calls::As;

/// What a strong candidate says to everything, before what the question asks for: long, structured, with figures.
pub const STRONG: &str = "When I joined the team the checkout was slow: nine hundred milliseconds at the 95th percentile. \
    My task was to find out why and to bring it below three hundred. First I measured every query with traces, because \
    guesses had failed before. I found a missing index on orders and a cache that was never invalidated, so I added the \
    index, wrote tests and rolled it out behind a flag to ten percent of the traffic. As a result the time fell to two \
    hundred and ten milliseconds and the error rate halved; I documented the trade-off for the team.";
/// What somebody says who has nothing to say.
pub const WEAK: &str = "I have no idea.";

/// A server with an organisation.
pub struct Stage {
    pub server: TestServer,
    pub organisation: OrganisationId,
}

impl Stage {
    pub async fn new(test: &str, database: Database) -> Option<Self> {
        let server = TestServer::start(test, database).await?;
        let organisation = server.organisation("Ours").await;
        Some(Self {
            server,
            organisation,
        })
    }

    pub async fn staff(&self, role: Role) -> As<'_> {
        As::new(
            &self.server,
            self.server.person(self.organisation, role).await.1,
        )
    }
}

/// An interview of `staff`, not prepared.
pub async fn made(staff: &As<'_>) -> String {
    let interview = staff
        .post("/api/v1/interviews", json!({"title": "Backend"}))
        .await;
    text(&interview.expect(201)["id"])
}

/// A prepared interview of `staff` about selling, for it has no code.
pub async fn prepared(staff: &As<'_>, setup: Value) -> String {
    let id = made(staff).await;
    staff.post(&at(&id, ""), setup).await.expect(201);
    id
}

/// Ten minutes about selling.
pub fn short() -> Value {
    json!({"role_family": "sales", "duration_minutes": 10})
}

/// A candidate with a token for the interview.
pub async fn invited<'a>(staff: &As<'a>, interview: &str) -> As<'a> {
    let path = format!("/api/v1/interviews/{interview}/tokens");
    let token = staff.post(&path, json!({})).await.expect(201);
    As::new(staff.server, text(&token["token"]))
}

/// The path of a step.
pub fn at(interview: &str, step: &str) -> String {
    format!("/api/v1/interviews/{interview}/session{step}")
}

/// Answers with `say` until the interview ends by itself; every step's answer.
pub async fn answer_all(caller: &As<'_>, interview: &str, say: &str) -> Vec<Value> {
    let mut steps = Vec::new();
    for n in 1..=60 {
        let said = match say {
            STRONG => {
                let session = caller.get(&at(interview, "")).await.expect(200);
                let turns = session["turns"].as_array().unwrap();
                good_answer(&text(&turns.last().unwrap()["text"]))
            }
            _ => String::new(),
        };
        // No two answers are the same, as people's are not.
        let body = json!({"text": format!("{say} {said} That was number {n}.")});
        let step = caller
            .post(&at(interview, "/answers"), body)
            .await
            .expect(200);
        let is_over = step["status"] == "ended";
        steps.push(step);
        if is_over {
            return steps;
        }
    }
    panic!("it does not end: {steps:#?}");
}

pub fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value}"))
        .to_owned()
}
