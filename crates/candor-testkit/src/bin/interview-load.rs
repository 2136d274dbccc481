//! Interviews in words held over HTTP with a running server: how long answers take, how many it takes at most, what an
//! idle interview costs. Run by `cargo xtask bench interview`, which starts the server: `interview-load URL KEY PID`.

use std::{
    fs,
    time::{Duration, Instant},
};

use reqwest::Client;
use serde_json::{Value, json};
use tokio::{task::JoinSet, time};

/// Interviews that are held at once.
const AT_ONCE: usize = 50;
/// Seconds that people think before they answer.
const THINK: Duration = Duration::from_secs(5);
/// Answers of each interview with and without thinking.
const THOUGHTFUL: usize = 8;
const HASTY: usize = 12;
/// Interviews that wait for an answer while memory is measured.
const IDLE: usize = 1000;
/// Longest wait for an answer.
const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::main]
async fn main() {
    // Clients of any kind need it; nothing else installed one.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut arguments = std::env::args().skip(1);
    let mut next = || arguments.next().expect("usage: interview-load URL KEY PID");
    let (url, key, pid) = (next(), next(), next());
    let server = Server {
        client: Client::builder()
            .timeout(PATIENCE)
            .build()
            .expect("a client can be made"),
        url,
        key,
    };
    // The first answer of a role loads the model and reads the bank.
    let first = server.begin().await;
    server.answer(&first, 0).await;

    let thoughtful = server.hold(THOUGHTFUL, Some(THINK)).await;
    thoughtful.show("50 interviews, 5 s to think");
    verdict("p50 in ms", thoughtful.p50_ms, 60.0, true);
    verdict("p99 in ms", thoughtful.p99_ms, 200.0, true);
    let hasty = server.hold(HASTY, None).await;
    hasty.show("50 interviews, no time to think");
    verdict("answers per second", hasty.per_s, 30.0, false);

    let before_kb = resident_kb(&pid);
    for _ in 0..IDLE {
        server.begin().await;
    }
    let each_kb = resident_kb(&pid).saturating_sub(before_kb) as f64 / IDLE as f64;
    verdict(
        "resident memory of an idle interview in kB",
        each_kb,
        64.0,
        true,
    );
}

/// A server and who asks it.
#[derive(Clone)]
struct Server {
    client: Client,
    url: String,
    key: String,
}

/// What a load found.
struct Figures {
    per_s: f64,
    p50_ms: f64,
    p99_ms: f64,
    n: usize,
}

impl Figures {
    fn show(&self, what: &str) {
        println!(
            "{what:<36} {:>6} answers {:>8.1} per s   p50 {:>7.1} ms   p99 {:>7.1} ms",
            self.n, self.per_s, self.p50_ms, self.p99_ms
        );
    }
}

impl Server {
    async fn post(&self, path: &str, body: Value) -> Value {
        let request = self.client.post(format!("{}{path}", self.url));
        let answer = request.bearer_auth(&self.key).json(&body).send().await;
        let answer = answer.expect("the server answers");
        let status = answer.status();
        let text = answer.text().await.expect("the answer can be read");
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).expect("the answer is JSON")
    }

    /// An interview that waits for its first answer.
    async fn begin(&self) -> String {
        let made = self
            .post("/api/v1/interviews", json!({"title": "bench"}))
            .await;
        let id = made["id"]
            .as_str()
            .expect("an interview has an id")
            .to_owned();
        let path = format!("/api/v1/interviews/{id}/session");
        let setup = json!({"role_family": "technical", "duration_minutes": 60});
        self.post(&path, setup).await;
        self.post(&format!("{path}/begin"), json!({})).await;
        id
    }

    /// Answers, and says how long it took and whether the interview goes on.
    async fn answer(&self, interview: &str, n: usize) -> (Duration, bool) {
        let path = format!("/api/v1/interviews/{interview}/session/answers");
        let begun = Instant::now();
        let step = self.post(&path, json!({"text": words(n)})).await;
        (begun.elapsed(), step["status"] == "running")
    }

    /// Holds interviews at once, each to `answers` answers.
    async fn hold(&self, answers: usize, think: Option<Duration>) -> Figures {
        let mut interviews = Vec::new();
        for _ in 0..AT_ONCE {
            interviews.push(self.begin().await);
        }
        let begun = Instant::now();
        let mut running = JoinSet::new();
        for (number, interview) in interviews.into_iter().enumerate() {
            let server = self.clone();
            running.spawn(async move {
                let mut times = Vec::new();
                if let Some(think) = think {
                    // People don't begin in step.
                    time::sleep(think.mul_f64(number as f64 / AT_ONCE as f64)).await;
                }
                for n in 0..answers {
                    if let Some(think) = think {
                        time::sleep(think).await;
                    }
                    let (took, goes_on) = server.answer(&interview, number * answers + n).await;
                    times.push(took);
                    if !goes_on {
                        break;
                    }
                }
                times
            });
        }
        let mut times = running.join_all().await.concat();
        let elapsed_s = begun.elapsed().as_secs_f64();
        times.sort_unstable();
        let at =
            |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
        Figures {
            per_s: times.len() as f64 / elapsed_s,
            p50_ms: at(0.5),
            p99_ms: at(0.99),
            n: times.len(),
        }
    }
}

/// An answer of sixty words, each time another.
fn words(n: usize) -> String {
    format!(
        "In my last project number {n} we had a service that answered slowly under load. I measured each query with \
         traces, found that {n} of them read the whole table, and added an index. Then I wrote a test that fails when the \
         plan changes, told the team why, and rolled it out step by step. As a result the time fell from nine hundred to \
         two hundred milliseconds."
    )
}

fn resident_kb(pid: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("the server runs");
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok())
        .expect("the system tells it")
}

fn verdict(what: &str, figure: f64, limit: f64, is_most: bool) {
    let is_within = if is_most {
        figure <= limit
    } else {
        figure >= limit
    };
    let word = if is_within { "within" } else { "OUTSIDE" };
    println!("{what}: {figure:.1} ({word} the limit of {limit})");
}
