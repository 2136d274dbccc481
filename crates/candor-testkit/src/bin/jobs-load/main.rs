//! Load for durable jobs, run by `cargo xtask bench jobs` and `cargo xtask soak jobs`; prints one figure in
//! each line, each beside its floor of the same run.
#![expect(
    clippy::unwrap_used,
    reason = "a program of the test kit: what fails ends it"
)]

mod bench;
mod soak;

use candor_testkit::{Database, jobs::work_as_told};

/// As in `candor` itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    // The soak starts this program again for its workers.
    if work_as_told() {
        return;
    }
    let words: Vec<String> = std::env::args().skip(1).collect();
    let n = words.get(1).map_or(10_000, |n| n.parse().unwrap());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        for database in [Database::Sqlite, Database::Postgres] {
            match words.first().map(String::as_str) {
                Some("bench") => bench::run(database, n).await,
                Some("soak") => soak::run(database, n).await,
                _ => panic!("usage: jobs-load bench|soak [JOBS]"),
            }
        }
    });
}
