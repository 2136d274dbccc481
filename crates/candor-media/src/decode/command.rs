//! The one `ffmpeg` command: which frames, which samples, through which pipes.

use std::{
    io::{PipeReader, pipe},
    os::fd::OwnedFd,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use command_fds::{CommandFdExt, FdMapping};

use super::DecodePlan;
use crate::{
    MediaError, Tools,
    guard::{add_input, read_stderr},
};

const AUDIO_FD: i32 = 3;
const TIMES_FD: i32 = 4;

/// Even width and height of the frames for a picture of `width` × `height`.
pub(super) fn frame_size(width: u32, height: u32, max_width: u32) -> (usize, usize) {
    let scaled = width.min(max_width.max(32)).max(2);
    let scaled_height = f64::from(height) * f64::from(scaled) / f64::from(width.max(1));
    let even = |length: f64| ((length / 2.0).round() as usize * 2).max(2);
    (even(f64::from(scaled)), even(scaled_height))
}

/// The reading ends of the pipes.
#[derive(Default)]
pub(super) struct Pipes {
    pub(super) audio: Option<PipeReader>,
    pub(super) video: Option<PipeReader>,
    pub(super) times: Option<PipeReader>,
}

impl Pipes {
    /// The command for `plan`, with frames of `size` where there are any.
    pub(super) fn command(
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
        if plan.audio && plan.probe.audio.is_some() {
            let (reader, writer) = new_pipe()?;
            self.audio = Some(reader);
            fds.push(mapping(writer.into(), AUDIO_FD));
            // Beside a picture, gaps and a late start become silence, so that samples tell the
            // recording's time; sound alone is its own clock.
            let resample = match plan.probe.video {
                Some(_) => "aresample=16000:async=1:first_pts=0",
                None => "aresample=16000",
            };
            // Mixed down as integers: ffmpeg adds channels up without a limit in floating point.
            let mix = "aformat=sample_fmts=s32:channel_layouts=mono";
            command
                .args(["-map", "0:a:0", "-af", &format!("{resample},{mix}")])
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

/// A child that decodes, and the thread that collects what it complains about.
pub(super) struct Spawned {
    pub(super) child: Child,
    pub(super) stderr: thread::JoinHandle<String>,
}

/// Starts the child and gives up this process's copies of its ends of the pipes.
pub(super) fn spawn(mut command: Command) -> Result<Spawned, MediaError> {
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
