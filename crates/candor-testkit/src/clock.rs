//! A clock that a test sets.

use std::sync::{Mutex, PoisonError};

use candor_core::ports::Clock;
use jiff::{SignedDuration, Timestamp};

/// Runs only when it is told to.
#[derive(Debug)]
pub struct HandClock {
    now: Mutex<Timestamp>,
}

impl HandClock {
    /// A clock that shows the machine's time as of now.
    pub fn of_now() -> Self {
        Self {
            now: Mutex::new(Timestamp::now()),
        }
    }

    /// Moves it on.
    pub fn advance(&self, by: SignedDuration) {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        *now += by;
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
