//! The main job from nothing: packages, build, models, analysis, where the report is.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::{
    run::{cargo, check, output, program, target},
    sample, setup,
};

/// Runs the main job on `video`, or on the sample.
pub fn run(video: Option<&str>) -> Result<()> {
    setup::packages()?;
    let candor = build()?;
    setup::models(&candor)?;
    let mut command = program(&candor);
    command.arg("analyze");
    match video {
        Some(video) => {
            let here = std::env::current_dir()?.join(video);
            command.arg("--video").arg(here);
        }
        None => {
            let sample = sample::make()?;
            eprintln!("the sample's words are known and are given to the analysis");
            command
                .arg("--video")
                .arg(sample.video)
                .arg("--transcript")
                .arg(sample.text);
        }
    }
    let report = output(setup::with_models(&mut command))?;
    let report = Path::new(report.trim());
    println!("report: {}", report.display());
    println!("page:   {}", report.with_file_name("report.html").display());
    Ok(())
}

/// Builds the release binary and gives its path.
pub fn build() -> Result<PathBuf> {
    build_program("candor")
}

/// Builds one program for release and gives its path. The features are those of the whole workspace, so that
/// dependencies are built once.
pub fn build_program(name: &str) -> Result<PathBuf> {
    check(cargo().args(["build", "--release", "--workspace", "--bin", name]))?;
    Ok(target().join("release").join(name))
}
