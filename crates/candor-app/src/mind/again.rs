//! Judgements for a report: the chat model's own, as often as the settings say, with nobody in its place. What it does
//! not judge keeps the judgement that it has.

use std::sync::Arc;

use candor_core::{
    interview::{Evaluation, Judged, Question, RoleFamily},
    measured::NotMeasured,
    ports::{EngineError, Watch},
};
use candor_interviewer::evaluation::{Answer, AnswerEvaluator, ChatEvaluator, chat};

use super::Mind;
use crate::{AppError, usage::Task};

/// What came of judging an answer again.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Again {
    /// The chat model's judgement.
    Judged(Box<Evaluation>),
    /// There is none, and why.
    NotJudged(NotMeasured),
    /// Somebody stopped it.
    Cancelled,
}

impl Mind {
    /// Judges an answer to `question` in an interview about `family` with the chat model alone.
    ///
    /// # Errors
    /// Only what is no fault of engines and models.
    pub(crate) async fn judge_again(
        &self,
        family: RoleFamily,
        question: Question,
        answer: Answer,
        watch: Arc<dyn Watch + Send + Sync>,
    ) -> Result<Again, AppError> {
        let (app, settings) = (Arc::clone(&self.app), self.settings());
        let judged = self.work(Task::Evaluate, move |model| {
            let Some(model) = model else {
                return Ok(None);
            };
            let builtin = app.mind.builtin(&app)?;
            let evaluator = ChatEvaluator::new(model, builtin, settings);
            evaluator
                .assess(family, &question, &answer, watch.as_ref())
                .map(|found| Some(found.judged))
        });
        Ok(match judged.await? {
            Ok(Some(Judged::Evaluated(evaluation))) => by_the_model(evaluation),
            Ok(Some(Judged::NotEvaluated(reason))) => Again::NotJudged(reason),
            Ok(None) => not_judged("no_chat_model", "no chat model may be asked here"),
            Err(EngineError::Cancelled) => Again::Cancelled,
            Err(error) => {
                tracing::warn!(error = %error, "an answer was not judged again");
                not_judged(
                    "evaluator_failed",
                    "the evaluator of this installation does not work",
                )
            }
        })
    }
}

/// What the built-in evaluator judged on its own account, it judged like that before.
fn by_the_model(evaluation: Box<Evaluation>) -> Again {
    if evaluation.provenance.formula.as_deref() == Some(chat::FORMULA) {
        return Again::Judged(evaluation);
    }
    not_judged(
        "built_in",
        "such an answer is judged by the built-in evaluator",
    )
}

fn not_judged(code: &str, message: &str) -> Again {
    Again::NotJudged(NotMeasured::new(code, message))
}
