//! The command line: flags, their other documented spellings and environment names.

use std::path::PathBuf;

use candor_app::jobs::Pool;
use candor_core::purpose::Purpose;
use clap::{Args, Parser, Subcommand, ValueEnum};

pub use crate::interview::InterviewArgs;

/// Analyses interviews on this machine: what was said, how it was said, what the camera saw.
#[derive(Debug, Parser)]
#[command(name = "candor", version, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Turn recordings into reports
    Analyze(AnalyzeArgs),
    /// Run one stage of the analysis alone
    #[command(subcommand)]
    Stage(Stage),
    /// Hold an interview here in the terminal and write its report
    Interview(InterviewArgs),
    /// Look after the models
    #[command(subcommand)]
    Models(Models),
    /// Measure how well Candor measures, against labelled data
    Eval(EvalArgs),
    /// Say what is missing and which command mends it
    Doctor(DoctorArgs),
    /// Run the server: interface and workers in one process
    Serve(ServeArgs),
    /// Run steps of jobs without the interface
    Worker(WorkerArgs),
    /// Bring the tables of the database up to date
    Migrate(MigrateArgs),
    /// List the steps of an analysis, or run one alone
    #[command(subcommand)]
    Step(StepCommand),
    /// Make, list and revoke API keys; works while the server runs
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Make the documented test candidate, the six competencies and a demo interview
    Seed(ServerArgs),
    /// Copy database, recordings and secret while the server runs
    Backup(BackupArgs),
    /// Make a data folder from a backup
    Restore(RestoreArgs),
    /// Print the description of the interface (OpenAPI 3.1)
    Openapi,
    /// Show settings
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Print the JSON Schema of report.json
    Schema,
    /// Read a document from standard input and write its text as JSON; the server starts it for each file
    #[command(hide = true)]
    ReadDocument(ReadDocumentArgs),
}

/// `candor read-document`.
#[derive(Debug, clap::Args)]
pub struct ReadDocumentArgs {
    /// Plain text has marks of Markdown
    #[arg(long)]
    pub markdown: bool,
}

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

/// `candor doctor`.
#[derive(Debug, Args)]
pub struct DoctorArgs {
    #[command(flatten)]
    pub server: ServerArgs,
    /// As JSON
    #[arg(long)]
    pub json: bool,
}

/// What all commands of the server take.
#[derive(Debug, Args, Clone, Default)]
pub struct ServerArgs {
    /// Folder with database, media and secret [default: $CANDOR_DATA_DIR or ~/.local/share/candor]
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// File with settings; `candor config defaults` prints one with all of them
    #[arg(long, value_name = "FILE", env = "CANDOR_CONFIG")]
    pub config: Option<PathBuf>,
}

/// `candor serve`.
#[derive(Debug, Args)]
pub struct ServeArgs {
    #[command(flatten)]
    pub server: ServerArgs,
    /// Address to listen on, e.g. 127.0.0.1:8000; port 0 takes a free one; may be repeated
    #[arg(long, value_name = "ADDR")]
    pub listen: Vec<String>,
    /// Run no steps in this process; `candor worker` runs them
    #[arg(long)]
    pub no_worker: bool,
    /// Certificate chain (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// Key of the certificate (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
}

/// `candor worker`.
#[derive(Debug, Args)]
pub struct WorkerArgs {
    #[command(flatten)]
    pub server: ServerArgs,
    /// Kinds of steps: cpu, io, llm, webhook [default: all]
    #[arg(long, value_name = "POOLS", value_delimiter = ',',
          value_parser = ["cpu", "io", "llm", "webhook"])]
    pub pool: Vec<String>,
}

impl WorkerArgs {
    /// The pools, each once.
    pub fn pools(&self) -> Vec<Pool> {
        Pool::ALL
            .into_iter()
            .filter(|pool| {
                self.pool.is_empty() || self.pool.iter().any(|name| name == pool.as_str())
            })
            .collect()
    }
}

/// `candor step`.
#[derive(Debug, Subcommand)]
pub enum StepCommand {
    /// List the steps: name, pool, steps that each waits for
    List,
    /// Run one step of an analysis here and now; steps after it stay as they are
    Run(RunStepArgs),
}

/// `candor step run`.
#[derive(Debug, Args)]
pub struct RunStepArgs {
    #[command(flatten)]
    pub server: ServerArgs,
    /// Name of the step, as `candor step list` prints it
    #[arg(value_name = "NAME")]
    pub name: String,
    /// The analysis
    #[arg(long, value_name = "ID")]
    pub analysis: String,
}

/// `candor migrate`.
#[derive(Debug, Args)]
pub struct MigrateArgs {
    #[command(flatten)]
    pub server: ServerArgs,
    /// Print the statements of pending changes instead of running them
    #[arg(long)]
    pub print_sql: bool,
}

/// `candor keys …`.
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Make a key; it is the last word printed, and printed this once
    Create(CreateKeyArgs),
    /// List keys: id, first characters, scopes, state, name
    List(KeysArgs),
    /// Revoke a key; a running server notices within a second
    Revoke {
        #[command(flatten)]
        keys: KeysArgs,
        /// Id as `list` prints it
        id: String,
    },
}

/// Whose keys.
#[derive(Debug, Args)]
pub struct KeysArgs {
    #[command(flatten)]
    pub server: ServerArgs,
    /// The organisation [default: the first one, which is made when there is none]
    #[arg(long, value_name = "ID")]
    pub organisation: Option<String>,
}

/// `candor keys create`.
#[derive(Debug, Args)]
pub struct CreateKeyArgs {
    #[command(flatten)]
    pub keys: KeysArgs,
    /// What it is for
    #[arg(long)]
    pub name: String,
    /// read, write, operate or admin; may be repeated
    #[arg(long, value_name = "SCOPE", required = true, value_delimiter = ',')]
    pub scope: Vec<String>,
    /// Attest that everybody whose recording is sent with this key has agreed to it
    #[arg(long)]
    pub attest_consent: bool,
    /// Version of the text that they agreed to
    #[arg(
        long,
        value_name = "VERSION",
        default_value = "1",
        requires = "attest_consent"
    )]
    pub consent_version: String,
    /// Days until it ends [default: until it is revoked]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=36500))]
    pub expires_days: Option<u32>,
}

/// `candor backup`.
#[derive(Debug, Args)]
pub struct BackupArgs {
    #[command(flatten)]
    pub server: ServerArgs,
    /// New file ending in .tar, or new folder
    #[arg(long, value_name = "FILE")]
    pub to: PathBuf,
}

/// `candor restore`.
#[derive(Debug, Args)]
pub struct RestoreArgs {
    #[command(flatten)]
    pub server: ServerArgs,
    /// What `candor backup` made
    #[arg(long, value_name = "FILE")]
    pub from: PathBuf,
}

/// `candor config …`.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Print the settings as they are in force, without secrets
    Show(ServerArgs),
    /// Print the file with every setting, its default and what it means
    Defaults,
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

fn language(text: &str) -> Result<Language, String> {
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
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

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
