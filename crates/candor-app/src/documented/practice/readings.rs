//! A report read as the contract's timelines: frames, windows and parts with features of their own.

mod figures;
mod frames;
mod source;

use std::collections::BTreeMap;

use candor_core::{
    measured::{Measured, NotMeasured},
    report::Report,
    span::Span,
};
use candor_signals::scores::practice::{self as formulas, FusedVector, GazeShares};

use self::{
    figures::{figure, no_face, observed, reason},
    source::Source,
};
use super::{Wishes, passages::Said};

/// The contract's labels, in alphabetical order, with the names of their tracks.
pub(super) const EMOTIONS: [(&str, &str); 7] = [
    ("angry", "expression_anger"),
    ("disgust", "expression_disgust"),
    ("fear", "expression_fear"),
    ("happy", "expression_happiness"),
    ("neutral", "expression_neutral"),
    ("sad", "expression_sadness"),
    ("surprise", "expression_surprise"),
];
pub(super) const HAPPY: usize = 3;
pub(super) const NEUTRAL: usize = 4;
pub(super) const SAD: usize = 5;

/// What is told of an answer besides the contract's scores: name, figure of its segment, decimals.
const ANSWER: [(&str, &str, i32); 6] = [
    ("wordCount", "n_words", 0),
    ("wordsPerSpeakingMinute", "words_per_speaking_minute", 1),
    ("hesitations", "hesitations", 0),
    ("hesitationsPerMinute", "hesitations_per_minute", 1),
    ("longestPauseSeconds", "longest_pause_s", 2),
    ("responseLatencySeconds", "response_latency_s", 2),
];

/// Shortest window of the contract, in seconds.
const MIN_WINDOW_S: f64 = 0.5;

/// One moment of the picture.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Frame {
    pub time_s: f64,
    /// Probabilities in the order of [`EMOTIONS`], adding up to 1.
    pub emotions: Option<[f64; 7]>,
    /// Yaw, pitch and roll in degrees.
    pub head: Option<[f64; 3]>,
    /// Whether the gaze rests on the camera.
    pub facing: Option<bool>,
    /// `center`, `left`, `right`, `up` or `down`.
    pub direction: Option<&'static str>,
}

/// A stretch of the recording with its own features.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Part {
    pub span: Span,
    /// Mean probability of each label.
    pub emotions: Measured<[f64; 7]>,
    /// Mean yaw, pitch and roll in degrees.
    pub head: Measured<[f64; 3]>,
    /// The most frequent direction.
    pub direction: Option<&'static str>,
    /// Share of moments that look at the camera.
    pub center: Measured<f64>,
    pub pitch_hz: Measured<f64>,
    pub prosody: Measured<f64>,
    /// Mean pause; 0 where speech does not stop.
    pub pause_s: Measured<f64>,
    pub wpm: Measured<f64>,
    pub relevance: Measured<f64>,
    pub sentiment: Measured<f64>,
    pub coherence: Measured<f64>,
}

/// A part that is scored and shown with a name.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Labelled {
    pub label: String,
    /// `question_marker` or `window`.
    pub basis: &'static str,
    /// What is told of an answer besides: name, value, decimals; empty for windows.
    pub answer: Vec<(&'static str, Measured<f64>, i32)>,
    pub part: Part,
}

/// Everything that the documents are made from.
#[derive(Debug)]
pub(super) struct Readings {
    pub said: Measured<Said>,
    pub frames: Vec<Frame>,
    pub windows: Vec<Part>,
    pub labelled: Vec<Labelled>,
    pub fused: Vec<FusedVector>,
    /// Share of the time in which the gaze rests on the camera.
    pub eye_contact: Measured<f64>,
    pub gaze: Measured<GazeShares>,
    /// Mean of |yaw| + |pitch| + |roll|.
    pub head_angles: Measured<f64>,
    /// Mean of 1/(1 + |yaw| + |pitch|).
    pub head_stability: Measured<f64>,
    pub wpm: Measured<f64>,
    pub mean_pause_s: Measured<f64>,
    pub mean_pitch_hz: Measured<f64>,
    pub prosody: Measured<f64>,
    /// Variance of the windows' mean pitch in Hz².
    pub pitch_variance: Measured<f64>,
    /// Mean brightness of the face, 0 to 255.
    pub face_luma: Measured<f64>,
}

