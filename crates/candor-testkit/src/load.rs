//! Load on a server: the same requests again and again over connections that stay open.

use std::time::{Duration, Instant};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Connections that are kept open, each with one request at a time.
const CONNECTIONS: usize = 16;

/// What a load found.
#[derive(Debug, Clone, Copy)]
pub struct LoadFigures {
    /// Answers per second.
    pub per_s: f64,
    /// Half of the answers came within this time.
    pub p50_ms: f64,
    /// 99 of 100 answers came within this time.
    pub p99_ms: f64,
}

/// Asks for `path` of `host` (`127.0.0.1:port`) for `span`, as fast as answers come or `per_s` times a second.
///
/// # Panics
/// When the server does not answer 200.
pub async fn load(
    host: &str,
    path: &str,
    key: &str,
    per_s: Option<f64>,
    span: Duration,
) -> LoadFigures {
    let request =
        format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {key}\r\n\r\n");
    let pause = per_s.map(|per_s| Duration::from_secs_f64(CONNECTIONS as f64 / per_s));
    let begun = Instant::now();
    let mut running = tokio::task::JoinSet::new();
    for n in 0..CONNECTIONS {
        let (host, request) = (host.to_owned(), request.clone());
        // Paced requests are spread evenly instead of coming in bursts.
        let first = pause.map_or(Duration::ZERO, |pause| {
            pause.mul_f64(n as f64 / CONNECTIONS as f64)
        });
        running.spawn(async move {
            ask(
                &host,
                request.as_bytes(),
                pause,
                begun + first,
                begun + span,
            )
            .await
        });
    }
    let mut times: Vec<Duration> = running.join_all().await.concat();
    let elapsed = begun.elapsed();
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1000.0;
    LoadFigures {
        per_s: times.len() as f64 / elapsed.as_secs_f64(),
        p50_ms: at(0.5),
        p99_ms: at(0.99),
    }
}

/// One connection. With a pause, requests are due at fixed times, and waiting for a late answer counts.
async fn ask(
    host: &str,
    request: &[u8],
    pause: Option<Duration>,
    first: Instant,
    end: Instant,
) -> Vec<Duration> {
    let mut stream = TcpStream::connect(host).await.expect("the server listens");
    stream.set_nodelay(true).expect("a TCP socket can do so");
    let mut times = Vec::new();
    let mut buffer = vec![0_u8; 16 << 10];
    let mut due = first;
    while Instant::now() < end {
        match pause {
            Some(pause) => {
                tokio::time::sleep_until(due.into()).await;
                stream.write_all(request).await.expect("the server reads");
                answer(&mut stream, &mut buffer).await;
                times.push(due.elapsed());
                due += pause;
            }
            None => {
                due = Instant::now();
                stream.write_all(request).await.expect("the server reads");
                answer(&mut stream, &mut buffer).await;
                times.push(due.elapsed());
            }
        }
    }
    times
}

/// Reads one answer with a known length; anything but 200 ends the load.
async fn answer(stream: &mut TcpStream, buffer: &mut [u8]) {
    let mut filled = 0;
    let head = loop {
        filled += read(stream, &mut buffer[filled..]).await;
        if let Some(at) = buffer[..filled]
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
        {
            break at + 4;
        }
    };
    let text = String::from_utf8_lossy(&buffer[..head]).to_ascii_lowercase();
    assert!(text.starts_with("http/1.1 200"), "{text}");
    let length: usize = text
        .lines()
        .find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok())
        .expect("the answer tells its length");
    while filled < head + length {
        filled += read(stream, &mut buffer[filled..]).await;
    }
}

async fn read(stream: &mut TcpStream, buffer: &mut [u8]) -> usize {
    let n = stream.read(buffer).await.expect("the server answers");
    assert!(n > 0, "the server closed the connection");
    n
}
