//! What a kept file is, by its content.

use std::path::Path;

use candor_media::{MediaError, Probe, Tools, probe};

use crate::AppError;

/// What was found in a recording.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    /// Media type.
    pub content_type: &'static str,
    /// Length in seconds that the container claims.
    pub duration_s: Option<f64>,
    /// Whether it has a picture; `None` without a program that can tell.
    pub has_video: Option<bool>,
    /// Whether it has sound; likewise.
    pub has_audio: Option<bool>,
}

/// Looks into a file. Without ffmpeg only its first bytes are compared with known signatures.
pub(super) fn find(tools: Option<&Tools>, path: &Path) -> Result<Found, AppError> {
    let Some(tools) = tools else {
        return by_signature(path);
    };
    match probe(tools, path) {
        Ok(probe) => Ok(Found {
            content_type: content_type(&probe),
            duration_s: probe.claimed_duration_s,
            has_video: Some(probe.video.is_some()),
            has_audio: Some(probe.audio.is_some()),
        }),
        Err(MediaError::NotMedia { detail, .. }) => Err(AppError::Unsupported(format!(
            "this is not a recording that can be read: {detail}"
        ))),
        Err(MediaError::Empty(_)) => Err(AppError::Unsupported("the file is empty".to_owned())),
        // Content that keeps a probe busy beyond its limits is no recording either.
        Err(MediaError::Decode(_)) => Err(AppError::Unsupported(
            "this is not a recording that can be read".to_owned(),
        )),
        Err(error) => Err(AppError::internal(error)),
    }
}

fn content_type(probe: &Probe) -> &'static str {
    let has_video = probe.video.is_some();
    let either = |video, audio| if has_video { video } else { audio };
    let is_web = || {
        let web = |codec: &str| matches!(codec, "vp8" | "vp9" | "av1" | "opus" | "vorbis");
        probe.video.as_ref().is_none_or(|track| web(&track.codec))
            && probe.audio.as_ref().is_none_or(|track| web(&track.codec))
    };
    match probe.container.split(',').next().unwrap_or_default() {
        "mov" => either("video/mp4", "audio/mp4"),
        "matroska" if is_web() => either("video/webm", "audio/webm"),
        "matroska" => either("video/x-matroska", "audio/x-matroska"),
        "avi" => "video/x-msvideo",
        "mpeg" | "mpegvideo" => either("video/mpeg", "audio/mpeg"),
        "mpegts" => "video/mp2t",
        "asf" => either("video/x-ms-asf", "audio/x-ms-wma"),
        "flv" => "video/x-flv",
        "ogg" => either("video/ogg", "audio/ogg"),
        "wav" | "w64" => "audio/wav",
        "flac" => "audio/flac",
        "mp3" => "audio/mpeg",
        "aac" => "audio/aac",
        "aiff" => "audio/aiff",
        "caf" => "audio/x-caf",
        "amr" => "audio/amr",
        "au" => "audio/basic",
        _ => "application/octet-stream",
    }
}

fn by_signature(path: &Path) -> Result<Found, AppError> {
    use std::io::Read;
    let mut head = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(16).read_to_end(&mut head))
        .map_err(AppError::internal)?;
    let content_type = signature(&head).ok_or_else(|| {
        AppError::Unsupported("this is not a recording that can be read".to_owned())
    })?;
    Ok(Found {
        content_type,
        duration_s: None,
        has_video: None,
        has_audio: None,
    })
}

fn signature(head: &[u8]) -> Option<&'static str> {
    let at = |from: usize, text: &[u8]| head.get(from..).is_some_and(|tail| tail.starts_with(text));
    let found = if at(4, b"ftyp") {
        "video/mp4"
    } else if at(0, b"\x1a\x45\xdf\xa3") {
        "video/webm"
    } else if at(0, b"RIFF") && at(8, b"WAVE") {
        "audio/wav"
    } else if at(0, b"RIFF") && at(8, b"AVI ") {
        "video/x-msvideo"
    } else if at(0, b"OggS") {
        "audio/ogg"
    } else if at(0, b"fLaC") {
        "audio/flac"
    } else if at(0, b"ID3") || at(0, b"\xff\xfb") || at(0, b"\xff\xf3") {
        "audio/mpeg"
    } else if at(0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11") {
        "video/x-ms-asf"
    } else if at(0, b"\0\0\x01\xba") {
        "video/mpeg"
    } else {
        return None;
    };
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_probe_text_is_no_recording_whatever_its_name() {
        assert_eq!(signature(b"ffconcat version 1.0"), None);
        assert_eq!(signature(b"PK\x03\x04"), None);
        assert_eq!(signature(b""), None);
        assert_eq!(signature(b"\0\0\0\x20ftypisom"), Some("video/mp4"));
    }
}
