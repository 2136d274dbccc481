//! How an answer is judged: by the built-in evaluator, on a thread of its own.

use std::sync::Arc;

use candor_core::{
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
    let (question, language) = (question.clone(), session.plan.language.clone());
    let (family, app, text) = (session.plan.family, Arc::clone(app), text.to_owned());
    let permit = Arc::clone(&app.conduct.judging).acquire_owned().await;
    let judged = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        let evaluator = builtin(&app)?;
        let answer = Answer::written(&whole, Some(&language));
        let assessment = evaluator.assess(family, &question, &answer, &Unwatched);
        Ok::<_, EngineError>(assessment.unwrap_or_else(|error| {
            tracing::error!(error = %error, "conduct.evaluator_failed");
            let reason = NotMeasured::new("evaluator_failed", "the evaluator failed");
            Assessment::none(reason, &text)
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
