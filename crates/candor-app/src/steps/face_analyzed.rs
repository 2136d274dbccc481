//! `face_analyzed`: the picture, frame by frame; in hiring only presence, framing and light unless
//! policy and consent allow more.

use std::sync::Arc;

use async_trait::async_trait;
use candor_core::measured::Measured;
use candor_media::Probe;
use candor_signals::face;
use serde_json::json;

use super::{
    artefacts::{self, Artefact, Kept},
    permission, recording,
    versions::EngineVersions,
    work,
};
use crate::{
    analyze::{self, Seen},
    jobs::{Pool, Step, StepContext, StepError, StepOutput},
};

/// Where its output stands.
pub(super) const NAME: &str = "face_analyzed";

/// The step.
pub(super) struct FaceAnalyzed(pub Arc<EngineVersions>);

#[async_trait]
impl Step for FaceAnalyzed {
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
        [
            face::POSE_FORMULA,
            face::GAZE_FORMULA,
            face::LIGHT_FORMULA,
            &self.0.face(),
        ]
        .join(" ")
    }

    async fn run(&self, context: &StepContext) -> Result<StepOutput, StepError> {
        let input = permission::require(context).await?;
        let probe: Probe = artefacts::output(context, "video_downloaded", "probe")?;
        // Without a picture there is nothing to copy.
        let path = match probe.video {
            Some(_) => recording::copy_to_scratch(context, input.recording).await?,
            None => probe.path.clone(),
        };
        let tools = work::tools(context)?;
        let engines = Arc::clone(&context.app.engines);
        let (decoded, seen) = work::blocking(context, move |progress| {
            let probe = Probe { path, ..probe };
            Ok(analyze::look(
                &probe,
                &input.settings,
                &tools,
                engines.as_ref(),
                progress,
            )?)
        })
        .await?;
        let seen: Measured<Kept> = match seen {
            Ok(seen) => Ok(self.keep(context, seen).await?),
            Err(reason) => Err(reason),
        };
        Ok(json!({ "seen": seen, "decoded": decoded }).into())
    }
}

impl FaceAnalyzed {
    async fn keep(&self, context: &StepContext, seen: Seen) -> Result<Kept, StepError> {
        let names: Vec<String> = (0..seen.tracker.len())
            .map(|index| format!("face-tracker:{index}"))
            .collect();
        let mut provenance =
            artefacts::made_by(names.iter().map(String::as_str).zip(&seen.tracker));
        if let Ok((_, network)) = &seen.expression {
            provenance.insert("face-expression".to_owned(), network.clone());
        }
        let artefact = Artefact {
            name: "faces.json",
            content_type: "application/json",
            provenance: &provenance,
        };
        artefacts::keep_json(context, self, artefact, seen).await
    }
}

/// What the step saw.
pub(super) async fn seen(context: &StepContext) -> Result<Measured<Seen>, StepError> {
    let kept: Measured<Kept> = artefacts::output(context, NAME, "seen")?;
    match kept {
        Ok(kept) => Ok(Ok(artefacts::read_json(context, &kept).await?)),
        Err(reason) => Ok(Err(reason)),
    }
}
