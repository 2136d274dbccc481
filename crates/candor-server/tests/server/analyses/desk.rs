//! A server with workers, and recordings to send to it.

use std::{path::Path, time::Duration};

use candor_app::jobs::{Pool, Workers};
use candor_core::{
    access::Scope, emotion::Expression, ids::OrganisationId, span::Span, transcript::Accuracy,
};
use candor_testkit::{Clips, Database, FakeEngines, TestServer, timed_words};
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::calls::As;

pub const ANSWER: &str = "I measured the slow queries and I added an index to the database.";
/// A tone for 1.5 s of every two, and a moving picture.
pub const FOUR_SECONDS: &str = "-f lavfi -i aevalsrc=0.4*sin(2*PI*200*t)*lt(mod(t\\,2)\\,1.5):s=16000:d=4 \
    -f lavfi -i testsrc2=size=160x120:rate=10:duration=4 -c:v libx264 -c:a pcm_s16le";
/// A tone for half a second of every second.
pub const SIX_SECONDS: &str =
    "-f lavfi -i aevalsrc=0.4*sin(2*PI*200*t)*lt(mod(t\\,1)\\,0.5):s=16000:d=6 -c:a pcm_s16le";

fn engines() -> FakeEngines {
    let said = [(Span::new(0.0, 3.5), ANSWER)];
    FakeEngines {
        transcript: Some(timed_words(&said, Accuracy::Good)),
        faces: Some(|_| 1),
        expression: Some(|_| {
            Expression::ALL.map(|label| match label {
                Expression::Happiness => Some(0.86),
                _ => Some(0.02),
            })
        }),
        ..FakeEngines::default()
    }
}

/// A server with workers, an organisation and a key that attests consent.
pub struct Desk {
    pub server: TestServer,
    pub organisation: OrganisationId,
    pub key: String,
    pub clips: Clips,
    _workers: Workers,
}

impl Desk {
    pub async fn open(test: &str, database: Database) -> Option<Self> {
        let clips = Clips::new(test)?;
        let server = TestServer::start_with(test, database, engines(), |config| {
            config.jobs.backoff_s = 0.05;
        })
        .await?;
        let organisation = server.organisation("Test").await;
        let key = server
            .attesting_key(organisation, &[Scope::Read, Scope::Write])
            .await;
        let workers = Workers::start(&server.app, &Pool::ALL);
        Some(Self {
            organisation,
            key,
            clips,
            _workers: workers,
            server,
        })
    }

    pub fn caller(&self) -> As<'_> {
        As::new(&self.server, self.key.as_str())
    }

    pub async fn upload(&self, path: &Path) -> String {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let file = Part::bytes(std::fs::read(path).unwrap()).file_name(name);
        let consent = json!({"version": "1", "obtainedAt": "2026-01-31T12:00:00Z", "by": "Ada"});
        let meta = json!({"consent": consent});
        let answer = self
            .server
            .client
            .post(self.server.at("/api/v1/recordings"))
            .bearer_auth(&self.key)
            .multipart(
                Form::new()
                    .text("meta", meta.to_string())
                    .part("file", file),
            )
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 201);
        let body: Value = answer.json().await.unwrap();
        body["id"].as_str().unwrap().to_owned()
    }

    pub async fn begin(&self, request: Value) -> String {
        let made = self.caller().post("/api/v1/analyses", request).await;
        let body = made.expect(202);
        let id = body["id"].as_str().unwrap().to_owned();
        assert_eq!(made.header("location"), format!("/api/v1/analyses/{id}"));
        id
    }

    /// The events of an analysis until it ends.
    pub async fn follow(&self, id: &str, after: Option<&str>) -> Vec<(String, String, Value)> {
        let mut request = self
            .server
            .client
            .get(self.server.at(&format!("/api/v1/analyses/{id}/events")))
            .bearer_auth(&self.key)
            .timeout(Duration::from_secs(80));
        if let Some(after) = after {
            request = request.header("last-event-id", after);
        }
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        let text = answer.text().await.unwrap();
        text.split("\n\n").filter_map(event).collect()
    }

    pub async fn get(&self, path: &str) -> Value {
        self.caller().get(path).await.expect(200)
    }
}

/// Id, name and data of one written event; `None` for a comment.
fn event(text: &str) -> Option<(String, String, Value)> {
    let field = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name))?;
        Some(line.trim_start_matches(':').trim().to_owned())
    };
    let data = serde_json::from_str(&field("data")?).unwrap();
    Some((field("id")?, field("event")?, data))
}
