//! The practice interview of five prepared questions: in order, each followed by at most one request to say
//! more. It follows the documented flow of *practice* to the letter; [`strategy`](crate::strategy) is another
//! one, with phases, levels and follow-ups.

mod generated;
mod quality;
mod questions;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::strategy::Plan;

pub use generated::{Said, Stage, generate};
pub use quality::{Quality, Reason, assess};
pub use questions::{TOTAL, family_of, plan};

/// Clarifications of one question at most.
pub const MAX_CLARIFICATIONS: usize = 1;

/// What is asked now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// `q1` to `q5`, or the id of a clarification: `<questionId>-clarify-<n>`.
    pub id: String,
    /// The question of the plan.
    pub question_id: String,
    /// The words.
    pub text: String,
    /// Why it is a clarification, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clarifies: Option<Reason>,
}

/// The interview is over, or never had a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the interview is over")]
pub struct IsOver;

/// Where an interview stands. [`Standing::stop`] leaves the index where it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Place of the present question in the plan, from 0; the number of questions when it is over.
    pub index: usize,
    /// What is asked; none: it is over.
    pub asked: Option<Asked>,
    n_clarifications: usize,
}

impl Standing {
    /// The first question.
    pub fn begin(plan: &Plan) -> Self {
        let mut standing = Self {
            index: 0,
            asked: None,
            n_clarifications: 0,
        };
        standing.ask(plan);
        standing
    }

    /// Whether it is over.
    pub fn is_over(&self) -> bool {
        self.asked.is_none()
    }

    /// Takes an answer: a clarification of it is asked for, or the next question.
    ///
    /// # Errors
    /// [`IsOver`].
    pub fn answer(&mut self, plan: &Plan, text: &str) -> Result<(), IsOver> {
        let asked = self.asked.as_ref().ok_or(IsOver)?;
        let needs = assess(text, &asked.text).reason;
        if let Some(reason) = needs.filter(|_| self.n_clarifications < MAX_CLARIFICATIONS) {
            self.n_clarifications += 1;
            self.asked = Some(Asked {
                id: format!("{}-clarify-{}", asked.question_id, self.n_clarifications),
                question_id: asked.question_id.clone(),
                text: reason.request().to_owned(),
                clarifies: Some(reason),
            });
            return Ok(());
        }
        self.go_on(plan);
        Ok(())
    }

    /// The present question is not answered: the next one follows.
    ///
    /// # Errors
    /// [`IsOver`].
    pub fn skip(&mut self, plan: &Plan) -> Result<(), IsOver> {
        if self.is_over() {
            return Err(IsOver);
        }
        self.go_on(plan);
        Ok(())
    }

    /// Asks the present question in other words; a clarification keeps its own. Whether it does.
    pub fn reword(&mut self, text: &str) -> bool {
        match &mut self.asked {
            Some(asked) if asked.clarifies.is_none() => {
                text.clone_into(&mut asked.text);
                true
            }
            _ => false,
        }
    }

    /// Ends it with what was answered so far.
    pub fn stop(&mut self) {
        self.asked = None;
    }

    fn go_on(&mut self, plan: &Plan) {
        self.index += 1;
        self.n_clarifications = 0;
        self.ask(plan);
    }

    fn ask(&mut self, plan: &Plan) {
        self.asked = plan.questions.get(self.index).map(|question| Asked {
            id: question.id.clone(),
            question_id: question.id.clone(),
            text: question.text.clone(),
            clarifies: None,
        });
    }
}
