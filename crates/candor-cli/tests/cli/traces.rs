//! Traces: spans arrive at a collector, say nothing about anybody, and a collector that is away disturbs nobody.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use serde_json::json;

use crate::served::{ADMIN, PASSWORD, Served, client, key, until};

/// Path and body of each request that came.
type Got = Arc<Mutex<Vec<(String, Vec<u8>)>>>;

/// A collector that takes everything. It ends with the test's process.
fn collector() -> (String, Got) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let got = Got::default();
    let taking = Arc::clone(&got);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let taking = Arc::clone(&taking);
            std::thread::spawn(move || take(stream.unwrap(), &taking));
        }
    });
    (url, got)
}

/// Answers the requests of one connection.
fn take(stream: TcpStream, got: &Got) {
    let mut reader = BufReader::new(stream);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
        let mut length = 0;
        loop {
            let mut header = String::new();
            reader.read_line(&mut header).unwrap();
            if header.trim().is_empty() {
                break;
            }
            if let Some(value) = header.to_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        got.lock().unwrap().push((path, body));
        let answer =
            b"HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n";
        reader.get_mut().write_all(answer).unwrap();
    }
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for place in 0..10 {
        let (first, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(first & 0x7f) << (7 * place);
        if first & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

/// The parts of a message of Protocol Buffers that have a length, with their numbers.
fn parts(mut bytes: &[u8]) -> Option<Vec<(u64, &[u8])>> {
    let mut parts = Vec::new();
    while !bytes.is_empty() {
        let tag = varint(&mut bytes)?;
        let skip = match tag & 7 {
            0 => {
                varint(&mut bytes)?;
                continue;
            }
            1 => 8,
            2 => {
                let length = usize::try_from(varint(&mut bytes)?).ok()?;
                parts.push((tag >> 3, bytes.get(..length)?));
                length
            }
            5 => 4,
            _ => return None,
        };
        bytes = bytes.get(skip..)?;
    }
    Some(parts)
}

fn each(message: &[u8], number: u64) -> impl Iterator<Item = &[u8]> {
    let parts = parts(message).expect("a message");
    parts
        .into_iter()
        .filter(move |(found, _)| *found == number)
        .map(|(_, part)| part)
}

fn text(message: &[u8], number: u64) -> String {
    let part = each(message, number).next().unwrap_or_default();
    String::from_utf8_lossy(part).into_owned()
}

/// `name=value` of attributes whose value is a text.
fn attributes(message: &[u8], number: u64) -> Vec<String> {
    each(message, number)
        .map(|attribute| {
            let value = each(attribute, 2).next().unwrap_or_default();
            format!("{}={}", text(attribute, 1), text(value, 1))
        })
        .collect()
}

/// A span: its name, its attributes, and those of the process that it is of.
#[derive(Debug, Clone)]
struct Span {
    name: String,
    attributes: Vec<String>,
    resource: Vec<String>,
}

/// The spans of an `ExportTraceServiceRequest` (opentelemetry/proto/trace/v1/trace.proto).
fn spans(body: &[u8]) -> Vec<Span> {
    let mut spans = Vec::new();
    for of_resource in each(body, 1) {
        let resource = each(of_resource, 1).next().unwrap_or_default();
        let resource = attributes(resource, 1);
        for of_scope in each(of_resource, 2) {
            spans.extend(each(of_scope, 2).map(|span| Span {
                name: text(span, 5),
                attributes: attributes(span, 9),
                resource: resource.clone(),
            }));
        }
    }
    spans
}

fn all_spans(got: &Got) -> Vec<Span> {
    let got = got.lock().unwrap();
    got.iter().flat_map(|(_, body)| spans(body)).collect()
}

#[test]
fn spans_arrive_at_the_collector_and_say_nothing_about_anybody() {
    let (url, got) = collector();
    let outside = tempfile::tempdir().unwrap();
    let data = outside.path().join("data");
    let settings = [
        ("CANDOR_TELEMETRY__OTLP_ENDPOINT", url.as_str()),
        ("CANDOR_TELEMETRY__ENVIRONMENT", "test bench"),
    ];
    let served = Served::logged(&data, &[], &settings, &outside.path().join("log"));
    let client = client(&[]);
    let login = json!({"login": ADMIN, "password": PASSWORD});
    let answer = client
        .post(served.at("/api/v1/auth/login"))
        .json(&login)
        .send()
        .unwrap();
    let session: serde_json::Value = answer.json().unwrap();
    let token = session["access_token"].as_str().unwrap();
    let body = json!({"name": "Zebedee Quill", "email": "zebedee@quill.example"});
    let made = client
        .post(served.at("/api/v1/candidates"))
        .bearer_auth(token)
        .json(&body);
    let made: serde_json::Value = made.send().unwrap().json().unwrap();
    let id = made["id"].as_str().unwrap();
    let path = format!("/api/v1/candidates/{id}?note=zebedee");
    let key = key(&data);
    let shown = client
        .get(served.at(&path))
        .bearer_auth(&key)
        .send()
        .unwrap();
    assert_eq!(shown.status(), 200);
    until("the spans arrive", || {
        all_spans(&got).iter().any(|span| {
            span.attributes
                .contains(&"route=/api/v1/candidates/{id}".to_owned())
        })
    });
    assert_eq!(served.stop(), Some(0));
    for (path, _) in got.lock().unwrap().iter() {
        assert_eq!(path, "/v1/traces");
    }
    let spans = all_spans(&got);
    for span in &spans {
        for expected in [
            "service.name=candor",
            "deployment.environment.name=test bench",
        ] {
            assert!(span.resource.contains(&expected.to_owned()), "{span:?}");
        }
    }
    let requests: Vec<&Span> = spans.iter().filter(|span| span.name == "request").collect();
    assert!(
        requests
            .iter()
            .any(|span| span.attributes.contains(&"method=POST".to_owned()))
    );
    let everything: Vec<u8> = got
        .lock()
        .unwrap()
        .iter()
        .flat_map(|(_, body)| body.clone())
        .collect();
    let everything = String::from_utf8_lossy(&everything);
    for secret in [ADMIN, PASSWORD, "ebedee", "quill", token, &key, id] {
        assert!(!everything.contains(secret), "{secret}");
    }
}

#[test]
fn a_collector_that_is_away_or_hangs_disturbs_nobody() {
    let hangs = TcpListener::bind("127.0.0.1:0").unwrap();
    let hanging = format!("http://{}", hangs.local_addr().unwrap());
    let closed = TcpListener::bind("127.0.0.1:0").unwrap();
    let away = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    for url in [hanging, away] {
        let outside = tempfile::tempdir().unwrap();
        let settings = [("CANDOR_TELEMETRY__OTLP_ENDPOINT", url.as_str())];
        let log = outside.path().join("log");
        let served = Served::logged(&outside.path().join("data"), &[], &settings, &log);
        let client = client(&[]);
        for _ in 0..500 {
            let begun = Instant::now();
            let answer = client.get(served.at("/health")).send().unwrap();
            assert_eq!(answer.status(), 200);
            assert!(begun.elapsed() < Duration::from_secs(5));
        }
        let begun = Instant::now();
        assert_eq!(served.stop(), Some(0), "{url}");
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "{:?}",
            begun.elapsed()
        );
    }
    drop(hangs);
}
