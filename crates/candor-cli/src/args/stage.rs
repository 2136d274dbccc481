//! `candor stage …`.

use std::path::PathBuf;

use clap::Subcommand;

use super::analyze::{FaceArgs, Language, language};

/// `candor stage …`.
#[derive(Debug, Subcommand)]
pub enum Stage {
    /// Write the audio as 16 kHz mono WAV; prints its path
    ExtractAudio {
        /// The recording
        video: PathBuf,
        /// Where the WAV goes [default: beside the recording, with the ending .wav]
        out: Option<PathBuf>,
    },
    /// Write the words to a file; prints what made them
    Transcribe {
        /// The recording or its audio
        audio: PathBuf,
        /// Where the text goes
        out: PathBuf,
        /// See `analyze --stt-model`
        #[arg(long, env = "STT_MODEL", default_value = "Systran/faster-whisper-base")]
        model: String,
        /// Accepted for compatibility; everything runs on the processor
        #[arg(long, default_value = "auto", value_parser = ["cpu", "cuda", "auto"])]
        device: String,
        /// See `analyze --stt-compute`
        #[arg(long, env = "STT_COMPUTE", default_value = "int8",
              value_parser = ["int8", "int8_float16", "float16", "float32"])]
        compute: String,
        /// See `analyze --stt-beam`
        #[arg(long, env = "STT_BEAM", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=16))]
        beam: u32,
        /// See `analyze --stt-lang`
        #[arg(long, env = "STT_LANG", value_parser = language)]
        lang: Option<Language>,
        /// Transcribe everything, also where nobody speaks
        #[arg(long)]
        no_vad: bool,
    },
    /// Print the speech block
    Speech {
        /// The audio
        wav: PathBuf,
        /// The transcript
        transcript: PathBuf,
    },
    /// Print tone and summary
    Text {
        /// The transcript
        transcript: PathBuf,
    },
    /// Print the emotions block (purpose practice)
    Emotions {
        /// The recording
        video: PathBuf,
        #[command(flatten)]
        face: FaceArgs,
    },
    /// Print eye contact and nods
    Gaze {
        /// The recording
        video: PathBuf,
    },
    /// Decode to frames and run the face networks at their highest rates, nothing else: the
    /// floor that the bench holds the analysis against
    #[command(hide = true)]
    ReferenceChain {
        /// The recording
        video: PathBuf,
    },
    /// Embed an answer again and again, nothing else: the floor that the bench holds interviews against
    #[command(hide = true)]
    Embedding,
}
