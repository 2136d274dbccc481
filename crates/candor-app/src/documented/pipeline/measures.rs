//! The measurements that the documented formulas and documents rest on, read from a report.

use candor_core::{
    emotion::Expression,
    measured::{Measured, NotMeasured},
    report::{Report, Track},
};
use candor_signals::scores::{
    pipeline_gaze::{self, GazeCounts, GazeSample},
    pipeline_prosody::{self, Prosody},
    policy::ScorePolicy,
};
use serde_json::Value;

/// How faces are sampled, as the client may set it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FaceSampling {
    /// Seconds between samples.
    pub sampling_rate_s: f64,
    /// Largest angle between gaze and camera that counts as contact, in radians; `None`: as calibrated.
    pub gaze_threshold_rad: Option<f64>,
    /// Most samples; a longer recording is sampled more sparsely.
    pub max_frames: usize,
}

impl Default for FaceSampling {
    fn default() -> Self {
        Self {
            sampling_rate_s: pipeline_gaze::SAMPLING_RATE_S,
            gaze_threshold_rad: None,
            max_frames: pipeline_gaze::MAX_FRAMES,
        }
    }
}

impl FaceSampling {
    /// As a request to the face service wishes it.
    pub fn asked(request: &Value) -> Self {
        let default = Self::default();
        Self {
            sampling_rate_s: request["sampling_rate"]
                .as_f64()
                .unwrap_or(default.sampling_rate_s),
            gaze_threshold_rad: request["gaze_threshold"].as_f64(),
            max_frames: request["max_frames"]
                .as_u64()
                .and_then(|n| usize::try_from(n).ok())
                .unwrap_or(default.max_frames),
        }
    }
}

/// What the picture shows.
#[derive(Debug, Clone, PartialEq)]
pub struct FaceMeasures {
    /// Samples looked at, and those with a face; told whatever the policy.
    pub frames: Measured<(u32, u32)>,
    /// Samples on which an expression was classified.
    pub frames_with_expression: Measured<u32>,
    /// Counts over the samples.
    pub counts: Measured<GazeCounts>,
    /// Documented face confidence, 0–100.
    pub confidence: Measured<f64>,
    /// Documented engagement, 0–100.
    pub engagement: Measured<f64>,
    /// The three most frequent expressions.
    pub top_expressions: Measured<Vec<Expression>>,
    /// Share of each expression.
    pub expressions: Measured<Vec<(Expression, f64)>>,
}

impl FaceMeasures {
    /// Takes out what is shown to the practising person alone.
    pub(super) fn hide_expressions(&mut self) {
        let private = || {
            NotMeasured::new(
                "private",
                "expressions are shown only to the practising person",
            )
        };
        if self.expressions.is_ok() {
            self.frames_with_expression = Err(private());
            self.top_expressions = Err(private());
            self.expressions = Err(private());
        }
    }
}

/// Mean, deviation and ends of a curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Curve {
    /// Mean.
    pub mean: f64,
    /// Standard deviation.
    pub sd: f64,
    /// Smallest value.
    pub min: f64,
    /// Largest value.
    pub max: f64,
}

/// How it sounds.
#[derive(Debug, Clone, PartialEq)]
pub struct VoiceMeasures {
    /// Loudness as amplitude, 1 is full scale.
    pub energy: Measured<Curve>,
    /// Pitch in Hz.
    pub pitch_hz: Measured<Curve>,
    /// Share of the frames with a pitch, 0–1.
    pub voiced_ratio: Measured<f64>,
    /// Seconds of speech.
    pub speaking_s: Measured<f64>,
    /// Seconds of the recording.
    pub duration_s: Measured<f64>,
    /// Share of the samples that are clipped, 0–1.
    pub clipping_ratio: Measured<f64>,
    /// Signal-to-noise ratio in dB.
    pub snr_db: Measured<f64>,
    /// From the words.
    pub prosody: Measured<Prosody>,
}

/// A figure of the report.
pub fn figure(report: &Report, group: &str, name: &str) -> Measured<f64> {
    let missing = || NotMeasured::new("not_measured", format!("{group}.{name} was not measured"));
    let observation = report
        .candor
        .measurements
        .get(group)
        .and_then(|figures| figures.get(name))
        .ok_or_else(missing)?;
    observation
        .value
        .ok_or_else(|| observation.reason.clone().unwrap_or_else(missing))
}

/// What the picture shows, as far as the policy allows to look.
pub fn face(report: &Report, sampling: FaceSampling, policy: ScorePolicy) -> FaceMeasures {
    let expressions = policy.allow_emotion().and_then(|()| expressions(report));
    let top_expressions = expressions
        .as_ref()
        .map(|shares| pipeline_gaze::top_three(shares))
        .map_err(NotMeasured::clone);
    let samples = samples(report, sampling);
    let frames = samples.as_ref().map_err(NotMeasured::clone).map(|samples| {
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let n_with_face = samples.iter().filter(|sample| sample.face).count();
        (number(samples.len()), number(n_with_face))
    });
    let counts = policy
        .allow_behaviour()
        .and_then(|()| pipeline_gaze::count(&samples?));
    let frames_with_expression = match &expressions {
        Ok(_) => sample_times(report, sampling).map(|times| {
            let tracks = &report.candor.tracks;
            let is_known = |time_s: &f64| {
                Expression::ALL.iter().any(|label| {
                    let track = tracks.get(&format!("expression_{}", label.label()));
                    track.and_then(|track| value_at(track, *time_s)).is_some()
                })
            };
            u32::try_from(times.filter(is_known).count()).unwrap_or(u32::MAX)
        }),
        Err(reason) => Err(reason.clone()),
    };
    FaceMeasures {
        frames,
        frames_with_expression,
        confidence: pipeline_gaze::confidence_score(&counts, &top_expressions, policy),
        engagement: pipeline_gaze::engagement_score(&counts, &top_expressions, policy),
        counts,
        top_expressions,
        expressions,
    }
}

