//! The client for transcription servers, against a scripted server on this machine.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    thread,
    time::Duration,
};

use candor_core::{
    ports::{EngineError, TranscribeRequest, Transcriber, Unwatched, Watch},
    span::Span,
    transcript::{Accuracy, Transcript},
};
use candor_engines::speech::openai::{OpenAiSettings, OpenAiTranscriber};

const KEY: &str = "sk-very-secret";

/// What the server does with one request.
enum Reply {
    Answer(&'static str, String),
    Silence,
}

/// A server that gives each of `replies` once, and the requests it got.
fn serve(replies: Vec<Reply>) -> (String, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}/v1", listener.local_addr().expect("an address"));
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut open = Vec::new();
        for reply in replies {
            let (stream, _) = listener.accept().expect("a client");
            let _ = sender.send(request(&stream));
            match reply {
                Reply::Answer(head, body) => {
                    let length = body.len();
                    let mut stream = stream;
                    let _ = write!(
                        stream,
                        "HTTP/1.1 {head}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
                    );
                }
                Reply::Silence => open.push(stream),
            }
        }
        // The silent connections stay open until the test is over.
        thread::park();
    });
    (url, receiver)
}

fn request(stream: &TcpStream) -> String {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        reader.read_line(&mut head).expect("a head");
    }
    let length: usize = head
        .lines()
        .find_map(|line| {
            line.to_lowercase()
                .strip_prefix("content-length: ")?
                .parse()
                .ok()
        })
        .expect("a length");
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a body");
    head + &String::from_utf8_lossy(&body)
}

fn settings(url: &str) -> OpenAiSettings {
    OpenAiSettings {
        timeout: Duration::from_millis(500),
        retry_wait: Duration::ZERO,
        ..OpenAiSettings::new(url, Some(KEY.to_owned()), "whisper-1")
    }
}

fn transcribe(replies: Vec<Reply>) -> (Result<Transcript, EngineError>, Vec<String>) {
    let (url, requests) = serve(replies);
    let transcriber = OpenAiTranscriber::new(settings(&url)).expect("valid settings");
    let request = TranscribeRequest {
        speech: vec![Span::new(1.0, 3.0), Span::new(8.0, 9.0)],
        language: Some("en".to_owned()),
        beam: 1,
    };
    let outcome = transcriber.transcribe(&vec![0.1; 160_000], &request, &Unwatched);
    (outcome, requests.try_iter().collect())
}

fn good() -> Reply {
    let body = r#"{"task":"transcribe","language":"english","duration":3.5,"text":"Um, hello. Bye!",
        "words":[{"word":"Um","start":0.1,"end":0.4},{"word":"hello","start":0.5,"end":1.0},{"word":"Bye","start":2.6,"end":3.0}],
        "segments":[{"id":0,"start":0.0,"end":1.2,"text":" Um, hello.","avg_logprob":-0.2,"no_speech_prob":0.01,"compression_ratio":0.8},
                    {"id":1,"start":2.5,"end":3.2,"text":" Bye!","avg_logprob":-0.2,"no_speech_prob":0.01}]}"#;
    Reply::Answer("200 OK", body.to_owned())
}

fn message(outcome: Result<Transcript, EngineError>) -> String {
    outcome.expect_err("an error").to_string()
}

#[test]
fn words_come_back_on_the_recordings_clock_with_their_punctuation() {
    let (outcome, requests) = transcribe(vec![good()]);
    let transcript = outcome.unwrap();
    assert_eq!(transcript.text(), "Um, hello. Bye!");
    assert_eq!(transcript.language.as_deref(), Some("en"));
    assert_eq!(transcript.accuracy, Accuracy::Good);
    assert!(transcript.verbatim);
    let spans: Vec<Span> = transcript.words().map(|word| word.span.unwrap()).collect();
    assert!((spans[0].start_s - 1.1).abs() < 1e-9, "{spans:?}");
    // The pause from 3 to 8 s was sent as half a second.
    assert!((spans[2].start_s - 8.1).abs() < 1e-9, "{spans:?}");
    let request = &requests[0];
    assert!(request.starts_with("POST /v1/audio/transcriptions "));
    assert!(request.contains("verbose_json") && request.contains("whisper-1"));
    assert!(
        request
            .to_lowercase()
            .contains("authorization: bearer sk-very-secret")
    );
}

