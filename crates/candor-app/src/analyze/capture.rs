//! The pass over the file: samples to disk, speech probabilities, faces. The command line decodes
//! once for both; the steps of a job decode sound and picture apart, side by side.

use std::{ops::ControlFlow, path::Path};

use candor_core::{
    measured::{Measured, NotMeasured},
    ports::EngineError,
    report::Provenance,
};
use candor_media::{
    DecodePlan, Decoded, MediaError, Probe, Sinks, Tools, VideoPlan, WavFile, decode,
};

use super::{AnalyzeError, Settings};
use crate::{
    engines::{Engines, optional},
    progress::{Progress, Stage, StageWatch},
};

mod hearing;
mod sight;

use hearing::{Hearing, HearingFailure};
pub(crate) use sight::Seen;
use sight::Sight;

/// Frames are never larger than this for the networks, in pixels.
const MAX_FRAME_WIDTH: u32 = 480;

/// What the pass gave.
pub(crate) struct Captured {
    /// How far the decode got.
    pub decoded: Decoded,
    /// The samples on disk; the reason where there is no sound.
    pub audio: Measured<Heard>,
    /// What was seen; the reason where nothing was looked at.
    pub video: Measured<Seen>,
}

/// Probability of speech of each window, and who told.
pub(crate) type Detected = (Vec<f32>, Provenance);

/// The recording's sound.
pub(crate) struct Heard {
    /// The samples.
    pub samples: WavFile,
    /// Where somebody speaks; the reason where there is no detector.
    pub probabilities: Measured<Detected>,
}

impl Heard {
    /// The sound that an earlier pass wrote.
    ///
    /// # Errors
    /// When `wav` can't be read.
    pub(crate) fn open(
        wav: &Path,
        probabilities: Measured<Detected>,
    ) -> Result<Self, AnalyzeError> {
        Ok(Self {
            samples: WavFile::open(wav).map_err(|source| AnalyzeError::output(wav, source))?,
            probabilities,
        })
    }
}

/// Decodes once and lets ears and eyes look at it side by side.
pub(super) fn both(
    probe: &Probe,
    wav: Option<&Path>,
    settings: &Settings,
    tools: &Tools,
    engines: &dyn Engines,
    progress: &dyn Progress,
) -> Result<Captured, AnalyzeError> {
    let ears = ears(probe, wav, engines)?;
    let eyes = eyes(probe, settings, engines)?;
    let pass = Pass {
        probe,
        settings,
        tools,
        progress,
    };
    let (decoded, audio, video) = pass.run(ears, eyes)?;
    Ok(Captured {
        decoded: decoded.unwrap_or_else(|| Decoded::joined(None, None, probe.claimed_duration_s)),
        audio,
        video,
    })
}

/// Decodes the sound alone, to `wav`; no decode where there is none.
///
/// # Errors
/// See [`AnalyzeError`].
pub(crate) fn listen(
    probe: &Probe,
    wav: &Path,
    settings: &Settings,
    tools: &Tools,
    engines: &dyn Engines,
    progress: &dyn Progress,
) -> Result<(Option<Decoded>, Measured<Heard>), AnalyzeError> {
    let ears = ears(probe, Some(wav), engines)?;
    let pass = Pass {
        probe,
        settings,
        tools,
        progress,
    };
    match pass.run(ears, Err(no_video())) {
        Ok((decoded, audio, _)) => Ok((decoded, audio)),
        // An empty track beside a picture.
        Err(AnalyzeError::Media(MediaError::NotMedia { .. })) if probe.video.is_some() => {
            Ok((None, Err(no_audio())))
        }
        Err(error) => Err(error),
    }
}

/// Decodes the picture alone; no decode where nothing is looked at.
///
/// # Errors
/// See [`AnalyzeError`].
pub(crate) fn look(
    probe: &Probe,
    settings: &Settings,
    tools: &Tools,
    engines: &dyn Engines,
    progress: &dyn Progress,
) -> Result<(Option<Decoded>, Measured<Seen>), AnalyzeError> {
    let pass = Pass {
        probe,
        settings,
        tools,
        progress,
    };
    match pass.run(Err(no_audio()), eyes(probe, settings, engines)?) {
        Ok((decoded, _, video)) => Ok((decoded, video)),
        // An empty track beside sound: the eyes saw nothing.
        Err(AnalyzeError::Media(MediaError::NotMedia { .. })) if probe.audio.is_some() => {
            let blind = match eyes(probe, settings, engines)? {
                Ok(sight) => Ok(sight.finish()?),
                Err(reason) => Err(reason),
            };
            Ok((None, blind))
        }
        Err(error) => Err(error),
    }
}

