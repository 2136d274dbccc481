//! Reference recordings, decoded by the ffmpeg program, and what is known about them.

use std::process::{Command, Stdio};

use candor_core::span::Span;
use serde_json::Value;

use super::support::{shared, skip};

/// Where Debian's `pocketsphinx-en-us` puts its model.
pub const SYSTEM_MODEL: &str = "/usr/share/pocketsphinx/model/en-us";

/// 16 kHz mono samples of a reference recording; `None` where it or ffmpeg is missing.
pub fn audio(test: &str, name: &str) -> Option<Vec<f32>> {
    let path = shared().join("media").join(name);
    if !path.is_file() {
        skip(test, &format!("media/{name}"));
        return None;
    }
    let output = Command::new("ffmpeg")
        .args(["-v", "error", "-nostdin", "-i"])
        .arg(path)
        .args(["-ac", "1", "-ar", "16000", "-f", "f32le", "-"])
        .stderr(Stdio::inherit())
        .output();
    let Ok(output) = output else {
        skip(test, "the ffmpeg program");
        return None;
    };
    Some(
        output
            .stdout
            .chunks_exact(4)
            .map(|bytes| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
            .collect(),
    )
}

/// A JSON file of the reference data.
pub fn json(name: &str) -> Value {
    let text = std::fs::read_to_string(shared().join(name)).expect(name);
    serde_json::from_str(&text).expect(name)
}

/// A text file of the reference data.
pub fn text(name: &str) -> String {
    std::fs::read_to_string(shared().join(name)).expect(name)
}

/// Speech by a plain energy threshold: good enough for clean recordings, and free of networks.
pub fn speech(samples: &[f32]) -> Vec<Span> {
    const WINDOW: usize = 480;
    let rms: Vec<f32> = samples
        .chunks(WINDOW)
        .map(|window| {
            (window.iter().map(|sample| sample * sample).sum::<f32>() / window.len() as f32).sqrt()
        })
        .collect();
    let mut sorted = rms.clone();
    sorted.sort_by(f32::total_cmp);
    let loud = sorted[sorted.len() * 95 / 100];
    let mut spans: Vec<Span> = Vec::new();
    for (index, _) in rms
        .iter()
        .enumerate()
        .filter(|(_, rms)| **rms > loud * 0.06)
    {
        let start_s = (index * WINDOW) as f64 / 16_000.0;
        let padded = Span::new((start_s - 0.15).max(0.0), start_s + 0.03 + 0.15);
        match spans.last_mut() {
            Some(last) if padded.start_s <= last.end_s => last.end_s = padded.end_s,
            _ => spans.push(padded),
        }
    }
    spans.retain(|span| span.duration_s() > 0.4);
    spans
}
