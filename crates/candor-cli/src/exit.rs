//! Exit codes: 0 done, 1 failed, 2 refused, 130 interrupted; at most six lines of explanation.

use std::process::ExitCode;

use candor_app::analyze::AnalyzeError;
use candor_media::MediaError;

/// Most lines that an error may take.
const MAX_LINES: usize = 6;

/// The input can't be taken; `candor` says why and ends with 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Refused(pub String);

/// The person stopped it.
#[derive(Debug, thiserror::Error)]
#[error("stopped")]
pub struct Interrupted;

/// Prints the error, if there is one, and gives the exit code.
pub fn code(outcome: anyhow::Result<()>) -> ExitCode {
    let Err(error) = outcome else {
        return ExitCode::SUCCESS;
    };
    let text = format!("error: {error:#}");
    for line in text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .take(MAX_LINES)
    {
        eprintln!("{line}");
    }
    if error.is::<Interrupted>() {
        ExitCode::from(130)
    } else if error.is::<Refused>() || error.is::<AnalyzeError>() || error.is::<MediaError>() {
        ExitCode::from(2)
    } else {
        ExitCode::FAILURE
    }
}
