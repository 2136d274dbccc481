//! The files beside the report: transcript, page.

use std::path::{Component, Path};

use candor_core::report::Report;

use super::{
    AnalyzeError,
    output::{OutputFolder, REPORT},
};
use crate::{
    page::{self, MediaKind, PageMedia},
    transcripts::{self, TranscriptFormat},
};

/// Writes everything but the samples, which are there already.
pub(super) fn companions(
    output: &mut OutputFolder,
    report: &Report,
    input: &Path,
    folder: &Path,
) -> Result<(), AnalyzeError> {
    if let Some(transcript) = &report.candor.transcript {
        for format in TranscriptFormat::ALL {
            // Players need times; words without any are left to the other formats.
            if let Ok(text) = transcripts::write(transcript, format) {
                output.write(format.file_name(), text.as_bytes())?;
            }
        }
    } else {
        output.write(TranscriptFormat::Text.file_name(), b"")?;
    }
    let mut json = serde_json::to_string_pretty(report).expect("a report is plain JSON");
    json.push('\n');
    output.write(
        "report.html",
        page::render(report, &media(report, input, folder)).as_bytes(),
    )?;
    output.write(REPORT, json.as_bytes())
}

/// Where the page finds the recording.
fn media(report: &Report, input: &Path, folder: &Path) -> PageMedia {
    let source = &report.candor.source;
    PageMedia {
        audio: source.audio.as_ref().map(|_| "audio.wav".to_owned()),
        video: source
            .video
            .as_ref()
            .and_then(|_| relative(input, folder))
            .map(|path| page::relative_url(&path)),
        kind: if source.video.is_some() {
            MediaKind::Video
        } else {
            MediaKind::Audio
        },
    }
}

/// The way from `folder` to `file` with `/` between its parts.
fn relative(file: &Path, folder: &Path) -> Option<String> {
    let file = file.canonicalize().ok()?;
    let folder = folder.canonicalize().ok()?;
    let shared = file
        .components()
        .zip(folder.components())
        .take_while(|(a, b)| a == b)
        .count();
    let up = folder.components().skip(shared).map(|_| "..".to_owned());
    let down = file
        .components()
        .skip(shared)
        .filter_map(|part| match part {
            Component::Normal(name) => name.to_str().map(str::to_owned),
            _ => None,
        });
    Some(up.chain(down).collect::<Vec<_>>().join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_finds_the_recording_from_its_own_folder() {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(root.path().join("out/talk")).unwrap();
        std::fs::write(root.path().join("talk.mp4"), b"x").unwrap();
        let found = relative(&root.path().join("talk.mp4"), &root.path().join("out/talk"));
        assert_eq!(found.as_deref(), Some("../../talk.mp4"));
    }
}
