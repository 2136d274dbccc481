//! `audio_extracted`: one decode of the sound to 16 kHz mono, and where somebody speaks.

use std::sync::Arc;

use async_trait::async_trait;
use candor_core::measured::Measured;
use candor_media::Probe;
use candor_signals::audio::vad;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    artefacts::{self, Artefact, Kept},
    permission, recording,
    versions::EngineVersions,
    work,
};
use crate::{
    analyze::{self, Detected, Heard},
    jobs::{Pool, Step, StepContext, StepError, StepOutput},
};

/// Where its output stands.
pub(super) const NAME: &str = "audio_extracted";

/// The step.
pub(super) struct AudioExtracted(pub Arc<EngineVersions>);

/// The sound as later steps find it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct KeptSound {
    /// 16 kHz mono WAV.
    pub wav: Kept,
    /// Where somebody speaks.
    pub speech: Kept,
}

#[async_trait]
impl Step for AudioExtracted {
    fn name(&self) -> &'static str {
        NAME
    }

    fn pool(&self) -> Pool {
        Pool::Cpu
    }

    fn needs(&self) -> &'static [&'static str] {
        &["video_downloaded"]
    }

    fn version(&self) -> String {
        format!("audio-16k.v1 {} {}", vad::FORMULA, self.0.speech_detector())
    }

    async fn run(&self, context: &StepContext) -> Result<StepOutput, StepError> {
        let input = permission::require(context).await?;
        let probe: Probe = artefacts::output(context, "video_downloaded", "probe")?;
        if probe.audio.is_none() {
            let none: Measured<KeptSound> = Err(analyze::no_audio());
            return Ok(json!({ "sound": none, "decoded": null }).into());
        }
        let path = recording::copy_to_scratch(context, input.recording).await?;
        let wav = context.scratch.join("audio.wav");
        let tools = work::tools(context)?;
        let engines = Arc::clone(&context.app.engines);
        let wav_path = wav.clone();
        let (decoded, heard) = work::blocking(context, move |progress| {
            let probe = Probe { path, ..probe };
            Ok(analyze::listen(
                &probe,
                &wav_path,
                &input.settings,
                &tools,
                engines.as_ref(),
                progress,
            )?)
        })
        .await?;
        let sound: Measured<KeptSound> = match heard {
            Ok(heard) => Ok(self.keep(context, heard).await?),
            Err(reason) => Err(reason),
        };
        Ok(json!({ "sound": sound, "decoded": decoded }).into())
    }
}

impl AudioExtracted {
    async fn keep(&self, context: &StepContext, heard: Heard) -> Result<KeptSound, StepError> {
        let Heard { probabilities, .. } = heard;
        let wav = artefacts::keep_file(
            context,
            self,
            Artefact {
                name: "audio.wav",
                content_type: "audio/wav",
                provenance: &artefacts::made_by([]),
            },
            &context.scratch.join("audio.wav"),
        )
        .await?;
        let provenance = match &probabilities {
            Ok((_, detector)) => artefacts::made_by([("speech-detector", detector)]),
            Err(_) => artefacts::made_by([]),
        };
        let artefact = Artefact {
            name: "speech.json",
            content_type: "application/json",
            provenance: &provenance,
        };
        let speech = artefacts::keep_json(context, self, artefact, probabilities).await?;
        Ok(KeptSound { wav, speech })
    }
}

/// The sound of a job, copied into the attempt's own folder.
pub(super) async fn heard(context: &StepContext) -> Result<Measured<Heard>, StepError> {
    let sound: Measured<KeptSound> = artefacts::output(context, NAME, "sound")?;
    let sound = match sound {
        Ok(sound) => sound,
        Err(reason) => return Ok(Err(reason)),
    };
    let wav = artefacts::copy_to_scratch(context, &sound.wav, "audio.wav").await?;
    let probabilities: Measured<Detected> = artefacts::read_json(context, &sound.speech).await?;
    Ok(Ok(Heard::open(&wav, probabilities)?))
}

/// Where somebody speaks, without the sound itself.
pub(super) async fn detected(context: &StepContext) -> Result<Option<Detected>, StepError> {
    let sound: Measured<KeptSound> = artefacts::output(context, NAME, "sound")?;
    match sound {
        Ok(sound) => {
            let found: Measured<Detected> = artefacts::read_json(context, &sound.speech).await?;
            Ok(found.ok())
        }
        Err(_) => Ok(None),
    }
}
