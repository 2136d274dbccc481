//! A server with workers, an address that gives recordings, and records to send.

use std::{sync::Arc, time::Duration};

use axum::{Router, routing::get};
use candor_app::{
    config::Config,
    jobs::{Pool, Workers},
};
use candor_core::{
    access::Scope,
    emotion::Expression,
    ids::OrganisationId,
    ports::{ChatModel, ExpressionScores},
    span::Span,
    transcript::{Accuracy, Transcript, TranscriptSegment, Word},
};
use candor_testkit::{Clips, Database, FakeEngines, TestServer};
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::calls::{As, read};

/// What every recording says.
pub const ANSWER: &str = "I measured the slow queries and added an index to the database. \
    Pages became eighty percent faster.";
/// The same, sentence by sentence.
pub const SENTENCES: [&str; 2] = [
    "I measured the slow queries and added an index to the database.",
    "Pages became eighty percent faster.",
];
/// Half a second passes before this word.
const AFTER_THE_PAUSE: usize = 12;

/// Longest wait for an analysis.
const PATIENCE: Duration = Duration::from_secs(90);

pub struct Stage {
    pub server: TestServer,
    pub organisation: OrganisationId,
    pub key: String,
    /// Where recordings are: `answer.mp4` and `other.mp4`; ends with a slash.
    pub media: String,
    pub clip: Vec<u8>,
    /// A longer one, higher and softer.
    pub other: Vec<u8>,
    workers: Option<Workers>,
    files: JoinHandle<()>,
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.files.abort();
    }
}

impl Stage {
    pub async fn new(test: &str, database: Database) -> Option<Self> {
        Self::start(test, database, None).await
    }

    /// One that may ask this chat model.
    pub async fn asking(test: &str, database: Database, chat: Arc<dyn ChatModel>) -> Option<Self> {
        Self::start(test, database, Some(chat)).await
    }

    async fn start(
        test: &str,
        database: Database,
        chat: Option<Arc<dyn ChatModel>>,
    ) -> Option<Self> {
        let clips = Clips::new(test)?;
        let clip = |name: &str, pitch_hz: u32, volume: f64, seconds: u32| {
            let made = clips.make(
                name,
                &format!(
                    "-f lavfi -i sine=frequency={pitch_hz}:duration={seconds} \
                     -f lavfi -i testsrc=size=160x120:rate=10:duration={seconds} \
                     -af volume={volume} -shortest -c:a aac -c:v libx264 -pix_fmt yuv420p"
                ),
            );
            std::fs::read(made).unwrap()
        };
        let (clip, other) = (
            clip("answer.mp4", 220, 1.0, 4),
            clip("other.mp4", 330, 0.5, 6),
        );
        let engines = FakeEngines {
            transcript: Some(transcript()),
            faces: Some(|_| 1),
            expression: Some(expression),
            ..FakeEngines::default()
        };
        let settings = |config: &mut Config| {
            config.fetch.allow_loopback = true;
            config.webhooks.allow_private = true;
            config.jobs.max_attempts = 1;
        };
        let server = match chat {
            None => TestServer::start_with(test, database, engines, settings).await?,
            Some(chat) => {
                TestServer::start_asking_with(test, database, engines, chat, settings).await?
            }
        };
        let organisation = server.organisation("Acme").await;
        let key = server
            .attesting_key(organisation, &[Scope::Write, Scope::Read])
            .await;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let media = format!("http://{}/", listener.local_addr().unwrap());
        let bytes = bytes::Bytes::from(clip.clone());
        let others = bytes::Bytes::from(other.clone());
        let router = Router::new()
            .route("/answer.mp4", get(|| async move { bytes }))
            .route("/other.mp4", get(|| async move { others }))
            .route("/page.mp4", get(|| async { "<html>no recording</html>" }));
        let files = tokio::spawn(async move {
            axum::serve(listener, router).await.unwrap();
        });
        Some(Self {
            workers: Some(Workers::start(&server.app, &Pool::ALL)),
            server,
            organisation,
            key,
            media,
            clip,
            other,
            files,
        })
    }

