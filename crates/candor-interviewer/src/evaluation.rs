//! How answers are judged. Two evaluators of an answer of an interview behind [`AnswerEvaluator`]: [`builtin`], which
//! always gives the same answer the same marks, and [`chat`], which asks a chat model and takes from it only what the
//! answer bears out. [`short_answer`] judges how far a short answer agrees with a desired one; it compares points as
//! [`builtin`] does.
//!
//! Filler words, accent, pace, face and voice play no part.

use candor_core::{
    interview::{Question, RoleFamily},
    ports::{EngineError, Watch},
};

use crate::session::Assessment;

mod answer;
mod aside;
pub mod builtin;
pub mod chat;
mod coverage;
mod feedback;
mod measures;
mod memory;
mod said;
mod seen;
pub mod short_answer;
mod standing;
mod topic;
mod vocabulary;
pub(crate) mod wordlist;

#[cfg(test)]
mod tests;

pub use answer::Answer;
pub use aside::{ASIDE_BOUNDS, aside_plane};
pub use builtin::Evaluator;
pub use chat::ChatEvaluator;
pub(crate) use seen::Shown;

/// Judges answers of interviews.
pub trait AnswerEvaluator: Send + Sync {
    /// Judges an answer to `question` in an interview about `family`.
    ///
    /// # Errors
    /// [`EngineError::Cancelled`] when `watch` says so, otherwise what an engine says.
    fn assess(
        &self,
        family: RoleFamily,
        question: &Question,
        answer: &Answer,
        watch: &dyn Watch,
    ) -> Result<Assessment, EngineError>;
}

impl AnswerEvaluator for Evaluator {
    fn assess(
        &self,
        family: RoleFamily,
        question: &Question,
        answer: &Answer,
        _watch: &dyn Watch,
    ) -> Result<Assessment, EngineError> {
        self.evaluate(family, question, answer)
    }
}

/// What a chat model may be shown of an answer in `language`; `None` where nobody can tell what in it is meant for the
/// one who judges, or nothing is left.
pub(crate) fn shown(answer: &Answer, language: &str) -> Option<Shown> {
    if !vocabulary::LANGUAGES.contains(&language) {
        return None;
    }
    let said = said::Said::read(answer, language, false, None, Default::default).ok()?;
    (!said.sentences.is_empty()).then(|| Shown::new(answer, &said))
}
