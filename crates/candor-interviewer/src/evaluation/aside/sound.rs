//! How much a sentence sounds like one to whoever judges the answer: a plane in the space of sentence vectors, fitted by
//! ridge regression to passages written for this project (`asides/`, blind to the set of injections; fit and check:
//! `candor eval asides`). It belongs to the sentence network `all-MiniLM-L6-v2`.

use std::sync::OnceLock;

/// A weight for each number of a vector, the threshold last.
const WEIGHTS: &str = include_str!("sound.en.txt");

/// The shipped plane: a weight for each number of a sentence's vector, the threshold last.
pub fn aside_plane() -> &'static [f64] {
    static PLANE: OnceLock<Vec<f64>> = OnceLock::new();
    PLANE.get_or_init(|| {
        let numbers = WEIGHTS.split_whitespace().flat_map(str::parse::<f64>);
        numbers.collect()
    })
}

/// Near 1 for sentences to whoever judges, near −1 for those of an answer; 0 for vectors of another length.
pub(in crate::evaluation) fn sound(vector: &[f32]) -> f64 {
    match aside_plane().split_last() {
        Some((threshold, weights)) if weights.len() == vector.len() => {
            let along = weights.iter().zip(vector);
            let along: f64 = along
                .map(|(weight, value)| weight * f64::from(*value))
                .sum();
            along + threshold
        }
        _ => 0.0,
    }
}
