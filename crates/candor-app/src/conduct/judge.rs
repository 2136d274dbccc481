//! How an answer is judged: by the built-in evaluator, on a thread of its own.

use std::sync::Arc;

use candor_core::{
    interview::{Question, RoleFamily},
    measured::NotMeasured,
    ports::{EngineError, Unwatched},
};
use candor_interviewer::{
    evaluation::{Answer, AnswerEvaluator, Evaluator},
    session::{Assessment, Session},
};

use crate::{App, AppError, engines};

/// What the evaluator finds in all that was said to the pending question, with `text` behind it. An engine that fails
/// leaves the answer unmarked, with the reason; the interview goes on.
pub(super) async fn assess(
    app: &Arc<App>,
    session: &Session,
    text: &str,
) -> Result<Assessment, AppError> {
    let Some((question, whole)) = session.pending_answer(text) else {
        let reason = NotMeasured::new("not_asked", "no question was pending");
        return Ok(Assessment::none(reason, text));
    };
    let asked = Asked {
        family: session.plan.family,
        language: session.plan.language.clone(),
        question: question.clone(),
    };
    judge(app, asked, whole, text).await
}

/// What an answer is judged against.
pub(crate) struct Asked {
    /// What the interview is about.
    pub family: RoleFamily,
    /// Language of the interview.
    pub language: String,
    /// The question.
    pub question: Question,
}

/// What the evaluator finds in `whole`, of which `last` was said last.
pub(crate) async fn judge(
    app: &Arc<App>,
    asked: Asked,
    whole: String,
    last: &str,
) -> Result<Assessment, AppError> {
    let (app, last) = (Arc::clone(app), last.to_owned());
    let permit = Arc::clone(&app.conduct.judging).acquire_owned().await;
    let judged = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        let evaluator = builtin(&app)?;
        let answer = Answer::written(&whole, Some(&asked.language));
        let assessment = evaluator.assess(asked.family, &asked.question, &answer, &Unwatched);
        Ok::<_, EngineError>(assessment.unwrap_or_else(|error| {
            tracing::error!(error = %error, "conduct.evaluator_failed");
            let reason = NotMeasured::new("evaluator_failed", "the evaluator failed");
            Assessment::none(reason, &last)
        }))
    })
    .await
    .map_err(AppError::internal)?;
    judged.map_err(AppError::internal)
}

/// The built-in evaluator of this process, made with the first answer. Without an embedder letters and words alone
/// count, which its marks say.
fn builtin(app: &App) -> Result<Arc<Evaluator>, EngineError> {
    if let Some(evaluator) = app.conduct.builtin.get() {
        return Ok(Arc::clone(evaluator));
    }
    let embedder = engines::optional(app.engines.embedder())?.ok();
    let made = Arc::new(Evaluator::new(embedder));
    Ok(Arc::clone(app.conduct.builtin.get_or_init(|| made)))
}
