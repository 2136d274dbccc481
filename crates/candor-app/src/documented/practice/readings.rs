//! A report read as the contract's timelines: frames, windows and parts with features of their own.

use std::collections::BTreeMap;

use candor_core::{
    measured::{Measured, NotMeasured},
    report::{EventKind, Observation, Report, Track},
    span::Span,
};
use candor_signals::scores::practice::{self as formulas, FusedVector, GazeShares};

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

/// Shortest window of the contract, in seconds.
const MIN_WINDOW_S: f64 = 0.5;
/// Voiced time that a pitch needs, in seconds.
const MIN_VOICED_S: f64 = 0.1;

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

/// What parts are measured on.
struct Source<'a> {
    report: &'a Report,
    said: Result<&'a Said, &'a NotMeasured>,
    frames: Vec<Frame>,
    pauses: Vec<Span>,
    speech: Vec<Span>,
}

impl<'a> Source<'a> {
    fn new(report: &'a Report, said: &'a Measured<Said>, frame_fps: f64) -> Self {
        let spans = |kind: EventKind| {
            report
                .candor
                .events
                .iter()
                .filter(|event| event.kind == kind)
                .map(|event| event.span)
                .collect()
        };
        Self {
            report,
            said: said.as_ref(),
            frames: frames(report, frame_fps),
            pauses: spans(EventKind::Pause),
            speech: spans(EventKind::Speech),
        }
    }

    fn part(&self, span: Span) -> Part {
        let frames: Vec<&Frame> = self
            .frames
            .iter()
            .filter(|frame| span.contains(frame.time_s))
            .collect();
        let seen = |name: &str, unseen: &str| {
            figure(self.report, "face", name)
                .err()
                .unwrap_or_else(|| NotMeasured::new("not_seen", unseen))
        };
        let directions: Vec<&'static str> =
            frames.iter().filter_map(|frame| frame.direction).collect();
        let counts = count(&directions);
        let (pitch_hz, prosody) = self.pitch(span);
        Part {
            emotions: means(frames.iter().filter_map(|frame| frame.emotions)).ok_or_else(|| {
                self.report
                    .candor
                    .not_measured
                    .get("nonverbal.emotions.distribution")
                    .cloned()
                    .unwrap_or_else(|| {
                        NotMeasured::new("not_seen", "no expression was seen in this part")
                    })
            }),
            head: means(frames.iter().filter_map(|frame| frame.head))
                .ok_or_else(|| seen("head_yaw_mean_deg", "no head pose was seen in this part")),
            direction: counts
                .iter()
                .max_by_key(|(label, n)| (**n, **label == "center"))
                .map(|(label, _)| *label),
            center: if directions.is_empty() {
                Err(seen("eye_contact_ratio", "no gaze was seen in this part"))
            } else {
                let n = counts.get("center").copied().unwrap_or(0);
                Ok(n as f64 / directions.len() as f64)
            },
            pitch_hz,
            prosody,
            pause_s: self.pause(span),
            wpm: self.wpm(span),
            relevance: self.of_passages(span, |passage| &passage.relevance),
            sentiment: self.of_passages(span, |passage| &passage.sentiment),
            coherence: self.of_passages(span, |passage| &passage.coherence),
            span,
        }
    }

    /// Mean pitch and how lively it is.
    fn pitch(&self, span: Span) -> (Measured<f64>, Measured<f64>) {
        let Some(track) = self.report.candor.tracks.get("pitch_hz") else {
            let reason = figure(self.report, "voice", "pitch_mean_hz")
                .err()
                .unwrap_or_else(|| NotMeasured::new("no_pitch", "there is no curve of the pitch"));
            return (Err(reason.clone()), Err(reason));
        };
        let values: Vec<f64> = within(track, span).collect();
        if values.len() as f64 * track.step_s < MIN_VOICED_S {
            let silent = NotMeasured::new("no_voice", "hardly any voice in this part");
            return (Err(silent.clone()), Err(silent));
        }
        let mean = formulas::mean(&values).ok_or_else(no_face);
        let semitones: Vec<f64> = values.iter().map(|hz| 12.0 * hz.log2()).collect();
        let prosody = formulas::variance(&semitones)
            .map(|variance| formulas::prosody(variance.sqrt()))
            .ok_or_else(|| NotMeasured::new("too_short", "a single pitch does not vary"));
        (mean, prosody)
    }

