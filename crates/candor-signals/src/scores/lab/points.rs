//! Points of each component along the corners that the contract documents for variant A.

use super::MAX_VERBAL;
use crate::scores::curve::along;

/// Points for words per minute, 0 to 12.
pub fn wpm_points(wpm: f64) -> f64 {
    along(
        &[(80.0, 0.0), (120.0, 12.0), (160.0, 12.0), (200.0, 0.0)],
        wpm,
    )
}

/// Points for the share of silence, 0 to 5.
pub fn silence_points(ratio: f64) -> f64 {
    along(&[(0.10, 5.0), (0.50, 0.0)], ratio)
}

/// Points for hesitations per minute, 0 to 3.
pub fn filler_points(per_min: f64) -> f64 {
    along(&[(1.0, 3.0), (8.0, 0.0)], per_min)
}

/// Points for eye contact, 0 to 20.
pub fn eye_contact_points(ratio: f64) -> f64 {
    20.0 * ratio.clamp(0.0, 1.0)
}

/// Points for nods per minute, 0 to 10.
pub fn nod_points(per_min: f64) -> f64 {
    along(
        &[
            (0.0, 0.0),
            (2.0, 5.0),
            (8.0, 10.0),
            (16.0, 5.0),
            (24.0, 0.0),
        ],
        per_min,
    )
}

/// Points for variability of expression, 0 to 10: entropy of the shares over its maximum.
pub fn variability_points(distribution: &[f64]) -> f64 {
    10.0 * normalised_entropy(distribution)
}

/// Points for the number of words, 0 to 40.
pub fn verbal_points(n_words: u32) -> f64 {
    along(&[(50.0, 0.0), (250.0, MAX_VERBAL)], f64::from(n_words))
}

/// Shannon entropy of shares over its maximum `ln n`, 0 to 1; 0 for fewer than two classes.
pub(super) fn normalised_entropy(shares: &[f64]) -> f64 {
    let total: f64 = shares.iter().filter(|share| **share > 0.0).sum();
    if total <= 0.0 || shares.len() < 2 {
        return 0.0;
    }
    let entropy: f64 = shares
        .iter()
        .filter(|share| **share > 0.0)
        .map(|share| -(share / total) * (share / total).ln())
        .sum();
    (entropy / (shares.len() as f64).ln()).clamp(0.0, 1.0)
}
