//! Files to samples and frames, through one guarded `ffmpeg` process.
//!
//! [`probe`] tells what a file holds and refuses what must not be opened; [`decode`] turns it into
//! 16 kHz mono samples and small RGB frames, both from a single decode; [`WavFile`] keeps the
//! samples on disk so that long recordings never have to fit into memory.

mod decode;
mod error;
mod frame_times;
pub mod guard;
mod probe;
mod wav;

pub use decode::{DecodePlan, Decoded, Sinks, VideoPlan, decode};
pub use error::MediaError;
pub use guard::{ToolVersion, Tools};
pub use probe::{Probe, probe};
pub use wav::{WavFile, WavWriter};