    /// Mean length of the pauses whose middle lies in the part; 0 where somebody speaks without one.
    fn pause(&self, span: Span) -> Measured<f64> {
        figure(self.report, "voice", "n_pauses")?;
        let pauses: Vec<f64> = self
            .pauses
            .iter()
            .filter(|pause| span.contains(pause.middle_s()))
            .map(|pause| pause.duration_s())
            .collect();
        let speaks = self
            .speech
            .iter()
            .any(|speech| speech.overlap_s(span) > 0.0);
        formulas::mean(&pauses)
            .or(speaks.then_some(0.0))
            .ok_or_else(|| NotMeasured::new("no_speech", "nobody speaks in this part"))
    }

    /// Words whose middle lies in the part, per minute of the part.
    fn wpm(&self, span: Span) -> Measured<f64> {
        let said = self.said.map_err(Clone::clone)?;
        if span.duration_s() < MIN_WINDOW_S {
            return Err(NotMeasured::new(
                "too_short",
                "the part is too short for a rate",
            ));
        }
        let mut n = 0;
        for time in &said.word_times {
            let time =
                time.ok_or_else(|| NotMeasured::new("no_word_times", "the words carry no times"))?;
            n += usize::from(span.contains(time.middle_s()));
        }
        if n == 0 {
            return Err(NotMeasured::new(
                "no_words",
                "no word was said in this part",
            ));
        }
        Ok(n as f64 * 60.0 / span.duration_s())
    }

    /// Mean over the passages that were said in the part, each by the time that it shares with it.
    fn of_passages(
        &self,
        span: Span,
        pick: fn(&super::passages::Passage) -> &Measured<f64>,
    ) -> Measured<f64> {
        let said = self.said.map_err(Clone::clone)?;
        let (mut sum, mut weight, mut why) = (0.0, 0.0, None);
        for passage in &said.passages {
            let Some(time) = passage.span else {
                why = Some(NotMeasured::new(
                    "no_word_times",
                    "the words carry no times",
                ));
                continue;
            };
            let shared_s = time.overlap_s(span);
            if shared_s <= 0.0 {
                continue;
            }
            match pick(passage) {
                Ok(value) => {
                    sum += shared_s * value;
                    weight += shared_s;
                }
                Err(reason) => why = Some(reason.clone()),
            }
        }
        if weight > 0.0 {
            return Ok(sum / weight);
        }
        Err(why.unwrap_or_else(|| NotMeasured::new("no_words", "no word was said in this part")))
    }
}

/// Moments `1/frame_fps` apart.
fn frames(report: &Report, frame_fps: f64) -> Vec<Frame> {
    let tracks = &report.candor.tracks;
    let value = |name: &str, time_s: f64| at(tracks.get(name)?, time_s);
    let middle = gaze_middle(tracks);
    let n = (report.candor.source.duration_s * frame_fps).floor() as usize + 1;
    (0..n)
        .map(|i| {
            let time_s = i as f64 / frame_fps;
            let head =
                ["head_yaw_deg", "head_pitch_deg", "head_roll_deg"].map(|name| value(name, time_s));
            let facing = value("camera_facing", time_s).map(|facing| facing >= 0.5);
            let gaze = value("gaze_yaw_deg", time_s).zip(value("gaze_pitch_deg", time_s));
            Frame {
                time_s,
                emotions: emotions(|name| value(name, time_s)),
                head: all(head),
                facing,
                direction: facing.and_then(|facing| direction(facing, gaze?, middle)),
            }
        })
        .filter(|frame| frame.time_s < report.candor.source.duration_s)
        .collect()
}

