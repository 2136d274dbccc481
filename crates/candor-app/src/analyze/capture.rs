//! The one pass over the file: samples to disk, speech probabilities, faces.

use std::{ops::ControlFlow, path::Path};

use candor_core::{measured::NotMeasured, ports::EngineError, report::Provenance};
use candor_media::{DecodePlan, Decoded, Probe, Sinks, Tools, VideoPlan, WavFile, decode};

use super::{AnalyzeError, Settings};
use crate::{
    engines::{Engines, optional},
    progress::{Progress, Stage, StageWatch},
};

mod hearing;
mod sight;

use hearing::{Hearing, HearingFailure};
pub(super) use sight::Seen;
use sight::Sight;

/// Frames are never larger than this for the networks, in pixels.
const MAX_FRAME_WIDTH: u32 = 480;

/// What the pass gave.
pub(super) struct Captured {
    /// How far the decode got.
    pub decoded: Decoded,
    /// The samples on disk; the reason where there is no sound.
    pub audio: Result<Heard, NotMeasured>,
    /// What was seen; the reason where nothing was looked at.
    pub video: Result<Seen, NotMeasured>,
}

/// The recording's sound.
pub(super) struct Heard {
    pub samples: WavFile,
    /// Probability of speech of each window; the reason where there is no detector.
    pub probabilities: Result<(Vec<f32>, Provenance), NotMeasured>,
}

/// Decodes once and lets ears and eyes look at it side by side.
pub(super) fn capture(
    probe: &Probe,
    wav: Option<&Path>,
    settings: &Settings,
    tools: &Tools,
    engines: &dyn Engines,
    progress: &dyn Progress,
) -> Result<Captured, AnalyzeError> {
    let sight = sight(probe, settings, engines)?;
    let detector = match probe.audio {
        Some(_) => optional(engines.speech_detector())?,
        None => Err(no_audio()),
    };
    let detector_provenance = detector
        .as_ref()
        .map(|detector| detector.provenance())
        .map_err(Clone::clone);
    let unwritable = |source| AnalyzeError::output(wav.unwrap_or(Path::new("audio.wav")), source);
    let mut hearing = wav
        .map(|wav| Hearing::create(wav, detector.ok()))
        .transpose()
        .map_err(unwritable)?;
    let (mut eyes, blind) = match sight {
        Ok(sight) => (Some(sight), None),
        Err(reason) => (None, Some(reason)),
    };
    let plan = DecodePlan {
        probe,
        video: eyes.as_ref().map(|sight| VideoPlan {
            fps: sight.motion_fps(),
            max_width: settings.max_width.min(MAX_FRAME_WIDTH),
        }),
        max_duration_s: settings.max_duration_s,
    };
    if plan.video.is_none() && probe.audio.is_none() {
        // Nothing to decode: the picture is not looked at and there is no sound.
        return Ok(Captured {
            decoded: Decoded::nothing(probe.claimed_duration_s.unwrap_or(0.0)),
            audio: Err(no_audio()),
            video: Err(blind.unwrap_or_else(no_video)),
        });
    }
    let watch = StageWatch {
        progress,
        stage: Stage::Watch,
    };
    let decoded = decode(
        tools,
        &plan,
        Sinks {
            audio: &mut |samples| match &mut hearing {
                Some(hearing) => hearing.take(samples),
                None => ControlFlow::Continue(()),
            },
            video: &mut |frame| match &mut eyes {
                Some(sight) => sight.look(frame),
                None => ControlFlow::Continue(()),
            },
        },
        &watch,
    )?;
    let probabilities =
        hearing
            .map(Hearing::finish)
            .transpose()
            .map_err(|failure| match failure {
                HearingFailure::Write(source) => unwritable(source),
                HearingFailure::Engine(error) => AnalyzeError::Engine(error),
            })?;
    let audio = match (wav, probabilities) {
        (Some(wav), Some(probabilities)) if decoded.n_samples > 0 => Ok(Heard {
            samples: WavFile::open(wav).map_err(unwritable)?,
            probabilities: detector_provenance.map(|provenance| (probabilities, provenance)),
        }),
        _ => Err(no_audio()),
    };
    let video = match eyes {
        Some(sight) => Ok(sight.finish()?),
        None => Err(blind.unwrap_or_else(no_video)),
    };
    Ok(Captured {
        decoded,
        audio,
        video,
    })
}

fn no_audio() -> NotMeasured {
    NotMeasured::new("no_audio", "the recording has no sound")
}

fn no_video() -> NotMeasured {
    NotMeasured::new("no_video", "the recording has no picture")
}

/// The eyes, or why the picture is not looked at.
fn sight(
    probe: &Probe,
    settings: &Settings,
    engines: &dyn Engines,
) -> Result<Result<Sight, NotMeasured>, EngineError> {
    if probe.video.is_none() {
        return Ok(Err(no_video()));
    }
    if !settings.face {
        return Ok(Err(NotMeasured::new(
            "switched_off",
            "looking at the picture was switched off (--no-face)",
        )));
    }
    let tracker = match optional(engines.face_tracker())? {
        Ok(tracker) => tracker,
        Err(reason) => return Ok(Err(reason)),
    };
    let expression = match settings.purpose.allow_emotion() {
        Ok(()) => optional(engines.expression_network())?,
        Err(reason) => Err(reason),
    };
    Ok(Ok(Sight::new(tracker, expression, settings)))
}
