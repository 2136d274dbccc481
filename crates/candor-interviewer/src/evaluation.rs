//! How answers are judged without a chat model. Two doors: [`builtin`] judges an answer of an interview,
//! [`short_answer`] how far a short answer agrees with a desired one; both rest on the same comparison of points.
//!
//! Filler words, accent, pace, face and voice play no part. The same answer always gets the same marks.

mod answer;
mod aside;
pub mod builtin;
mod coverage;
mod feedback;
mod measures;
mod memory;
mod said;
pub mod short_answer;
mod standing;
mod topic;
mod vocabulary;
pub(crate) mod wordlist;

#[cfg(test)]
mod tests;

pub use answer::Answer;
pub use builtin::Evaluator;
