//! `input_normalized`: everything that was seen and heard on one clock; the words read; the report of
//! `candor analyze`, number by number.

use std::{path::PathBuf, sync::Arc};

use async_trait::async_trait;
use candor_core::report::Report;
use candor_media::{Decoded, Probe};
use candor_signals::{
    scores::lab,
    segments::{self, TimedAnswer},
    text,
};
use serde_json::json;

use super::{
    artefacts::{self, Artefact, Kept},
    audio_extracted, face_analyzed, permission, transcribed,
    versions::EngineVersions,
    voice_analyzed, work,
};
use crate::{
    analyze::{self, Gathered},
    jobs::{Pool, Step, StepContext, StepError, StepOutput},
};

/// Where its output stands.
pub(super) const NAME: &str = "input_normalized";

/// The name of the report among the artefacts.
pub(crate) const REPORT: &str = "report.json";

/// The step.
pub(super) struct InputNormalized(pub Arc<EngineVersions>);

#[async_trait]
impl Step for InputNormalized {
    fn name(&self) -> &'static str {
        NAME
    }

    fn pool(&self) -> Pool {
        Pool::Cpu
    }

    fn needs(&self) -> &'static [&'static str] {
        &[
            "video_downloaded",
            audio_extracted::NAME,
            face_analyzed::NAME,
            transcribed::NAME,
            voice_analyzed::NAME,
        ]
    }

    fn version(&self) -> String {
        [
            lab::FORMULA,
            segments::FORMULA,
            text::similarity::FORMULA,
            text::sentiment::FORMULA,
            text::summary::FORMULA,
            text::fillers::FORMULA,
            text::structure::FORMULA,
            text::specificity::FORMULA,
            text::keywords::FORMULA,
            text::hedges::FORMULA,
            env!("CARGO_PKG_VERSION"),
            &self.0.embedder(),
        ]
        .join(" ")
    }

    async fn run(&self, context: &StepContext) -> Result<StepOutput, StepError> {
        let input = permission::require(context).await?;
        let settings = input.settings;
        let gathered = gather(context, input.answers).await?;
        let engines = Arc::clone(&context.app.engines);
        let report = work::blocking(context, move |progress| {
            let (report, _) = analyze::write_up(gathered, &settings, engines.as_ref(), progress)?;
            Ok(report)
        })
        .await?;
        let summary = summary(&report);
        let provenance = report.candor.provenance.clone();
        let artefact = Artefact {
            name: REPORT,
            content_type: "application/json",
            provenance: &provenance,
        };
        let kept = artefacts::keep_json(context, self, artefact, report).await?;
        Ok(json!({ "report": kept, "summary": summary }).into())
    }
}

/// What the earlier steps left, and what was known before.
async fn gather(context: &StepContext, answers: Vec<TimedAnswer>) -> Result<Gathered, StepError> {
    let probe = Probe {
        path: PathBuf::new(),
        ..artefacts::output(context, "video_downloaded", "probe")?
    };
    let heard: Option<Decoded> = artefacts::output(context, audio_extracted::NAME, "decoded")?;
    let watched: Option<Decoded> = artefacts::output(context, face_analyzed::NAME, "decoded")?;
    let decoded = Decoded::joined(heard.as_ref(), watched.as_ref(), probe.claimed_duration_s);
    let file_name: Option<String> = artefacts::output(context, "video_downloaded", "file_name")?;
    let sha256: String = artefacts::output(context, "video_downloaded", "sha256")?;
    Ok(Gathered {
        source: analyze::describe_source(
            &probe,
            file_name.unwrap_or_else(|| "recording".to_owned()),
            sha256,
            &decoded,
        ),
        probe,
        decoded,
        detected: audio_extracted::detected(context).await?,
        seen: face_analyzed::seen(context).await?,
        voice: voice_analyzed::voice(context).await?,
        words: transcribed::words(context).await?,
        answers,
    })
}

/// What lists show of it.
fn summary(report: &Report) -> serde_json::Value {
    json!({
        "duration_s": report.candor.source.duration_s,
        "language": report.candor.text.language,
        "scores": report.scores,
        "n_words": report.candor.transcript.as_ref().map(|words| words.words().count()),
    })
}

/// The report of the job.
pub(super) async fn report(context: &StepContext) -> Result<Report, StepError> {
    let kept: Kept = artefacts::output(context, NAME, "report")?;
    artefacts::read_json(context, &kept).await
}