/// Where the camera is, as this person's gaze shows it: mean gaze while facing it.
fn gaze_middle(tracks: &BTreeMap<String, Track>) -> (f64, f64) {
    let Some(facing) = tracks.get("camera_facing") else {
        return (0.0, 0.0);
    };
    let mean = |name: &str| {
        let values: Vec<f64> = (0..facing.values.len())
            .filter(|i| facing.values[*i].is_some_and(|facing| facing >= 0.5))
            .filter_map(|i| at(tracks.get(name)?, facing.start_s + i as f64 * facing.step_s))
            .collect();
        formulas::mean(&values).unwrap_or(0.0)
    };
    (mean("gaze_yaw_deg"), mean("gaze_pitch_deg"))
}

fn direction(facing: bool, gaze: (f64, f64), middle: (f64, f64)) -> Option<&'static str> {
    if facing {
        return Some("center");
    }
    let (yaw, pitch) = (gaze.0 - middle.0, gaze.1 - middle.1);
    Some(match (yaw.abs() >= pitch.abs(), yaw > 0.0, pitch > 0.0) {
        (true, true, _) => "right",
        (true, false, _) => "left",
        (false, _, true) => "up",
        (false, _, false) => "down",
    })
}

/// The seven documented labels, adding up to 1.
fn emotions(value: impl Fn(&str) -> Option<f64>) -> Option<[f64; 7]> {
    let shares = all(EMOTIONS.map(|(_, track)| value(track)))?;
    let total: f64 = shares.iter().sum();
    (total > 0.0).then(|| shares.map(|share| share / total))
}

fn all<const N: usize>(values: [Option<f64>; N]) -> Option<[f64; N]> {
    values
        .iter()
        .all(Option::is_some)
        .then(|| values.map(|value| value.unwrap_or(f64::NAN)))
}

fn means<const N: usize>(rows: impl Iterator<Item = [f64; N]>) -> Option<[f64; N]> {
    let (mut sum, mut n) = ([0.0; N], 0.0);
    for row in rows {
        n += 1.0;
        for (sum, value) in sum.iter_mut().zip(row) {
            *sum += value;
        }
    }
    (n > 0.0).then(|| sum.map(|sum| sum / n))
}

/// The value of a curve at a moment.
fn at(track: &Track, time_s: f64) -> Option<f64> {
    let place = ((time_s - track.start_s) / track.step_s).round();
    if place < 0.0 {
        return None;
    }
    track
        .values
        .get(place as usize)
        .copied()
        .flatten()
        .map(f64::from)
}

/// The known values of a curve within a span.
fn within(track: &Track, span: Span) -> impl Iterator<Item = f64> {
    track
        .values
        .iter()
        .enumerate()
        .filter(move |(i, _)| span.contains(track.start_s + *i as f64 * track.step_s))
        .filter_map(|(_, value)| value.map(f64::from))
}

/// A figure of the report, or why there is none.
fn figure(report: &Report, group: &str, name: &str) -> Measured<f64> {
    match report
        .candor
        .measurements
        .get(group)
        .and_then(|group| group.get(name))
    {
        Some(observation) => observed(Some(observation)),
        None => Err(absent(report, group)),
    }
}

fn observed(observation: Option<&Observation>) -> Measured<f64> {
    let missing = || NotMeasured::new("not_measured", "the report holds no such figure");
    let observation = observation.ok_or_else(missing)?;
    observation
        .value
        .ok_or_else(|| observation.reason.clone().unwrap_or_else(missing))
}

/// Why a whole group is missing: the report says so under the documented fields that rest on it.
fn absent(report: &Report, group: &str) -> NotMeasured {
    let path = match group {
        "face" => "nonverbal.eye_contact_ratio",
        _ => "speech.silence_sec",
    };
    reason(report, path)
}

fn reason(report: &Report, path: &str) -> NotMeasured {
    report
        .candor
        .not_measured
        .get(path)
        .cloned()
        .unwrap_or_else(|| NotMeasured::new("not_measured", "the report holds no such figure"))
}

fn no_face() -> NotMeasured {
    NotMeasured::new("no_face", "no face was seen")
}
