//! A server that hears and sees what a script says, people who practise, and clips to send.

use std::time::Duration;

use candor_core::{
    access::Role,
    emotion::Expression,
    ids::OrganisationId,
    ports::ExpressionScores,
    span::Span,
    transcript::{Accuracy, Transcript},
};
use candor_testkit::{FakeEngines, TestServer, timed_words};
use reqwest::{
    StatusCode,
    multipart::{Form, Part},
};
use serde_json::{Value, json};

use crate::calls::{self, As};

/// Longest wait for an analysis.
const PATIENCE: Duration = Duration::from_secs(60);
pub const ROLE: &str = "Backend Engineer";
pub const DOMAIN: &str = "FinTech";
/// What everybody says, sentence by sentence.
pub const SAID: [&str; 2] = [
    "The backend engineer improved the database.",
    "It was a great success for the team.",
];

/// Six seconds: a tone of 200 Hz for 1.5 s of every two, lower at the end, and a moving picture.
pub const LONG: &str = "-f lavfi -i aevalsrc=0.4*sin(2*PI*(200-20*gt(t\\,4))*t)*lt(mod(t\\,2)\\,1.5):s=16000:d=6 \
    -f lavfi -i testsrc2=size=160x120:rate=10:duration=6 -c:v libx264 -pix_fmt yuv420p -c:a aac";
/// Four seconds of 150 Hz.
pub const SHORT: &str = "-f lavfi -i aevalsrc=0.4*sin(2*PI*150*t)*lt(mod(t\\,2)\\,1.7):s=16000:d=4 \
    -f lavfi -i testsrc2=size=160x120:rate=10:duration=4 -c:v libx264 -pix_fmt yuv420p -c:a aac";

/// Happy at first, then more and more neutral.
fn expression(time_s: f64) -> ExpressionScores {
    let happy = (0.82 - 0.12 * time_s) as f32;
    Expression::ALL.map(|label| match label {
        Expression::Happiness => Some(happy),
        Expression::Neutral => Some(0.9 - happy),
        Expression::Contempt => None,
        _ => Some(0.02),
    })
}

fn said() -> Transcript {
    timed_words(
        &[
            (Span::new(0.0, 1.6), SAID[0]),
            (Span::new(2.0, 3.6), SAID[1]),
        ],
        Accuracy::Good,
    )
}

pub fn engines() -> FakeEngines {
    FakeEngines {
        transcript: Some(said()),
        faces: Some(|_| 1),
        expression: Some(expression),
        aligner: Some(0.9),
    }
}

/// A client with its token.
pub struct Client<'a> {
    pub server: &'a TestServer,
    pub token: String,
}

impl Client<'_> {
    pub async fn get(&self, path: &str) -> (StatusCode, Value) {
        let answer = As::new(self.server, self.token.as_str()).get(path).await;
        (answer.status, answer.json())
    }

    pub async fn post(&self, path: &str, body: Value) -> (StatusCode, Value) {
        let caller = As::new(self.server, self.token.as_str());
        let answer = caller.post(path, body).await;
        (answer.status, answer.json())
    }

    pub async fn send(&self, path: &str, form: Form) -> (StatusCode, Value) {
        let request = self.server.client.post(self.server.at(path));
        read(request.bearer_auth(&self.token).multipart(form)).await
    }

    /// A session with consent.
    pub async fn session(&self) -> String {
        let body = json!({"jobRole": ROLE, "domain": DOMAIN, "consent": true});
        let (status, body) = self.post("/app/me/sessions/start", body).await;
        assert_eq!(status, 201, "{body}");
        text(&body["sessionId"])
    }

    /// Waits until a job has ended.
    pub async fn ended(&self, job: &str) -> Value {
        let begun = std::time::Instant::now();
        loop {
            let (status, body) = self.get(&format!("/analysis/jobs/{job}")).await;
            assert_eq!(status, 200, "{body}");
            if ["completed", "failed"].contains(&body["status"].as_str().unwrap()) {
                return body;
            }
            assert!(begun.elapsed() < PATIENCE, "not in time: {body}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

pub async fn read(request: reqwest::RequestBuilder) -> (StatusCode, Value) {
    let answer = calls::read(request).await;
    (answer.status, answer.json())
}

pub fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is no text"))
        .to_owned()
}

pub fn video(bytes: Vec<u8>) -> Form {
    Form::new().part("video", Part::bytes(bytes).file_name("answer.mp4"))
}

pub async fn person(server: &TestServer, organisation: OrganisationId) -> Client<'_> {
    let (_, token) = server.person(organisation, Role::Candidate).await;
    Client { server, token }
}
