//! The floor of the bench of interviews: one embedding of an answer of sixty words, and nothing else.

use std::time::Instant;

use anyhow::{Result, anyhow};
use candor_app::engines::Engines;

use crate::engines::{InstalledEngines, SttChoice};

/// Calls that are timed.
const CALLS: usize = 200;

/// Embeds and prints the median and the slowest of a hundred in milliseconds.
pub(super) fn run() -> Result<()> {
    let engines = InstalledEngines::open(SttChoice::None)?;
    let embedder = engines.embedder().map_err(|reason| anyhow!("{reason}"))?;
    let mut times_ms = Vec::with_capacity(CALLS);
    for n in 0..CALLS {
        let answer = format!(
            "In my last project number {n} we had a service that answered slowly under load. I measured each query with \
             traces, found that {n} of them read the whole table, and added an index. Then I wrote a test that fails when \
             the plan changes, told the team why, and rolled it out step by step. As a result the time fell from nine \
             hundred to two hundred milliseconds."
        );
        let begun = Instant::now();
        embedder.embed(&[&answer])?;
        times_ms.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    times_ms.sort_by(f64::total_cmp);
    println!(
        "one embedding of a 60-word answer: p50 {:.1} ms, p99 {:.1} ms",
        times_ms[CALLS / 2],
        times_ms[CALLS * 99 / 100]
    );
    Ok(())
}
