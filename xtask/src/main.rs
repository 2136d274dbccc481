//! Automation of Candor: `cargo xtask setup|demo|test|ci|bench|schema`.

mod bench;
mod ci;
mod demo;
mod graph;
mod licences;
mod run;
mod sample;
mod services;
mod setup;
mod suite;

use anyhow::{Result, bail};

const USAGE: &str = "\
cargo xtask setup              install or name the system packages, fetch the models, make the sample
cargo xtask demo [--video F]   set up, build, analyse the sample or F, say where the report is
cargo xtask test [FILTER]      the whole test suite, with clippy in the same build
cargo xtask services           start PostgreSQL, Redis and an S3 server for tests by hand, until Enter
cargo xtask ci                 format, crate graph, generated files, licences
cargo xtask bench analyze      speed of the analysis beside its floor
cargo xtask bench jobs         speed of durable jobs beside its floor
cargo xtask soak jobs          10,000 jobs while workers vanish, four rounds
cargo xtask bench upload       speed and memory of an upload beside its floor
cargo xtask bench api          speed of the interface beside an empty handler
cargo xtask bench interview    speed of interviews in words beside an embedding for each answer
cargo xtask soak interviews    200 simulated candidates
cargo xtask schema             write the published JSON Schema anew";

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["setup"] => setup::all(),
        ["demo"] => demo::run(None),
        ["demo", "--video", video] => demo::run(Some(video)),
        ["test", filter @ ..] => suite::run(filter),
        ["services"] => services::by_hand(),
        ["ci"] => ci::run(),
        ["bench", "analyze", options @ ..] => bench::analyze(options),
        ["bench", "jobs", options @ ..] => bench::jobs::bench(options),
        ["soak", "jobs", options @ ..] => bench::jobs::soak(options),
        ["bench", "upload", options @ ..] => bench::upload(options),
        ["bench", "api", options @ ..] => bench::api(options),
        ["bench", "interview", options @ ..] => bench::interview::bench(options),
        ["soak", "interviews", options @ ..] => bench::interview::soak(options),
        ["schema"] => ci::write_schema(),
        _ => bail!("usage:\n{USAGE}"),
    }
}
