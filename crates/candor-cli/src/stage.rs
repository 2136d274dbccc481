//! `candor stage`: one stage of the analysis alone, with the documented output.

use std::path::Path;

use anyhow::Result;
use candor_app::{
    analyze::{AnalyzeError, Settings, examine_alone},
    stages,
};
use candor_core::report::Report;
use candor_media::Tools;

use crate::{
    args::{FaceArgs, ProgressArg, Stage},
    cancel,
    engines::{InstalledEngines, SttChoice},
    exit::{Interrupted, Refused},
    progress::{Board, Line},
};

mod embedding;
mod reference_chain;

/// Runs a stage.
pub fn run(stage: &Stage) -> Result<()> {
    let board = Board::new(ProgressArg::Auto, cancel::flag()?);
    let line = board.line("stage");
    let outcome = run_on(stage, &line);
    line.clear();
    match outcome {
        Err(error)
            if error
                .downcast_ref::<AnalyzeError>()
                .is_some_and(AnalyzeError::is_cancelled) =>
        {
            Err(Interrupted.into())
        }
        outcome => outcome,
    }
}

fn run_on(stage: &Stage, line: &Line<'_>) -> Result<()> {
    let settings = Settings::default();
    match stage {
        Stage::ExtractAudio { video, out } => {
            let out = out.clone().unwrap_or_else(|| video.with_extension("wav"));
            if same_file(video, &out) {
                return Err(Refused(format!(
                    "{} would overwrite the recording; name another file",
                    out.display()
                ))
                .into());
            }
            stages::extract_audio(video, &out, &settings, &Tools::find()?, line)?;
            println!("{}", out.display());
        }
        Stage::Transcribe {
            audio,
            out,
            model,
            device: _,
            compute,
            beam,
            lang,
            no_vad,
        } => {
            let settings = Settings {
                face: false,
                beam: *beam,
                language: lang.clone().and_then(|language| language.0),
                speech_only: !no_vad,
                ..settings
            };
            let engines = InstalledEngines::open(SttChoice::parse(model)?)?;
            let tools = Tools::find()?;
            let info = stages::transcribe(audio, out, compute, &settings, &tools, &engines, line)?;
            print_json(&info)?;
        }
        Stage::Speech { wav, transcript } => {
            let settings = Settings {
                face: false,
                transcript: Some(transcript.clone()),
                ..settings
            };
            print_json(&examine(wav, &settings, line)?.speech)?;
        }
        Stage::Text { transcript } => {
            let engines = InstalledEngines::open(SttChoice::None)?;
            print_json(&stages::text(transcript, &engines)?)?;
        }
        Stage::Emotions { video, face } => {
            let report = examine(video, &with_face(settings, face), line)?;
            print_json(&report.nonverbal.emotions)?;
        }
        Stage::Gaze { video } => print_json(&stages::gaze(&examine(video, &settings, line)?))?,
        Stage::ReferenceChain { video } => reference_chain::run(video)?,
        Stage::Embedding => embedding::run()?,
    }
    Ok(())
}

fn examine(input: &Path, settings: &Settings, line: &Line<'_>) -> Result<Report> {
    let engines = InstalledEngines::open(SttChoice::None)?;
    Ok(examine_alone(
        input,
        settings,
        &Tools::find()?,
        &engines,
        line,
    )?)
}

fn with_face(settings: Settings, face: &FaceArgs) -> Settings {
    Settings {
        sample_fps: face.sample_fps,
        smooth_win: face.smooth_win,
        max_width: face.max_width,
        max_timeline: face.max_timeline,
        ..settings
    }
}

fn same_file(a: &Path, b: &Path) -> bool {
    match (a.canonicalize(), b.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    }
}

fn print_json(value: &impl serde::Serialize) -> Result<()> {
    println!("{}", serde_json::to_string_pretty(value)?);
    Ok(())
}
