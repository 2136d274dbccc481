//! A recording and engines for one test, and the report that comes of them.

use std::path::{Path, PathBuf};

use candor_app::{
    analyze::{AnalyzeError, Settings, analyze},
    progress::Silent,
};
use candor_core::{
    emotion::Expression, ports::ExpressionScores, span::Span, transcript::Accuracy,
    transcript::Transcript,
};
use candor_media::Tools;
use candor_testkit::{Clips, FakeEngines, read_json, timed_words};
use serde_json::Value;

/// Four seconds: a loud tone for 1.5 s of every two, and a moving picture.
pub const TONE_AND_PICTURE: &str = "-f lavfi -i \
    aevalsrc=0.4*sin(2*PI*200*t)*lt(mod(t\\,2)\\,1.5):s=16000:d=4 \
    -f lavfi -i testsrc2=size=160x120:rate=10:duration=4 -c:v libx264 -c:a pcm_s16le";
/// The sound alone.
pub const TONE: &str =
    "-f lavfi -i aevalsrc=0.4*sin(2*PI*200*t)*lt(mod(t\\,2)\\,1.5):s=16000:d=4 -c:a pcm_s16le";

/// Clips and the programs that read them.
pub struct Stage {
    pub clips: Clips,
    tools: Tools,
}

impl Stage {
    /// `None`, after naming `test` as skipped, where ffmpeg is not installed.
    pub fn new(test: &str) -> Option<Self> {
        Some(Self {
            clips: Clips::new(test)?,
            tools: Tools::find().unwrap(),
        })
    }

    pub fn out(&self) -> PathBuf {
        self.clips.path("out")
    }

    pub fn try_report(
        &self,
        recording: &Path,
        settings: &Settings,
        engines: &FakeEngines,
    ) -> Result<Value, AnalyzeError> {
        let path = analyze(
            recording,
            &self.out(),
            settings,
            &self.tools,
            engines,
            &Silent,
        )?;
        Ok(read_json(&path))
    }

    /// The report on `recording`.
    pub fn report(&self, recording: &Path, settings: &Settings, engines: &FakeEngines) -> Value {
        self.try_report(recording, settings, engines).unwrap()
    }
}

/// One face all the time.
pub fn one_face(_time_s: f64) -> usize {
    1
}

/// A network without contempt that is sure of happiness.
pub fn happy() -> ExpressionScores {
    Expression::ALL.map(|label| match label {
        Expression::Happiness => Some(0.94),
        Expression::Contempt => None,
        _ => Some(0.01),
    })
}

/// Engines that see one happy face and hear `text` in the first 3.5 seconds.
pub fn everything(text: &str, accuracy: Accuracy) -> FakeEngines {
    FakeEngines {
        transcript: Some(said(text, accuracy)),
        faces: Some(one_face),
        expression: Some(|_| happy()),
        aligner: Some(0.9),
    }
}

pub fn said(text: &str, accuracy: Accuracy) -> Transcript {
    timed_words(&[(Span::new(0.0, 3.5), text)], accuracy)
}

/// A text of `n` words.
pub fn words(n: usize) -> String {
    let phrase = [
        "we", "built", "the", "bridge", "over", "our", "river", "in", "spring",
    ];
    let words: Vec<&str> = phrase.iter().copied().cycle().take(n).collect();
    words.join(" ")
}

pub fn number(value: &Value) -> f64 {
    value
        .as_f64()
        .unwrap_or_else(|| panic!("{value} is no number"))
}
