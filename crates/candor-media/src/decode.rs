//! One decode for both streams: samples on one pipe, frames on a second, frame times on a third.

use std::{ops::ControlFlow, process::Child, sync::mpsc::sync_channel, thread, time::Duration};

use candor_core::{
    media::{RgbFrame, SAMPLE_RATE_HZ},
    ports::Watch,
};
use serde::{Deserialize, Serialize};

use crate::{MediaError, Probe, Tools, guard::kill};

mod command;
mod idle;
mod readers;

use command::{Pipes, Spawned, frame_size, spawn};
use readers::{Flow, look_at_frames, read_audio, read_frames};

/// Frames decoded ahead of the one being looked at.
const FRAMES_AHEAD: usize = 3;
/// How long the decoder may give nothing while it is waited for.
const IDLE_LIMIT: Duration = Duration::from_secs(60);
/// How often cancellation and the idle limit are looked at.
const POLL: Duration = Duration::from_millis(20);

/// Which frames are wanted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VideoPlan {
    /// Frames per second at most; a frame is taken when its time passes the next multiple of 1/fps.
    pub fps: f64,
    /// Frames are scaled down to this width in pixels; smaller ones stay as they are.
    pub max_width: u32,
}

/// What is to be decoded.
#[derive(Debug, Clone, Copy)]
pub struct DecodePlan<'a> {
    /// The recording.
    pub probe: &'a Probe,
    /// Whether the sound is wanted.
    pub audio: bool,
    /// Which frames are wanted; `None` for the audio alone.
    pub video: Option<VideoPlan>,
    /// Longest recording that is taken, in seconds.
    pub max_duration_s: f64,
}

/// Who takes what is decoded. Each runs on its own thread; `Break` stops the decode.
pub struct Sinks<'a> {
    /// Takes 16 kHz mono samples, −1 to 1.
    pub audio: &'a mut (dyn FnMut(&[f32]) -> ControlFlow<()> + Send),
    /// Takes frames in order of time.
    pub video: &'a mut (dyn FnMut(&RgbFrame) -> ControlFlow<()> + Send),
}

/// What a decode gave.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decoded {
    /// Samples given.
    pub n_samples: u64,
    /// Frames given.
    pub n_frames: u64,
    /// Length of what was decoded, in seconds.
    pub duration_s: f64,
    /// Whether a sink stopped it.
    pub stopped: bool,
    /// Whether the recording breaks off before its end.
    pub truncated: bool,
    /// Whether the decoder said so itself.
    pub ended_early: bool,
    /// Damage that the decoder reported, in its words, without the file's path.
    pub complaint: Option<String>,
}

impl Decoded {
    /// A recording of which nothing was to be decoded.
    pub fn nothing(duration_s: f64) -> Self {
        Self {
            n_samples: 0,
            n_frames: 0,
            duration_s,
            stopped: false,
            truncated: false,
            ended_early: false,
            complaint: None,
        }
    }

    /// What one decode of sound and picture would have given, from a decode of each.
    pub fn joined(audio: Option<&Self>, video: Option<&Self>, claimed_s: Option<f64>) -> Self {
        if audio.is_none() && video.is_none() {
            return Self::nothing(claimed_s.unwrap_or(0.0));
        }
        let each = || audio.into_iter().chain(video);
        let duration_s = each().map(|decoded| decoded.duration_s).fold(0.0, f64::max);
        let ended_early = each().any(|decoded| decoded.ended_early);
        Self {
            n_samples: audio.map_or(0, |decoded| decoded.n_samples),
            n_frames: video.map_or(0, |decoded| decoded.n_frames),
            duration_s,
            stopped: each().any(|decoded| decoded.stopped),
            truncated: ended_early || falls_short(duration_s, claimed_s),
            ended_early,
            complaint: each().find_map(|decoded| decoded.complaint.clone()),
        }
    }
}

