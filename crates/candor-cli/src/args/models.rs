//! `candor models …` and `candor eval`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `candor models …`.
#[derive(Debug, Subcommand)]
pub enum Models {
    /// Say which models there are and where
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Fetch models: those named, or all that the analysis needs
    Pull {
        /// Identifiers, as `list` prints them
        ids: Vec<String>,
    },
    /// Check models against their published hashes
    Verify {
        /// Identifiers; none checks all that are there
        ids: Vec<String>,
    },
    /// Print where a model is
    Path {
        /// Identifier
        id: String,
    },
}

/// `candor eval`.
#[derive(Debug, Args)]
pub struct EvalArgs {
    /// vad, f0, words, wer, face, answers, interview or all
    #[arg(default_value = "all")]
    pub suite: String,
    /// Folder with `media` and `reference`; for answers also a CSV file, for interview the folder of written answers
    #[arg(long, value_name = "DIR")]
    pub data: PathBuf,
    /// See `analyze --stt-model`
    #[arg(long, env = "STT_MODEL", default_value = "Systran/faster-whisper-base")]
    pub stt_model: String,
    /// Figures of each clip too
    #[arg(long)]
    pub clips: bool,
    /// As JSON
    #[arg(long)]
    pub json: bool,
}
