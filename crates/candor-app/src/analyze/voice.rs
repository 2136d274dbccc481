//! How it was said, as figures, curves and events of the report.

use candor_core::{
    measured::{Measured, NotMeasured},
    report::{Event, EventKind},
    span::{Span, total_s},
};
use candor_signals::audio::{
    self, VoiceAnalysis, VoiceFigures,
    fluency::{self, FluencyInputs},
};

use super::{
    AnalyzeError,
    capture::{Detected, Heard},
    draft::{Basis, Draft, SegmentFigure, round},
    provenance,
};
use crate::progress::{Progress, Stage, StageWatch};

/// Confidence in figures of the voice in a good recording; a doubtful one gets less.
const GOOD: f64 = 0.9;
const DOUBTFUL: f64 = 0.6;

/// Analyses the samples; the reason where there are none or no detector.
pub(crate) fn analyze(
    audio: &Measured<Heard>,
    progress: &dyn Progress,
) -> Result<Measured<VoiceAnalysis>, AnalyzeError> {
    let heard = match audio {
        Ok(heard) => heard,
        Err(reason) => return Ok(Err(reason.clone())),
    };
    let probabilities = match &heard.probabilities {
        Ok((probabilities, _)) => probabilities,
        Err(reason) => return Ok(Err(reason.clone())),
    };
    let watch = StageWatch {
        progress,
        stage: Stage::Listen,
    };
    audio::analyze(&heard.samples, probabilities, &watch)
        .map(Ok)
        .map_err(AnalyzeError::from)
}

/// Puts figures, curves, events and notes into the draft. `words` are the times of the words.
pub(super) fn put(
    draft: &mut Draft,
    detector: Option<&Detected>,
    voice: &Measured<VoiceAnalysis>,
    words: Option<&[Span]>,
    fillers_per_min: &Measured<f64>,
    behaviour: &Measured<()>,
) {
    let voice = match voice {
        Ok(voice) => voice,
        Err(reason) => {
            if reason.code == "no_model" {
                draft.warn("no_speech_model", format!("{}.", reason.message));
            }
            return;
        }
    };
    put_provenance(draft, detector);
    put_recording(draft, voice);
    if let Err(reason) = behaviour {
        refuse(draft, voice, reason);
        return;
    }
    put_tracks(draft, detector, voice);
    put_events(draft, voice, words);
    put_figures(draft, &voice.figures, confidence(voice));
    let span = voice.figures.span;
    let inputs = FluencyInputs {
        pauses_per_min: pauses(&voice.figures, |pauses| Ok(pauses.rate_per_min)),
        mean_pause_s: pauses(&voice.figures, |pauses| pauses.mean_s.clone()),
        fillers_per_min: fillers_per_min.clone(),
        articulation_rate: voice.figures.articulation_rate.clone(),
    };
    let basis = |source| Basis {
        group: "voice",
        span,
        confidence: 0.5,
        source,
    };
    draft.put(
        basis("fluency"),
        "fluency",
        "0-100",
        &fluency::measure(&inputs).map(|fluency| fluency.index),
    );
}

/// Figures of a part of the recording, for its segment.
pub(super) fn segment_figures(voice: &VoiceAnalysis, span: Span) -> Vec<SegmentFigure> {
    let figures = voice.figures_within(span);
    let confidence = confidence(voice);
    [
        (
            "pauses",
            "pause_rate_per_min",
            "1/min",
            pauses(&figures, |pauses| Ok(pauses.rate_per_min)),
        ),
        (
            "syllables",
            "articulation_rate",
            "1/s",
            figures.articulation_rate.clone(),
        ),
        (
            "pitch",
            "pitch_sd_st",
            "st",
            figures.pitch.clone().map(|pitch| pitch.sd_st),
        ),
        (
            "loudness",
            "loudness_mean_dbfs",
            "dBFS",
            figures.loudness.clone().map(|loudness| loudness.mean_dbfs),
        ),
    ]
    .into_iter()
    .map(|(source, name, unit, value)| SegmentFigure {
        name,
        unit,
        source,
        confidence,
        value,
    })
    .collect()
}

/// How far figures of this recording's voice can be trusted.
pub(super) fn confidence(voice: &VoiceAnalysis) -> f64 {
    if voice.recording.reasons.is_empty() {
        GOOD
    } else {
        DOUBTFUL
    }
}

