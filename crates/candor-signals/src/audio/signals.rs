//! Constructed signals with known properties, for the tests of this module.

use std::f64::consts::PI;

use super::reader::RATE_HZ;

/// A sine.
pub(super) fn tone(frequency_hz: f64, amplitude: f64, duration_s: f64) -> Vec<f32> {
    let n = (duration_s * RATE_HZ).round() as usize;
    (0..n)
        .map(|i| (amplitude * (2.0 * PI * frequency_hz * i as f64 / RATE_HZ).sin()) as f32)
        .collect()
}

/// A voice-like sum of harmonics (amplitude 1/k up to 4 kHz) whose F0 goes evenly (in
/// logarithm) from `from_hz` to `to_hz`; peak about `amplitude`.
pub(super) fn buzz(from_hz: f64, to_hz: f64, amplitude: f64, duration_s: f64) -> Vec<f32> {
    let n = (duration_s * RATE_HZ).round() as usize;
    let mut phase = 0.0f64;
    (0..n)
        .map(|i| {
            let f0 = from_hz * (to_hz / from_hz).powf(i as f64 / n as f64);
            phase += f0 / RATE_HZ;
            let n_harmonics = (4_000.0 / f0) as usize;
            let sum: f64 = (1..=n_harmonics)
                .map(|k| (2.0 * PI * k as f64 * phase).cos() / k as f64)
                .sum();
            (amplitude * sum / 4.0) as f32
        })
        .collect()
}

/// Silence.
pub(super) fn silence(duration_s: f64) -> Vec<f32> {
    vec![0.0; (duration_s * RATE_HZ).round() as usize]
}

/// Evenly distributed noise from a fixed generator (xorshift), with the given rms.
pub(super) fn noise(rms: f64, duration_s: f64) -> Vec<f32> {
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let n = (duration_s * RATE_HZ).round() as usize;
    (0..n)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let even = (state >> 11) as f64 / (1u64 << 53) as f64 * 2.0 - 1.0;
            (rms * 3f64.sqrt() * even) as f32
        })
        .collect()
}

/// The sum of two signals, as long as the shorter one.
pub(super) fn sum(a: &[f32], b: &[f32]) -> Vec<f32> {
    a.iter().zip(b).map(|(x, y)| x + y).collect()
}
