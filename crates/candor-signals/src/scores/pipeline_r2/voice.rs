//! `0.4·fluency/100 + 0.2·emotion + 0.2·rate + 0.2·signal`, each term 0–1.

use candor_core::{
    emotion::Expression,
    measured::{Measured, NotMeasured},
};

use super::{PartScore, emotion_points};
use crate::scores::{
    policy::ScorePolicy,
    weighted::{ANY, Weighted, finite, within},
};

/// What the voice part rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct VoiceInputs {
    /// [`Prosody::fluency`](crate::scores::pipeline_prosody::Prosody::fluency), 0–100.
    pub fluency: Measured<f64>,
    /// The most frequent emotion of the voice.
    pub dominant_emotion: Measured<Expression>,
    /// Words per second from the first to the last word.
    pub words_per_s: Measured<f64>,
    /// Signal-to-noise ratio in dB (10·log of the powers).
    pub snr_db: Measured<f64>,
    /// Standard deviation of the pitch in Hz.
    pub pitch_sd_hz: Measured<f64>,
    /// Root mean square of the speech, 1 is full scale.
    pub mean_rms: Measured<f64>,
}

/// Computes the part.
pub fn voice_score(inputs: &VoiceInputs, policy: ScorePolicy) -> PartScore {
    let emotion = policy.allow_emotion().and_then(|()| {
        let label = inputs.dominant_emotion.as_ref();
        label
            .map(|label| emotion_points(*label))
            .map_err(NotMeasured::clone)
    });
    let rate = within(0.0..=f64::MAX, "speech rate", inputs.words_per_s.clone()).map(rate_points);
    let fluency = within(0.0..=100.0, "fluency", inputs.fluency.clone());
    let snr_db = finite(inputs.snr_db.clone());
    let signal = snr_db
        .clone()
        .map(|snr_db| signal_points(snr_db, &inputs.pitch_sd_hz, &inputs.mean_rms));
    let mean = Weighted::mean(
        0.0..=1.0,
        ANY,
        [
            ("fluency", 0.4, fluency.clone().map(|points| points / 100.0)),
            ("emotion", 0.2, emotion),
            ("speech_rate", 0.2, rate.clone()),
            ("signal_quality", 0.2, signal),
        ],
    );
    let mut warnings = mean.warnings("voice");
    for (name, input) in [
        ("pitch deviation", &inputs.pitch_sd_hz),
        ("mean energy", &inputs.mean_rms),
    ] {
        if let (Ok(_), Err(reason)) = (&snr_db, input) {
            warnings.push(format!(
                "voice: signal_quality takes no notice of the {name}: {}",
                reason.message
            ));
        }
    }
    PartScore {
        is_reliable: snr_db.is_ok_and(|snr_db| snr_db > 5.0)
            && rate.is_ok_and(|rate| rate > 0.5)
            && fluency.is_ok_and(|fluency| fluency > 20.0),
        score: mean.value.map(|mean| 100.0 * mean),
        warnings,
    }
}

/// The documented points for words per second, 0–1.
pub fn rate_points(words_per_s: f64) -> f64 {
    match words_per_s {
        rate if rate < 1.2 => 0.4,
        rate if rate < 1.5 => 0.7,
        rate if rate <= 2.7 => 1.0,
        rate if rate <= 3.5 => 0.85,
        _ => 0.5,
    }
}

/// The documented points for the signal, 0–1: by the SNR in dB, less for a flat pitch (under 30 Hz) and
/// for a faint voice (under 0.03). What of the two was not measured takes nothing away.
pub fn signal_points(snr_db: f64, pitch_sd_hz: &Measured<f64>, mean_rms: &Measured<f64>) -> f64 {
    let by_snr = match snr_db {
        snr if snr > 10.0 => 1.0,
        snr if snr > 7.0 => 0.8,
        snr if snr > 5.0 => 0.6,
        _ => 0.3,
    };
    let below = |value: &Measured<f64>, bound: f64| value.as_ref().is_ok_and(|v| *v < bound);
    by_snr
        * if below(pitch_sd_hz, 30.0) { 0.8 } else { 1.0 }
        * if below(mean_rms, 0.03) { 0.8 } else { 1.0 }
}