/// One decode.
struct Pass<'a> {
    probe: &'a Probe,
    settings: &'a Settings,
    tools: &'a Tools,
    progress: &'a dyn Progress,
}

type Outcome = (Option<Decoded>, Measured<Heard>, Measured<Seen>);

impl Pass<'_> {
    fn run(
        &self,
        ears: Measured<Ears<'_>>,
        eyes: Measured<Sight>,
    ) -> Result<Outcome, AnalyzeError> {
        let (mut ears, deaf) = split(ears);
        let (mut eyes, blind) = split(eyes);
        if ears.is_none() && eyes.is_none() {
            // Nothing to decode: the picture is not looked at and there is no sound.
            return Ok((None, Err(deaf), Err(blind)));
        }
        let plan = DecodePlan {
            probe: self.probe,
            audio: ears.is_some(),
            video: eyes.as_ref().map(|sight| VideoPlan {
                fps: sight.motion_fps(),
                max_width: self.settings.max_width.min(MAX_FRAME_WIDTH),
            }),
            max_duration_s: self.settings.max_duration_s,
        };
        let watch = StageWatch {
            progress: self.progress,
            stage: Stage::Watch,
        };
        let decoded = decode(
            self.tools,
            &plan,
            Sinks {
                audio: &mut |samples| match &mut ears {
                    Some(ears) => ears.hearing.take(samples),
                    None => ControlFlow::Continue(()),
                },
                video: &mut |frame| match &mut eyes {
                    Some(sight) => sight.look(frame),
                    None => ControlFlow::Continue(()),
                },
            },
            &watch,
        )?;
        let audio = match ears {
            Some(ears) => ears.finish(&decoded)?,
            None => Err(deaf),
        };
        let video = match eyes {
            Some(sight) => Ok(sight.finish()?),
            None => Err(blind),
        };
        Ok((Some(decoded), audio, video))
    }
}

fn split<T>(organ: Measured<T>) -> (Option<T>, NotMeasured) {
    match organ {
        Ok(organ) => (Some(organ), no_audio()),
        Err(reason) => (None, reason),
    }
}

/// The ears, with the file that they write.
struct Ears<'a> {
    hearing: Hearing,
    detector: Measured<Provenance>,
    wav: &'a Path,
}

impl Ears<'_> {
    fn finish(self, decoded: &Decoded) -> Result<Measured<Heard>, AnalyzeError> {
        let unwritable = |source| AnalyzeError::output(self.wav, source);
        let probabilities = self.hearing.finish().map_err(|failure| match failure {
            HearingFailure::Write(source) => unwritable(source),
            HearingFailure::Engine(error) => AnalyzeError::Engine(error),
        })?;
        if decoded.n_samples == 0 {
            return Ok(Err(no_audio()));
        }
        Ok(Ok(Heard {
            samples: WavFile::open(self.wav).map_err(unwritable)?,
            probabilities: self.detector.map(|provenance| (probabilities, provenance)),
        }))
    }
}

pub(crate) fn no_audio() -> NotMeasured {
    NotMeasured::new("no_audio", "the recording has no sound")
}

fn no_video() -> NotMeasured {
    NotMeasured::new("no_video", "the recording has no picture")
}

/// The ears, or why there is nothing to hear.
fn ears<'a>(
    probe: &Probe,
    wav: Option<&'a Path>,
    engines: &dyn Engines,
) -> Result<Measured<Ears<'a>>, AnalyzeError> {
    let (Some(_), Some(wav)) = (&probe.audio, wav) else {
        return Ok(Err(no_audio()));
    };
    let detector = optional(engines.speech_detector())?;
    let provenance = detector
        .as_ref()
        .map(|detector| detector.provenance())
        .map_err(Clone::clone);
    let hearing =
        Hearing::create(wav, detector.ok()).map_err(|source| AnalyzeError::output(wav, source))?;
    Ok(Ok(Ears {
        hearing,
        detector: provenance,
        wav,
    }))
}

/// The eyes, or why the picture is not looked at.
fn eyes(
    probe: &Probe,
    settings: &Settings,
    engines: &dyn Engines,
) -> Result<Measured<Sight>, EngineError> {
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
    let expression = match settings.allow_emotion() {
        Ok(()) => optional(engines.expression_network())?,
        Err(reason) => Err(reason),
    };
    Ok(Ok(Sight::new(tracker, expression, settings)))
}
