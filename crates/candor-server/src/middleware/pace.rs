//! Recordings may take as long as they arrive, but they have to arrive: a body that only drips is cut off, so
//! that nobody holds a place for nothing.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::body::{Body, Bytes, HttpBody};
use candor_app::config::Config;
use hyper::body::{Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep};

/// Slowest pace of a body.
const BYTES_PER_S: f64 = 1024.0;

/// How long a body may let the server wait, and how much has to come for it to wait as long again.
#[derive(Debug, Clone, Copy)]
pub struct Least {
    wait: Duration,
    bytes: u64,
}

impl Least {
    /// `limits.idle_s`, and what comes in that time at the slowest pace.
    pub fn new(config: &Config) -> Self {
        let seconds = config.limits.idle_s;
        Self {
            wait: Duration::from_secs_f64(seconds),
            bytes: (seconds * BYTES_PER_S) as u64,
        }
    }
}

/// Watches the body of an upload; other bodies have a time limit as a whole.
pub fn paced(body: Body, least: Least) -> Body {
    Body::new(Paced::new(body, least))
}

/// What a body may still cost. Only time in which the server waits for it counts.
#[derive(Debug)]
struct Credit {
    least: Least,
    /// Since the last time that enough had come.
    waited: Duration,
    came: u64,
}

impl Credit {
    fn new(least: Least) -> Self {
        Self {
            least,
            waited: Duration::ZERO,
            came: 0,
        }
    }

    /// How long the server waits for the next bytes.
    fn left(&self) -> Duration {
        self.least.wait.saturating_sub(self.waited)
    }

    /// After such a wait bytes came.
    fn note(&mut self, waited: Duration, bytes: u64) {
        self.waited += waited;
        self.came += bytes;
        if self.came >= self.least.bytes {
            *self = Self::new(self.least);
        }
    }
}

/// A body that fails when it falls behind.
struct Paced {
    body: Body,
    credit: Credit,
    waiting: Option<(Instant, Pin<Box<Sleep>>)>,
}

impl Paced {
    fn new(body: Body, least: Least) -> Self {
        Self {
            body,
            credit: Credit::new(least),
            waiting: None,
        }
    }
}

impl HttpBody for Paced {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = &mut *self;
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(context) {
            let waited = this.waiting.take();
            let waited = waited.map_or(Duration::ZERO, |(since, _)| since.elapsed());
            let bytes = match &frame {
                Some(Ok(frame)) => frame.data_ref().map_or(0, Bytes::len),
                _ => 0,
            };
            this.credit.note(waited, bytes as u64);
            return Poll::Ready(frame);
        }
        let left = this.credit.left();
        let (_, sleep) = this
            .waiting
            .get_or_insert_with(|| (Instant::now(), Box::pin(sleep(left))));
        ready!(sleep.as_mut().poll(context));
        let slow = io::Error::new(io::ErrorKind::TimedOut, "it came too slowly");
        Poll::Ready(Some(Err(axum::Error::new(slow))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether so many bytes, each after so many seconds, are waited for to the end.
    fn is_taken(pieces: usize, bytes: u64, every_s: u64) -> bool {
        let mut credit = Credit::new(Least {
            wait: Duration::from_secs(30),
            bytes: 1000,
        });
        let every = Duration::from_secs(every_s);
        (0..pieces).all(|_| {
            let is_in_time = every < credit.left();
            credit.note(every, bytes);
            is_in_time
        })
    }

    #[test]
    fn a_slow_body_goes_on_for_ever_and_a_dripping_one_ends() {
        assert!(is_taken(1000, 500, 10));
        assert!(is_taken(2, 1, 14), "it ended in time");
        assert!(!is_taken(1000, 1, 10));
        assert!(!is_taken(1, 1, 31));
        assert!(is_taken(1000, 1, 0), "the server's own time does not count");
    }
}
