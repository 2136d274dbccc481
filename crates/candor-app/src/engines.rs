//! Where use cases get their engines from; the composition root and the tests implement it.

use std::sync::Arc;

use candor_core::{
    measured::NotMeasured,
    ports::{
        Aligner, AnswerJudge, Embedder, EngineError, ExpressionNetwork, FaceTracker,
        SpeechDetector, Transcriber,
    },
    report::Note,
};

/// Why an engine can't be had.
#[derive(Debug, thiserror::Error)]
pub enum Unavailable {
    /// It is not installed or switched off: what it would measure is "not measured".
    #[error(transparent)]
    Absent(#[from] NotMeasured),
    /// It is there but damaged: the analysis is refused.
    #[error(transparent)]
    Broken(#[from] EngineError),
}

/// A transcriber, and what a reader has to know about the choice.
#[derive(Clone)]
pub struct ChosenTranscriber {
    /// The engine.
    pub engine: Arc<dyn Transcriber>,
    /// E.g. that it is a fallback, and the command that gets a better one.
    pub note: Option<Note>,
}

/// Gives engines on demand. Stateful ones are made anew for each recording.
pub trait Engines: Sync {
    /// Speech activity.
    ///
    /// # Errors
    /// See [`Unavailable`].
    fn speech_detector(&self) -> Result<Box<dyn SpeechDetector>, Unavailable>;
    /// Face detector, mesh and iris.
    ///
    /// # Errors
    /// See [`Unavailable`].
    fn face_tracker(&self) -> Result<Box<dyn FaceTracker>, Unavailable>;
    /// Facial expression.
    ///
    /// # Errors
    /// See [`Unavailable`].
    fn expression_network(&self) -> Result<Box<dyn ExpressionNetwork>, Unavailable>;
    /// Sentence embeddings.
    ///
    /// # Errors
    /// See [`Unavailable`].
    fn embedder(&self) -> Result<Arc<dyn Embedder>, Unavailable>;
    /// Speech to text, in the order of preference of the operator.
    ///
    /// # Errors
    /// See [`Unavailable`].
    fn transcriber(&self) -> Result<ChosenTranscriber, Unavailable>;
    /// Forced alignment.
    ///
    /// # Errors
    /// See [`Unavailable`].
    fn aligner(&self) -> Result<Arc<dyn Aligner>, Unavailable>;
    /// Judges answers; absent unless an implementation brings one.
    ///
    /// # Errors
    /// See [`Unavailable`].
    fn answer_judge(&self) -> Result<Arc<dyn AnswerJudge>, Unavailable> {
        Err(Unavailable::Absent(NotMeasured::new(
            "no_evaluator",
            "it takes a chat model to judge this, and none is set up",
        )))
    }
}

/// An engine, or the reason why what it measures stays unmeasured.
///
/// # Errors
/// [`EngineError`] when the engine is damaged.
pub fn optional<T>(engine: Result<T, Unavailable>) -> Result<Result<T, NotMeasured>, EngineError> {
    match engine {
        Ok(engine) => Ok(Ok(engine)),
        Err(Unavailable::Absent(reason)) => Ok(Err(reason)),
        Err(Unavailable::Broken(error)) => Err(error),
    }
}
