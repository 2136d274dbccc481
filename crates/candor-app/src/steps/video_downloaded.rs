//! `video_downloaded`: the recording is here and is one. Fetched when it was given by address.

use std::path::PathBuf;

use async_trait::async_trait;
use candor_media::Probe;
use serde_json::json;

use super::{permission, recording, work};
use crate::{
    analyze,
    jobs::{Pool, Step, StepContext, StepError, StepOutput},
    media,
};

/// The step.
pub(super) struct VideoDownloaded;

#[async_trait]
impl Step for VideoDownloaded {
    fn name(&self) -> &'static str {
        "video_downloaded"
    }

    fn pool(&self) -> Pool {
        Pool::Io
    }

    fn needs(&self) -> &'static [&'static str] {
        &[]
    }

    fn version(&self) -> String {
        "video-downloaded.v1".to_owned()
    }

    async fn run(&self, context: &StepContext) -> Result<StepOutput, StepError> {
        let input = permission::require(context).await?;
        // One that is here stays as it is; one that was given by its address is fetched now.
        let found = media::fetch_into(
            &context.app,
            context.organisation,
            input.recording,
            context.watch.as_ref(),
        )
        .await?;
        let path = recording::copy_to_scratch(context, input.recording).await?;
        let tools = work::tools(context)?;
        let settings = input.settings;
        let probe = work::blocking(context, move |_| {
            Ok(analyze::open(&path, &settings, &tools)?)
        })
        .await?;
        let probe = Probe {
            // The copy is gone when the attempt ends.
            path: PathBuf::new(),
            ..probe
        };
        Ok(json!({
            "recording": input.recording,
            "file_name": found.file_name,
            "sha256": found.sha256,
            "bytes": probe.bytes,
            "probe": probe,
        })
        .into())
    }
}
