//! What a reader has to know about the recording itself.

use candor_core::{purpose::Purpose, report::Source};
use candor_media::{Decoded, Probe};

use super::{AnalyzeError, Settings, draft::Draft};

/// Describes the file.
pub(crate) fn source(
    probe: &Probe,
    file_name: String,
    sha256: String,
    decoded: &Decoded,
) -> Source {
    Source {
        file_name,
        bytes: probe.bytes,
        sha256,
        container: probe.container.clone(),
        duration_s: super::draft::round(decoded.duration_s, 3),
        video: probe.video.clone(),
        audio: probe.audio.clone(),
    }
}

/// Its name without its folder.
pub(super) fn file_name(probe: &Probe) -> String {
    probe
        .path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// SHA-256 of its content, in hexadecimal digits.
pub(super) fn hash(probe: &Probe) -> Result<String, AnalyzeError> {
    use sha2::{Digest, Sha256};
    use std::{fmt::Write, io::Read};
    let failed =
        |source| candor_media::MediaError::io(format!("reading {}", probe.path.display()), source);
    let mut file = std::fs::File::open(&probe.path).map_err(failed)?;
    let mut hasher = Sha256::new();
    let mut block = vec![0_u8; 256 << 10];
    loop {
        let n = file.read(&mut block).map_err(failed)?;
        if n == 0 {
            break;
        }
        hasher.update(&block[..n]);
    }
    Ok(hasher
        .finalize()
        .iter()
        .fold(String::new(), |mut text, byte| {
            // Writing to a string can't fail.
            let _ = write!(text, "{byte:02x}");
            text
        }))
}

/// Notes about damage, missing tracks, spare tracks and the purpose.
pub(super) fn notes(draft: &mut Draft, probe: &Probe, decoded: &Decoded, settings: &Settings) {
    if decoded.truncated {
        draft.warn(
            "truncated",
            format!(
                "The recording breaks off early: {} could be read and are in this report.",
                seconds(decoded.duration_s)
            ),
        );
    } else if decoded.complaint.is_some() {
        draft.warn(
            "damaged",
            "Parts of the recording are damaged; what could be read is in this report.",
        );
    }
    if probe.audio.is_none() {
        draft.warn(
            "no_audio",
            "The recording has no sound: nothing could be measured about speech and words.",
        );
    }
    if probe.video.is_none() {
        draft.tell(
            "no_video",
            "The recording has no picture: nothing could be measured about the face.",
        );
    }
    let n_audio = probe.audio.as_ref().map_or(0, |track| track.n_tracks);
    let n_video = probe.video.as_ref().map_or(0, |track| track.n_tracks);
    if n_audio > 1 || n_video > 1 {
        draft.tell(
            "several_tracks",
            format!(
                "The file holds {n_audio} audio and {n_video} video tracks; the first of each was \
                 analysed."
            ),
        );
    }
    if let Some(audio) = probe
        .audio
        .as_ref()
        .filter(|audio| audio.sample_rate_hz < 16_000)
    {
        draft.tell(
            "narrow_band",
            format!(
                "The sound was recorded at {} Hz, as on a telephone: voice quality is measured on \
                 a narrow band.",
                audio.sample_rate_hz
            ),
        );
    }
    match settings.purpose {
        Purpose::Practice => draft.tell(
            "purpose_practice",
            "This report is for practice: it is meant for the person in the recording, not for a \
             decision about that person.",
        ),
        Purpose::Hiring if settings.behaviour_in_hiring => draft.tell(
            "purpose_hiring",
            "This report is for hiring. Face and voice are observed because the organisation's policy \
             says so and the candidate agreed; emotions are not inferred.",
        ),
        Purpose::Hiring => draft.tell(
            "purpose_hiring",
            "This report is for hiring: it rests on what was said. Emotions are not inferred, and \
             behaviour of face and voice is not observed.",
        ),
    }
}

/// A length in plain words.
fn seconds(duration_s: f64) -> String {
    if duration_s < 60.0 {
        format!("{duration_s:.1} seconds")
    } else {
        format!(
            "{} min {:.0} s",
            (duration_s / 60.0) as u64,
            duration_s % 60.0
        )
    }
}