/// How it sounds, as far as the policy allows to listen. Quality of the recording is always told.
pub fn voice(report: &Report, policy: ScorePolicy) -> VoiceMeasures {
    let allowed = |value: Measured<f64>| policy.allow_behaviour().and(value);
    let curve = |name: &str, unit: fn(f64) -> f64| {
        policy
            .allow_behaviour()
            .and_then(|()| of_track(report, name, unit))
    };
    let prosody = policy.allow_behaviour().and_then(|()| {
        let transcript = report.candor.transcript.as_ref();
        pipeline_prosody::measure(transcript.ok_or_else(|| no_words(report))?)
    });
    VoiceMeasures {
        energy: curve("loudness_dbfs", |dbfs| 10f64.powf(dbfs / 20.0)),
        pitch_hz: curve("pitch_hz", |hz| hz),
        voiced_ratio: allowed(figure(report, "voice", "voiced_ratio")),
        speaking_s: allowed(figure(report, "voice", "speaking_time_s")),
        duration_s: Ok(report.candor.source.duration_s),
        clipping_ratio: figure(report, "recording", "clipping_ratio"),
        snr_db: figure(report, "recording", "snr_db"),
        prosody,
    }
}

/// Why there are no words.
pub(super) fn no_words(report: &Report) -> NotMeasured {
    ["transcript", "text.sentiment.label", "speech.wpm"]
        .iter()
        .find_map(|path| report.candor.not_measured.get(*path).cloned())
        .unwrap_or_else(|| NotMeasured::new("no_words", "no words were found"))
}

/// The moments that are looked at.
fn sample_times(
    report: &Report,
    sampling: FaceSampling,
) -> Measured<impl Iterator<Item = f64> + use<>> {
    let duration_s = report.candor.source.duration_s;
    let step_s = sampling
        .sampling_rate_s
        .max(duration_s / sampling.max_frames.max(1) as f64);
    if !(step_s > 0.0 && step_s.is_finite()) {
        return Err(NotMeasured::new("no_frames", "no picture was looked at"));
    }
    let n_samples = ((duration_s / step_s).ceil() as usize).clamp(1, sampling.max_frames.max(1));
    Ok((0..n_samples).map(move |index| (index as f64 + 0.5) * step_s))
}

fn samples(report: &Report, sampling: FaceSampling) -> Measured<Vec<GazeSample>> {
    let tracks = &report.candor.tracks;
    let present = tracks.get("face_present").ok_or_else(|| no_face(report))?;
    let at = |name: &str, time_s: f64| tracks.get(name).and_then(|track| value_at(track, time_s));
    Ok(sample_times(report, sampling)?
        .filter_map(|time_s| {
            let face = value_at(present, time_s)? >= 0.5;
            let yaw_deg = at("gaze_yaw_deg", time_s);
            let facing = at("camera_facing", time_s).map(|facing| facing >= 0.5);
            let contact = match (
                sampling.gaze_threshold_rad,
                yaw_deg,
                at("gaze_pitch_deg", time_s),
            ) {
                (Some(most), Some(yaw), Some(pitch)) => Some(yaw.hypot(pitch).to_radians() < most),
                (Some(_), _, _) => None,
                (None, _, _) => facing,
            };
            Some(GazeSample {
                face,
                contact,
                yaw_deg,
            })
        })
        .collect())
}

fn no_face(report: &Report) -> NotMeasured {
    report
        .candor
        .not_measured
        .get("nonverbal.eye_contact_ratio")
        .cloned()
        .unwrap_or_else(|| NotMeasured::new("no_face", "no face was looked for"))
}

fn value_at(track: &Track, time_s: f64) -> Option<f64> {
    if track.step_s <= 0.0 || time_s < track.start_s - track.step_s {
        return None;
    }
    let index = ((time_s - track.start_s) / track.step_s).round().max(0.0) as usize;
    track.values.get(index).copied().flatten().map(f64::from)
}

fn expressions(report: &Report) -> Measured<Vec<(Expression, f64)>> {
    let Some(distribution) = &report.nonverbal.emotions.distribution else {
        let reasons = &report.candor.not_measured;
        return Err(reasons
            .get("nonverbal.emotions")
            .or_else(|| reasons.get("nonverbal.emotions.distribution"))
            .cloned()
            .unwrap_or_else(|| NotMeasured::new("no_expression", "no expression was classified")));
    };
    Ok(Expression::ALL
        .into_iter()
        .filter_map(|label| Some((label, (*distribution.get(label.label())?)?)))
        .collect())
}

fn of_track(report: &Report, name: &str, unit: fn(f64) -> f64) -> Measured<Curve> {
    let values: Vec<f64> = report
        .candor
        .tracks
        .get(name)
        .into_iter()
        .flat_map(|track| track.values.iter().flatten())
        .map(|value| unit(f64::from(*value)))
        .filter(|value| value.is_finite())
        .collect();
    if values.is_empty() {
        return Err(NotMeasured::new(
            "not_measured",
            format!("there is no curve {name}"),
        ));
    }
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values
        .iter()
        .map(|value| (value - mean).powi(2))
        .sum::<f64>()
        / n;
    Ok(Curve {
        mean,
        sd: variance.sqrt(),
        min: values.iter().copied().fold(f64::INFINITY, f64::min),
        max: values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
    })
}
