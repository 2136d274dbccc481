//! Marks the periods of the voice in the waveform.
//!
//! Follows what Praat documents as "Sound & Pitch: To PointProcess (cc)": in each voiced stretch
//! the greatest extremum near its middle starts a chain; each next mark lies where the waveform
//! correlates best with one period around the last mark, 0.8 to 1.25 periods away.

use std::io;

use candor_core::ports::{Samples, Watch};
use serde::{Deserialize, Serialize};

use super::{
    error::AudioError,
    interpolation::parabola,
    pitch::PitchTrack,
    reader::{RATE_HZ, Reader},
    scan::Scan,
    statistics::dot,
};

/// The mark's amplitude is taken under a Hann window of this share of the period on each side.
const AMPLITUDE_REACH: f64 = 0.2;

/// One period mark.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Pulse {
    /// When it is, in seconds.
    pub time_s: f64,
    /// Rms of the waveform around it, as far as 0.2 of the distances to the neighbours.
    pub amplitude: f32,
}

/// Marks the periods in the voiced stretches of `pitch`, in order of time. `scan` is that of the same
/// samples; their offset is removed. Takes 16 bytes per period, apart from a fixed buffer.
///
/// # Errors
/// [`AudioError::Cancelled`] when `watch` says so, [`AudioError::Read`] when reading fails.
pub fn mark_periods(
    samples: &dyn Samples,
    scan: &Scan,
    pitch: &PitchTrack,
    watch: &dyn Watch,
) -> Result<Vec<Pulse>, AudioError> {
    let mut chain = Chain {
        reader: Reader::centred(samples, scan.mean),
        pitch,
        peak: scan.peak_from_mean,
        last_s: f64::NEG_INFINITY,
    };
    let mut times = Vec::new();
    let duration_s = samples.duration_s();
    for stretch in voiced_stretches(pitch) {
        if watch.is_cancelled() {
            return Err(AudioError::Cancelled);
        }
        watch.progress((0.8 * stretch.0 / duration_s) as f32);
        chain.mark(stretch, duration_s, &mut times)?;
    }
    let mut pulses = Vec::with_capacity(times.len());
    for i in 0..times.len() {
        if i % 10_000 == 0 && watch.is_cancelled() {
            return Err(AudioError::Cancelled);
        }
        let before = i.checked_sub(1).map(|last| times[i] - times[last]);
        let after = times.get(i + 1).map(|next| next - times[i]);
        // Far neighbours belong to other stretches: no measurement uses these amplitudes.
        let near = |gap: Option<f64>| gap.unwrap_or(0.0).min(0.02);
        let amplitude = chain.rms_around(times[i], near(before), near(after))?;
        pulses.push(Pulse {
            time_s: times[i],
            amplitude: amplitude as f32,
        });
    }
    Ok(pulses)
}

/// Stretches of voiced frames, in seconds, half a step wider than the frames' middles.
fn voiced_stretches(pitch: &PitchTrack) -> impl Iterator<Item = (f64, f64)> + '_ {
    let n = pitch.f0_hz.len();
    let mut i = 0;
    std::iter::from_fn(move || {
        while i < n && pitch.f0_hz[i] <= 0.0 {
            i += 1;
        }
        if i == n {
            return None;
        }
        let first = i;
        while i < n && pitch.f0_hz[i] > 0.0 {
            i += 1;
        }
        let half = 0.5 * pitch.step_s;
        Some((pitch.time_s(first) - half, pitch.time_s(i - 1) + half))
    })
}

/// The best match for one period.
struct Match {
    time_s: f64,
    correlation: f64,
    /// Largest magnitude under the match.
    peak: f64,
}

impl Match {
    /// Nothing alike: the chain goes on at `time_s` without a mark.
    fn none(time_s: f64) -> Self {
        Self {
            time_s,
            correlation: -1.0,
            peak: 0.0,
        }
    }
}

struct Chain<'a> {
    reader: Reader<'a>,
    pitch: &'a PitchTrack,
    peak: f64,
    /// The last mark made while going forward.
    last_s: f64,
}