/// Decodes a recording into `sinks`.
///
/// # Errors
/// [`MediaError::TooLong`] as soon as the limit is passed, [`MediaError::Cancelled`] when `watch`
/// says so, [`MediaError::NotMedia`] when nothing at all could be decoded. No child is left behind.
pub fn decode(
    tools: &Tools,
    plan: &DecodePlan<'_>,
    sinks: Sinks<'_>,
    watch: &dyn Watch,
) -> Result<Decoded, MediaError> {
    let size = plan
        .video
        .zip(plan.probe.video.as_ref())
        .map(|(video, track)| frame_size(track.width, track.height, video.max_width));
    let mut pipes = Pipes::default();
    let command = pipes.command(tools, plan, size)?;
    let Spawned { mut child, stderr } = spawn(command)?;
    let flow = Flow::default();
    let claimed_s = plan.probe.claimed_duration_s;
    let Sinks { audio, video } = sinks;

    let (n_samples, last_frame, n_frames, outcome) =
        thread::scope(|scope| {
            let audio_thread = pipes.audio.take().map(|pipe| {
                let (flow, limit_s) = (&flow, plan.max_duration_s);
                scope.spawn(move || read_audio(pipe, audio, flow, limit_s))
            });
            let video_thread = pipes.video.take().zip(pipes.times.take()).zip(size).map(
                |((pixels, times), size)| {
                    let (sender, receiver) = sync_channel(FRAMES_AHEAD);
                    let (give_back, spare) = sync_channel(FRAMES_AHEAD + 2);
                    let (flow, limit_s) = (&flow, plan.max_duration_s);
                    scope.spawn(move || {
                        read_frames(pixels, times, size, &sender, &spare, flow, limit_s);
                    });
                    scope.spawn(move || look_at_frames(&receiver, &give_back, video, flow))
                },
            );
            let outcome = attend(&mut child, &flow, claimed_s, watch);
            // Readers end when the child's side of the pipes is closed, at the latest by its death.
            let n_samples = audio_thread.map_or(0, |thread| thread.join().unwrap_or(0));
            let (n_frames, last) =
                video_thread.map_or((0, None), |thread| thread.join().unwrap_or((0, None)));
            (n_samples, last, n_frames, outcome)
        });
    let stderr = stderr.join().unwrap_or_default();
    outcome?;
    if flow.too_long() {
        return Err(MediaError::TooLong {
            limit_s: plan.max_duration_s,
        });
    }
    let stopped = flow.stopped();
    if n_samples == 0 && n_frames == 0 && !stopped {
        return Err(MediaError::NotMedia {
            path: plan.probe.path.clone(),
            detail: "no audio and no picture could be decoded from it".to_owned(),
        });
    }
    let video_s = last_frame.map_or(0.0, |time_s: f64| {
        time_s + 1.0 / plan.video.map_or(1.0, |video| video.fps)
    });
    let audio_s = n_samples as f64 / f64::from(SAMPLE_RATE_HZ);
    let duration_s = match claimed_s {
        _ if n_samples > 0 => audio_s.max(video_s.min(claimed_s.unwrap_or(video_s))),
        Some(claimed) => video_s.min(claimed.max(0.0)),
        None => video_s,
    };
    let ended_early = stderr.contains("File ended prematurely");
    Ok(Decoded {
        n_samples,
        n_frames,
        duration_s,
        stopped,
        truncated: ended_early || falls_short(duration_s, claimed_s),
        ended_early,
        complaint: complaint(&stderr, plan.probe),
    })
}

/// Whether much less was decoded than the container promises.
fn falls_short(duration_s: f64, claimed_s: Option<f64>) -> bool {
    claimed_s.is_some_and(|claimed| claimed - duration_s > 1.0_f64.max(claimed * 0.02))
}

/// Waits for the child; kills it on cancellation, on a stop and when it hangs.
fn attend(
    child: &mut Child,
    flow: &Flow,
    claimed_s: Option<f64>,
    watch: &dyn Watch,
) -> Result<(), MediaError> {
    loop {
        let waited = child
            .try_wait()
            .map_err(|source| MediaError::io("waiting for ffmpeg", source))?;
        if waited.is_some() {
            return Ok(());
        }
        if watch.is_cancelled() {
            kill(child);
            return Err(MediaError::Cancelled);
        }
        if flow.stopped() || flow.too_long() {
            kill(child);
            return Ok(());
        }
        if flow.audio.idle_for(IDLE_LIMIT) && flow.video.idle_for(IDLE_LIMIT) {
            kill(child);
            return Err(MediaError::Decode(format!(
                "the decoder gave nothing for {} s and was stopped",
                IDLE_LIMIT.as_secs()
            )));
        }
        if let Some(claimed) = claimed_s.filter(|claimed| *claimed > 0.0) {
            watch.progress((flow.reached_s() / claimed).min(1.0) as f32);
        }
        thread::sleep(POLL);
    }
}

/// The decoder's first complaint without the file's path.
fn complaint(stderr: &str, probe: &Probe) -> Option<String> {
    let line = stderr.lines().find(|line| !line.trim().is_empty())?;
    let name = probe.path.to_string_lossy();
    Some(
        line.replace(name.as_ref(), "the recording")
            .trim()
            .to_owned(),
    )
}
