//! Ports for text: sentence embeddings.

use crate::report::Provenance;

use super::EngineError;

/// Turns texts into vectors whose cosine tells how alike they are.
pub trait Embedder: Send + Sync {
    /// One vector of unit length for each text; long texts are split and averaged.
    ///
    /// # Errors
    /// [`EngineError::Failed`] when the network fails.
    fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, EngineError>;
    /// Languages it was made for (BCP 47 primary subtags).
    fn languages(&self) -> &[&str];
    /// Which engine and model this is.
    fn provenance(&self) -> Provenance;
}

/// An answer to be judged, and what it answers.
#[derive(Debug, Clone, PartialEq)]
pub struct AnswerBrief {
    /// The question.
    pub question: Option<String>,
    /// What a good answer says.
    pub expected_answer: Option<String>,
    /// Words that a good answer uses.
    pub keywords: Vec<String>,
    /// The answer, word for word.
    pub answer: String,
    /// Language of the answer (BCP 47 primary subtag).
    pub language: Option<String>,
}

/// One judgement of an answer; it counts only with words of the answer that bear it out.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// 0 to 100.
    pub score: f64,
    /// Words of the answer, quoted to the letter.
    pub quotes: Vec<String>,
}

/// What a [`AnswerJudge`] says of an answer; `None`: it can't tell.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AnswerJudgement {
    /// Whether it answers the question.
    pub relevance: Option<Judgement>,
    /// Whether it is technically right.
    pub technical: Option<Judgement>,
    /// Whether it is clear.
    pub clarity: Option<Judgement>,
    /// Whether it says all that matters.
    pub completeness: Option<Judgement>,
    /// Whether it shows initiative.
    pub initiative: Option<Judgement>,
    /// What is good about it.
    pub strengths: Vec<String>,
    /// What could be better.
    pub weaknesses: Vec<String>,
}

/// Understands answers and judges what words alone don't show, e.g. a chat model.
pub trait AnswerJudge: Send + Sync {
    /// Judges one answer.
    ///
    /// # Errors
    /// [`EngineError::Cancelled`] when `watch` says so, otherwise what went wrong.
    fn judge(
        &self,
        brief: &AnswerBrief,
        watch: &dyn super::Watch,
    ) -> Result<AnswerJudgement, EngineError>;
    /// Which engine, model and prompt this is.
    fn provenance(&self) -> Provenance;
}
