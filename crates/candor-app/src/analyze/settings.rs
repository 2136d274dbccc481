//! What a person may set for an analysis, and what follows from its purpose.

use std::path::PathBuf;

use candor_core::{
    measured::{Measured, NotMeasured},
    purpose::Purpose,
};
use serde::{Deserialize, Serialize};

/// What a person may set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// What the analysis is for.
    pub purpose: Purpose,
    /// Whether to look at the picture.
    pub face: bool,
    /// Frames classified per second for the expression.
    pub sample_fps: f64,
    /// Length of the expression's smoothing window in samples (odd, at least 3; less: none).
    pub smooth_win: u32,
    /// Frames are scaled down to this width in pixels.
    pub max_width: u32,
    /// Most entries in the expression's timeline; 0 is no limit.
    pub max_timeline: u32,
    /// Longest recording that is taken, in seconds.
    pub max_duration_s: f64,
    /// Language of the speech (BCP 47 primary subtag); `None` lets the engine find out.
    pub language: Option<String>,
    /// Beam width of the transcription.
    pub beam: u32,
    /// A transcript that is used instead of the engine's.
    #[serde(skip)]
    pub transcript: Option<PathBuf>,
    /// Whether only stretches of speech are transcribed.
    pub speech_only: bool,
    /// Whether the variety of expressions counts in the documented score (purpose practice only).
    pub emotions_in_score: bool,
    /// Whether expressions are told at all (purpose practice only).
    pub emotions: bool,
    /// Whether face and voice may be observed in hiring: the organisation's policy is on and the
    /// candidate agreed to it.
    pub behaviour_in_hiring: bool,
    /// Whether the documented formulas count in hiring instead of content alone; needs
    /// [`Settings::behaviour_in_hiring`].
    pub documented_in_hiring: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            purpose: Purpose::default(),
            face: true,
            sample_fps: 2.0,
            smooth_win: 3,
            max_width: 960,
            max_timeline: 1000,
            max_duration_s: 4.0 * 3600.0,
            language: None,
            beam: 1,
            transcript: None,
            speech_only: true,
            emotions_in_score: false,
            emotions: true,
            behaviour_in_hiring: false,
            documented_in_hiring: false,
        }
    }
}

impl Settings {
    /// Whether face and voice may be observed beyond recording quality and the presence of one face.
    ///
    /// # Errors
    /// The reason that stands in the report where it is refused.
    pub fn allow_behaviour(&self) -> Measured<()> {
        if self.behaviour_in_hiring {
            return Ok(());
        }
        self.purpose.allow_behaviour()
    }

    /// Whether expressions may be told.
    ///
    /// # Errors
    /// The reason that stands in the report where it is refused.
    pub fn allow_emotion(&self) -> Measured<()> {
        self.purpose.allow_emotion()?;
        if self.emotions {
            return Ok(());
        }
        Err(NotMeasured::new(
            "switched_off",
            "expressions are told only to a practising person who switches it on",
        ))
    }

    /// Whether only the content of the words counts in scores.
    pub fn content_only(&self) -> bool {
        self.purpose == Purpose::Hiring && !(self.behaviour_in_hiring && self.documented_in_hiring)
    }
}
