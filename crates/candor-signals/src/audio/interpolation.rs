//! Values between the samples of a correlation function, by a windowed sinc from a table.
//!
//! Boersma 1993 (section on finding the maxima) interpolates with sin x/x under a Hann window;
//! here the weights for 32 positions between two samples are computed once.

use std::f64::consts::PI;

use super::statistics::dot;

/// Samples used on each side of a position.
pub(super) const DEPTH: usize = 30;

/// Positions between two samples.
const PHASES: usize = 32;

/// Weights of the neighbours for each position between two samples.
pub(super) struct SincTable {
    weights: Vec<[f32; 2 * DEPTH]>,
}

impl SincTable {
    pub(super) fn new() -> Self {
        let weights = (0..PHASES)
            .map(|phase| {
                let offset = phase as f64 / PHASES as f64;
                let mut row = [0.0; 2 * DEPTH];
                for (tap, weight) in row.iter_mut().enumerate() {
                    let distance = tap as f64 - (DEPTH as f64 - 1.0) - offset;
                    *weight = windowed_sinc(distance) as f32;
                }
                row
            })
            .collect();
        Self { weights }
    }

    /// Value at `position` in units of 1/32 sample. `values[i + DEPTH]` is the sample `i`.
    fn at(&self, values: &[f32], position: usize) -> f32 {
        let base = position / PHASES;
        let neighbours = &values[base + 1..base + 1 + 2 * DEPTH];
        dot(&self.weights[position % PHASES], neighbours)
    }

    /// Finds the maximum near `guess` (in samples) and its value.
    ///
    /// `values[i + DEPTH]` is the sample `i`; at least `DEPTH` samples follow the last position
    /// that is searched, which is `limit`.
    pub(super) fn maximum(&self, values: &[f32], guess: f64, limit: usize) -> (f64, f64) {
        let highest = limit * PHASES - 1;
        let clamp = |position: usize| position.clamp(1, highest);
        let mut middle = clamp((guess.max(0.0) * PHASES as f64).round() as usize);
        let mut value = self.at(values, middle);
        let mut left = self.at(values, middle - 1);
        let mut right = self.at(values, middle + 1);
        for _ in 0..PHASES {
            if left > value && middle > 1 {
                (right, value, middle) = (value, left, middle - 1);
                left = self.at(values, middle - 1);
            } else if right > value && middle < highest {
                (left, value, middle) = (value, right, middle + 1);
                right = self.at(values, middle + 1);
            } else {
                break;
            }
        }
        let (offset, peak) = parabola(f64::from(left), f64::from(value), f64::from(right));
        ((middle as f64 + offset) / PHASES as f64, peak)
    }
}

/// Offset (−½ to ½) and value of the vertex of a parabola through three neighbouring values of
/// which the middle one is not the least.
pub(super) fn parabola(left: f64, middle: f64, right: f64) -> (f64, f64) {
    let curvature = 2.0 * middle - left - right;
    if curvature <= 0.0 {
        return (0.0, middle);
    }
    let slope = 0.5 * (right - left);
    let offset = (slope / curvature).clamp(-0.5, 0.5);
    (offset, middle + 0.5 * slope * offset)
}

fn windowed_sinc(distance: f64) -> f64 {
    if distance.abs() < 1e-12 {
        return 1.0;
    }
    let width = DEPTH as f64;
    if distance.abs() >= width {
        return 0.0;
    }
    let phase = PI * distance;
    phase.sin() / phase * (0.5 + 0.5 * (phase / width).cos())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Samples of a cosine with its maximum at `top`, in the layout that the table reads.
    fn cosine(top: f64, cycles_per_sample: f64, n: usize) -> Vec<f32> {
        (0..n + 2 * DEPTH)
            .map(|i| {
                let x = i as f64 - DEPTH as f64 - top;
                (2.0 * PI * cycles_per_sample * x).cos() as f32
            })
            .collect()
    }

    #[test]
    fn maximum_between_samples_is_found() {
        let table = SincTable::new();
        for (top, rate) in [(40.3, 0.01), (52.77, 0.1), (33.5, 0.3)] {
            let values = cosine(top, rate, 100);
            let (position, value) = table.maximum(&values, f64::round(top), 90);
            assert!((position - top).abs() < 2e-3, "{position} for {top}");
            assert!((value - 1.0).abs() < 1e-3, "{value} at {top}");
        }
    }

    #[test]
    fn parabola_through_its_own_points_is_exact() {
        let curve = |x: f64| 3.0 - 2.0 * (x - 0.2).powi(2);
        let (offset, value) = parabola(curve(-1.0), curve(0.0), curve(1.0));
        assert!((offset - 0.2).abs() < 1e-12);
        assert!((value - 3.0).abs() < 1e-12);
    }
}