/// Reads a report.
pub(super) fn read(report: &Report, said: Measured<Said>, wishes: Wishes) -> Readings {
    let source = Source::new(report, &said, wishes.frame_fps);
    let duration_s = report.candor.source.duration_s;
    let windows: Vec<Part> = windows(duration_s, wishes.window_s)
        .into_iter()
        .map(|span| source.part(span))
        .collect();
    let fused: Vec<FusedVector> = windows.iter().map(fused).collect();
    let labelled = labelled(report, &source, &windows);
    let figure = |group: &str, name: &str| figure(report, group, name);
    let pitches: Vec<f64> = windows
        .iter()
        .filter_map(|window| window.pitch_hz.as_ref().ok().copied())
        .collect();
    let pitch = figure("voice", "pitch_mean_hz");
    let pitch_variance = formulas::variance(&pitches).ok_or_else(|| match &pitch {
        Err(reason) => reason.clone(),
        Ok(_) => NotMeasured::new("too_short", "fewer than two windows have a pitch"),
    });
    let heads: Vec<[f64; 3]> = source
        .frames
        .iter()
        .filter_map(|frame| frame.head)
        .collect();
    let no_head = || {
        figure("face", "head_yaw_mean_deg")
            .err()
            .unwrap_or_else(no_face)
    };
    let of_heads = |value: fn(&[f64; 3]) -> f64| {
        let values: Vec<f64> = heads.iter().map(value).collect();
        formulas::mean(&values).ok_or_else(no_head)
    };
    let head_angles = of_heads(|[yaw, pitch, roll]| yaw.abs() + pitch.abs() + roll.abs());
    let head_stability = of_heads(|[yaw, pitch, _]| 1.0 / (1.0 + yaw.abs() + pitch.abs()));
    let gaze = gaze_shares(&source.frames).ok_or_else(|| {
        figure("face", "eye_contact_ratio")
            .err()
            .unwrap_or_else(no_face)
    });
    let wpm = said.as_ref().map_err(Clone::clone).and_then(|_| {
        report
            .speech
            .wpm
            .ok_or_else(|| reason(report, "speech.wpm"))
    });
    let mean_pause_s = match figure("voice", "n_pauses") {
        Ok(n) if n <= 0.0 => Ok(0.0),
        Ok(_) => figure("voice", "mean_pause_s"),
        Err(reason) => Err(reason),
    };
    Readings {
        windows,
        labelled,
        fused,
        eye_contact: figure("face", "eye_contact_ratio"),
        gaze,
        head_angles,
        head_stability,
        wpm,
        mean_pause_s,
        mean_pitch_hz: pitch,
        prosody: figure("voice", "pitch_sd_st").map(formulas::prosody),
        pitch_variance,
        face_luma: figure("face", "face_luma"),
        frames: source.frames,
        said,
    }
}

/// Windows of `window_s` from 0 to the end; the last one may be shorter. A rest shorter than the shortest
/// window belongs to the window before: nothing could be measured in it.
fn windows(duration_s: f64, window_s: f64) -> Vec<Span> {
    let window_s = window_s.max(MIN_WINDOW_S);
    let n_whole = (duration_s / window_s).floor();
    let has_rest = duration_s - n_whole * window_s >= MIN_WINDOW_S || n_whole < 1.0;
    let n = n_whole as usize + usize::from(has_rest && duration_s > 0.0);
    (0..n)
        .map(|i| {
            let start_s = i as f64 * window_s;
            let end_s = if i + 1 == n {
                duration_s
            } else {
                start_s + window_s
            };
            Span::new(start_s, end_s)
        })
        .collect()
}

/// Parts by recorded question where there are any, otherwise the windows, named as windows.
fn labelled(report: &Report, source: &Source<'_>, windows: &[Part]) -> Vec<Labelled> {
    let questions: Vec<Labelled> = report
        .candor
        .segments
        .iter()
        .filter(|segment| segment.basis == "question_marker")
        .map(|segment| Labelled {
            label: segment.title.clone(),
            basis: "question_marker",
            answer: ANSWER
                .iter()
                .map(|(name, figure, places)| {
                    (*name, observed(segment.measurements.get(*figure)), *places)
                })
                .collect(),
            part: Part {
                relevance: source
                    .said
                    .as_ref()
                    .map_err(|reason| (*reason).clone())
                    .and_then(|_| observed(segment.measurements.get("relevance"))),
                ..source.part(segment.span)
            },
        })
        .collect();
    if !questions.is_empty() {
        return questions;
    }
    windows
        .iter()
        .enumerate()
        .map(|(i, part)| Labelled {
            label: format!(
                "Window {} ({:.1}–{:.1} s)",
                i + 1,
                part.span.start_s,
                part.span.end_s
            ),
            basis: "window",
            answer: Vec::new(),
            part: part.clone(),
        })
        .collect()
}

/// The contract's ten places of one window.
fn fused(part: &Part) -> FusedVector {
    let emotion = |place: usize| part.emotions.as_ref().ok().map(|shares| shares[place]);
    let known = |value: &Measured<f64>| value.as_ref().ok().copied();
    [
        emotion(HAPPY),
        emotion(NEUTRAL),
        emotion(SAD),
        known(&part.wpm),
        known(&part.pitch_hz),
        known(&part.pause_s),
        known(&part.relevance),
        known(&part.sentiment),
        known(&part.coherence),
        known(&part.center),
    ]
}

fn gaze_shares(frames: &[Frame]) -> Option<GazeShares> {
    let directions: Vec<&str> = frames.iter().filter_map(|frame| frame.direction).collect();
    if directions.is_empty() {
        return None;
    }
    let n = directions.len() as f64;
    let counts = count(&directions);
    let most = counts.values().max().copied().unwrap_or(0);
    Some(GazeShares {
        dominant: most as f64 / n,
        center: counts.get("center").copied().unwrap_or(0) as f64 / n,
    })
}

fn count<'a>(labels: &[&'a str]) -> BTreeMap<&'a str, usize> {
    let mut counts = BTreeMap::new();
    for label in labels {
        *counts.entry(*label).or_insert(0) += 1;
    }
    counts
}