fn put_provenance(draft: &mut Draft, detector: Option<&Detected>) {
    if let Some((_, detector)) = detector {
        draft
            .provenance
            .insert("speech-detector".to_owned(), detector.clone());
    }
    for (key, formula) in [
        ("activity", audio::vad::FORMULA),
        ("pauses", audio::pauses::FORMULA),
        ("pace", audio::pace::FORMULA),
        ("syllables", audio::syllables::FORMULA),
        ("pitch", audio::pitch::FORMULA),
        ("voice_quality", audio::voice_quality::FORMULA),
        ("harmonicity", audio::harmonicity::FORMULA),
        ("loudness", audio::loudness::FORMULA),
        ("recording_quality", audio::recording_quality::FORMULA),
        ("filled_pauses", audio::filled_pauses::FORMULA),
        ("fluency", fluency::FORMULA),
    ] {
        draft
            .provenance
            .insert(key.to_owned(), provenance::formula(formula));
    }
}

fn put_recording(draft: &mut Draft, voice: &VoiceAnalysis) {
    let quality = &voice.recording;
    let basis = Basis {
        group: "recording",
        span: voice.figures.span,
        confidence: GOOD,
        source: "recording_quality",
    };
    for (name, unit, value) in [
        ("duration_s", "s", Ok(voice.scan.duration_s)),
        ("snr_db", "dB", quality.snr_db.clone()),
        ("speech_level_dbfs", "dBFS", quality.speech_dbfs.clone()),
        ("noise_level_dbfs", "dBFS", quality.noise_dbfs.clone()),
        ("peak_dbfs", "dBFS", Ok(quality.peak_dbfs)),
        ("clipping_ratio", "ratio", Ok(quality.clipping_ratio)),
        ("bandwidth_hz", "Hz", quality.bandwidth_hz.clone()),
    ] {
        draft.put(basis, name, unit, &value);
    }
    for reason in &quality.reasons {
        let message = match reason.code.as_str() {
            "silent" => {
                "The recording is silent: nothing could be measured about speech.".to_owned()
            }
            "no_speech" => {
                "No speech was found in the recording: nothing could be measured about it."
                    .to_owned()
            }
            _ => format!("Recording quality: {}.", reason.message),
        };
        draft.warn(&reason.code, message);
    }
}

/// Leaves the names of what is refused, with the reason.
fn refuse(draft: &mut Draft, voice: &VoiceAnalysis, reason: &NotMeasured) {
    let basis = Basis {
        group: "voice",
        span: voice.figures.span,
        confidence: GOOD,
        source: "activity",
    };
    for (name, unit) in [
        ("speaking_time_s", "s"),
        ("pause_rate_per_min", "1/min"),
        ("pitch_median_hz", "Hz"),
        ("loudness_mean_dbfs", "dBFS"),
        ("articulation_rate", "1/s"),
        ("fluency", "0-100"),
    ] {
        draft.put(basis, name, unit, &Err(reason.clone()));
    }
}

fn put_tracks(draft: &mut Draft, detector: Option<&Detected>, voice: &VoiceAnalysis) {
    if let Some((probabilities, _)) = detector {
        let values: Vec<Option<f32>> = probabilities.iter().copied().map(Some).collect();
        let clock = (audio::vad::WINDOW_S / 2.0, audio::vad::WINDOW_S);
        draft.track(
            "speech_probability",
            "ratio",
            clock,
            &values,
            "speech-detector",
        );
    }
    if voice.recording.allow_fine().is_ok() {
        let values: Vec<Option<f32>> = voice.pitch.values().collect();
        let clock = (voice.pitch.start_s, voice.pitch.step_s);
        draft.track("pitch_hz", "Hz", clock, &values, "pitch");
    }
    let levels: Vec<Option<f32>> = voice.levels_dbfs.iter().copied().map(Some).collect();
    let step_s = audio::scan::LEVEL_STEP_S;
    draft.track(
        "loudness_dbfs",
        "dBFS",
        (step_s / 2.0, step_s),
        &levels,
        "loudness",
    );
}

