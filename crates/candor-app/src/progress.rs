//! Progress of one analysis: stages, their share of the work, and cancellation.

use candor_core::ports::Watch;

/// A stage of an analysis, in the order in which they run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Finding out what the file holds.
    Probe,
    /// Decoding, speech activity and faces, all in one pass.
    Watch,
    /// Pitch, loudness, voice quality.
    Listen,
    /// Words.
    Transcribe,
    /// Sentences, structure, tone.
    Read,
    /// Report and its companions.
    Write,
}

impl Stage {
    /// Every stage in order.
    pub const ALL: [Self; 6] = [
        Self::Probe,
        Self::Watch,
        Self::Listen,
        Self::Transcribe,
        Self::Read,
        Self::Write,
    ];

    /// Stable name for programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Probe => "probe",
            Self::Watch => "watch",
            Self::Listen => "listen",
            Self::Transcribe => "transcribe",
            Self::Read => "read",
            Self::Write => "write",
        }
    }

    /// What a person is told.
    pub fn label(self) -> &'static str {
        match self {
            Self::Probe => "opening the recording",
            Self::Watch => "watching and detecting speech",
            Self::Listen => "measuring the voice",
            Self::Transcribe => "writing down the words",
            Self::Read => "reading the text",
            Self::Write => "writing the report",
        }
    }
}

/// Takes the progress of an analysis and tells whether to stop.
pub trait Progress: Sync {
    /// `fraction` (0 to 1) of `stage` is done.
    fn advance(&self, stage: Stage, fraction: f32);
    /// Whether to stop now.
    fn is_cancelled(&self) -> bool;
}

/// Ignores progress and never cancels.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn advance(&self, _stage: Stage, _fraction: f32) {}
    fn is_cancelled(&self) -> bool {
        false
    }
}

/// One stage of a [`Progress`] as the [`Watch`] that engines take.
pub struct StageWatch<'a> {
    /// Where progress goes.
    pub progress: &'a dyn Progress,
    /// The stage that is running.
    pub stage: Stage,
}

impl Watch for StageWatch<'_> {
    fn progress(&self, fraction: f32) {
        self.progress.advance(self.stage, fraction.clamp(0.0, 1.0));
    }
    fn is_cancelled(&self) -> bool {
        self.progress.is_cancelled()
    }
}
