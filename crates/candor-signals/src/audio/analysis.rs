//! Everything that is measured on a recording's audio without a transcript, in one call; and the
//! same figures again for any part of it, so that segments have their own values.

use candor_core::{
    measured::Measured,
    ports::{Samples, VAD_WINDOW, Watch},
    span::Span,
};
use serde::{Deserialize, Serialize};

use super::{
    activity::{self, Activity, cut},
    bandwidth,
    error::AudioError,
    filled_pauses::{self, FilledPause},
    harmonicity::{self, HarmonicityTrack},
    loudness::{self, Loudness},
    pace,
    pauses::{self, Pauses},
    pitch::{self, PitchSettings, PitchSummary, PitchTrack},
    pulses::{self, Pulse},
    recording_quality::{self, RecordingQuality},
    scan::{Scan, scan},
    syllables,
    vad::{self, PADDED, TIGHT},
    voice_quality::{self, VoiceQuality},
};

/// Tracks, events and figures of one recording's audio.
///
/// As JSON it holds the tracks and events; levels and figures follow from them when it is read back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(from = "Kept")]
pub struct VoiceAnalysis {
    /// Level, peak and clipping.
    pub scan: Scan,
    /// Level every 10 ms from 5 ms on, in dBFS: the track `loudness_dbfs`.
    #[serde(skip_serializing)]
    pub levels_dbfs: Vec<f32>,
    /// Where somebody speaks, tightly: for boundaries, pauses and speaking time.
    pub speech: Vec<Span>,
    /// Where somebody speaks, with padding: for cutting audio for transcription.
    pub speech_padded: Vec<Span>,
    /// F0 frame by frame: the track `pitch_hz`.
    pub pitch: PitchTrack,
    /// Marks of the voice's periods.
    pub pulses: Vec<Pulse>,
    /// Harmonics-to-noise ratio frame by frame.
    pub harmonicity: HarmonicityTrack,
    /// Times of syllable nuclei in seconds.
    pub nuclei_s: Vec<f64>,
    /// How good the recording is, and what may be measured on it.
    pub recording: RecordingQuality,
    /// The figures of the whole recording.
    #[serde(skip_serializing)]
    pub figures: VoiceFigures,
}

/// What of a [`VoiceAnalysis`] is written down.
#[derive(Deserialize)]
struct Kept {
    scan: Scan,
    speech: Vec<Span>,
    speech_padded: Vec<Span>,
    pitch: PitchTrack,
    pulses: Vec<Pulse>,
    harmonicity: HarmonicityTrack,
    nuclei_s: Vec<f64>,
    recording: RecordingQuality,
}

impl From<Kept> for VoiceAnalysis {
    fn from(kept: Kept) -> Self {
        let levels_dbfs = kept.scan.levels_dbfs();
        let figures = Tracks {
            scan: &kept.scan,
            levels_dbfs: &levels_dbfs,
            speech: &kept.speech,
            pitch: &kept.pitch,
            pulses: &kept.pulses,
            harmonicity: &kept.harmonicity,
            nuclei_s: &kept.nuclei_s,
            recording: &kept.recording,
        }
        .figures(Span::new(0.0, kept.scan.duration_s));
        Self {
            levels_dbfs,
            figures,
            scan: kept.scan,
            speech: kept.speech,
            speech_padded: kept.speech_padded,
            pitch: kept.pitch,
            pulses: kept.pulses,
            harmonicity: kept.harmonicity,
            nuclei_s: kept.nuclei_s,
            recording: kept.recording,
        }
    }
}

/// Figures of a stretch of a recording.
#[derive(Debug, Clone, PartialEq)]
pub struct VoiceFigures {
    /// The stretch.
    pub span: Span,
    /// Speaking time and silence; meaningful even where nobody speaks.
    pub activity: Activity,
    /// Silent pauses.
    pub pauses: Measured<Pauses>,
    /// Syllable nuclei per second of phonation.
    pub articulation_rate: Measured<f64>,
    /// Height and liveliness of the voice.
    pub pitch: Measured<PitchSummary>,
    /// Jitter, shimmer, harmonics-to-noise ratio.
    pub quality: VoiceQuality,
    /// Level of the speech.
    pub loudness: Measured<Loudness>,
}

