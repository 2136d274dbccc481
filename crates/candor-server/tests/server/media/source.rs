//! Another side that recordings are fetched from.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use candor_app::{
    config::Config,
    jobs::{AttemptWatch, StepError},
    media::{self, Recording},
};
use candor_core::ids::RecordingId;
use serde_json::json;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

use super::{Stage, consent, read};

/// Another side that answers as it is told, one answer for each connection.
pub struct Source {
    pub url: String,
    requests: Arc<Mutex<Vec<String>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Source {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What it does on a connection.
#[derive(Clone)]
pub enum Answer {
    /// Writes this and closes.
    Bytes(Vec<u8>),
    /// Writes this, then more and more of the same for ever.
    Endless(Vec<u8>),
    /// Writes this, then nothing for ever.
    Silence(Vec<u8>),
}

impl Source {
    /// Gives this, whole, again and again.
    pub async fn giving(content: &[u8]) -> Self {
        Self::start(vec![whole(content)]).await
    }

    pub async fn start(answers: Vec<Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&requests);
        let task = tokio::spawn(async move {
            let mut answers: VecDeque<Answer> = answers.into();
            let mut last = None;
            loop {
                let (socket, _) = listener.accept().await.unwrap();
                let answer = answers.pop_front().or(last).unwrap();
                last = Some(answer.clone());
                tokio::spawn(reply(socket, answer, Arc::clone(&heard)));
            }
        });
        Self {
            url: format!("http://127.0.0.1:{port}/clip.mp4"),
            requests,
            task,
        }
    }

    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

async fn reply(mut socket: TcpStream, answer: Answer, heard: Arc<Mutex<Vec<String>>>) {
    let (reader, mut writer) = socket.split();
    let mut lines = BufReader::new(reader).lines();
    let mut request = String::new();
    while let Ok(Some(line)) = lines.next_line().await {
        if line.is_empty() {
            break;
        }
        request.push_str(&line.to_ascii_lowercase());
        request.push('\n');
    }
    heard.lock().unwrap().push(request);
    match answer {
        // The client may be gone by then; that is what some tests are about.
        Answer::Bytes(bytes) => drop(writer.write_all(&bytes).await),
        Answer::Endless(bytes) => {
            let mut alive = writer.write_all(&bytes).await.is_ok();
            while alive {
                alive = writer.write_all(&[0; 65536]).await.is_ok();
            }
        }
        Answer::Silence(bytes) => {
            drop(writer.write_all(&bytes).await);
            std::future::pending::<()>().await;
        }
    }
}

pub fn answer(head: &str, body: &[u8]) -> Answer {
    Answer::Bytes(raw(head, body))
}

pub fn raw(head: &str, body: &[u8]) -> Vec<u8> {
    [format!("HTTP/1.1 {head}\r\n\r\n").as_bytes(), body].concat()
}

pub fn whole(body: &[u8]) -> Answer {
    let head = format!("200 OK\r\nContent-Length: {}\r\nETag: \"v1\"", body.len());
    answer(&head, body)
}

pub fn loopback(config: &mut Config) {
    config.fetch.allow_loopback = true;
    config.limits.idle_s = 2.0;
    config.limits.download_bytes = 4 << 20;
}

impl Stage {
    pub async fn announce(&self, url: &str) -> RecordingId {
        let request = self
            .post("/api/v1/recordings/fetch")
            .json(&json!({"url": url, "consent": consent()}));
        let made = read(request.send().await.unwrap(), 201).await;
        assert_eq!(made["state"], "pending");
        super::id(&made)
    }

    pub async fn fetch(&self, id: RecordingId) -> Result<Recording, StepError> {
        let watch = AttemptWatch::default();
        media::fetch_into(&self.server.app, self.organisation, id, &watch).await
    }
}
