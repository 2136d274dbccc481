//! What one reader of the decoder's output is doing, seen from another thread.

use std::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    time::{Duration, Instant},
};

/// State of one reader: how far it got, since when it waits, how it ended.
pub(super) struct Waiting {
    origin: Instant,
    /// Milliseconds after `origin` plus one; 0 while it is not waiting.
    since_ms: AtomicU64,
    reached_ms: AtomicU64,
    stopped: AtomicBool,
    too_long: AtomicBool,
}

impl Default for Waiting {
    fn default() -> Self {
        Self {
            origin: Instant::now(),
            since_ms: AtomicU64::new(1),
            reached_ms: AtomicU64::new(0),
            stopped: AtomicBool::new(false),
            too_long: AtomicBool::new(false),
        }
    }
}

impl Waiting {
    /// The reader begins to wait for the decoder.
    pub(super) fn begin(&self) {
        let now = self.origin.elapsed().as_millis() as u64;
        self.since_ms.store(now + 1, Relaxed);
    }

    /// The decoder gave something.
    pub(super) fn end(&self) {
        self.since_ms.store(0, Relaxed);
    }

    /// The reader is done and counts as waiting from now on, so that the others decide.
    pub(super) fn finish(&self) {
        self.begin();
    }

    /// Whether it has been waiting for longer than `limit`.
    pub(super) fn idle_for(&self, limit: Duration) -> bool {
        let since = self.since_ms.load(Relaxed);
        since != 0 && self.origin.elapsed() > Duration::from_millis(since) + limit
    }

    /// Data up to `time_s` has been read.
    pub(super) fn reach(&self, time_s: f64) {
        self.reached_ms.fetch_max((time_s * 1000.0) as u64, Relaxed);
    }

    /// Time of the latest data, in seconds.
    pub(super) fn reached_s(&self) -> f64 {
        self.reached_ms.load(Relaxed) as f64 / 1000.0
    }

    /// The sink wants no more.
    pub(super) fn stop(&self) {
        self.stopped.store(true, Relaxed);
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stopped.load(Relaxed)
    }

    /// The recording passes the limit.
    pub(super) fn set_too_long(&self) {
        self.too_long.store(true, Relaxed);
    }

    pub(super) fn is_too_long(&self) -> bool {
        self.too_long.load(Relaxed)
    }
}
