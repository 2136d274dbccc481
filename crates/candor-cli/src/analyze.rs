//! `candor analyze`: recordings side by side, each into a folder of its own.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use anyhow::Result;
use candor_app::analyze::{AnalyzeError, Settings, analyze};
use candor_core::ids::AnalysisId;
use candor_media::Tools;

use crate::{
    args::AnalyzeArgs,
    cancel,
    engines::{InstalledEngines, SttChoice},
    exit::{Interrupted, Refused},
    progress::Board,
};

/// One recording and its folder.
struct Job {
    input: PathBuf,
    folder: PathBuf,
}

/// Analyses all recordings; prints the path of each report in the order of the recordings.
pub fn run(args: &AnalyzeArgs) -> Result<()> {
    let cancelled = cancel::flag()?;
    let board = Board::new(args.progress, cancelled);
    let jobs = jobs(args)?;
    let settings = settings(args);
    let tools = Tools::find()?;
    let engines = InstalledEngines::open(SttChoice::parse(&args.speech.stt_model)?)?;
    let outcomes: Vec<Mutex<Option<Result<PathBuf, AnalyzeError>>>> =
        jobs.iter().map(|_| Mutex::new(None)).collect();
    let next = AtomicUsize::new(0);
    let workers = args
        .jobs
        .unwrap_or_else(|| thread::available_parallelism().map_or(1, usize::from))
        .clamp(1, jobs.len());
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some((job, outcome)) = take(&next, &jobs, &outcomes) {
                    let line = board.line(&name(&job.input));
                    let result =
                        analyze(&job.input, &job.folder, &settings, &tools, &engines, &line);
                    line.clear();
                    *outcome
                        .lock()
                        .unwrap_or_else(std::sync::PoisonError::into_inner) = Some(result);
                }
            });
        }
    });
    report(&jobs, outcomes)
}

fn take<'a, T>(next: &AtomicUsize, jobs: &'a [Job], outcomes: &'a [T]) -> Option<(&'a Job, &'a T)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    jobs.get(index).zip(outcomes.get(index))
}

/// Prints reports and errors; the first error decides the exit code.
fn report(jobs: &[Job], outcomes: Vec<Mutex<Option<Result<PathBuf, AnalyzeError>>>>) -> Result<()> {
    let several = jobs.len() > 1;
    let mut first = None;
    for (job, outcome) in jobs.iter().zip(outcomes) {
        let outcome = outcome
            .into_inner()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        match outcome {
            Some(Ok(path)) => println!("{}", path.display()),
            Some(Err(error)) if error.is_cancelled() => return Err(Interrupted.into()),
            Some(Err(error)) if several => {
                eprintln!("error: {}: {error}", name(&job.input));
                first.get_or_insert(Refused("not all recordings could be analysed".to_owned()));
            }
            Some(Err(error)) => return Err(error.into()),
            None => return Err(Interrupted.into()),
        }
    }
    first.map_or(Ok(()), |refused| Err(refused.into()))
}

fn settings(args: &AnalyzeArgs) -> Settings {
    Settings {
        purpose: args.purpose.into(),
        face: !args.no_face,
        sample_fps: args.face.sample_fps,
        smooth_win: args.face.smooth_win,
        max_width: args.face.max_width,
        max_timeline: args.face.max_timeline,
        max_duration_s: args.max_duration,
        language: args.speech.stt_lang.clone().and_then(|language| language.0),
        beam: args.speech.stt_beam,
        transcript: args.transcript.clone(),
        speech_only: true,
        emotions_in_score: args.emotions_in_score,
        ..Settings::default()
    }
}

fn jobs(args: &AnalyzeArgs) -> Result<Vec<Job>> {
    let inputs: Vec<&PathBuf> = args.video.iter().chain(&args.files).collect();
    if inputs.is_empty() {
        return Err(Refused("no recording given; try `candor analyze FILE`".to_owned()).into());
    }
    if inputs.len() > 1 && args.transcript.is_some() {
        return Err(Refused(
            "--transcript belongs to one recording; analyse the recordings one by one".to_owned(),
        )
        .into());
    }
    let mut taken = BTreeSet::new();
    Ok(inputs
        .iter()
        .map(|input| Job {
            folder: folder(input, args.outdir.as_deref(), inputs.len() > 1, &mut taken),
            input: (*input).clone(),
        })
        .collect())
}

fn folder(
    input: &Path,
    outdir: Option<&Path>,
    several: bool,
    taken: &mut BTreeSet<PathBuf>,
) -> PathBuf {
    let stem = input.file_stem().map_or_else(
        || "recording".into(),
        |stem| stem.to_string_lossy().into_owned(),
    );
    let wished = match outdir {
        Some(outdir) if !several => return outdir.to_owned(),
        Some(outdir) => outdir.join(&stem),
        None => Path::new("outputs").join(format!("{stem}-{}", AnalysisId::generate().short())),
    };
    let mut folder = wished.clone();
    let mut n = 2;
    while !taken.insert(folder.clone()) {
        folder = wished.with_file_name(format!("{stem}-{n}"));
        n += 1;
    }
    folder
}

fn name(path: &Path) -> String {
    path.file_name().map_or_else(
        || path.display().to_string(),
        |name| name.to_string_lossy().into_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recordings_of_the_same_name_get_folders_of_their_own() {
        let mut taken = BTreeSet::new();
        let out = Path::new("out");
        let first = folder(Path::new("a/talk.mp4"), Some(out), true, &mut taken);
        let second = folder(Path::new("b/talk.webm"), Some(out), true, &mut taken);
        assert_eq!(first, Path::new("out/talk"));
        assert_eq!(second, Path::new("out/talk-2"));
    }
}
