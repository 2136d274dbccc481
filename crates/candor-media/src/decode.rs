//! One decode for both streams: samples on one pipe, frames on a second, frame times on a third.

use std::{
    fs::File,
    io::{BufReader, PipeReader, Read, pipe},
    ops::ControlFlow,
    os::fd::OwnedFd,
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread,
    time::Duration,
};

use candor_core::{
    media::{RgbFrame, SAMPLE_RATE_HZ},
    ports::Watch,
};
use command_fds::{CommandFdExt, FdMapping};

use crate::{
    MediaError, Probe, Tools,
    frame_times::next_time,
    guard::{add_input, kill, read_stderr},
};

mod idle;

use idle::Waiting;

/// Frames decoded ahead of the one being looked at.
const FRAMES_AHEAD: usize = 3;
/// How long the decoder may give nothing while it is waited for.
const IDLE_LIMIT: Duration = Duration::from_secs(60);
/// How often cancellation and the idle limit are looked at.
const POLL: Duration = Duration::from_millis(20);
/// Bytes of one 32-bit sample.
const SAMPLE_BYTES: usize = 4;
const AUDIO_FD: i32 = 3;
const TIMES_FD: i32 = 4;

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
#[derive(Debug, Clone, PartialEq)]
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
            complaint: None,
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
    Ok(Decoded {
        n_samples,
        n_frames,
        duration_s,
        stopped,
        truncated: claimed_s
            .is_some_and(|claimed| claimed - duration_s > 1.0_f64.max(claimed * 0.02))
            || stderr.contains("File ended prematurely"),
        complaint: complaint(&stderr, plan.probe),
    })
}

/// Even width and height of the frames for a picture of `width` × `height`.
fn frame_size(width: u32, height: u32, max_width: u32) -> (usize, usize) {
    let scaled = width.min(max_width.max(32)).max(2);
    let scaled_height = f64::from(height) * f64::from(scaled) / f64::from(width.max(1));
    let even = |length: f64| ((length / 2.0).round() as usize * 2).max(2);
    (even(f64::from(scaled)), even(scaled_height))
}

/// The reading ends of the pipes.
#[derive(Default)]
struct Pipes {
    audio: Option<PipeReader>,
    video: Option<PipeReader>,
    times: Option<PipeReader>,
}

impl Pipes {
    fn command(
        &mut self,
        tools: &Tools,
        plan: &DecodePlan<'_>,
        size: Option<(usize, usize)>,
    ) -> Result<Command, MediaError> {
        let new_pipe = || pipe().map_err(|source| MediaError::io("opening a pipe", source));
        let mut command = tools.ffmpeg(cpu_limit(plan));
        command.args(["-threads", "1", "-filter_threads", "1"]);
        if size.is_some() {
            command.args(shortcuts(plan));
        }
        add_input(&mut command, &plan.probe.path);
        let mut fds = Vec::new();
        if let Some(((width, height), video)) = size.zip(plan.video) {
            let (reader, writer) = new_pipe()?;
            self.video = Some(reader);
            command.stdout(Stdio::from(writer));
            let (reader, writer) = new_pipe()?;
            self.times = Some(reader);
            fds.push(mapping(writer.into(), TIMES_FD));
            command
                .args(["-map", "0:V:0", "-vf"])
                .arg(filters(video.fps, width, height))
                .args(["-fps_mode", "passthrough", "-pix_fmt", "rgb24"])
                .args(["-f", "rawvideo", "pipe:1"]);
        }
        if plan.probe.audio.is_some() {
            let (reader, writer) = new_pipe()?;
            self.audio = Some(reader);
            fds.push(mapping(writer.into(), AUDIO_FD));
            // Beside a picture, gaps and a late start become silence, so that samples tell the
            // recording's time; sound alone is its own clock. Two equal channels are as loud as one:
            // without a limit on the mix, floating-point output would be 3 dB louder.
            let resample = match plan.probe.video {
                Some(_) => "aresample=16000:rematrix_maxval=1:async=1:first_pts=0",
                None => "aresample=16000:rematrix_maxval=1",
            };
            command
                .args(["-map", "0:a:0", "-ac", "1", "-af", resample])
                .args(["-ar", "16000", "-c:a", "pcm_f32le", "-f", "f32le"])
                .arg(format!("pipe:{AUDIO_FD}"));
        }
        if fds.is_empty() {
            return Err(MediaError::NotMedia {
                path: plan.probe.path.clone(),
                detail: "it holds no track that was asked for".to_owned(),
            });
        }
        command
            .fd_mappings(fds)
            .map_err(|_| MediaError::Decode("pipes collide".to_owned()))?;
        Ok(command)
    }
}

fn mapping(parent_fd: OwnedFd, child_fd: i32) -> FdMapping {
    FdMapping {
        parent_fd,
        child_fd,
    }
}

/// Takes the first frame at or after each multiple of 1/fps, prints its time, scales it.
fn filters(fps: f64, width: usize, height: usize) -> String {
    format!(
        "select='isnan(prev_selected_t)+gt(floor(t*{fps}+0.001)\\,floor(prev_selected_t*{fps}+0.001))',\
         metadata=mode=add:key=k:value=v,\
         metadata=mode=print:file='pipe\\:{TIMES_FD}':direct=1,\
         scale={width}:{height}:flags=bilinear"
    )
}

