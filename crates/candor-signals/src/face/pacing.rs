//! When to look at which frame: often while the head moves, seldom while it rests.

use candor_core::ports::FaceRequest;

use super::{features::FaceFeatures, observer::FaceSettings};

/// Looks per second while the head moves, while it is still, and while there is no face.
const MOTION_HZ: f64 = 10.0;
const STILL_HZ: f64 = 5.0;
const NO_FACE_HZ: f64 = 4.0;
/// Looks per second where only presence may be observed.
const PRESENCE_HZ: f64 = 2.0;
const IRIS_HZ: f64 = 3.0;
/// Seconds between counts of faces; shorter after several were seen.
const RECOUNT_S: f64 = 2.0;
const RECOUNT_SEVERAL_S: f64 = 0.5;
/// A head that turns faster than this (°/s) moves, and for so long afterwards.
const STILL_DEG_PER_S: f32 = 4.0;
const STILL_AFTER_S: f64 = 0.8;
/// A frame may come so much before it is due (times of frames jitter).
const EARLY_S: f64 = 0.02;

/// What to do with a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FramePlan {
    /// Whether to look at it at all.
    pub look: bool,
    /// What to ask the tracker for.
    pub request: FaceRequest,
    /// Whether to classify the expression if there is a face.
    pub expression: bool,
}

/// When what was done last.
#[derive(Debug, Clone, Default)]
pub(super) struct Pacing {
    look_s: Option<f64>,
    iris_s: Option<f64>,
    expression_s: Option<f64>,
    count_s: Option<f64>,
    moved_s: f64,
    last_pose: Option<(f64, [f32; 3])>,
    has_face: bool,
    several: bool,
}

impl Pacing {
    pub(super) fn plan(&self, time_s: f64, settings: &FaceSettings) -> FramePlan {
        let observes = settings.behaviour.is_ok();
        let expression = observes
            && settings.purpose.allow_emotion().is_ok()
            && due(
                self.expression_s,
                time_s,
                1.0 / settings.expression_hz.max(1e-3),
            );
        let rate_hz = if !observes {
            PRESENCE_HZ
        } else if settings.blinks {
            f64::INFINITY
        } else if self.look_s.is_some() && !self.has_face {
            NO_FACE_HZ
        } else if time_s - self.moved_s > STILL_AFTER_S {
            STILL_HZ
        } else {
            MOTION_HZ
        };
        if !expression && !due(self.look_s, time_s, 1.0 / rate_hz) {
            return FramePlan::default();
        }
        let recount_s = if self.several {
            RECOUNT_SEVERAL_S
        } else {
            RECOUNT_S
        };
        FramePlan {
            look: true,
            request: FaceRequest {
                iris: observes && (settings.blinks || due(self.iris_s, time_s, 1.0 / IRIS_HZ)),
                detect: due(self.count_s, time_s, recount_s),
            },
            expression,
        }
    }

    fn wants_expression(&self, time_s: f64, settings: &FaceSettings) -> bool {
        settings.behaviour.is_ok()
            && settings.purpose.allow_emotion().is_ok()
            && settings.expression_hz > 0.0
            && due(self.expression_s, time_s, 1.0 / settings.expression_hz)
    }

    /// Takes in what was seen at `time_s`.
    pub(super) fn seen(
        &mut self,
        time_s: f64,
        settings: &FaceSettings,
        face: Option<&FaceFeatures>,
        n_faces: Option<u8>,
    ) {
        // Also when the caller has no network: it is asked again only when the next sample is due.
        if self.wants_expression(time_s, settings) {
            self.expression_s = Some(time_s);
        }
        self.look_s = Some(time_s);
        self.has_face = face.is_some();
        if face.is_some_and(|face| face.eye_px > 0.0) {
            self.iris_s = Some(time_s);
        }
        if let Some(n_faces) = n_faces {
            self.count_s = Some(time_s);
            self.several = n_faces > 1;
        }
        let pose = face.and_then(|face| face.pose);
        if let (Some((before_s, before)), Some(now)) = (self.last_pose, pose) {
            let turn = before
                .iter()
                .zip(now)
                .map(|(a, b)| (a - b).abs())
                .fold(0.0, f32::max);
            if turn > STILL_DEG_PER_S * (time_s - before_s) as f32 {
                self.moved_s = time_s;
            }
        }
        self.last_pose = pose.map(|pose| (time_s, pose));
        if pose.is_none() {
            self.moved_s = time_s;
        }
    }
}

fn due(last_s: Option<f64>, time_s: f64, period_s: f64) -> bool {
    last_s.is_none_or(|last_s| time_s < last_s || time_s - last_s >= period_s - EARLY_S)
}
