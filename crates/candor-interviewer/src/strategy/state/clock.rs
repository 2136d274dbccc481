//! The clock of an interview: what counts as time used, what stops it, and when it is up.

use jiff::Timestamp;

use super::State;
use crate::strategy::{EndReason, MAX_PAUSED_S, Move, Plan, Status, StrategyError};

impl State {
    /// Stops the clock, for [`MAX_PAUSED_S`] in all.
    ///
    /// # Errors
    /// See [`StrategyError`]; nothing changes then.
    pub fn pause(&mut self, at: Timestamp) -> Result<(), StrategyError> {
        self.must_run()?;
        if self.paused_s >= MAX_PAUSED_S {
            return Err(StrategyError::NoPauseLeft);
        }
        self.pass_time(at);
        self.status = Status::Paused;
        Ok(())
    }

    /// Lets the clock go on.
    ///
    /// # Errors
    /// See [`StrategyError`].
    pub fn resume(&mut self, at: Timestamp) -> Result<(), StrategyError> {
        match self.status {
            Status::Paused => {
                self.pass_time(at);
                self.status = Status::Running;
                Ok(())
            }
            Status::Ended => Err(StrategyError::HasEnded),
            Status::Ready | Status::Running => Err(StrategyError::NotPaused),
        }
    }

    /// Goes on after a time that was not the candidate's: the program was away, or an answer was being judged. It does
    /// not count.
    pub fn take_up(&mut self, at: Timestamp) {
        if self.status == Status::Running {
            self.last_at = self.last_at.max(Some(at));
        }
    }

    /// When something last happened: what is pending was asked then or before.
    pub fn last_at(&self) -> Option<Timestamp> {
        self.last_at
    }

    /// Ends it where its time is up, paused or not; `None`: it goes on.
    pub fn expire(&mut self, plan: &Plan, at: Timestamp) -> Option<Move> {
        if !matches!(self.status, Status::Running | Status::Paused) {
            return None;
        }
        self.pass_time(at);
        (self.used_s >= plan.duration_s).then(|| self.close(plan, EndReason::OutOfTime))
    }

    /// Clocks of several machines may differ a little: time never runs backwards.
    pub(super) fn pass_time(&mut self, at: Timestamp) {
        if let Some(last) = self.last_at {
            let passed_s = at.duration_since(last).as_secs_f64().max(0.0);
            self.used_s += match self.status {
                Status::Paused => {
                    let left_s = (MAX_PAUSED_S - self.paused_s).max(0.0);
                    self.paused_s += passed_s;
                    (passed_s - left_s).max(0.0)
                }
                Status::Ready | Status::Running | Status::Ended => passed_s,
            };
        }
        self.last_at = self.last_at.max(Some(at));
    }
}
