//! Up to which frequency a recording carries speech: tells telephone from wideband audio.

use std::f64::consts::PI;

use candor_core::{
    measured::{Measured, NotMeasured},
    ports::{Samples, Watch},
    span::Span,
};
use realfft::RealFftPlanner;

use super::{
    error::AudioError,
    reader::{RATE_HZ, Reader},
};

/// Samples in one spectrum.
const N_FFT: usize = 512;

/// Bins in one band (125 Hz).
const BAND: usize = 4;

/// Bands further below the strongest one carry nothing that can be heard beside it, in dB.
const RANGE_DB: f64 = 50.0;

/// Fewest spectra for a result (0.3 s of speech).
const MIN_SPECTRA: usize = 10;

/// Upper edge in Hz of the highest 125 Hz band whose mean power in the speech is within 50 dB of
/// the strongest band's. At most 8 kHz, half of the sample rate of the analysis.
///
/// The inner result is `too_short` with less than about 0.3 s of speech, `silent` where the speech
/// has no power.
///
/// # Errors
/// [`AudioError::Cancelled`] when `watch` says so, [`AudioError::Read`] when reading fails.
pub fn measure(
    samples: &dyn Samples,
    speech: &[Span],
    watch: &dyn Watch,
) -> Result<Measured<f64>, AudioError> {
    let mut planner = RealFftPlanner::<f32>::new();
    let plan = planner.plan_fft_forward(N_FFT);
    let mut time = plan.make_input_vec();
    let mut spectrum = plan.make_output_vec();
    let mut scratch = plan.make_scratch_vec();
    let window: Vec<f32> = (0..N_FFT)
        .map(|i| (0.5 - 0.5 * (2.0 * PI * i as f64 / N_FFT as f64).cos()) as f32)
        .collect();
    let mut reader = Reader::new(samples);
    let mut power = vec![0f64; N_FFT / 2 / BAND];
    let mut n_spectra = 0usize;
    for span in speech {
        if watch.is_cancelled() {
            return Err(AudioError::Cancelled);
        }
        let mut start = (span.start_s * RATE_HZ) as i64;
        let end = (span.end_s * RATE_HZ) as i64;
        while start + N_FFT as i64 <= end {
            reader.fill(start, &mut time)?;
            for (value, weight) in time.iter_mut().zip(&window) {
                *value *= weight;
            }
            plan.process_with_scratch(&mut time, &mut spectrum, &mut scratch)
                .expect("buffers have the planned lengths");
            // The lowest bin is the offset of the recording.
            let bins = spectrum[1..=N_FFT / 2].chunks_exact(BAND);
            for (sum, bins) in power.iter_mut().zip(bins) {
                *sum += f64::from(bins.iter().map(|bin| bin.norm_sqr()).sum::<f32>());
            }
            n_spectra += 1;
            start += N_FFT as i64;
        }
    }
    if n_spectra < MIN_SPECTRA {
        let message = "there is too little speech for a spectrum";
        return Ok(Err(NotMeasured::new("too_short", message)));
    }
    let strongest = power.iter().copied().fold(0.0, f64::max);
    let limit = strongest * 10f64.powf(-RANGE_DB / 10.0);
    let highest = power.iter().rposition(|band| *band > limit);
    let edge_hz = |band: usize| (band + 1) as f64 * BAND as f64 * RATE_HZ / N_FFT as f64;
    Ok(highest
        .map(edge_hz)
        .ok_or_else(|| NotMeasured::new("silent", "the recording is silent")))
}

#[cfg(test)]
mod tests {
    use candor_core::ports::Unwatched;

    use super::*;
    use crate::audio::signals::{buzz, noise, silence};

    fn bandwidth(samples: &Vec<f32>) -> Measured<f64> {
        measure(samples, &[Span::new(0.0, samples.duration_s())], &Unwatched).unwrap()
    }

    #[test]
    fn harmonics_up_to_4_khz_have_4_khz() {
        let found = bandwidth(&buzz(120.0, 140.0, 0.5, 1.0)).unwrap();
        assert!((found - 4_000.0).abs() <= 250.0, "{found}");
    }

    #[test]
    fn white_noise_has_all() {
        assert!((bandwidth(&noise(0.1, 1.0)).unwrap() - 8_000.0).abs() < 1.0);
    }

    #[test]
    fn silence_and_snippets_have_none() {
        assert_eq!(bandwidth(&silence(1.0)).unwrap_err().code, "silent");
        assert_eq!(bandwidth(&noise(0.1, 0.1)).unwrap_err().code, "too_short");
    }
}
