//! Faces: presence, landmarks, pose, iris, expression against reference tracks.

use std::path::Path;

use candor_media::Tools;

use super::{EvalError, SuiteReport};
use crate::engines::Engines;

pub(super) fn run(
    data: &Path,
    _tools: &Tools,
    _engines: &dyn Engines,
) -> Result<SuiteReport, EvalError> {
    Err(EvalError::NoData(data.to_owned()))
}
