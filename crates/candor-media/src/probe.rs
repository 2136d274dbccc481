//! What a file holds: container, tracks, length. Refuses what is no local recording.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use candor_core::report::{AudioTrack, VideoTrack};
use serde::{Deserialize, Serialize};

use crate::{
    MediaError, Tools,
    guard::{add_input, run_to_end},
};

const PROBE_LIMIT: Duration = Duration::from_secs(30);

/// What a recording holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Probe {
    /// The file, as an absolute path.
    pub path: PathBuf,
    /// Size in bytes.
    pub bytes: u64,
    /// Container by content.
    pub container: String,
    /// Length that the container claims, in seconds; browsers' recordings often claim none.
    pub claimed_duration_s: Option<f64>,
    /// The video track to analyse.
    pub video: Option<VideoTrack>,
    /// The audio track to analyse.
    pub audio: Option<AudioTrack>,
    /// Width over height of one stored pixel.
    pub pixel_aspect: f64,
}

/// Finds out what `path` holds.
///
/// # Errors
/// Says what is wrong with the path or the content; nothing but the file itself is ever opened.
pub fn probe(tools: &Tools, path: &Path) -> Result<Probe, MediaError> {
    let (path, bytes) = check_path(path)?;
    let head = read_head(&path);
    if is_playlist(&head) {
        return Err(MediaError::NotMedia {
            detail: "it is a playlist that points to other files; give the recording itself"
                .to_owned(),
            path,
        });
    }
    let mut command = tools.ffprobe(PROBE_LIMIT);
    command.args(["-of", "json", "-show_format", "-show_streams"]);
    add_input(&mut command, &path);
    let output = run_to_end(command, PROBE_LIMIT, 1 << 20)?;
    if !output.success {
        return Err(MediaError::NotMedia {
            detail: explain(&head, &output.stderr),
            path,
        });
    }
    let found: Found = serde_json::from_slice(&output.stdout).map_err(|error| {
        MediaError::Decode(format!("the probe's answer is unreadable: {error}"))
    })?;
    found.into_probe(path, bytes)
}

fn check_path(path: &Path) -> Result<(PathBuf, u64), MediaError> {
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(match path.to_str().filter(|text| names_protocol(text)) {
                Some(text) => MediaError::NotLocal(text.to_owned()),
                None => MediaError::Missing(path.to_owned()),
            });
        }
        Err(error) => return Err(MediaError::io(format!("opening {}", path.display()), error)),
    };
    if !metadata.is_file() {
        return Err(MediaError::NotAFile(path.to_owned()));
    }
    if metadata.len() == 0 {
        return Err(MediaError::Empty(path.to_owned()));
    }
    let absolute = fs::canonicalize(path)
        .map_err(|error| MediaError::io(format!("opening {}", path.display()), error))?;
    Ok((absolute, metadata.len()))
}

/// Whether the text reads like `http://…`, `concat:…` or another protocol.
fn names_protocol(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, _)| {
        scheme.len() > 1
            && scheme
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.' | ','))
    })
}

/// Says in plain words what the content is instead of a recording.
fn explain(head: &[u8], stderr: &str) -> String {
    if !head.is_empty()
        && head
            .iter()
            .all(|byte| *byte >= 0x20 || b"\t\r\n\x0c".contains(byte))
    {
        return "it is a text file".to_owned();
    }
    if stderr.contains("moov atom not found") {
        return "its index (moov atom) is missing, so the recording was never finished or was cut; \
                recover it with a repair tool or record again"
            .to_owned();
    }
    "its content is no audio or video format that Candor reads (mp4, mov, webm, mkv, avi, mpg, wav, \
     flac, mp3, m4a, wma, ogg, opus)"
        .to_owned()
}

fn is_playlist(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(head);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    ["#EXTM3U", "ffconcat", "[playlist]", "<smil", "<MPD", "v=0"]
        .iter()
        .any(|start| text.starts_with(start))
        || (text.starts_with("<?xml") && (text.contains("<MPD") || text.contains("<smil")))
}

fn read_head(path: &Path) -> Vec<u8> {
    use std::io::Read;
    let mut head = Vec::new();
    if let Ok(file) = fs::File::open(path) {
        // A head that can't be read only makes the explanation less specific.
        let _ = file.take(4096).read_to_end(&mut head);
    }
    head
}

#[derive(Deserialize)]
struct Found {
    #[serde(default)]
    streams: Vec<FoundStream>,
    format: FoundFormat,
}

#[derive(Deserialize)]
struct FoundFormat {
    format_name: String,
    duration: Option<String>,
}

