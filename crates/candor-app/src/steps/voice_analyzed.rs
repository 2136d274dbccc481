//! `voice_analyzed`: how it was said; in hiring only how good the recording is, unless policy and
//! consent allow more.

use async_trait::async_trait;
use candor_core::measured::Measured;
use candor_signals::audio::{self, VoiceAnalysis};
use serde_json::json;

use super::{
    artefacts::{self, Artefact, Kept},
    audio_extracted, permission, work,
};
use crate::{
    analyze,
    jobs::{Pool, Step, StepContext, StepError, StepOutput},
};

/// Where its output stands.
pub(super) const NAME: &str = "voice_analyzed";

/// The step.
pub(super) struct VoiceAnalyzed;

#[async_trait]
impl Step for VoiceAnalyzed {
    fn name(&self) -> &'static str {
        NAME
    }

    fn pool(&self) -> Pool {
        Pool::Cpu
    }

    fn needs(&self) -> &'static [&'static str] {
        &[audio_extracted::NAME]
    }

    fn version(&self) -> String {
        [
            audio::vad::FORMULA,
            audio::pitch::FORMULA,
            audio::harmonicity::FORMULA,
            audio::voice_quality::FORMULA,
            audio::syllables::FORMULA,
            audio::loudness::FORMULA,
            audio::recording_quality::FORMULA,
        ]
        .join(" ")
    }

    async fn run(&self, context: &StepContext) -> Result<StepOutput, StepError> {
        let settings = permission::require(context).await?.settings;
        let heard = audio_extracted::heard(context).await?;
        let voice = work::blocking(context, move |progress| {
            let mut voice = analyze::measure_voice(&heard, progress)?;
            if settings.allow_behaviour().is_err()
                && let Ok(voice) = &mut voice
            {
                // What may not be shown is not kept either.
                voice.forget_behaviour();
            }
            Ok(voice)
        })
        .await?;
        let kept: Measured<Kept> = match voice {
            Ok(voice) => {
                let artefact = Artefact {
                    name: "voice.json",
                    content_type: "application/json",
                    provenance: &artefacts::made_by([]),
                };
                Ok(artefacts::keep_json(context, self, artefact, voice).await?)
            }
            Err(reason) => Err(reason),
        };
        Ok(json!({ "voice": kept }).into())
    }
}

/// How it was said.
pub(super) async fn voice(context: &StepContext) -> Result<Measured<VoiceAnalysis>, StepError> {
    let kept: Measured<Kept> = artefacts::output(context, NAME, "voice")?;
    match kept {
        Ok(kept) => Ok(Ok(artefacts::read_json(context, &kept).await?)),
        Err(reason) => Ok(Err(reason)),
    }
}
