//! A circuit breaker (Nygard 2007): who fails again and again is left alone for a while, then tried once.
//!
//! A pure state machine. Time comes in as what has passed since some moment that the caller chose.

use std::time::Duration;

/// When the circuit opens, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CircuitSettings {
    /// Failures in a row after which nothing is sent any more.
    pub failures: u32,
    /// How long nothing is sent before one request may try again.
    pub pause: Duration,
}

impl Default for CircuitSettings {
    fn default() -> Self {
        Self {
            failures: 5,
            pause: Duration::from_secs(30),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// All may pass.
    Closed { failures: u32 },
    /// None may pass.
    Open { since: Duration },
    /// One is trying.
    HalfOpen { since: Duration },
}

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The server is of use.
    Succeeded,
    /// It is not.
    Failed,
    /// Nobody knows: the caller went away.
    Abandoned,
}

/// Leave to try. What became of it is told with [`Circuit::record`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket(u64);

/// The circuit in front of one server.
#[derive(Debug)]
pub struct Circuit {
    settings: CircuitSettings,
    state: State,
    /// Counts changes of the state: what was sent before one says nothing about the state after it.
    generation: u64,
}

impl Circuit {
    /// A closed circuit.
    pub fn new(settings: CircuitSettings) -> Self {
        Self {
            settings,
            state: State::Closed { failures: 0 },
            generation: 0,
        }
    }

    /// Asks for leave to try.
    ///
    /// # Errors
    /// How long to wait until the next may try.
    pub fn enter(&mut self, now: Duration) -> Result<Ticket, Duration> {
        let (State::Open { since } | State::HalfOpen { since }) = self.state else {
            return Ok(Ticket(self.generation));
        };
        // Also who tries and never says what became of it does not block the way for ever.
        let left = (since + self.settings.pause).saturating_sub(now);
        if !left.is_zero() {
            return Err(left);
        }
        self.change(State::HalfOpen { since: now });
        Ok(Ticket(self.generation))
    }

    /// Tells what became of a try.
    pub fn record(&mut self, ticket: Ticket, outcome: Outcome, now: Duration) {
        if ticket.0 != self.generation {
            return;
        }
        match (self.state, outcome) {
            (State::Closed { .. }, Outcome::Abandoned) | (State::Open { .. }, _) => {}
            (State::Closed { failures }, Outcome::Failed) => {
                let failures = failures + 1;
                if failures >= self.settings.failures.max(1) {
                    self.change(State::Open { since: now });
                } else {
                    self.state = State::Closed { failures };
                }
            }
            (State::Closed { .. }, Outcome::Succeeded) => {
                self.state = State::Closed { failures: 0 };
            }
            (State::HalfOpen { .. }, Outcome::Succeeded) => {
                self.change(State::Closed { failures: 0 });
            }
            (State::HalfOpen { .. }, Outcome::Failed) => self.change(State::Open { since: now }),
            (State::HalfOpen { .. }, Outcome::Abandoned) => {
                // The next one may try at once.
                let since = now.saturating_sub(self.settings.pause);
                self.change(State::Open { since });
            }
        }
    }

    fn change(&mut self, state: State) {
        self.state = state;
        self.generation += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: Duration = Duration::from_secs(1);

    fn circuit() -> Circuit {
        Circuit::new(CircuitSettings {
            failures: 3,
            pause: 10 * S,
        })
    }

    fn fail(circuit: &mut Circuit, now: Duration) {
        let ticket = circuit.enter(now).expect("it is let through");
        circuit.record(ticket, Outcome::Failed, now);
    }

    fn opened() -> Circuit {
        let mut circuit = circuit();
        (0..3).for_each(|_| fail(&mut circuit, S));
        circuit
    }

    #[test]
    fn it_opens_after_failures_in_a_row_and_lets_one_try_after_the_pause() {
        let mut circuit = opened();
        assert_eq!(circuit.enter(S), Err(10 * S));
        assert_eq!(circuit.enter(10 * S), Err(S));
        let ticket = circuit.enter(11 * S).expect("one may try");
        assert_eq!(circuit.enter(11 * S), Err(10 * S));
        circuit.record(ticket, Outcome::Succeeded, 12 * S);
        assert!(circuit.enter(12 * S).is_ok() && circuit.enter(12 * S).is_ok());
    }

    #[test]
    fn a_success_in_between_starts_the_count_again() {
        let mut circuit = circuit();
        for _ in 0..5 {
            fail(&mut circuit, S);
            fail(&mut circuit, S);
            let ticket = circuit.enter(S).expect("it is let through");
            circuit.record(ticket, Outcome::Succeeded, S);
        }
        assert!(circuit.enter(S).is_ok());
    }

    #[test]
    fn a_failed_try_opens_it_again_for_the_whole_pause() {
        let mut circuit = opened();
        fail(&mut circuit, 11 * S);
        assert_eq!(circuit.enter(12 * S), Err(9 * S));
    }

    #[test]
    fn who_goes_away_leaves_the_try_to_the_next() {
        let mut circuit = opened();
        let ticket = circuit.enter(20 * S).expect("one may try");
        circuit.record(ticket, Outcome::Abandoned, 21 * S);
        assert!(circuit.enter(21 * S).is_ok());
    }

    #[test]
    fn a_try_that_never_ends_blocks_for_one_pause_only() {
        let mut circuit = opened();
        let _lost = circuit.enter(20 * S).expect("one may try");
        assert!(circuit.enter(29 * S).is_err());
        assert!(circuit.enter(30 * S).is_ok());
    }

    #[test]
    fn what_was_sent_before_says_nothing_about_now() {
        let mut circuit = circuit();
        let early = circuit.enter(S).expect("it is let through");
        (0..3).for_each(|_| fail(&mut circuit, S));
        circuit.record(early, Outcome::Succeeded, 2 * S);
        assert!(circuit.enter(2 * S).is_err());
        let ticket = circuit.enter(11 * S).expect("one may try");
        circuit.record(early, Outcome::Failed, 11 * S);
        circuit.record(ticket, Outcome::Succeeded, 11 * S);
        assert!(circuit.enter(11 * S).is_ok());
    }
}
