//! Stretches of time on a recording's clock.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A stretch of a recording, in seconds from its start; `end_s` is never before `start_s`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Span {
    /// Where it begins, in seconds.
    pub start_s: f64,
    /// Where it ends, in seconds.
    pub end_s: f64,
}

impl Span {
    /// A span from `start_s` to `end_s`; an end before the start is moved to the start.
    pub fn new(start_s: f64, end_s: f64) -> Self {
        Self {
            start_s,
            end_s: end_s.max(start_s),
        }
    }

    /// Length in seconds.
    pub fn duration_s(self) -> f64 {
        self.end_s - self.start_s
    }

    /// The moment in the middle, in seconds.
    pub fn middle_s(self) -> f64 {
        f64::midpoint(self.start_s, self.end_s)
    }

    /// Whether `time_s` lies in the half-open span `[start, end)`.
    pub fn contains(self, time_s: f64) -> bool {
        time_s >= self.start_s && time_s < self.end_s
    }

    /// Seconds shared with `other`; 0 when they don't meet.
    pub fn overlap_s(self, other: Self) -> f64 {
        (self.end_s.min(other.end_s) - self.start_s.max(other.start_s)).max(0.0)
    }
}

/// Total length of `spans` in seconds; overlapping parts count as often as they occur.
pub fn total_s(spans: &[Span]) -> f64 {
    spans.iter().map(|span| span.duration_s()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlap_is_zero_for_spans_that_only_touch() {
        assert!(Span::new(0.0, 1.0).overlap_s(Span::new(1.0, 2.0)).abs() < f64::EPSILON);
        assert!((Span::new(0.0, 1.0).overlap_s(Span::new(0.4, 2.0)) - 0.6).abs() < 1e-12);
    }
}
