//! The threads between the decoder's pipes and the sinks.

use std::{
    fs::File,
    io::{BufReader, PipeReader, Read},
    ops::ControlFlow,
    os::fd::OwnedFd,
    sync::mpsc::{Receiver, SyncSender},
};

use candor_core::media::{RgbFrame, SAMPLE_RATE_HZ};

use super::idle::Waiting;
use crate::frame_times::next_time;

/// Bytes of one 32-bit sample.
const SAMPLE_BYTES: usize = 4;

/// What readers and sinks tell the thread that attends to the child.
#[derive(Default)]
pub(super) struct Flow {
    pub(super) audio: Waiting,
    pub(super) video: Waiting,
}

impl Flow {
    pub(super) fn stopped(&self) -> bool {
        self.audio.is_stopped() || self.video.is_stopped()
    }
    pub(super) fn too_long(&self) -> bool {
        self.audio.is_too_long() || self.video.is_too_long()
    }
    pub(super) fn reached_s(&self) -> f64 {
        self.audio.reached_s().max(self.video.reached_s())
    }
}

/// Hands samples to the sink until the pipe closes; gives their number.
pub(super) fn read_audio(
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
pub(super) fn read_frames(
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
pub(super) fn look_at_frames(
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
