//! `candor step`: the steps of an analysis, and one of them run alone, here and now.

use std::{io::Write, sync::Arc};

use anyhow::Result;
use candor_app::{AppError, analyses, jobs::Pipeline, steps::AnalysisPipeline};
use candor_core::ids::AnalysisId;

use crate::{
    args::{RunStepArgs, StepCommand},
    compose::{Installation, Tables},
    engines::{InstalledEngines, SttChoice},
    exit::Refused,
    serve,
};

/// Runs the command.
///
/// # Errors
/// [`Refused`] for what can't be; what the database says.
pub fn run(command: &StepCommand) -> Result<()> {
    match command {
        StepCommand::List => list(),
        StepCommand::Run(args) => serve::runtime()?.block_on(run_alone(args)),
    }
}

fn list() -> Result<()> {
    let pipeline = AnalysisPipeline::new(Arc::new(InstalledEngines::open(SttChoice::None)?));
    let mut out = std::io::stdout().lock();
    for step in pipeline.steps() {
        let needs = match step.needs() {
            [] => "-".to_owned(),
            needs => needs.join(","),
        };
        writeln!(out, "{}\t{}\t{needs}", step.name(), step.pool().as_str())?;
    }
    Ok(())
}

async fn run_alone(args: &RunStepArgs) -> Result<()> {
    let id: AnalysisId = args
        .analysis
        .parse()
        .map_err(|_| Refused(format!("{} is no id of an analysis", args.analysis)))?;
    let installation = Installation::open(&args.server, Vec::new(), Tables::AsTheyAre).await?;
    let step = analyses::run_step_as_operator(&installation.app, id, &args.name)
        .await
        .map_err(|error| match error {
            AppError::Internal(_) | AppError::Unavailable { .. } | AppError::Full { .. } => {
                anyhow::Error::from(error)
            }
            error => Refused(error.to_string()).into(),
        })?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}\t{}", step.name, step.state)?;
    match step.error {
        Some(error) if step.state != "done" => Err(Refused(error).into()),
        _ => Ok(()),
    }
}