impl Chain<'_> {
    /// Marks one voiced stretch.
    fn mark(
        &mut self,
        (left_s, right_s): (f64, f64),
        duration_s: f64,
        times: &mut Vec<f64>,
    ) -> io::Result<()> {
        let (left_s, right_s) = (left_s.max(0.0), right_s.min(duration_s));
        let middle_s = f64::midpoint(left_s, right_s);
        let Some(f0) = self.pitch.f0_at(middle_s) else {
            return Ok(());
        };
        let start_s = self.extremum(middle_s - 0.5 / f0, middle_s + 0.5 / f0)?;
        let mut backward = vec![start_s];
        let mut time_s = start_s;
        while let Some(f0) = self.pitch.f0_at(time_s) {
            let found = self.best_match(time_s, 1.0 / f0, (-1.25 / f0, -0.8 / f0))?;
            let found = found.unwrap_or(Match::none(time_s - 1.0 / f0));
            time_s = found.time_s;
            let leaves = time_s < left_s;
            if self.accepts(&found, leaves) && time_s - self.last_s > 0.8 / f0 {
                backward.push(time_s);
            }
            if leaves {
                break;
            }
        }
        times.extend(backward.iter().rev());
        self.last_s = start_s;
        time_s = start_s;
        while let Some(f0) = self.pitch.f0_at(time_s) {
            let found = self.best_match(time_s, 1.0 / f0, (0.8 / f0, 1.25 / f0))?;
            let found = found.unwrap_or(Match::none(time_s + 1.0 / f0));
            time_s = found.time_s;
            let leaves = time_s >= right_s;
            if self.accepts(&found, leaves) {
                times.push(time_s);
                self.last_s = time_s;
            }
            if leaves {
                break;
            }
        }
        Ok(())
    }

    /// Whether a match is good enough; outside the voiced stretch more is asked for.
    fn accepts(&self, found: &Match, outside: bool) -> bool {
        if outside {
            found.correlation > 0.7 && found.peak > 0.023_333 * self.peak
        } else {
            found.correlation > 0.3 && (found.peak == 0.0 || found.peak > 0.01 * self.peak)
        }
    }

    /// Time of the sample of largest magnitude, refined by a parabola.
    fn extremum(&mut self, from_s: f64, to_s: f64) -> io::Result<f64> {
        let low = (from_s * RATE_HZ - 0.5).floor() as i64;
        let high = (to_s * RATE_HZ - 0.5).ceil() as i64;
        let (first, around) = self.reader.get(low, high + 1)?;
        let mut best = 0;
        for (i, value) in around.iter().enumerate() {
            if value.abs() > around[best].abs() {
                best = i;
            }
        }
        let mut position = (first + best as i64) as f64;
        if best > 0 && best + 1 < around.len() {
            let sign = f64::from(around[best].signum());
            let at = |i: usize| sign * f64::from(around[i]);
            position += parabola(at(best - 1), at(best), at(best + 1)).0;
        }
        Ok((position + 0.5) / RATE_HZ)
    }

    /// Finds the period that is most like the one around `time_s`, shifted by `shift_s.0` to
    /// `shift_s.1`. `None` where the correlation has no maximum.
    fn best_match(
        &mut self,
        time_s: f64,
        period_s: f64,
        shift_s: (f64, f64),
    ) -> io::Result<Option<Match>> {
        let half = 0.5 * period_s;
        let index = |time_s: f64| time_s * RATE_HZ - 0.5;
        let left = index(time_s - half).round() as i64;
        let len = index(time_s + half).round() as i64 - left + 1;
        let lowest = index(time_s + shift_s.0 - half).floor() as i64;
        let highest = index(time_s + shift_s.1 - half).ceil() as i64;
        let low = left.min(lowest);
        let high = left.max(highest) + len;
        let (first, samples) = self.reader.get(low, high)?;
        let end = first + samples.len() as i64;

        // Height at the sample, height and position between samples.
        let mut best: Option<(f64, f64, f64)> = None;
        let (mut before, mut last) = (0.0, 0.0);
        for start in lowest..=highest {
            // Only what lies inside the recording on both sides is compared.
            let skip = (first - left.min(start)).max(0);
            let n = (end - left.max(start)).min(len) - skip;
            let mut correlation = 0.0;
            if n > 0 {
                let at = |start: i64| {
                    let from = (start + skip - first) as usize;
                    &samples[from..from + n as usize]
                };
                correlation = normalized_correlation(at(left), at(start));
            }
            let highest = best.map_or(-1.0, |(height, _, _)| height);
            if last > highest && last >= before && last >= correlation {
                let (offset, refined) = parabola(before, last, correlation);
                best = Some((last, refined, (start - 1) as f64 + offset));
            }
            (before, last) = (last, correlation);
        }
        let Some((_, correlation, position)) = best else {
            return Ok(None);
        };
        let from = (position.round() as i64 - first).clamp(0, samples.len() as i64) as usize;
        let to = (from + len as usize).min(samples.len());
        let peak = samples[from..to]
            .iter()
            .fold(0f32, |peak, value| peak.max(value.abs()));
        Ok(Some(Match {
            time_s: time_s + (position - left as f64) / RATE_HZ,
            correlation,
            peak: f64::from(peak),
        }))
    }

    /// Rms under a Hann window that reaches [`AMPLITUDE_REACH`] of the distances to both sides.
    fn rms_around(&mut self, time_s: f64, before_s: f64, after_s: f64) -> io::Result<f64> {
        let (left, right) = (AMPLITUDE_REACH * before_s, AMPLITUDE_REACH * after_s);
        let low = ((time_s - left) * RATE_HZ - 0.5).ceil() as i64;
        let high = ((time_s + right) * RATE_HZ - 0.5).floor() as i64;
        let (first, samples) = self.reader.get(low, high + 1)?;
        let (mut squares, mut weights) = (0.0, 0.0);
        for (i, &value) in samples.iter().enumerate() {
            let distance = ((first + i as i64) as f64 + 0.5) / RATE_HZ - time_s;
            let reach = if distance < 0.0 { left } else { right };
            if reach <= 0.0 {
                continue;
            }
            let weight = 0.5 + 0.5 * (std::f64::consts::PI * distance / reach).cos();
            squares += (f64::from(value) * weight).powi(2);
            weights += weight * weight;
        }
        Ok(if weights > 0.0 {
            (squares / weights).sqrt()
        } else {
            0.0
        })
    }
}

/// Correlation of two stretches of equal length, −1 to 1; 0 where one is silent.
fn normalized_correlation(a: &[f32], b: &[f32]) -> f64 {
    let norm = (f64::from(dot(a, a)) * f64::from(dot(b, b))).sqrt();
    if norm > 0.0 {
        f64::from(dot(a, b)) / norm
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests;
