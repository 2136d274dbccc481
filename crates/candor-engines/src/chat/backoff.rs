//! How long to wait before the next attempt.

use std::{
    hash::{BuildHasher as _, RandomState},
    time::Duration,
};

/// The wait after `n_failed` failed attempts: `first`, doubled each time, at most `longest`; of that between one half
/// and all, by `share` (0 to 1), so that many who failed together don't come back together.
pub(super) fn wait(first: Duration, n_failed: u32, longest: Duration, share: f64) -> Duration {
    let doubled = first.saturating_mul(1_u32 << n_failed.saturating_sub(1).min(16));
    doubled
        .min(longest)
        .mul_f64(0.5 + 0.5 * share.clamp(0.0, 1.0))
}

/// Some number between 0 and 1, good enough to spread waits.
pub(super) fn some_share() -> f64 {
    let random = RandomState::new().hash_one(0_u8) >> 11;
    random as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn waits_double_up_to_the_longest() {
        let at = |n_failed| wait(100 * MS, n_failed, 1000 * MS, 1.0);
        assert_eq!(
            [1, 2, 3, 4, 5, 60].map(at),
            [100, 200, 400, 800, 1000, 1000].map(|n| n * MS)
        );
    }

    #[test]
    fn waits_are_spread_over_their_upper_half() {
        assert_eq!(wait(100 * MS, 1, 1000 * MS, 0.0), 50 * MS);
        for _ in 0..100 {
            assert!((0.0..1.0).contains(&some_share()));
        }
    }
}
