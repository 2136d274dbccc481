//! The `candor` object of the report: observations, tracks, events, segments and where they come from.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{measured::NotMeasured, purpose::Purpose, span::Span, transcript::Transcript};

/// Everything that was measured, and how.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Details {
    /// Version of this object's shape.
    pub schema: u32,
    /// Version of Candor that wrote the report.
    pub version: String,
    /// What the analysis was for.
    pub purpose: Purpose,
    /// The recording.
    pub source: Source,
    /// Figures by group: `recording`, `voice`, `face`, `text`.
    pub measurements: BTreeMap<String, BTreeMap<String, Observation>>,
    /// Why a field of the report is `null`, by the field's path.
    pub not_measured: BTreeMap<String, NotMeasured>,
    /// Curves over time by name.
    pub tracks: BTreeMap<String, Track>,
    /// What happened when, in order of time.
    pub events: Vec<Event>,
    /// Parts of the recording, each with its own figures.
    pub segments: Vec<Segment>,
    /// Words with times.
    pub transcript: Option<Transcript>,
    /// What stands out in the text.
    pub text: TextDetails,
    /// How each score came about.
    pub scores: ScoreDetails,
    /// What a reader has to know, most important first.
    pub notes: Vec<Note>,
    /// Engines, models and formulas, by the identifier that observations name.
    pub provenance: BTreeMap<String, Provenance>,
}

/// The recording that was analysed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Source {
    /// File name without its folder.
    pub file_name: String,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 of the file, in hexadecimal digits.
    pub sha256: String,
    /// Container as detected by content, e.g. `mov,mp4,m4a,3gp,3g2,mj2`.
    pub container: String,
    /// Length that was decoded, in seconds.
    pub duration_s: f64,
    /// The video track that was analysed.
    pub video: Option<VideoTrack>,
    /// The audio track that was analysed.
    pub audio: Option<AudioTrack>,
}

/// A video track.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct VideoTrack {
    /// Codec name.
    pub codec: String,
    /// Width in pixels as shown (after rotation).
    pub width: u32,
    /// Height in pixels as shown (after rotation).
    pub height: u32,
    /// Average frames per second, when the file tells.
    pub fps: Option<f64>,
    /// Clockwise rotation of the stored picture in degrees.
    pub rotation_deg: i32,
    /// Number of video tracks in the file; the first one is analysed.
    pub n_tracks: u32,
}

/// An audio track.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AudioTrack {
    /// Codec name.
    pub codec: String,
    /// Samples per second.
    pub sample_rate_hz: u32,
    /// Channels.
    pub channels: u32,
    /// Number of audio tracks in the file; the first one is analysed.
    pub n_tracks: u32,
}

/// One figure: value or reason, unit, the time it covers, how sure, and where it comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Observation {
    /// The figure; `None` when it was not measured.
    pub value: Option<f64>,
    /// Its unit, e.g. `s`, `Hz`, `st`, `dB`, `1/min`, `ratio`, `count`, `deg`.
    pub unit: String,
    /// The time it covers.
    pub span: Span,
    /// 0 to 1; `None` when the figure was not measured.
    pub confidence: Option<f64>,
    /// Key into [`Details::provenance`].
    pub source: String,
    /// Why there is no figure.
    pub reason: Option<NotMeasured>,
}

/// A curve: values at `start_s + i · step_s`; `null` where nothing was measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Track {
    /// Unit of the values.
    pub unit: String,
    /// Time of the first value, in seconds.
    pub start_s: f64,
    /// Seconds from one value to the next.
    pub step_s: f64,
    /// The values.
    pub values: Vec<Option<f32>>,
    /// Key into [`Details::provenance`].
    pub source: String,
}

