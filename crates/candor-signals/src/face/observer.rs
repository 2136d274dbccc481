//! Takes what the tracker saw, frame by frame, and keeps a few numbers of each frame.

use std::collections::BTreeMap;

use candor_core::{
    measured::{Measured, NotMeasured},
    media::RgbFrame,
    ports::{ExpressionScores, FaceView},
    purpose::Purpose,
    report::Event,
    span::Span,
};
use serde::{Deserialize, Serialize};

use super::{
    blinks, expression, eye_contact, features,
    features::FaceFeatures,
    framing, gestures, light,
    light::FaceLight,
    measurements::FaceMeasurements,
    movement,
    pacing::{FramePlan, Pacing},
    presence, tracks,
};

/// Light is measured this often, in seconds.
const LIGHT_EVERY_S: f64 = 0.9;
/// Longest time that a frame stands for.
const MAX_HOLD_S: f64 = 0.5;
/// With a face for a smaller share of time nothing but presence is measured.
const MIN_VISIBLE: f64 = 0.2;

/// What may be observed and how often.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FaceSettings {
    /// What the analysis is for; decides about expression.
    pub purpose: Purpose,
    /// Whether behaviour may be observed, or why not; only presence and framing are left then.
    pub behaviour: Measured<()>,
    /// Expression samples per second (`--sample-fps`); 0 = none, e.g. without a network.
    pub expression_hz: f64,
    /// Smoothing window in samples (`--smooth-win`): odd and ≥ 3, otherwise there is no smoothing.
    pub smooth_win: u32,
    /// Whether to look at the eyes in every frame, for blinks; needs ≥ 25 frames per second.
    pub blinks: bool,
}

impl FaceSettings {
    /// The documented defaults for a purpose.
    pub fn for_purpose(purpose: Purpose) -> Self {
        Self {
            purpose,
            behaviour: purpose.allow_behaviour(),
            expression_hz: 2.0,
            smooth_win: 3,
            blinks: false,
        }
    }
}

/// The compact record of one frame that was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct FrameRecord {
    pub(super) time_s: f64,
    pub(super) face: Option<FaceFeatures>,
    pub(super) n_faces: Option<u8>,
    pub(super) light: Option<FaceLight>,
    pub(super) expression: Option<ExpressionScores>,
}

// Ten minutes at 10 frames per second must stay below 2 MB.
const _: () = assert!(size_of::<FrameRecord>() <= 300);

impl FrameRecord {
    pub(super) fn pose(&self) -> Option<[f32; 3]> {
        self.face.and_then(|face| face.pose)
    }
}

/// Collects what is seen of a face over a recording.
///
/// What it has seen can be kept as JSON and measured later; a kept observer plans no more frames.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FaceObserver {
    settings: FaceSettings,
    records: Vec<FrameRecord>,
    #[serde(skip)]
    pacing: Pacing,
    #[serde(skip)]
    light_s: Option<f64>,
}

impl FaceObserver {
    /// An observer that has seen nothing yet.
    pub fn new(settings: FaceSettings) -> Self {
        Self {
            settings,
            records: Vec::new(),
            pacing: Pacing::default(),
            light_s: None,
        }
    }

    /// What to do with the frame at `time_s`; frames come in order of time.
    pub fn plan(&self, time_s: f64) -> FramePlan {
        self.pacing.plan(time_s, &self.settings)
    }

    /// Takes in what the tracker saw in `frame` and, where it was asked for, the expression.
    ///
    /// A frame whose time is not after the one before is left out.
    pub fn observe(
        &mut self,
        frame: &RgbFrame,
        view: &FaceView,
        expression: Option<&ExpressionScores>,
    ) {
        let time_s = frame.time_s;
        if self
            .records
            .last()
            .is_some_and(|last| time_s <= last.time_s)
        {
            return;
        }
        let mut face = view
            .face
            .as_ref()
            .map(|face| features::of_sighting(face, frame.width, frame.height));
        if self.settings.behaviour.is_err()
            && let Some(face) = &mut face
        {
            face.forget_behaviour();
        }
        let n_faces = view.detections.as_ref().map(|found| {
            let others = found.iter().filter(|found| {
                face.is_none_or(|face| !face.contains(found, frame.width, frame.height))
            });
            // A detection that the mesh network refused is no face.
            let n = if face.is_some() {
                1 + others.count()
            } else {
                0
            };
            u8::try_from(n).unwrap_or(u8::MAX)
        });
        let light_due = self
            .light_s
            .is_none_or(|last| time_s - last >= LIGHT_EVERY_S);
        let light = match &face {
            Some(face) if light_due => {
                self.light_s = Some(time_s);
                light::of_box(frame, face.bounds)
            }
            _ => None,
        };
        let allowed =
            self.settings.purpose.allow_emotion().is_ok() && self.settings.behaviour.is_ok();
        let expression = expression.copied().filter(|_| allowed && face.is_some());
        self.pacing
            .seen(time_s, &self.settings, face.as_ref(), n_faces);
        self.records.push(FrameRecord {
            time_s,
            face,
            n_faces,
            light,
            expression,
        });
    }

    /// The measurements over the whole `recording`; `speech` says when the person speaks.
    pub fn finish(&self, recording: Span, speech: &[Span]) -> FaceMeasurements {
        self.measure(recording, speech)
    }

