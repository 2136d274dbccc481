//! What the steps of an analysis are told when its job is enqueued.

use candor_core::{ids::RecordingId, policy::Policy};
use candor_signals::{
    scores::{pipeline_r2::ScoreWeights, policy::ScorePolicy},
    segments::TimedAnswer,
    text::content::Question,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    analyze::Settings,
    jobs::{StepContext, StepError},
};

/// What the steps are told; the analysis' row keeps the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AnalysisInput {
    /// The recording.
    pub recording: RecordingId,
    /// Purpose, policy and settings as they were when it was asked for.
    pub settings: Settings,
    /// The organisation's policy at that time.
    pub policy: Policy,
    /// Whether the candidate agreed to being observed.
    pub behaviour_agreed: bool,
    /// What the recording answers.
    pub question: Question,
    /// Several answers in the recording, with the times that a client told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<TimedAnswer>,
    /// Weights of face, voice and content in the documented total; `None`: the documented ones.
    #[serde(rename = "scoreWeights")]
    pub weights: Option<ScoreWeights>,
    /// What a documented interface was asked for besides, e.g. how densely faces are sampled.
    pub request: Value,
}

impl AnalysisInput {
    /// What documented totals may rest on.
    pub fn score_policy(&self) -> ScorePolicy {
        ScorePolicy::of(&self.policy, self.settings.purpose, self.behaviour_agreed)
    }

    /// Reads it from what a step gets.
    ///
    /// # Errors
    /// A permanent error when another version wrote it.
    pub(super) fn of(context: &StepContext) -> Result<Self, StepError> {
        serde_json::from_value(context.input.clone()).map_err(|error| {
            StepError::permanent(
                "unreadable_input",
                format!("the job's input was written by another version: {error}"),
            )
        })
    }
}
