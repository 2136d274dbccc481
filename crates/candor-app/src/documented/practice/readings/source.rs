//! One stretch of the recording measured by itself: picture, sound and words.

use candor_core::{
    measured::{Measured, NotMeasured},
    report::{EventKind, Report},
    span::Span,
};
use candor_signals::scores::practice as formulas;

use super::{
    Frame, MIN_WINDOW_S, Part, count,
    figures::{figure, no_face},
    frames::{frames, within},
};
use crate::documented::practice::passages::{Passage, Said};

/// Voiced time that a pitch needs, in seconds.
const MIN_VOICED_S: f64 = 0.1;

/// What parts are measured on.
pub(super) struct Source<'a> {
    report: &'a Report,
    pub said: Result<&'a Said, &'a NotMeasured>,
    pub frames: Vec<Frame>,
    pauses: Vec<Span>,
    speech: Vec<Span>,
}

impl<'a> Source<'a> {
    pub fn new(report: &'a Report, said: &'a Measured<Said>, frame_fps: f64) -> Self {
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

    pub fn part(&self, span: Span) -> Part {
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
    fn of_passages(&self, span: Span, pick: fn(&Passage) -> &Measured<f64>) -> Measured<f64> {
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
