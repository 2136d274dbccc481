//! Ports for speech: activity, transcription, alignment.

use crate::{report::Provenance, span::Span, transcript::Transcript};

use super::{EngineError, Watch};

/// Random access to a recording's audio: mono, [`crate::media::SAMPLE_RATE_HZ`], −1 to 1.
pub trait Samples: Send + Sync {
    /// Number of samples.
    fn n_samples(&self) -> u64;
    /// Reads `len` samples from sample `start`; shorter at the end of the recording.
    ///
    /// # Errors
    /// When the audio can't be read any more.
    fn read(&self, start: u64, len: usize) -> std::io::Result<Vec<f32>>;

    /// Length in seconds.
    fn duration_s(&self) -> f64 {
        self.n_samples() as f64 / f64::from(crate::media::SAMPLE_RATE_HZ)
    }

    /// Reads the samples of `span`, cut to the recording.
    ///
    /// # Errors
    /// When the audio can't be read any more.
    fn read_span(&self, span: Span) -> std::io::Result<Vec<f32>> {
        let rate = f64::from(crate::media::SAMPLE_RATE_HZ);
        let start = (span.start_s.max(0.0) * rate).round() as u64;
        let end = ((span.end_s.max(0.0) * rate).round() as u64).min(self.n_samples());
        self.read(start, end.saturating_sub(start) as usize)
    }
}

/// Samples held in memory.
impl Samples for Vec<f32> {
    fn n_samples(&self) -> u64 {
        self.len() as u64
    }
    fn read(&self, start: u64, len: usize) -> std::io::Result<Vec<f32>> {
        let start = (start as usize).min(self.len());
        Ok(self[start..(start + len).min(self.len())].to_vec())
    }
}

/// Samples in one window of a [`SpeechDetector`] (32 ms).
pub const VAD_WINDOW: usize = 512;

/// Gives the probability of speech window by window; keeps state from one window to the next.
pub trait SpeechDetector: Send {
    /// Probability of speech in the next [`VAD_WINDOW`] samples, 0 to 1.
    ///
    /// # Errors
    /// [`EngineError::Input`] for another number of samples, [`EngineError::Failed`] otherwise.
    fn probability(&mut self, window: &[f32]) -> Result<f32, EngineError>;
    /// Forgets the windows seen so far.
    fn reset(&mut self);
    /// Which engine and model this is.
    fn provenance(&self) -> Provenance;
}

/// What a [`Transcriber`] is asked for.
#[derive(Debug, Clone, Default)]
pub struct TranscribeRequest {
    /// Speech to transcribe, padded, in order; nothing outside is transcribed.
    pub speech: Vec<Span>,
    /// Language of the speech (BCP 47 primary subtag); `None` lets the engine find out.
    pub language: Option<String>,
    /// Beam width; 1 is greedy.
    pub beam: u32,
}

/// Writes down what is said.
pub trait Transcriber: Send + Sync {
    /// Transcribes `request.speech`; words carry times on the clock of `samples`.
    ///
    /// # Errors
    /// [`EngineError::Cancelled`] when `watch` says so, otherwise what went wrong.
    fn transcribe(
        &self,
        samples: &dyn Samples,
        request: &TranscribeRequest,
        watch: &dyn Watch,
    ) -> Result<Transcript, EngineError>;
    /// Which engine and model this is.
    fn provenance(&self) -> Provenance;
}

/// A word with the time at which it was found.
#[derive(Debug, Clone, PartialEq)]
pub struct AlignedWord {
    /// When it is said; `None` where the word could not be found in the audio.
    pub span: Option<Span>,
    /// How well word and audio fit, 0 to 1.
    pub confidence: f32,
}

/// Finds out when the words of a known text are said.
pub trait Aligner: Send + Sync {
    /// Languages it knows (BCP 47 primary subtags).
    fn languages(&self) -> &[&str];
    /// One entry for each of `words`, in order; `speech` says where somebody speaks.
    ///
    /// # Errors
    /// [`EngineError::Cancelled`] when `watch` says so, otherwise what went wrong.
    fn align(
        &self,
        samples: &dyn Samples,
        speech: &[Span],
        words: &[String],
        watch: &dyn Watch,
    ) -> Result<Vec<AlignedWord>, EngineError>;
    /// Which engine and model this is.
    fn provenance(&self) -> Provenance;
}
