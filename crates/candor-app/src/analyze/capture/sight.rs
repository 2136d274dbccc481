//! The eyes: follow the face from frame to frame at the pace that the observer asks for.

use std::ops::ControlFlow;

use candor_core::{
    measured::NotMeasured,
    media::RgbFrame,
    ports::{EngineError, ExpressionNetwork, FaceTracker},
    report::Provenance,
};
use candor_signals::face::{FaceObserver, FaceSettings};
use serde::{Deserialize, Serialize};

use super::Settings;

/// Frames decoded per second: enough for nods, which are no faster than 4 Hz.
const MOTION_FPS: f64 = 10.0;
/// From this rate on blinks can be told.
const BLINK_FPS: f64 = 25.0;

/// Looks at frames.
pub(super) struct Sight {
    tracker: Box<dyn FaceTracker>,
    expression: Result<Box<dyn ExpressionNetwork>, NotMeasured>,
    observer: FaceObserver,
    motion_fps: f64,
    failure: Option<EngineError>,
}

/// What was seen; can be kept as JSON.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Seen {
    /// Turns what was seen into measurements, for the whole recording or a part of it.
    pub observer: FaceObserver,
    /// Which tracker it was.
    pub tracker: Vec<Provenance>,
    /// Which expression network it was: name and provenance.
    pub expression: Result<(String, Provenance), NotMeasured>,
}

impl Sight {
    pub(super) fn new(
        tracker: Box<dyn FaceTracker>,
        expression: Result<Box<dyn ExpressionNetwork>, NotMeasured>,
        settings: &Settings,
    ) -> Self {
        let blinks = settings.sample_fps >= BLINK_FPS;
        Self {
            tracker,
            expression,
            observer: FaceObserver::new(FaceSettings {
                expression_hz: settings.sample_fps,
                smooth_win: settings.smooth_win,
                blinks,
                behaviour: settings.allow_behaviour(),
                ..FaceSettings::for_purpose(settings.purpose)
            }),
            motion_fps: MOTION_FPS.max(settings.sample_fps),
            failure: None,
        }
    }

    /// Frames per second that are needed.
    pub(super) fn motion_fps(&self) -> f64 {
        self.motion_fps
    }

    pub(super) fn look(&mut self, frame: &RgbFrame) -> ControlFlow<()> {
        match self.try_look(frame) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                self.failure = Some(error);
                ControlFlow::Break(())
            }
        }
    }

    fn try_look(&mut self, frame: &RgbFrame) -> Result<(), EngineError> {
        let plan = self.observer.plan(frame.time_s);
        if !plan.look {
            return Ok(());
        }
        let view = self.tracker.track(frame, plan.request)?;
        let scores = match (&mut self.expression, &view.face) {
            (Ok(network), Some(face)) if plan.expression => Some(network.classify(frame, face)?),
            _ => None,
        };
        self.observer.observe(frame, &view, scores.as_ref());
        Ok(())
    }

    pub(super) fn finish(self) -> Result<Seen, EngineError> {
        match self.failure {
            Some(error) => Err(error),
            None => Ok(Seen {
                observer: self.observer,
                tracker: self.tracker.provenance(),
                expression: self
                    .expression
                    .map(|network| (network.name().to_owned(), network.provenance())),
            }),
        }
    }
}
