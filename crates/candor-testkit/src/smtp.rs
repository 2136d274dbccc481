//! A mail server that keeps what it gets.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::watch,
    time::timeout,
};

/// A mail as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// Envelope addresses that it goes to.
    pub to: Vec<String>,
    /// Headers and body, as they were sent.
    pub raw: String,
}

impl Received {
    /// A header of the mail itself, unfolded.
    pub fn header(&self, name: &str) -> Option<String> {
        let head = self.raw.split("\r\n\r\n").next()?.replace("\r\n ", " ");
        head.split("\r\n").find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found
                .eq_ignore_ascii_case(name)
                .then(|| value.trim().to_owned())
        })
    }

    /// The whole mail with quoted-printable undone, for looking into texts of any language.
    pub fn readable(&self) -> String {
        let joined = self.raw.replace("=\r\n", "");
        let mut bytes = Vec::with_capacity(joined.len());
        let mut rest = joined.as_bytes();
        while let Some((first, after)) = rest.split_first() {
            let hex = after.get(..2).filter(|_| *first == b'=');
            let hex = hex.and_then(|hex| std::str::from_utf8(hex).ok());
            match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
                Some(byte) => {
                    bytes.push(byte);
                    rest = &after[2..];
                }
                None => {
                    bytes.push(*first);
                    rest = after;
                }
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

/// The server; it runs until the test ends.
#[derive(Debug, Clone)]
pub struct SmtpSink {
    /// `smtp://127.0.0.1:port`.
    pub url: String,
    kept: watch::Sender<Vec<Received>>,
    answers: Arc<Mutex<VecDeque<u16>>>,
}

impl SmtpSink {
    /// Starts one that accepts everything, but first answers `RCPT TO` with these statuses, one after the other.
    ///
    /// # Panics
    /// When no port is free.
    pub async fn start(answers: &[u16]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port is free");
        let address = listener.local_addr().expect("a bound socket has one");
        let sink = Self {
            url: format!("smtp://{address}"),
            kept: watch::Sender::default(),
            answers: Arc::new(Mutex::new(answers.iter().copied().collect())),
        };
        let server = sink.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let server = server.clone();
                // A client that hangs up is no concern of the others.
                tokio::spawn(async move { drop(server.talk(stream).await) });
            }
        });
        sink
    }

    /// What arrived so far.
    pub fn mails(&self) -> Vec<Received> {
        self.kept.borrow().clone()
    }

    /// What arrived, once there are so many.
    ///
    /// # Panics
    /// When they don't arrive within `patience`.
    pub async fn wait_for(&self, n: usize, patience: Duration) -> Vec<Received> {
        let mut kept = self.kept.subscribe();
        let arrived = timeout(patience, kept.wait_for(|mails| mails.len() >= n)).await;
        let is_there = arrived.is_ok_and(|found| found.is_ok());
        assert!(is_there, "{n} mails did not come: {:?}", self.mails());
        self.mails()
    }

    /// What is to be answered other than yes.
    fn scripted(&self) -> Option<u16> {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.pop_front().filter(|status| *status != 250)
    }

    fn keep(&self, mail: Received) {
        self.kept.send_modify(|kept| kept.push(mail));
    }

    async fn talk(&self, stream: TcpStream) -> std::io::Result<()> {
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read);
        write.write_all(b"220 sink\r\n").await?;
        let mut to = Vec::new();
        loop {
            let mut line = String::new();
            if lines.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            let verb = line.trim_end().to_uppercase();
            if verb.starts_with("EHLO") {
                write.write_all(b"250-sink\r\n250 8BITMIME\r\n").await?;
            } else if verb.starts_with("RCPT") {
                match self.scripted() {
                    Some(status) => {
                        let told = format!("{status} not for {}\r\n", line.trim_end());
                        write.write_all(told.as_bytes()).await?;
                    }
                    None => {
                        let address = line.split(['<', '>']).nth(1).unwrap_or_default();
                        to.push(address.to_owned());
                        write.write_all(b"250 ok\r\n").await?;
                    }
                }
            } else if verb == "DATA" {
                write.write_all(b"354 go on\r\n").await?;
                let mut raw = String::new();
                loop {
                    let mut part = String::new();
                    if lines.read_line(&mut part).await? == 0 {
                        return Ok(());
                    }
                    if part == ".\r\n" {
                        break;
                    }
                    raw.push_str(part.strip_prefix('.').unwrap_or(&part));
                }
                let mail = Received {
                    to: std::mem::take(&mut to),
                    raw,
                };
                self.keep(mail);
                write.write_all(b"250 kept\r\n").await?;
            } else if verb == "QUIT" {
                write.write_all(b"221 bye\r\n").await?;
                return Ok(());
            } else {
                write.write_all(b"250 ok\r\n").await?;
            }
        }
    }
}
