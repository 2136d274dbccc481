//! What is refused, and that nothing else is read on the way.

use std::{fs, ops::ControlFlow, path::Path};

use candor_core::ports::Watch;
use candor_media::{DecodePlan, MediaError, Sinks, decode, probe};

use crate::clips::Clips;

fn refusal(clips: &Clips, path: &Path) -> MediaError {
    match clips.take(path) {
        Err(error) => error,
        Ok(_) => panic!("{} was accepted", path.display()),
    }
}

#[test]
fn paths_that_are_no_recording_are_refused_by_name() {
    let Some(clips) = Clips::new("paths_that_are_no_recording_are_refused_by_name") else {
        return;
    };
    let empty = clips.path("empty.mp4");
    fs::write(&empty, b"").unwrap();
    assert!(matches!(
        refusal(&clips, &clips.path("none.mp4")),
        MediaError::Missing(_)
    ));
    assert!(matches!(
        refusal(&clips, clips.folder()),
        MediaError::NotAFile(_)
    ));
    assert!(matches!(refusal(&clips, &empty), MediaError::Empty(_)));
    for url in [
        "http://127.0.0.1/a.mp4",
        "concat:a.mp4|b.mp4",
        "file,http:a",
    ] {
        assert!(
            matches!(refusal(&clips, Path::new(url)), MediaError::NotLocal(_)),
            "{url}"
        );
    }
}

#[test]
fn other_content_is_refused_whatever_its_name() {
    let Some(clips) = Clips::new("other_content_is_refused_whatever_its_name") else {
        return;
    };
    let secret = clips.make("secret.wav", "-f lavfi -i sine=duration=1");
    for (name, content, word) in [
        (
            "text.mp4",
            "These are minutes of a meeting.\n".repeat(40),
            "text",
        ),
        (
            "list.mp4",
            format!(
                "#EXTM3U\n#EXTINF:1,\n{}\n#EXT-X-ENDLIST\n",
                secret.display()
            ),
            "playlist",
        ),
        (
            "concat.mp4",
            format!("ffconcat version 1.0\nfile {}\n", secret.display()),
            "playlist",
        ),
        (
            "concat.webm",
            "ffconcat version 1.0\nfile secret.wav\n".to_owned(),
            "playlist",
        ),
    ] {
        let path = clips.path(name);
        fs::write(&path, content).unwrap();
        let message = refusal(&clips, &path).to_string();
        assert!(message.contains(word), "{name}: {message}");
        assert!(message.lines().count() <= 6, "{message}");
    }
    let noise: Vec<u8> = (0..50_000_u32)
        .map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8)
        .collect();
    let path = clips.path("noise.mp4");
    fs::write(&path, noise).unwrap();
    assert!(matches!(
        refusal(&clips, &path),
        MediaError::NotMedia { .. }
    ));
}

#[test]
fn an_mp4_without_its_index_says_so() {
    let Some(clips) = Clips::new("an_mp4_without_its_index_says_so") else {
        return;
    };
    let whole = clips.make(
        "whole.mp4",
        "-f lavfi -i testsrc2=size=320x240:duration=2 -c:v libx264",
    );
    let bytes = fs::read(&whole).unwrap();
    let path = clips.path("cut.mp4");
    fs::write(&path, &bytes[..bytes.len() * 3 / 4]).unwrap();
    assert!(refusal(&clips, &path).to_string().contains("index"));
}

#[test]
fn a_stream_of_no_length_is_refused() {
    let Some(clips) = Clips::new("a_stream_of_no_length_is_refused") else {
        return;
    };
    let whole = clips.make("whole.wav", "-f lavfi -i sine=duration=1 -bitexact");
    let bytes = fs::read(&whole).unwrap();
    let path = clips.path("header.wav");
    fs::write(&path, &bytes[..44]).unwrap();
    assert!(matches!(
        refusal(&clips, &path),
        MediaError::NotMedia { .. }
    ));
}

#[test]
fn a_recording_over_the_limit_is_stopped_while_it_is_read() {
    let Some(clips) = Clips::new("a_recording_over_the_limit_is_stopped_while_it_is_read") else {
        return;
    };
    let path = clips.make(
        "long.webm",
        "-f lavfi -i sine=duration=30 -c:a libopus -live 1 -f webm",
    );
    let error = clips.take_within(&path, 5.0).err().unwrap();
    assert!(matches!(error, MediaError::TooLong { .. }), "{error}");
}

struct Cancelled;

impl Watch for Cancelled {
    fn progress(&self, _fraction: f32) {}
    fn is_cancelled(&self) -> bool {
        true
    }
}

#[test]
fn cancelling_leaves_no_child_behind() {
    let Some(clips) = Clips::new("cancelling_leaves_no_child_behind") else {
        return;
    };
    let path = clips.make("long.wav", "-f lavfi -i sine=duration=120");
    let probe = probe(&clips.tools, &path).unwrap();
    let outcome = decode(
        &clips.tools,
        &DecodePlan {
            probe: &probe,
            audio: true,
            video: None,
            max_duration_s: 600.0,
        },
        Sinks {
            audio: &mut |_| ControlFlow::Continue(()),
            video: &mut |_| ControlFlow::Continue(()),
        },
        &Cancelled,
    );
    assert!(matches!(outcome, Err(MediaError::Cancelled)));
    let name = path.display().to_string();
    let left: Vec<String> = fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| fs::read_to_string(entry.ok()?.path().join("cmdline")).ok())
        .filter(|line| line.contains(&name))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}
