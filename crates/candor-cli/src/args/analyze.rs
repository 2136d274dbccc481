//! `candor analyze`, and the flags that it shares with `candor stage`.

use std::path::PathBuf;

use candor_core::purpose::Purpose;
use clap::{Args, ValueEnum};

/// `candor analyze`.
#[derive(Debug, Args)]
pub struct AnalyzeArgs {
    /// Recordings (video or audio)
    #[arg(value_name = "FILES")]
    pub files: Vec<PathBuf>,
    /// A recording (the same as giving it without a flag)
    #[arg(long, value_name = "FILE")]
    pub video: Vec<PathBuf>,
    /// Folder for the report; several recordings get a folder each inside it
    /// [default: outputs/<name>-<short id>]
    #[arg(long, value_name = "DIR")]
    pub outdir: Option<PathBuf>,
    #[command(flatten)]
    pub face: FaceArgs,
    /// Refuse recordings longer than this many seconds
    #[arg(long, value_name = "S", default_value_t = 14_400.0, value_parser = positive)]
    pub max_duration: f64,
    #[command(flatten)]
    pub speech: SpeechArgs,
    /// Use this transcript (vtt, srt, json, txt) instead of writing one
    #[arg(long, value_name = "FILE")]
    pub transcript: Option<PathBuf>,
    /// What the analysis is for; hiring rests on content alone
    #[arg(long, value_enum, default_value_t = PurposeArg::Practice)]
    pub purpose: PurposeArg,
    /// Don't look at the picture
    #[arg(long)]
    pub no_face: bool,
    /// Recordings analysed at the same time [default: number of cores]
    #[arg(long, value_name = "N")]
    pub jobs: Option<usize>,
    /// How progress is told on standard error
    #[arg(long, value_enum, default_value_t = ProgressArg::Auto)]
    pub progress: ProgressArg,
    /// Let the variety of expressions count in the documented score (practice only)
    #[arg(long, env = "EMOTIONS_IN_SCORE", value_parser = truthy, default_value = "0",
          num_args = 0..=1, require_equals = true, default_missing_value = "1")]
    pub emotions_in_score: bool,
}

/// Flags of the expression analysis.
#[derive(Debug, Args, Clone)]
pub struct FaceArgs {
    /// Frames per second looked at for the expression
    #[arg(long, value_name = "N", env = "EMO_SAMPLE_FPS", default_value_t = 2.0, value_parser = positive)]
    pub sample_fps: f64,
    /// Smoothing window of the expression in samples (odd, 3 or more; less is none)
    #[arg(long, value_name = "N", env = "EMO_SMOOTH_WIN", default_value_t = 3)]
    pub smooth_win: u32,
    /// Scale frames down to this width in pixels
    #[arg(long, alias = "emo-max-width", value_name = "PX", env = "EMO_MAX_WIDTH", default_value_t = 960,
          value_parser = clap::value_parser!(u32).range(32..=7680))]
    pub max_width: u32,
    /// Most entries of the expression's timeline (0: no limit)
    #[arg(
        long,
        alias = "emo-max-timeline",
        value_name = "N",
        env = "EMO_MAX_TIMELINE",
        default_value_t = 1000
    )]
    pub max_timeline: u32,
}

/// Flags of the transcription.
#[derive(Debug, Args, Clone)]
pub struct SpeechArgs {
    /// tiny|base|small|medium|large-v3-turbo[.en], Systran/faster-whisper-…, a file,
    /// openai:MODEL, pocketsphinx or none
    #[arg(
        long,
        value_name = "M",
        env = "STT_MODEL",
        default_value = "Systran/faster-whisper-base"
    )]
    pub stt_model: String,
    /// Number format (int8, int8_float16, float16, float32); accepted for compatibility,
    /// the model file decides
    #[arg(long, value_name = "T", env = "STT_COMPUTE", default_value = "int8",
          value_parser = ["int8", "int8_float16", "float16", "float32"])]
    pub stt_compute: String,
    /// Beam width (1: greedy)
    #[arg(long, value_name = "N", env = "STT_BEAM", default_value_t = 1,
          value_parser = clap::value_parser!(u32).range(1..=16))]
    pub stt_beam: u32,
    /// Language of the speech, e.g. en, fr, tr [default: found out]
    #[arg(long, value_name = "L", env = "STT_LANG", value_parser = language)]
    pub stt_lang: Option<Language>,
}

/// A language, or `auto`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Language(pub Option<String>);

/// What an analysis is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PurposeArg {
    /// The person practises for themselves
    Practice,
    /// Somebody decides about the person
    Hiring,
}

impl From<PurposeArg> for Purpose {
    fn from(purpose: PurposeArg) -> Self {
        match purpose {
            PurposeArg::Practice => Self::Practice,
            PurposeArg::Hiring => Self::Hiring,
        }
    }
}

/// How progress is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ProgressArg {
    /// A bar on a terminal, nothing otherwise
    Auto,
    /// A JSON object a line
    Json,
    /// Nothing
    Off,
}

fn positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() && number > 0.0 => Ok(number),
        _ => Err("a number above 0 is needed".to_owned()),
    }
}

/// 1, true, yes: on; anything else: off (as documented for `EMOTIONS_IN_SCORE`).
fn truthy(text: &str) -> Result<bool, String> {
    Ok(["1", "true", "yes"].contains(&text.to_lowercase().as_str()))
}

/// A language code, or `auto`.
pub(super) fn language(text: &str) -> Result<Language, String> {
    let text = text.trim().to_lowercase();
    if text.is_empty() || text == "auto" {
        return Ok(Language(None));
    }
    let primary = text.split(['-', '_']).next().unwrap_or_default();
    if (2..=3).contains(&primary.len()) && primary.chars().all(|c| c.is_ascii_alphabetic()) {
        Ok(Language(Some(primary.to_owned())))
    } else {
        Err("a language code such as en, fr or tr is needed".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::args::{Cli, Command};

    #[test]
    fn a_recording_after_a_switch_is_a_recording() {
        let words = ["candor", "analyze", "--emotions-in-score", "a.mp4"];
        let Command::Analyze(args) = Cli::try_parse_from(words).unwrap().command else {
            panic!("another command was parsed");
        };
        assert!(args.emotions_in_score);
        assert_eq!(args.files, [PathBuf::from("a.mp4")]);
    }

    #[test]
    fn both_documented_spellings_are_taken() {
        for flags in [
            ["--max-width", "640", "--max-timeline", "1200"],
            ["--emo-max-width", "640", "--emo-max-timeline", "1200"],
        ] {
            let words = ["candor", "analyze", "--video", "a.mp4"];
            let cli = Cli::try_parse_from(words.iter().chain(&flags)).unwrap();
            let Command::Analyze(args) = cli.command else {
                panic!("another command was parsed");
            };
            assert_eq!((args.face.max_width, args.face.max_timeline), (640, 1200));
        }
    }
}
