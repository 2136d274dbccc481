//! `transcribed`: what was said, by the recogniser of this machine.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use serde_json::json;

use super::{
    artefacts::{self, Artefact, Kept},
    audio_extracted, permission,
    versions::EngineVersions,
    work,
};
use crate::{
    analyze::{self, Words},
    jobs::{Pool, Step, StepContext, StepError, StepOutput},
    transcripts::{self, TranscriptFormat},
};

/// Where its output stands.
pub(super) const NAME: &str = "transcribed";

/// The step.
pub(super) struct Transcribed(pub Arc<EngineVersions>);

#[async_trait]
impl Step for Transcribed {
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
        format!("words.v1 {}", self.0.transcriber())
    }

    async fn run(&self, context: &StepContext) -> Result<StepOutput, StepError> {
        let settings = permission::require(context).await?.settings;
        let heard = audio_extracted::heard(context).await?;
        let engines = Arc::clone(&context.app.engines);
        let words = work::blocking(context, move |progress| {
            Ok(analyze::find_words(
                &heard,
                &settings,
                engines.as_ref(),
                progress,
            )?)
        })
        .await?;
        let provenance = words.provenance.iter().cloned().collect();
        let artefact = |name, content_type| Artefact {
            name,
            content_type,
            provenance: &provenance,
        };
        if let Ok(transcript) = &words.transcript {
            for format in TranscriptFormat::ALL {
                // Players need times; words without any are left to the other formats.
                if let Ok(text) = transcripts::write(transcript, format) {
                    let artefact = artefact(format.file_name(), format.content_type());
                    artefacts::keep(context, self, artefact, Bytes::from(text)).await?;
                }
            }
        }
        let transcript = words.transcript.as_ref();
        let summary = json!({
            "engine": transcript.map(|words| &words.engine).ok(),
            "language": transcript.ok().and_then(|words| words.language.as_ref()),
            "accuracy": transcript.map(|words| words.accuracy).ok(),
            "n_words": transcript.map(|words| words.words().count()).ok(),
            "not_measured": transcript.err(),
        });
        let artefact = artefact("words.json", "application/json");
        let kept = artefacts::keep_json(context, self, artefact, words).await?;
        Ok(json!({ "words": kept, "summary": summary }).into())
    }
}

/// What was said.
pub(super) async fn words(context: &StepContext) -> Result<Words, StepError> {
    let kept: Kept = artefacts::output(context, NAME, "words")?;
    artefacts::read_json(context, &kept).await
}