/// What an event is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// A stretch of speech.
    Speech,
    /// Silence of at least 250 ms between stretches of speech.
    Pause,
    /// A hesitation in the transcript; `label` holds the word.
    Filler,
    /// A long vowel of flat pitch outside the words.
    FilledPause,
    /// A nod; `value` is its amplitude in degrees.
    Nod,
    /// A head shake; `value` is its amplitude in degrees.
    Shake,
    /// Gaze away from the camera.
    LookAway,
    /// A blink.
    Blink,
    /// A smile.
    Smile,
    /// No face in the picture.
    FaceMissing,
    /// More than one face in the picture; `value` is their number.
    SeveralFaces,
    /// The dominant expression changes; `label` holds the new one.
    ExpressionChange,
    /// Clipped audio.
    Clipping,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Event {
    /// What it is.
    pub kind: EventKind,
    /// When it was.
    pub span: Span,
    /// A figure that belongs to it.
    pub value: Option<f64>,
    /// Unit of the figure.
    pub unit: Option<String>,
    /// A word or label that belongs to it.
    pub label: Option<String>,
    /// 0 to 1.
    pub confidence: Option<f64>,
}

/// A part of the recording.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Segment {
    /// When it is.
    pub span: Span,
    /// How it was found: `question_marker`, `silence`, `topic` or `whole`.
    pub basis: String,
    /// The question, or the segment's own keywords.
    pub title: String,
    /// Its own figures.
    pub measurements: BTreeMap<String, Observation>,
}

/// What stands out in the text.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct TextDetails {
    /// Language that the text measurements assumed.
    pub language: Option<String>,
    /// The most telling terms.
    pub keywords: Vec<Keyword>,
    /// The sentences of the summary with their times.
    pub summary: Vec<Quote>,
    /// Where the answer describes a situation, a task, an action or a result.
    pub structure: Vec<StructurePart>,
    /// Sentences that give numbers, names or first-person actions.
    pub specifics: Vec<Quote>,
    /// Hedging expressions.
    pub hedges: Vec<Quote>,
}

/// A term of the text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Keyword {
    /// The term as it was said.
    pub term: String,
    /// How often it occurs.
    pub count: u32,
    /// Weight relative to the strongest term, 0 to 1.
    pub weight: f64,
}

/// Words quoted from the transcript.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Quote {
    /// The words.
    pub text: String,
    /// When they were said, where the transcript has times.
    pub span: Option<Span>,
}

/// A part of an answer's structure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StructurePart {
    /// `situation`, `task`, `action` or `result`.
    pub part: String,
    /// The sentence that shows it.
    pub quote: Quote,
    /// 0 to 1.
    pub confidence: f64,
}

/// How the scores came about.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct ScoreDetails {
    /// Identifier and version of the formula, e.g. `lab-a.v1`.
    pub formula: String,
    /// `documented` or `content_only`.
    pub policy: String,
    /// What each component gave.
    pub components: Vec<ScoreComponent>,
    /// In plain words: what the totals rest on and what is missing.
    pub basis: String,
}

/// One component of a score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScoreComponent {
    /// `verbal`, `paraverbal` or `nonverbal`.
    pub block: String,
    /// Name of the component, e.g. `wpm`.
    pub name: String,
    /// The measured value that went in.
    pub input: Option<f64>,
    /// Unit of the input.
    pub unit: String,
    /// Points; `None` when the input is missing.
    pub points: Option<f64>,
    /// The most points that it can give.
    pub max: f64,
    /// Why it is missing.
    pub reason: Option<NotMeasured>,
}

/// How much a note matters.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Results are missing or doubtful because of it.
    Warning,
    /// Good to know.
    Info,
}

/// Something a reader has to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Note {
    /// Stable identifier.
    pub code: String,
    /// How much it matters.
    pub severity: Severity,
    /// One or two plain sentences.
    pub message: String,
}

/// Which engine, model and formula made a figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Provenance {
    /// Program or library, e.g. `rten`, `whisper.cpp`, `candor`.
    pub engine: String,
    /// Version of the engine.
    pub version: String,
    /// Model identifier of the registry.
    pub model: Option<String>,
    /// SHA-256 of the model's file.
    pub model_sha256: Option<String>,
    /// Identifier and version of the formula, e.g. `pitch-ac.v1`.
    pub formula: Option<String>,
    /// Settings that change the result.
    pub settings: BTreeMap<String, String>,
}
