//! How well the recording carries the voice, and what may be measured on it.
//!
//! SNR = 20·log10(rms of speech / rms of everything else). Frames next to a boundary belong to
//! neither side, since breath and reverberation lie there.

use candor_core::{
    measured::{Measured, NotMeasured},
    span::{Span, total_s},
};
use serde::{Deserialize, Serialize};

use super::scan::{LEVEL_FLOOR_DBFS, Scan, decibels};

/// Identifies the definitions and limits in provenance.
pub const FORMULA: &str = "recording-quality.v1";

/// Frames closer than this to a boundary are neither speech nor noise, in seconds.
const GUARD_S: f64 = 0.05;

/// Least noise for an SNR, in frames of 10 ms.
const MIN_NOISE_FRAMES: usize = 20;

/// A peak below this is silence, in dBFS.
pub const SILENT_BELOW_DBFS: f64 = -60.0;

/// Less speech than this is no speech, in seconds.
pub const MIN_SPEECH_S: f64 = 0.2;

/// Below this SNR (dB) fine measurements on the voice are not made.
pub const UNUSABLE_SNR_DB: f64 = 3.0;

/// Below this SNR (dB) results are doubtful.
pub const DOUBTFUL_SNR_DB: f64 = 10.0;

/// Above this share of clipped samples results are doubtful.
pub const DOUBTFUL_CLIPPING: f64 = 0.001;

/// Below this bandwidth (Hz) the audio is of telephone kind.
pub const NARROW_BELOW_HZ: f64 = 4_600.0;

/// What the recording is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Nothing speaks against measuring.
    Good,
    /// Everything is measured; the reasons belong beside the results.
    Doubtful,
    /// Fine measurements on the voice (pitch, jitter, shimmer, harmonicity, articulation) would
    /// be wrong.
    TooNoisy,
    /// There is no voice to measure.
    NoSpeech,
}

/// Quality of a recording.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordingQuality {
    /// Signal-to-noise ratio in dB, at most 100; `no_noise` where no silence is long enough to
    /// measure the noise in, `no_speech` without speech.
    pub snr_db: Measured<f64>,
    /// Level of the speech in dBFS.
    pub speech_dbfs: Measured<f64>,
    /// Level outside the speech in dBFS.
    pub noise_dbfs: Measured<f64>,
    /// Highest peak in dBFS.
    pub peak_dbfs: f64,
    /// Share of samples that are clipped, 0 to 1.
    pub clipping_ratio: f64,
    /// Upper edge of the frequencies that carry speech, in Hz.
    pub bandwidth_hz: Measured<f64>,
    /// What follows.
    pub verdict: Verdict,
    /// Why it isn't good, gravest first: `silent`, `no_speech`, `too_noisy`, `noisy`, `clipped`,
    /// `narrow_band`.
    pub reasons: Vec<NotMeasured>,
}

impl RecordingQuality {
    /// Whether anything can be measured on the voice.
    ///
    /// # Errors
    /// `silent` or `no_speech`.
    pub fn allow_voice(&self) -> Measured<()> {
        match self.verdict {
            Verdict::NoSpeech => Err(self.gravest()),
            Verdict::Good | Verdict::Doubtful | Verdict::TooNoisy => Ok(()),
        }
    }

    /// Whether fine measurements (pitch, voice quality, articulation) can be made.
    ///
    /// # Errors
    /// `silent`, `no_speech` or `too_noisy`.
    pub fn allow_fine(&self) -> Measured<()> {
        match self.verdict {
            Verdict::NoSpeech | Verdict::TooNoisy => Err(self.gravest()),
            Verdict::Good | Verdict::Doubtful => Ok(()),
        }
    }

    fn gravest(&self) -> NotMeasured {
        self.reasons
            .first()
            .cloned()
            .expect("a verdict other than good has a reason")
    }
}

/// Judges the recording by its `scan`, the tight `speech` and the bandwidth measured before.
pub fn judge(scan: &Scan, speech: &[Span], bandwidth_hz: Measured<f64>) -> RecordingQuality {
    let inside = |time_s: f64, margin_s: f64| {
        let next = speech.partition_point(|span| span.end_s + margin_s <= time_s);
        speech
            .get(next)
            .is_some_and(|span| span.start_s - margin_s <= time_s)
    };
    let speaking_s = total_s(speech);
    let no_speech = || NotMeasured::new("no_speech", "no speech was found");
    let (speech_power, n_speech) = scan.mean_power(|time_s| inside(time_s, 0.0));
    let speech_dbfs = if n_speech == 0 || speaking_s < MIN_SPEECH_S {
        Err(no_speech())
    } else {
        Ok(decibels(speech_power))
    };
    let (noise_power, n_noise) = scan.mean_power(|time_s| !inside(time_s, GUARD_S));
    let noise_dbfs = if n_noise < MIN_NOISE_FRAMES {
        Err(NotMeasured::new(
            "no_noise",
            "no silence is long enough to measure the noise in",
        ))
    } else {
        Ok(decibels(noise_power))
    };
    let snr_db = match (&speech_dbfs, &noise_dbfs) {
        (Ok(speech), Ok(noise)) => Ok(speech - noise),
        (Err(reason), _) | (_, Err(reason)) => Err(reason.clone()),
    };
    let peak_dbfs = (20.0 * scan.peak.max(1e-9).log10()).max(LEVEL_FLOOR_DBFS);
    let mut quality = RecordingQuality {
        snr_db,
        speech_dbfs,
        noise_dbfs,
        peak_dbfs,
        clipping_ratio: scan.clipping_ratio(),
        bandwidth_hz,
        verdict: Verdict::Good,
        reasons: Vec::new(),
    };
    quality.find_reasons();
    quality
}