/// What the decoder may leave out where only a third of the frames is looked at, and scaled down:
/// the deblocking filter, and frames that no other frame refers to.
fn shortcuts(plan: &DecodePlan<'_>) -> &'static [&'static str] {
    let (Some(video), Some(track)) = (plan.video, &plan.probe.video) else {
        return &[];
    };
    let is_shrunk = video.max_width * 3 < track.width * 2;
    // Every second frame at least is referred to, also with pyramids of bidirectional frames.
    let is_thinned = track.fps.is_some_and(|fps| fps >= video.fps * 2.3);
    match track.codec.as_str() {
        "h264" if is_shrunk && is_thinned => &[
            "-skip_loop_filter:v",
            "all",
            "-flags2:v",
            "+fast",
            "-skip_frame:v",
            "noref",
        ],
        "h264" | "hevc" if is_shrunk => &["-skip_loop_filter:v", "all"],
        _ => &[],
    }
}

/// Processor time that no honest decode of such a length needs.
fn cpu_limit(plan: &DecodePlan<'_>) -> Duration {
    let length_s = plan
        .probe
        .claimed_duration_s
        .unwrap_or(plan.max_duration_s)
        .min(plan.max_duration_s);
    Duration::from_secs_f64(120.0 + 10.0 * length_s.max(0.0))
}

struct Spawned {
    child: Child,
    stderr: thread::JoinHandle<String>,
}

/// Starts the child and gives up this process's copies of its ends of the pipes.
fn spawn(mut command: Command) -> Result<Spawned, MediaError> {
    let mut child = command
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|source| MediaError::io("starting ffmpeg", source))?;
    drop(command);
    let pipe = child.stderr.take().expect("stderr is piped");
    Ok(Spawned {
        child,
        stderr: thread::spawn(move || read_stderr(pipe)),
    })
}

/// What readers and sinks tell the thread that attends to the child.
#[derive(Default)]
struct Flow {
    audio: Waiting,
    video: Waiting,
}

impl Flow {
    fn stopped(&self) -> bool {
        self.audio.is_stopped() || self.video.is_stopped()
    }
    fn too_long(&self) -> bool {
        self.audio.is_too_long() || self.video.is_too_long()
    }
    fn reached_s(&self) -> f64 {
        self.audio.reached_s().max(self.video.reached_s())
    }
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

/// Hands samples to the sink until the pipe closes; gives their number.
fn read_audio(
    mut pipe: PipeReader,
    sink: &mut (dyn FnMut(&[f32]) -> ControlFlow<()> + Send),
    flow: &Flow,
    limit_s: f64,
) -> u64 {
    let mut bytes = vec![0_u8; 64 << 10];
    let mut samples = Vec::with_capacity(bytes.len() / SAMPLE_BYTES);
    let mut kept = 0;
    let mut n_samples = 0_u64;
    loop {
        flow.audio.begin();
        let read = pipe.read(&mut bytes[kept..]);
        flow.audio.end();
        let Ok(n @ 1..) = read else { break };
        let available = kept + n;
        let whole = available - available % SAMPLE_BYTES;
        samples.clear();
        samples.extend(
            bytes[..whole]
                .chunks_exact(SAMPLE_BYTES)
                .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])),
        );
        bytes.copy_within(whole..available, 0);
        kept = available - whole;
        n_samples += samples.len() as u64;
        let reached_s = n_samples as f64 / f64::from(SAMPLE_RATE_HZ);
        if reached_s > limit_s {
            flow.audio.set_too_long();
            break;
        }
        flow.audio.reach(reached_s);
        if sink(&samples).is_break() {
            flow.audio.stop();
            break;
        }
    }
    flow.audio.finish();
    n_samples
}

/// Reads frames ahead of the sink; buffers come back through `spare`.
fn read_frames(
    mut pixels: PipeReader,
    times: PipeReader,
    (width, height): (usize, usize),
    sender: &SyncSender<RgbFrame>,
    spare: &Receiver<Vec<u8>>,
    flow: &Flow,
    limit_s: f64,
) {
    let mut times = BufReader::new(File::from(OwnedFd::from(times)));
    loop {
        let mut buffer = spare.try_recv().unwrap_or_default();
        buffer.resize(width * height * 3, 0);
        flow.video.begin();
        let read = pixels.read_exact(&mut buffer);
        let time = read.and_then(|()| next_time(&mut times));
        flow.video.end();
        let Ok(Some(time_s)) = time else { break };
        if time_s > limit_s {
            flow.video.set_too_long();
            break;
        }
        flow.video.reach(time_s);
        let frame = RgbFrame {
            time_s: time_s.max(0.0),
            width,
            height,
            pixels: buffer,
        };
        if sender.send(frame).is_err() {
            break;
        }
    }
    flow.video.finish();
}

/// Hands frames to the sink; gives their number and the last one's time.
fn look_at_frames(
    frames: &Receiver<RgbFrame>,
    give_back: &SyncSender<Vec<u8>>,
    sink: &mut (dyn FnMut(&RgbFrame) -> ControlFlow<()> + Send),
    flow: &Flow,
) -> (u64, Option<f64>) {
    let mut n_frames = 0;
    let mut last = None;
    for frame in frames {
        n_frames += 1;
        last = Some(frame.time_s);
        if sink(&frame).is_break() {
            flow.video.stop();
            break;
        }
        // A full or closed channel only means that the buffer is not needed again.
        let _ = give_back.try_send(frame.pixels);
    }
    (n_frames, last)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_keep_their_shape_and_are_never_enlarged() {
        assert_eq!(frame_size(1280, 720, 480), (480, 270));
        assert_eq!(frame_size(360, 288, 480), (360, 288));
        assert_eq!(frame_size(720, 1280, 480), (480, 854));
        assert_eq!(frame_size(101, 1, 480), (102, 2));
    }
}
