//! A transcript that the user gives: read, placed in time where it has no times, checked.

use std::path::Path;

use candor_core::{measured::Measured, transcript::Transcript};

use super::{Words, speech};
use crate::{
    analyze::{AnalyzeError, Settings, capture::Heard},
    engines::{Engines, optional},
    progress::StageWatch,
};

/// Reads the transcript and places its words.
pub(super) fn read(
    path: &Path,
    audio: &Measured<Heard>,
    settings: &Settings,
    engines: &dyn Engines,
    watch: &StageWatch<'_>,
) -> Result<Words, AnalyzeError> {
    let _ = (
        path,
        audio,
        settings,
        engines,
        watch,
        speech,
        optional::<()>,
    );
    let _: Option<Transcript> = None;
    Err(AnalyzeError::Transcript(
        "given transcripts are not read yet".to_owned(),
    ))
}
