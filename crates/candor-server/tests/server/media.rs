//! Recordings: sent, resumed, cut, fetched, played, consented to and cleared up.

mod arrival;
mod consents;
mod fetch;
mod full;
mod live;
mod playback;
mod resumable;
mod source;
mod sweep;
mod upload;

use std::sync::Arc;

use candor_app::config::Config;
use candor_core::{
    access::Scope,
    ids::{OrganisationId, RecordingId},
    ports::SystemClock,
};
use candor_testkit::{Clips, Database, FakeEngines, Storage, TestServer};
use futures::TryStreamExt;
use reqwest::{RequestBuilder, Response, multipart};
use serde_json::{Value, json};

/// A server, a key that may upload, and short clips.
struct Stage {
    server: TestServer,
    clips: Clips,
    organisation: OrganisationId,
    key: String,
}

impl Stage {
    async fn new(test: &str, database: Database, storage: Storage) -> Option<Self> {
        Self::with(test, database, storage, |_| {}).await
    }

    async fn with(
        test: &str,
        database: Database,
        storage: Storage,
        change: impl FnOnce(&mut Config),
    ) -> Option<Self> {
        let clips = Clips::new(test)?;
        let clock = Arc::new(SystemClock);
        let engines = FakeEngines::default();
        let server = TestServer::start_on(test, database, storage, engines, clock, change).await?;
        Some(Self::of(server, clips).await)
    }

    async fn of(server: TestServer, clips: Clips) -> Self {
        let organisation = server.organisation("Acme").await;
        let key = server.key(organisation, &[Scope::Write]).await;
        Self {
            server,
            clips,
            organisation,
            key,
        }
    }

    fn clip(&self) -> Vec<u8> {
        let path = self.clips.make(
            "clip.mp4",
            "-f lavfi -i testsrc2=size=160x120:rate=10:duration=1 -f lavfi -i sine=duration=1 \
             -c:v libx264 -pix_fmt yuv420p -c:a aac",
        );
        std::fs::read(path).unwrap()
    }

    fn get(&self, path: &str) -> RequestBuilder {
        self.server
            .client
            .get(self.server.at(path))
            .bearer_auth(&self.key)
    }

    fn post(&self, path: &str) -> RequestBuilder {
        self.server
            .client
            .post(self.server.at(path))
            .bearer_auth(&self.key)
    }

    async fn send(&self, form: multipart::Form) -> Response {
        self.post("/api/v1/recordings")
            .multipart(form)
            .send()
            .await
            .unwrap()
    }

    /// The id of a recording that is uploaded under a stated consent.
    async fn uploaded(&self, content: Vec<u8>) -> RecordingId {
        let form = multipart::Form::new()
            .text("meta", meta().to_string())
            .part("file", file(content, "clip.mp4"));
        let answer = self.send(form).await;
        assert_eq!(answer.status(), 201, "{}", answer.text().await.unwrap());
        id(&answer.json().await.unwrap())
    }

    /// How many objects there are below any prefix.
    async fn n_objects(&self) -> usize {
        let mut n = 0;
        for prefix in ["recordings", "uploads"] {
            let found: Vec<_> = self
                .server
                .app
                .objects
                .list(prefix)
                .try_collect()
                .await
                .unwrap();
            n += found.len();
        }
        n
    }

    async fn recordings(&self) -> Vec<Value> {
        let list = read(self.get("/api/v1/recordings").send().await.unwrap(), 200).await;
        list["items"].as_array().unwrap().clone()
    }

    /// Nothing is kept, neither as an object nor as a row.
    async fn holds_nothing(&self) {
        // What is given up with a request is removed a moment after its answer.
        let begun = std::time::Instant::now();
        while self.n_objects().await > 0 {
            assert!(begun.elapsed().as_secs() < 10, "objects are left");
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        assert_eq!(self.recordings().await, Vec::<Value>::new());
    }
}

fn consent() -> Value {
    json!({"version": "2026-01", "obtainedAt": "2026-01-02T03:04:05Z", "by": "candidate 4711"})
}

fn meta() -> Value {
    json!({"consent": consent(), "external_id": "answer-1"})
}

fn file(content: Vec<u8>, name: &str) -> multipart::Part {
    multipart::Part::bytes(content).file_name(name.to_owned())
}

fn id(body: &Value) -> RecordingId {
    body["id"].as_str().unwrap().parse().unwrap()
}

/// The body, after the status was checked.
async fn read(answer: Response, status: u16) -> Value {
    let got = answer.status();
    let text = answer.text().await.unwrap();
    assert_eq!(got, status, "{text}");
    serde_json::from_str(&text).unwrap_or(Value::Null)
}

async fn problem(answer: Response, status: u16, code: &str) {
    let body = read(answer, status).await;
    assert_eq!(body["code"], code, "{body}");
}

fn sha256(content: &[u8]) -> String {
    use sha2::Digest;
    hex::encode(sha2::Sha256::digest(content))
}