impl RecordingQuality {
    fn find_reasons(&mut self) {
        if self.peak_dbfs < SILENT_BELOW_DBFS {
            let message = format!("the loudest sample has {:.0} dBFS", self.peak_dbfs);
            self.object(Verdict::NoSpeech, "silent", message);
            return;
        }
        if self.speech_dbfs.is_err() {
            let message = "no speech was found, only silence or noise".to_owned();
            self.object(Verdict::NoSpeech, "no_speech", message);
            return;
        }
        if let Ok(snr_db) = self.snr_db {
            let message = format!("speech is only {snr_db:.1} dB above the noise");
            if snr_db < UNUSABLE_SNR_DB {
                self.object(Verdict::TooNoisy, "too_noisy", message);
            } else if snr_db < DOUBTFUL_SNR_DB {
                self.object(Verdict::Doubtful, "noisy", message);
            }
        }
        if self.clipping_ratio > DOUBTFUL_CLIPPING {
            let percent = 100.0 * self.clipping_ratio;
            let message = format!("{percent:.1} % of the samples are clipped");
            self.object(Verdict::Doubtful, "clipped", message);
        }
        if let Ok(bandwidth_hz) = self.bandwidth_hz
            && bandwidth_hz < NARROW_BELOW_HZ
        {
            let message = format!("the audio ends at {bandwidth_hz:.0} Hz, like a telephone");
            self.object(Verdict::Doubtful, "narrow_band", message);
        }
    }

    fn object(&mut self, verdict: Verdict, code: &str, message: String) {
        if self.reasons.is_empty() {
            self.verdict = verdict;
        }
        self.reasons.push(NotMeasured::new(code, message));
    }
}

#[cfg(test)]
mod tests {
    use candor_core::ports::Unwatched;
    use rstest::rstest;

    use super::*;
    use crate::audio::{
        scan::scan,
        signals::{buzz, noise, silence, sum},
    };

    /// One second of noise, one of a voice in it, one of noise.
    fn recording(snr_db: f64) -> Vec<f32> {
        let mut voice = silence(1.0);
        voice.extend(buzz(120.0, 130.0, 0.5, 1.0));
        voice.extend(silence(1.0));
        let power = voice.iter().map(|x| f64::from(x * x)).sum::<f64>() / 16_000.0;
        sum(
            &voice,
            &noise((power / 10f64.powf(snr_db / 10.0)).sqrt(), 3.0),
        )
    }

    fn judged(samples: &Vec<f32>, speech: &[Span]) -> RecordingQuality {
        judge(&scan(samples, &Unwatched).unwrap(), speech, Ok(8_000.0))
    }

    #[rstest]
    #[case(30.0, Verdict::Good)]
    #[case(7.0, Verdict::Doubtful)]
    #[case(-3.0, Verdict::TooNoisy)]
    fn snr_is_that_of_the_construction(#[case] snr_db: f64, #[case] verdict: Verdict) {
        let found = judged(&recording(snr_db), &[Span::new(1.0, 2.0)]);
        // The noise goes on under the voice.
        let expected = 10.0 * (10f64.powf(snr_db / 10.0) + 1.0).log10();
        assert!((found.snr_db.clone().unwrap() - expected).abs() < 0.3);
        assert_eq!(found.verdict, verdict);
    }

    #[test]
    fn silence_and_mere_noise_are_told_apart() {
        let silent = judged(&silence(1.0), &[]);
        assert_eq!(silent.allow_voice().unwrap_err().code, "silent");
        let noisy = judged(&noise(0.1, 1.0), &[]);
        assert_eq!(noisy.allow_voice().unwrap_err().code, "no_speech");
        assert_eq!(noisy.allow_fine().unwrap_err().code, "no_speech");
    }

    #[test]
    fn speech_without_silence_has_no_snr_and_is_not_judged_by_it() {
        let found = judged(&buzz(120.0, 130.0, 0.5, 1.0), &[Span::new(0.0, 1.0)]);
        assert_eq!(found.snr_db.unwrap_err().code, "no_noise");
        assert_eq!(found.verdict, Verdict::Good);
    }

    #[test]
    fn clipped_and_narrow_audio_is_doubtful_with_both_reasons() {
        let samples: Vec<f32> = recording(30.0)
            .iter()
            .map(|x| (x * 8.0).clamp(-1.0, 1.0))
            .collect();
        let scanned = scan(&samples, &Unwatched).unwrap();
        let found = judge(&scanned, &[Span::new(1.0, 2.0)], Ok(3_900.0));
        let codes: Vec<&str> = found
            .reasons
            .iter()
            .map(|reason| reason.code.as_str())
            .collect();
        assert_eq!(codes, ["clipped", "narrow_band"]);
        assert!(found.allow_fine().is_ok());
    }
}