    /// The measurements within a part of the recording. What is relative to the person (the
    /// camera's place for the gaze, the resting face) is always taken from the whole recording.
    pub fn measure(&self, within: Span, speech: &[Span]) -> FaceMeasurements {
        let begin = self
            .records
            .partition_point(|record| record.time_s < within.start_s);
        let end = self
            .records
            .partition_point(|record| record.time_s <= within.end_s);
        let part = Part {
            all: &self.records,
            records: &self.records[begin..end.max(begin)],
            within,
            speech,
        };
        let presence = presence::measure(&part);
        let framing = framing::measure(&part);
        let behaviour = self
            .settings
            .behaviour
            .clone()
            .and_then(|()| visible_enough(&presence));
        let fine = behaviour
            .clone()
            .and_then(|()| framing::fine_enough(&framing));
        let quality = framing.as_ref().map_or(0.0, |framing| framing.quality);
        let coverage = presence
            .as_ref()
            .map_or(0.0, |presence| presence.visible_ratio);
        let basis = Basis { quality, coverage };
        let mut events: Vec<Event> = presence.as_ref().map(presence::events).unwrap_or_default();
        let mut tracks = BTreeMap::new();
        tracks::presence(&part, &mut tracks);

        let gaze = fine
            .clone()
            .and_then(|()| eye_contact::measure(&part, basis));
        let gestures = behaviour
            .clone()
            .and_then(|()| gestures::measure(&part, basis));
        let blinks = fine.clone().and_then(|()| blinks::measure(&part, basis));
        let movement = fine.clone().and_then(|()| movement::measure(&part, basis));
        let expression = self
            .settings
            .purpose
            .allow_emotion()
            .and(fine)
            .and_then(|()| expression::measure(&part, self.settings.smooth_win, basis));
        if behaviour.is_ok() {
            tracks::pose(&part, &mut tracks);
        }
        if let Ok(found) = &gaze {
            tracks::gaze(&part, found, &mut tracks);
            events.extend(found.events());
        }
        if let Ok(found) = &gestures {
            events.extend(found.events());
        }
        if let Ok(found) = &blinks {
            events.extend(found.events());
        }
        if let Ok(found) = &movement {
            tracks::movement(&part, found, &mut tracks);
            events.extend(found.events());
        }
        if let Ok(found) = &expression {
            tracks::expression(&part, found, &mut tracks);
            events.extend(expression::events(found));
        }
        events.sort_by(|a, b| {
            a.span
                .start_s
                .total_cmp(&b.span.start_s)
                .then(a.kind.cmp(&b.kind))
        });
        FaceMeasurements {
            n_frames: part.records.len(),
            pose: behaviour
                .clone()
                .and_then(|()| movement::pose(&part, basis)),
            head_stability: behaviour.and_then(|()| movement::stability(&part)),
            presence,
            framing,
            eye_contact: gaze.map(|found| found.summary),
            nods: gestures
                .as_ref()
                .map(|found| found.nods)
                .map_err(Clone::clone),
            shakes: gestures.map(|found| found.shakes),
            blinks: blinks.map(|found| found.summary),
            movement: movement.map(|found| found.summary),
            expression,
            tracks,
            events,
        }
    }
}

/// The frames of a part of a recording.
pub(super) struct Part<'a> {
    /// Every frame of the recording.
    pub(super) all: &'a [FrameRecord],
    /// The frames of the part.
    pub(super) records: &'a [FrameRecord],
    /// The part.
    pub(super) within: Span,
    /// When the person speaks, in the whole recording.
    pub(super) speech: &'a [Span],
}

impl Part<'_> {
    /// Each frame with the seconds that it stands for.
    pub(super) fn weighted(&self) -> impl Iterator<Item = (&FrameRecord, f64)> {
        self.records.iter().enumerate().map(|(index, record)| {
            let next_s = self
                .records
                .get(index + 1)
                .map_or(self.within.end_s, |next| next.time_s);
            (record, (next_s - record.time_s).clamp(0.0, MAX_HOLD_S))
        })
    }

    /// Whether the person speaks at `time_s`.
    pub(super) fn speaks_at(&self, time_s: f64) -> bool {
        self.speech.iter().any(|span| span.contains(time_s))
    }
}

/// What confidences rest on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Basis {
    /// Size and light of the face, 0 to 1.
    pub(super) quality: f64,
    /// Share of time with a face, 0 to 1.
    pub(super) coverage: f64,
}

impl Basis {
    pub(super) fn confidence(self, own: f64) -> f64 {
        (self.quality * self.coverage.sqrt() * own).clamp(0.0, 1.0)
    }
}

fn visible_enough(presence: &Measured<super::Presence>) -> Measured<()> {
    let presence = presence.as_ref().map_err(Clone::clone)?;
    if presence.visible_ratio <= 0.0 {
        return Err(NotMeasured::new("no_face", "no face was seen"));
    }
    if presence.visible_ratio < MIN_VISIBLE {
        let percent = presence.visible_ratio * 100.0;
        return Err(NotMeasured::new(
            "face_rarely_visible",
            format!("face visible {percent:.0} % of the time"),
        ));
    }
    Ok(())
}