/// Measures everything that needs no transcript. `probabilities[i]` is the speech detector's
/// for the samples from `i ·` [`VAD_WINDOW`] on.
///
/// Goes through the samples several times, block by block; keeps about 20 bytes per 10 ms and
/// 16 bytes per period of the voice. The same input gives the same output, bit for bit.
///
/// # Errors
/// [`AudioError::Cancelled`] when `watch` says so, [`AudioError::Probabilities`] when they don't
/// cover the samples, [`AudioError::Read`] when reading fails.
pub fn analyze(
    samples: &dyn Samples,
    probabilities: &[f32],
    watch: &dyn Watch,
) -> Result<VoiceAnalysis, AudioError> {
    let expected = (samples.n_samples() as usize).div_ceil(VAD_WINDOW);
    let found = probabilities.len();
    if found != expected && found + 1 != expected {
        return Err(AudioError::Probabilities { expected, found });
    }
    let part = |from, to| Part { watch, from, to };
    let scan = scan(samples, &part(0.0, 0.1))?;
    let levels_dbfs = scan.levels_dbfs();
    let coarse = vad::segment(probabilities, scan.duration_s, &TIGHT);
    let speech = vad::refine(&coarse, &levels_dbfs, scan.duration_s);
    let speech_padded = vad::segment(probabilities, scan.duration_s, &PADDED);
    let bandwidth_hz = bandwidth::measure(samples, &speech, watch)?;
    let recording = recording_quality::judge(&scan, &speech, bandwidth_hz);
    let settings = PitchSettings::default();
    let pitch = pitch::track(samples, &scan, &settings, &part(0.1, 0.5))?;
    let harmonicity = harmonicity::track(samples, &scan, &part(0.5, 0.8))?;
    let pulses = pulses::mark_periods(samples, &scan, &pitch, &part(0.8, 1.0))?;
    let nuclei_s = syllables::nuclei(&scan, &pitch, &speech);
    let whole = Span::new(0.0, scan.duration_s);
    let tracks = Tracks {
        scan: &scan,
        levels_dbfs: &levels_dbfs,
        speech: &speech,
        pitch: &pitch,
        pulses: &pulses,
        harmonicity: &harmonicity,
        nuclei_s: &nuclei_s,
        recording: &recording,
    };
    let figures = tracks.figures(whole);
    watch.progress(1.0);
    Ok(VoiceAnalysis {
        scan,
        levels_dbfs,
        speech,
        speech_padded,
        pitch,
        pulses,
        harmonicity,
        nuclei_s,
        recording,
        figures,
    })
}

impl VoiceAnalysis {
    /// Drops all that tells how somebody speaks; what tells of the recording, and where somebody speaks,
    /// stays.
    pub fn forget_behaviour(&mut self) {
        self.pitch.f0_hz.clear();
        self.pitch.spectral_change_db.clear();
        self.pulses.clear();
        self.harmonicity.clear();
        self.nuclei_s.clear();
        self.figures = self.tracks().figures(self.figures.span);
    }

    /// The figures of a part of the recording, from its own speech only. The judgement about the
    /// recording is that of the whole.
    pub fn figures_within(&self, span: Span) -> VoiceFigures {
        self.tracks().figures(span)
    }

    /// Acoustic candidates for filled pauses; `words` are the times of the words that were
    /// written down, fillers included, `None` where they are not known.
    ///
    /// # Errors
    /// The recording's reason where fine measurements on the voice can't be made.
    pub fn filled_pauses(&self, words: Option<&[Span]>) -> Measured<Vec<FilledPause>> {
        self.recording.allow_fine()?;
        let (pitch, levels) = (&self.pitch, &self.levels_dbfs);
        Ok(filled_pauses::find(pitch, levels, &self.speech, words))
    }

    fn tracks(&self) -> Tracks<'_> {
        Tracks {
            scan: &self.scan,
            levels_dbfs: &self.levels_dbfs,
            speech: &self.speech,
            pitch: &self.pitch,
            pulses: &self.pulses,
            harmonicity: &self.harmonicity,
            nuclei_s: &self.nuclei_s,
            recording: &self.recording,
        }
    }
}

/// What the figures are made of.
struct Tracks<'a> {
    scan: &'a Scan,
    levels_dbfs: &'a [f32],
    speech: &'a [Span],
    pitch: &'a PitchTrack,
    pulses: &'a [Pulse],
    harmonicity: &'a HarmonicityTrack,
    nuclei_s: &'a [f64],
    recording: &'a RecordingQuality,
}

impl Tracks<'_> {
    fn figures(&self, span: Span) -> VoiceFigures {
        let speech = cut(self.speech, span);
        let voice = self.recording.allow_voice();
        let fine = self.recording.allow_fine();
        let quality = match &fine {
            Ok(()) => voice_quality::measure(self.pulses, self.harmonicity, &speech),
            Err(reason) => VoiceQuality {
                jitter: Err(reason.clone()),
                shimmer: Err(reason.clone()),
                hnr_db: Err(reason.clone()),
            },
        };
        let rate = |()| pace::articulation_rate(self.nuclei_s, &speech);
        let loudness = |()| loudness::measure(self.scan, self.levels_dbfs, &speech);
        VoiceFigures {
            span,
            activity: activity::measure(self.speech, span),
            pauses: voice
                .clone()
                .and_then(|()| pauses::measure(self.speech, span)),
            articulation_rate: fine.clone().and_then(rate),
            pitch: fine.and_then(|()| pitch::summarize(self.pitch, &speech)),
            quality,
            loudness: voice.and_then(loudness),
        }
    }
}

/// Reports the progress of a step as a part of the whole.
struct Part<'a> {
    watch: &'a dyn Watch,
    from: f32,
    to: f32,
}

impl Watch for Part<'_> {
    fn progress(&self, fraction: f32) {
        let within = fraction.clamp(0.0, 1.0) * (self.to - self.from);
        self.watch.progress(self.from + within);
    }

    fn is_cancelled(&self) -> bool {
        self.watch.is_cancelled()
    }
}

#[cfg(test)]
mod tests;