#[test]
fn a_busy_server_is_asked_again() {
    let busy = || Reply::Answer("429 Too Many Requests\r\nretry-after: 0", "{}".to_owned());
    let broken = || Reply::Answer("503 Service Unavailable", String::new());
    let (outcome, requests) = transcribe(vec![busy(), broken(), good()]);
    assert_eq!(outcome.unwrap().text(), "Um, hello. Bye!");
    assert_eq!(requests.len(), 3);
}

#[test]
fn a_server_that_stays_broken_is_given_up() {
    let broken = || Reply::Answer("500 Internal Server Error", String::new());
    let (outcome, requests) = transcribe(vec![broken(), broken(), broken(), broken(), good()]);
    assert!(message(outcome).contains("500"));
    assert_eq!(requests.len(), 4);
}

#[test]
fn a_refused_key_is_never_repeated() {
    let body = format!(r#"{{"error":{{"message":"Incorrect API key provided: {KEY}."}}}}"#);
    let (outcome, requests) = transcribe(vec![Reply::Answer("401 Unauthorized", body)]);
    let message = message(outcome);
    assert!(
        message.contains("401") && message.contains("***"),
        "{message}"
    );
    assert!(!message.contains(KEY), "{message}");
    assert_eq!(requests.len(), 1);
    assert!(!format!("{:?}", settings("http://localhost")).contains(KEY));
}

#[test]
fn a_reply_of_another_shape_is_an_error() {
    for body in [
        "{\"text\": 5}",
        "<html>",
        "",
        r#"{"text":"a","words":[{"word":"a","start":5000.0,"end":5001.0}]}"#,
        r#"{"text":"a","words":[{"word":"a","start":2.0,"end":1.0}]}"#,
    ] {
        let (outcome, _) = transcribe(vec![Reply::Answer("200 OK", body.to_owned())]);
        assert!(message(outcome).contains("reply"), "{body}");
    }
}

#[test]
fn a_slow_server_is_given_up() {
    let (outcome, _) = transcribe(vec![Reply::Silence]);
    assert!(message(outcome).contains("in time"));
}

#[test]
fn a_redirect_is_not_followed() {
    let (outcome, requests) = transcribe(vec![
        Reply::Answer("302 Found\r\nlocation: /elsewhere", String::new()),
        good(),
    ]);
    assert!(message(outcome).contains("302"));
    assert_eq!(requests.len(), 1);
}

#[test]
fn text_made_up_in_silence_is_dropped() {
    let body = r#"{"text":"Thanks for watching!","segments":[{"start":0.0,"end":1.0,"text":"Thanks for watching!","avg_logprob":-1.2,"no_speech_prob":0.9}]}"#;
    let (outcome, _) = transcribe(vec![Reply::Answer("200 OK", body.to_owned())]);
    assert_eq!(outcome.unwrap().text(), "");
}

#[test]
fn a_plain_text_reply_has_words_without_times() {
    let (outcome, _) = transcribe(vec![Reply::Answer(
        "200 OK",
        r#"{"text":"Hello there."}"#.to_owned(),
    )]);
    let transcript = outcome.unwrap();
    assert_eq!(transcript.text(), "Hello there.");
    assert!(transcript.words().all(|word| word.span.is_none()));
}

#[test]
fn cancelling_does_not_wait_for_the_server() {
    struct AfterStart(std::sync::atomic::AtomicU32);
    impl Watch for AfterStart {
        fn progress(&self, _fraction: f32) {}
        fn is_cancelled(&self) -> bool {
            self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed) > 0
        }
    }
    let (url, _requests) = serve(vec![Reply::Silence]);
    let patient = OpenAiSettings {
        timeout: Duration::from_secs(600),
        ..settings(&url)
    };
    let request = TranscribeRequest {
        speech: vec![Span::new(0.0, 1.0)],
        language: None,
        beam: 1,
    };
    let outcome = OpenAiTranscriber::new(patient).unwrap().transcribe(
        &vec![0.0; 16_000],
        &request,
        &AfterStart(0.into()),
    );
    assert!(matches!(outcome, Err(EngineError::Cancelled)));
}

#[test]
fn an_address_that_is_none_is_refused() {
    for url in ["", "api.example.com", "ftp://example.com", "file:///etc"] {
        assert!(matches!(
            OpenAiTranscriber::new(settings(url)),
            Err(EngineError::Input(_))
        ));
    }
}
