//! How long a failed step waits before its next attempt.

use std::time::Duration;

use rand::RngExt;

use super::StepLimits;
use crate::config::Jobs;

/// Longest wait that another side may ask for.
const LONGEST_ASKED: Duration = Duration::from_secs(3600);

/// The wait after the attempt with this number (from 1). Doubled waits get full jitter, so that steps that
/// failed together don't come back together; a step's own waits are kept within a tenth. It is never shorter
/// than what the other side asked for, up to an hour.
pub(super) fn wait(
    limits: &StepLimits,
    config: &Jobs,
    attempts: u32,
    asked: Option<Duration>,
) -> Duration {
    let asked = asked.unwrap_or_default().min(LONGEST_ASKED);
    own_wait(limits, config, attempts).max(asked)
}

fn own_wait(limits: &StepLimits, config: &Jobs, attempts: u32) -> Duration {
    let nth = attempts.saturating_sub(1);
    match limits.backoff {
        Some(waits) if !waits.is_empty() => {
            let wait = waits[(nth as usize).min(waits.len() - 1)];
            wait.mul_f64(rand::rng().random_range(0.9..=1.1))
        }
        _ => longest(config, nth).mul_f64(rand::rng().random_range(0.0..=1.0)),
    }
}

fn longest(config: &Jobs, nth: u32) -> Duration {
    let doubled = config.backoff_s * 2_f64.powi(i32::try_from(nth).unwrap_or(i32::MAX));
    Duration::from_secs_f64(doubled.min(config.backoff_max_s).max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn waits_double_up_to_the_longest() {
        let config = Config::default().jobs;
        let seconds: Vec<f64> = (0..9)
            .map(|nth| longest(&config, nth).as_secs_f64())
            .collect();
        assert_eq!(
            seconds,
            [2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 300.0]
        );
        assert_eq!(longest(&config, u32::MAX).as_secs_f64(), 300.0);
    }

    #[test]
    fn a_steps_own_waits_are_kept_and_the_last_one_repeats() {
        const WAITS: &[Duration] = &[Duration::from_secs(5), Duration::from_secs(300)];
        let limits = StepLimits {
            backoff: Some(WAITS),
            ..StepLimits::default()
        };
        let config = Config::default().jobs;
        for (attempts, expected) in [(1, 5.0), (2, 300.0), (7, 300.0)] {
            let wait = wait(&limits, &config, attempts, None).as_secs_f64();
            assert!((wait / expected - 1.0).abs() <= 0.1001, "{wait}");
        }
    }

    #[test]
    fn what_the_other_side_asks_for_is_kept_up_to_an_hour() {
        const WAITS: &[Duration] = &[Duration::from_secs(60)];
        let limits = StepLimits {
            backoff: Some(WAITS),
            ..StepLimits::default()
        };
        let config = Config::default().jobs;
        let wait = |asked_s| wait(&limits, &config, 1, Some(Duration::from_secs(asked_s)));
        assert_eq!(wait(100).as_secs(), 100);
        assert_eq!(wait(86_400).as_secs(), 3600);
        assert!(wait(1).as_secs() >= 54, "its own wait is not cut short");
    }
}
