//! A scripted OpenAI-compatible chat server on this machine, with faults on demand: busy, failing, slow, malformed,
//! cut off, contradictory, down. What it was asked can be read afterwards.

use std::{
    collections::VecDeque,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use serde_json::{Value, json};

/// What the server does with one request.
#[derive(Debug, Clone)]
pub enum Act {
    /// Says this, with a count of tokens.
    Say(String),
    /// Says what this makes of the request's body, with a count of tokens.
    Reply(fn(&Value) -> String),
    /// Sends this body with status 200.
    Body(String),
    /// Sends a status with a body.
    Status {
        /// The status.
        status: u16,
        /// `Retry-After` in seconds.
        retry_after: Option<u64>,
        /// The body.
        body: String,
    },
    /// Says this, a byte at a time with a pause before each.
    Slowly(String, Duration),
    /// Sends the head of a reply, then nothing.
    Stall,
    /// Never answers.
    Hang,
    /// Announces a whole reply, sends half of it and closes.
    Truncated,
    /// Sends a reply of this many bytes.
    Oversize(usize),
    /// Resets the connection.
    Reset,
}

/// A request as it came in.
#[derive(Debug, Clone)]
pub struct Got {
    /// Request line and headers, header names in lower case.
    pub head: String,
    /// The body.
    pub body: Value,
}

/// The server. It answers each request with the next act of its script, and with the last one from then on.
pub struct ChatServer {
    address: SocketAddr,
    got: Arc<Mutex<Vec<Got>>>,
    script: Arc<Mutex<VecDeque<Act>>>,
    is_over: Arc<AtomicBool>,
}

impl ChatServer {
    /// Starts one on a free port.
    pub fn start(script: impl IntoIterator<Item = Act>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let server = Self {
            address: listener.local_addr().expect("an address"),
            got: Arc::default(),
            script: Arc::new(Mutex::new(script.into_iter().collect())),
            is_over: Arc::default(),
        };
        let (got, script, is_over) = (
            Arc::clone(&server.got),
            Arc::clone(&server.script),
            Arc::clone(&server.is_over),
        );
        thread::spawn(move || {
            for stream in listener.incoming() {
                if is_over.load(Ordering::Relaxed) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                let act = next(&mut script.lock().expect("no panics"));
                let (got, is_over) = (Arc::clone(&got), Arc::clone(&is_over));
                thread::spawn(move || perform(stream, &act, &got, &is_over));
            }
        });
        server
    }

    /// Its base URL.
    pub fn url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// Requests so far; a connection that was reset counts with an empty head.
    pub fn got(&self) -> Vec<Got> {
        self.got.lock().expect("no panics").clone()
    }

    /// Replaces what is left of the script.
    pub fn follow(&self, script: impl IntoIterator<Item = Act>) {
        *self.script.lock().expect("no panics") = script.into_iter().collect();
    }
}

impl Act {
    /// A status without words.
    pub fn status(status: u16) -> Self {
        Self::Status {
            status,
            retry_after: None,
            body: String::new(),
        }
    }

    /// Too many requests; the next may come after this many seconds.
    pub fn busy(retry_after: u64) -> Self {
        Self::Status {
            status: 429,
            retry_after: Some(retry_after),
            body: String::new(),
        }
    }
}

impl Got {
    /// What its messages of `role` hold, first message first.
    pub fn said(&self, role: &str) -> Vec<&str> {
        let messages = self.body["messages"].as_array().into_iter().flatten();
        messages
            .filter(|message| message["role"] == role)
            .filter_map(|message| message["content"].as_str())
            .collect()
    }
}

impl Drop for ChatServer {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        // Wakes the listener.
        let _ = TcpStream::connect(self.address);
    }
}

/// The body of a good reply.
pub fn reply(text: &str) -> String {
    json!({
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "model": "scripted-1",
        "choices": [{
            "index": 0,
            "finish_reason": "stop",
            "message": {"role": "assistant", "content": text},
        }],
        "usage": {"prompt_tokens": 120, "completion_tokens": 30, "total_tokens": 150},
    })
    .to_string()
}

fn next(script: &mut VecDeque<Act>) -> Act {
    if script.len() > 1 {
        script.pop_front().expect("it has more than one")
    } else {
        script.front().cloned().unwrap_or(Act::Hang)
    }
}

fn perform(stream: TcpStream, act: &Act, got: &Mutex<Vec<Got>>, is_over: &AtomicBool) {
    let keep = |request| got.lock().expect("no panics").push(request);
    if matches!(act, Act::Reset) {
        keep(Got {
            head: String::new(),
            body: Value::Null,
        });
        // Closing with bytes unread resets the connection.
        thread::sleep(Duration::from_millis(5));
        return;
    }
    let Some(request) = request(&stream) else {
        return;
    };
    let act = match act {
        Act::Reply(make) => &Act::Say(make(&request.body)),
        act => act,
    };
    keep(request);
    let mut out = stream;
    let head = |length: usize| {
        format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
        )
    };
    let _ = match act {
        Act::Say(text) => {
            let body = reply(text);
            out.write_all((head(body.len()) + &body).as_bytes())
        }
        Act::Body(body) => out.write_all((head(body.len()) + body).as_bytes()),
        Act::Status {
            status,
            retry_after,
            body,
        } => {
            let after = retry_after
                .map(|seconds| format!("retry-after: {seconds}\r\n"))
                .unwrap_or_default();
            let length = body.len();
            write!(
                out,
                "HTTP/1.1 {status} Status\r\n{after}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
            )
        }
        Act::Slowly(text, pause) => {
            let body = reply(text);
            let _ = out.write_all(head(body.len()).as_bytes());
            body.bytes().try_for_each(|byte| {
                thread::sleep(*pause);
                out.write_all(&[byte])
            })
        }
        Act::Stall => {
            let _ = out.write_all((head(1000) + "{").as_bytes());
            wait(is_over);
            Ok(())
        }
        Act::Hang => {
            wait(is_over);
            Ok(())
        }
        Act::Truncated => {
            let body = reply("It goes on for long.");
            out.write_all((head(body.len()) + &body[..body.len() / 2]).as_bytes())
        }
        Act::Oversize(n) => out.write_all((head(*n) + &" ".repeat(*n)).as_bytes()),
        Act::Reset | Act::Reply(_) => Ok(()),
    };
}

fn wait(is_over: &AtomicBool) {
    while !is_over.load(Ordering::Relaxed) {
        thread::sleep(Duration::from_millis(10));
    }
}

fn request(stream: &TcpStream) -> Option<Got> {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let (line, headers) = head.split_once("\r\n")?;
    let headers: Vec<String> = headers
        .lines()
        .filter_map(|header| {
            let (name, value) = header.split_once(':')?;
            Some(format!("{}:{value}", name.to_lowercase()))
        })
        .collect();
    let length = headers
        .iter()
        .find_map(|header| header.strip_prefix("content-length:")?.trim().parse().ok())?;
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Got {
        head: format!("{line}\n{}", headers.join("\n")),
        body: serde_json::from_slice(&body).ok()?,
    })
}