fn put_events(draft: &mut Draft, voice: &VoiceAnalysis, words: Option<&[Span]>) {
    let sure = confidence(voice);
    draft.spans(EventKind::Speech, &voice.speech, sure);
    if let Ok(pauses) = &voice.figures.pauses {
        draft.spans(EventKind::Pause, &pauses.spans, sure);
    }
    draft.spans(EventKind::Clipping, &voice.scan.clipped, GOOD);
    if let Ok(found) = voice.filled_pauses(words) {
        draft.events.extend(found.iter().map(|pause| Event {
            kind: EventKind::FilledPause,
            span: pause.span,
            value: Some(round(pause.f0_hz, 1)),
            unit: Some("Hz".to_owned()),
            label: None,
            confidence: Some(round(pause.confidence, 2)),
        }));
    }
}

fn put_figures(draft: &mut Draft, figures: &VoiceFigures, confidence: f64) {
    let mut put = |source: &str, name: &str, unit: &str, value: Measured<f64>| {
        let basis = Basis {
            group: "voice",
            span: figures.span,
            confidence,
            source,
        };
        draft.put(basis, name, unit, &value);
    };
    let activity = &figures.activity;
    put("activity", "speaking_time_s", "s", Ok(activity.speaking_s));
    put("activity", "silence_s", "s", Ok(activity.silence_s));
    put(
        "activity",
        "speech_ratio",
        "ratio",
        Ok(activity.speech_ratio),
    );
    for (name, unit, value) in [
        (
            "pause_rate_per_min",
            "1/min",
            pauses(figures, |p| Ok(p.rate_per_min)),
        ),
        (
            "n_pauses",
            "count",
            pauses(figures, |p| Ok(p.spans.len() as f64)),
        ),
        (
            "pause_time_s",
            "s",
            pauses(figures, |p| Ok(total_s(&p.spans))),
        ),
        ("mean_pause_s", "s", pauses(figures, |p| p.mean_s.clone())),
        (
            "longest_pause_s",
            "s",
            pauses(figures, |p| p.longest_s.clone()),
        ),
        (
            "pauses_from_1s",
            "count",
            pauses(figures, |p| Ok(p.n_from_1s as f64)),
        ),
        (
            "pauses_from_2_5s",
            "count",
            pauses(figures, |p| Ok(p.n_from_2_5s as f64)),
        ),
    ] {
        put("pauses", name, unit, value);
    }
    put(
        "syllables",
        "articulation_rate",
        "1/s",
        figures.articulation_rate.clone(),
    );
    let pitch = |pick: fn(&audio::pitch::PitchSummary) -> f64| {
        figures.pitch.as_ref().map(pick).map_err(Clone::clone)
    };
    put("pitch", "pitch_mean_hz", "Hz", pitch(|p| p.mean_hz));
    put("pitch", "pitch_median_hz", "Hz", pitch(|p| p.median_hz));
    put("pitch", "pitch_sd_st", "st", pitch(|p| p.sd_st));
    put("pitch", "pitch_range_st", "st", pitch(|p| p.range_st));
    put("pitch", "voiced_ratio", "ratio", pitch(|p| p.voiced_ratio));
    put(
        "voice_quality",
        "jitter",
        "ratio",
        figures.quality.jitter.clone(),
    );
    put(
        "voice_quality",
        "shimmer",
        "ratio",
        figures.quality.shimmer.clone(),
    );
    put(
        "harmonicity",
        "hnr_db",
        "dB",
        figures.quality.hnr_db.clone(),
    );
    let loudness = |pick: fn(&audio::loudness::Loudness) -> Measured<f64>| {
        figures
            .loudness
            .as_ref()
            .map_err(Clone::clone)
            .and_then(pick)
    };
    put(
        "loudness",
        "loudness_mean_dbfs",
        "dBFS",
        loudness(|l| Ok(l.mean_dbfs)),
    );
    put(
        "loudness",
        "loudness_sd_db",
        "dB",
        loudness(|l| Ok(l.sd_db)),
    );
    put(
        "loudness",
        "loudness_range_db",
        "dB",
        loudness(|l| Ok(l.range_db)),
    );
    put(
        "loudness",
        "loudness_slope_db_per_min",
        "dB/min",
        loudness(|l| l.slope_db_per_min.clone()),
    );
}

fn pauses(
    figures: &VoiceFigures,
    pick: impl Fn(&audio::pauses::Pauses) -> Measured<f64>,
) -> Measured<f64> {
    figures.pauses.as_ref().map_err(Clone::clone).and_then(pick)
}
