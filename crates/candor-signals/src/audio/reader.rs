//! Random access to samples through one buffer, so that a walk over a long recording needs
//! little memory and few reads.

use std::io;

use candor_core::ports::Samples;

/// Sample rate as the formulas need it.
pub(super) const RATE_HZ: f64 = candor_core::media::SAMPLE_RATE_HZ as f64;

/// Samples kept on both sides of what was asked for (2 s).
const MARGIN: i64 = 32_000;

/// Reads stretches of a recording; anything outside the recording is left out.
pub(super) struct Reader<'a> {
    samples: &'a dyn Samples,
    mean: f32,
    start: i64,
    buffer: Vec<f32>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(samples: &'a dyn Samples) -> Self {
        Self::centred(samples, 0.0)
    }

    /// Takes `mean` off every sample.
    pub(super) fn centred(samples: &'a dyn Samples, mean: f64) -> Self {
        Self {
            samples,
            mean: mean as f32,
            start: 0,
            buffer: Vec::new(),
        }
    }

    /// Cuts `[low, high)` to the recording and gives the samples with the index of the first.
    pub(super) fn get(&mut self, low: i64, high: i64) -> io::Result<(i64, &[f32])> {
        let n_samples = self.samples.n_samples() as i64;
        let low = low.clamp(0, n_samples);
        let high = high.clamp(low, n_samples);
        if low < self.start || high > self.start + self.buffer.len() as i64 {
            let start = (low - MARGIN).max(0);
            let end = (high + MARGIN).min(n_samples);
            self.buffer = read_finite(self.samples, start as u64, (end - start) as usize)?;
            for value in &mut self.buffer {
                *value -= self.mean;
            }
            self.start = start;
        }
        let held = self.start + self.buffer.len() as i64;
        let from = (low.min(held) - self.start) as usize;
        let to = (high.min(held) - self.start) as usize;
        Ok((low, &self.buffer[from..to]))
    }

    /// `[start, start + out.len())` with zeros outside the recording.
    pub(super) fn fill(&mut self, start: i64, out: &mut [f32]) -> io::Result<()> {
        out.fill(0.0);
        let (from, samples) = self.get(start, start + out.len() as i64)?;
        if !samples.is_empty() {
            let offset = (from - start) as usize;
            out[offset..offset + samples.len()].copy_from_slice(samples);
        }
        Ok(())
    }
}

/// Reads samples; values that are no numbers become silence.
pub(super) fn read_finite(samples: &dyn Samples, start: u64, len: usize) -> io::Result<Vec<f32>> {
    let mut block = samples.read(start, len)?;
    for value in &mut block {
        if !value.is_finite() {
            *value = 0.0;
        }
    }
    Ok(block)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ramp(n: usize) -> Vec<f32> {
        (0..n).map(|i| i as f32).collect()
    }

    #[test]
    fn stretches_are_cut_to_the_recording() {
        let samples = ramp(100_000);
        let mut reader = Reader::new(&samples);
        let (start, got) = reader.get(-5, 3).unwrap();
        assert_eq!((start, got), (0, &[0.0, 1.0, 2.0][..]));
        let (start, got) = reader.get(99_998, 100_010).unwrap();
        assert_eq!((start, got), (99_998, &[99_998.0, 99_999.0][..]));
        let (_, got) = reader.get(50_000, 50_002).unwrap();
        assert_eq!(got, &[50_000.0, 50_001.0][..]);
        let (_, got) = reader.get(200_000, 200_002).unwrap();
        assert!(got.is_empty());
    }

    #[test]
    fn outside_the_recording_is_filled_with_silence() {
        let samples = ramp(10);
        let mut reader = Reader::new(&samples);
        let mut out = [9.0; 4];
        reader.fill(-2, &mut out).unwrap();
        assert_eq!(out, [0.0, 0.0, 0.0, 1.0]);
        reader.fill(9, &mut out).unwrap();
        assert_eq!(out, [9.0, 0.0, 0.0, 0.0]);
    }

    #[test]
    fn values_that_are_no_numbers_become_silence() {
        let samples = vec![f32::NAN, 1.0, f32::INFINITY];
        assert_eq!(read_finite(&samples, 0, 3).unwrap(), [0.0, 1.0, 0.0]);
    }
}