    /// Stops the workers: what is enqueued from now on stays so.
    pub async fn rest(&mut self) {
        if let Some(workers) = self.workers.take() {
            workers.drain(PATIENCE).await;
        }
    }

    pub fn caller(&self) -> As<'_> {
        As::new(&self.server, self.key.clone())
    }

    /// A record of two questions that ask for different things.
    pub fn record(&self, name: &str) -> Value {
        json!({
            "meta": {"apiVersion": "1.0.0", "requestId": format!("request-{name}")},
            "application": {
                "id": format!("application-{name}"),
                "candidate": {
                    "name": "Ada <b>'\"; DROP TABLE", "surname": "L", "email": "ada@example.org",
                    "skills": {"technical": ["sql"]},
                },
                "personalityTest": {"completed": true, "scores": {"openness": 90}},
            },
            "interview": {
                "id": format!("interview-{name}"),
                "title": "Databases",
                "questions": [
                    {
                        "id": "q1", "order": 1, "duration": 60,
                        "questionText": "How did you make slow queries faster?",
                        "expectedAnswer": "Measure the slow queries and add an index to the database.",
                        "keywords": ["index", "queries"],
                        "aiMetadata": {"complexityLevel": "hard", "requiredSkills": ["sql"]},
                        "video": {
                            "videoResponseId": format!("video-{name}-1"),
                            "url": format!("{}answer.mp4", self.media),
                        },
                    },
                    {
                        "id": "q2", "order": 2,
                        "questionText": "Which sailing boats do you like?",
                        "keywords": ["sail", "rudder", "index", "harbour"],
                        "video": {
                            "videoResponseId": format!("video-{name}-2"),
                            "url": format!("{}answer.mp4", self.media),
                        },
                    },
                ],
            },
        })
    }

    /// The id of a recording that is uploaded with this credential.
    pub async fn upload(&self, token: &str, clip: Vec<u8>) -> String {
        let file = Part::bytes(clip).file_name("answer.mp4");
        let request = self
            .server
            .client
            .post(self.server.at("/api/v1/recordings"));
        let form = Form::new().part("file", file);
        let kept = read(request.bearer_auth(token).multipart(form)).await;
        kept.expect(201)["id"].as_str().unwrap().to_owned()
    }

    /// Asks as the organisation until the answer is as wanted.
    pub async fn until(&self, path: &str, ready: impl Fn(&Value) -> bool) -> Value {
        self.until_told(&self.caller(), path, ready).await
    }

    /// Asks as somebody until the answer is as wanted.
    pub async fn until_told(
        &self,
        caller: &As<'_>,
        path: &str,
        ready: impl Fn(&Value) -> bool,
    ) -> Value {
        let ask = async {
            loop {
                let answer = caller.get(path).await;
                let body = answer.json();
                if ready(&body) {
                    return body;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        match tokio::time::timeout(PATIENCE, ask).await {
            Ok(body) => body,
            Err(_) => panic!("{path} stays {}", caller.get(path).await.text),
        }
    }
}

fn transcript() -> Transcript {
    let words = ANSWER.split_whitespace().enumerate().map(|(index, word)| {
        let pause_s = if index < AFTER_THE_PAUSE { 0.0 } else { 0.5 };
        let start_s = 0.2 * index as f64 + pause_s;
        Word {
            text: word.to_owned(),
            span: Some(Span::new(start_s, start_s + 0.2)),
            confidence: Some(0.9),
        }
    });
    Transcript {
        language: Some("en".to_owned()),
        segments: vec![TranscriptSegment {
            span: Some(Span::new(0.0, 4.0)),
            words: words.collect(),
        }],
        engine: "test-script".to_owned(),
        model: None,
        accuracy: Accuracy::Good,
        verbatim: true,
    }
}

fn expression(_time_s: f64) -> ExpressionScores {
    Expression::ALL.map(|label| match label {
        Expression::Happiness => Some(0.72),
        _ => Some(0.04),
    })
}