#[derive(Deserialize)]
struct FoundStream {
    codec_type: Option<String>,
    codec_name: Option<String>,
    width: Option<u32>,
    height: Option<u32>,
    avg_frame_rate: Option<String>,
    sample_aspect_ratio: Option<String>,
    sample_rate: Option<String>,
    channels: Option<u32>,
    #[serde(default)]
    disposition: Disposition,
    #[serde(default)]
    side_data_list: Vec<SideData>,
}

#[derive(Deserialize, Default)]
struct Disposition {
    #[serde(default)]
    attached_pic: u8,
}

#[derive(Deserialize)]
struct SideData {
    rotation: Option<f64>,
}

impl Found {
    fn into_probe(self, path: PathBuf, bytes: u64) -> Result<Probe, MediaError> {
        let of_type = |kind: &'static str| {
            self.streams.iter().filter(move |stream| {
                stream.codec_type.as_deref() == Some(kind) && stream.disposition.attached_pic == 0
            })
        };
        let first_video = of_type("video").next();
        let pixel_aspect = first_video
            .and_then(|stream| ratio(stream.sample_aspect_ratio.as_deref()?, ':'))
            .filter(|aspect| (0.5..=2.0).contains(aspect))
            .unwrap_or(1.0);
        let video = first_video
            .and_then(|stream| video_track(stream, pixel_aspect, of_type("video").count()));
        let audio = of_type("audio")
            .next()
            .and_then(|stream| audio_track(stream, of_type("audio").count()));
        if video.is_none() && audio.is_none() {
            return Err(MediaError::NotMedia {
                path,
                detail: "it holds neither an audio nor a video track".to_owned(),
            });
        }
        Ok(Probe {
            path,
            bytes,
            container: self.format.format_name,
            claimed_duration_s: self
                .format
                .duration
                .and_then(|text| text.parse::<f64>().ok())
                .filter(|seconds| seconds.is_finite() && *seconds >= 0.0),
            video,
            audio,
            pixel_aspect,
        })
    }
}

fn video_track(stream: &FoundStream, pixel_aspect: f64, n: usize) -> Option<VideoTrack> {
    let (stored_width, stored_height) = (stream.width?, stream.height?);
    if stored_width == 0 || stored_height == 0 {
        return None;
    }
    // The side data counts anti-clockwise.
    let rotation = stream
        .side_data_list
        .iter()
        .find_map(|side| side.rotation)
        .map_or(0, |degrees| (-degrees.round() as i32).rem_euclid(360));
    let width = (f64::from(stored_width) * pixel_aspect).round() as u32;
    let (width, height) = if rotation % 180 == 90 {
        (stored_height, width)
    } else {
        (width, stored_height)
    };
    Some(VideoTrack {
        codec: stream.codec_name.clone().unwrap_or_default(),
        width,
        height,
        fps: stream
            .avg_frame_rate
            .as_deref()
            .and_then(|text| ratio(text, '/')),
        rotation_deg: rotation,
        n_tracks: n as u32,
    })
}

fn audio_track(stream: &FoundStream, n: usize) -> Option<AudioTrack> {
    Some(AudioTrack {
        codec: stream.codec_name.clone()?,
        sample_rate_hz: stream.sample_rate.as_deref()?.parse().ok()?,
        channels: stream.channels?,
        n_tracks: n as u32,
    })
}

/// Reads `a/b` or `a:b`; `None` when it is no positive number.
fn ratio(text: &str, separator: char) -> Option<f64> {
    let (above, below) = text.split_once(separator)?;
    let value = above.parse::<f64>().ok()? / below.parse::<f64>().ok()?;
    (value.is_finite() && value > 0.0).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn protocols_are_told_from_paths() {
        for text in ["http://host/a.mp4", "concat:a|b", "rtsp://x", "data:,x"] {
            assert!(names_protocol(text), "{text}");
        }
        for text in ["talk.mp4", "/a/b:c.mp4", "./a:b", "C"] {
            assert!(!names_protocol(text), "{text}");
        }
    }

    #[test]
    fn playlists_are_recognised_by_content() {
        for text in [
            "#EXTM3U\n#EXT",
            "\u{feff}ffconcat version 1.0",
            "<?xml?>\n<MPD ",
        ] {
            assert!(is_playlist(text.as_bytes()), "{text}");
        }
        assert!(!is_playlist(b"RIFF"));
    }

    #[test]
    fn ratios_that_are_no_numbers_are_unknown() {
        assert_eq!(ratio("30000/1001", '/').map(|fps| fps.round()), Some(30.0));
        assert_eq!(ratio("0/0", '/'), None);
        assert_eq!(ratio("N/A", ':'), None);
    }
}
