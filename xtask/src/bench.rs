//! Speed and memory of the analysis, each figure beside its floor of the same run.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};

use crate::{
    demo,
    run::{check, has, program, root, target},
    sample, setup,
};

mod api;
pub mod interview;
pub mod jobs;
mod process;
mod server;
mod upload;

pub use api::api;

use process::{Usage, measure};
pub use upload::upload;

/// Seconds of the clips: speed is measured on the first, memory grows from the first to the last.
const LENGTHS_S: [u32; 2] = [300, 1200];
/// Runs per figure; the smallest counts, the spread is shown.
const RUNS: usize = 3;

/// `cargo xtask bench analyze [--video FILE] [--quick]`.
pub fn analyze(options: &[&str]) -> Result<()> {
    let (video, quick) = match options {
        [] => (None, false),
        ["--quick"] => (None, true),
        ["--video", video] => (Some(*video), false),
        ["--video", video, "--quick"] => (Some(*video), true),
        _ => bail!("usage: cargo xtask bench analyze [--video FILE] [--quick]"),
    };
    setup::packages()?;
    let candor = demo::build()?;
    setup::models(&candor)?;
    let source = source(video)?;
    let lengths = if quick { [60, 240] } else { LENGTHS_S };
    let runs = if quick { 1 } else { RUNS };
    let clips = lengths
        .iter()
        .map(|length| clip(&source, *length))
        .collect::<Result<Vec<_>>>()?;
    println!("material: {} as 1280x720, 30 fps, H.264", source.display());

    let length = f64::from(lengths[0]);
    let floor = best(runs, || bare_decode(&clips[0]))?;
    let chain = best(runs, || reference_chain(&candor, &clips[0]))?;
    let analysis = best(runs, || analysis(&candor, &clips[0]))?;
    let per_s = |usage: &Usage| usage.cpu_s / length;
    println!(
        "{:<44} {:>12} {:>10} {:>10}",
        "", "CPU-s per s", "wall s", "peak MB"
    );
    for (name, usage) in [
        ("bare ffmpeg decode, one thread (floor)", &floor),
        ("reference chain: frames + networks", &chain),
        ("candor analyze, without transcription", &analysis),
    ] {
        println!(
            "{name:<44} {:>12.4} {:>10.1} {:>10.0}",
            per_s(usage),
            usage.wall_s,
            usage.peak_mb
        );
    }
    verdict("CPU-s per second of media", per_s(&analysis), 0.20);
    verdict("times the bare decode", analysis.cpu_s / floor.cpu_s, 2.5);
    verdict(
        "times the reference chain",
        analysis.cpu_s / chain.cpu_s,
        1.3,
    );
    verdict("peak memory in MB", analysis.peak_mb, 350.0);
    let long = self::analysis(&candor, &clips[1])?;
    println!(
        "peak memory at {} s: {:.0} MB; at {} s: {:.0} MB",
        lengths[0], analysis.peak_mb, lengths[1], long.peak_mb
    );
    verdict(
        "memory of the longer one, times the shorter",
        long.peak_mb / analysis.peak_mb,
        1.15,
    );
    verdict(
        "start to first progress line in ms",
        first_line_ms(&candor, &clips[0])?,
        300.0,
    );
    let megabytes = fs::metadata(&candor)?.len() as f64 / 1e6;
    verdict("binary in MB", megabytes, 60.0);
    check(program("ldd").arg(&candor))
}

fn verdict(what: &str, figure: f64, limit: f64) {
    let word = if figure <= limit { "within" } else { "OVER" };
    println!("{what}: {figure:.3} ({word} the limit of {limit})");
}

/// The run that needed the least processor time, with the spread shown.
fn best(runs: usize, mut run: impl FnMut() -> Result<Usage>) -> Result<Usage> {
    let mut usages = (0..runs).map(|_| run()).collect::<Result<Vec<_>>>()?;
    usages.sort_by(|a, b| a.cpu_s.total_cmp(&b.cpu_s));
    let all: Vec<String> = usages
        .iter()
        .map(|usage| format!("{:.1}", usage.cpu_s))
        .collect();
    eprintln!("CPU-s of the runs: {}", all.join(", "));
    usages.into_iter().next().context("no run")
}

fn bare_decode(clip: &Path) -> Result<Usage> {
    measure(
        program("ffmpeg")
            .args(["-v", "error", "-nostdin", "-threads", "1", "-i"])
            .arg(clip)
            .args(["-map", "0", "-f", "null", "-"]),
    )
}

fn reference_chain(candor: &Path, clip: &Path) -> Result<Usage> {
    measure(setup::with_models(
        program(candor).args(["stage", "reference-chain"]).arg(clip),
    ))
}

fn analysis(candor: &Path, clip: &Path) -> Result<Usage> {
    let out = target().join("bench/out");
    measure(setup::with_models(&mut analyze_command(candor, clip, &out)))
}

fn analyze_command(candor: &Path, clip: &Path, out: &Path) -> Command {
    let mut command = program(candor);
    command
        .args([
            "analyze",
            "--stt-model",
            "none",
            "--progress",
            "json",
            "--outdir",
        ])
        .arg(out)
        .arg(clip)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// Milliseconds until the first progress line, models in place.
fn first_line_ms(candor: &Path, clip: &Path) -> Result<f64> {
    use std::io::Read;
    let out = target().join("bench/out");
    let mut command = analyze_command(candor, clip, &out);
    setup::with_models(&mut command).stderr(Stdio::piped());
    let begun = Instant::now();
    let mut child = command.spawn()?;
    let mut byte = [0_u8];
    child
        .stderr
        .as_mut()
        .context("no standard error")?
        .read_exact(&mut byte)?;
    let elapsed = begun.elapsed();
    // It would go on for a while; SIGKILL also takes its decoder along.
    child.kill()?;
    child.wait()?;
    Ok(elapsed.as_secs_f64() * 1000.0)
}

/// A real face where there is one beside the workspace, otherwise the sample.
fn source(video: Option<&str>) -> Result<PathBuf> {
    if let Some(video) = video {
        return Ok(std::env::current_dir()?.join(video));
    }
    let real = root().join("../shared/media/video/pyfeat_single_face.mp4");
    if real.is_file() {
        return Ok(real);
    }
    Ok(sample::make()?.video)
}

/// The source, repeated, as 720p30 H.264.
fn clip(source: &Path, length_s: u32) -> Result<PathBuf> {
    ensure!(has("ffmpeg"), "ffmpeg is needed");
    let folder = target().join("bench");
    fs::create_dir_all(&folder)?;
    let stem = source.file_stem().unwrap_or_default().to_string_lossy();
    let base = folder.join(format!("{stem}-60.mp4"));
    if !base.exists() {
        check(
            program("ffmpeg")
                .args(["-v", "error", "-y", "-stream_loop", "-1", "-i"])
                .arg(source)
                .args(["-t", "60", "-vf", "scale=1280:720", "-r", "30"])
                .args([
                    "-c:v", "libx264", "-preset", "medium", "-crf", "23", "-pix_fmt", "yuv420p",
                ])
                .args(["-c:a", "aac", "-b:a", "128k"])
                .arg(&base),
        )?;
    }
    let path = folder.join(format!("{stem}-{length_s}.mp4"));
    if !path.exists() {
        check(
            program("ffmpeg")
                .args(["-v", "error", "-y", "-stream_loop", "-1", "-i"])
                .arg(&base)
                .args(["-t", &length_s.to_string(), "-c", "copy"])
                .arg(&path),
        )?;
    }
    Ok(path)
}

/// How often memory is looked at.
const LOOK: Duration = Duration::from_millis(20);
