//! The judgement of what was said in a recorded session by a chat model: only where the person was told of whoever runs
//! it, and only while their consent to being analysed stands.

use std::{sync::Arc, time::Duration};

use candor_core::ports::Unwatched;
use candor_interviewer::rationale::{self, Spoken};
use candor_signals::text::{language, tokens::plain};
use candor_store::entities::interviews;

use super::{documents::Results, sessions};
use crate::{
    App, AppError,
    consent::{self, Scope, Subject},
    documented::practice::{judged, not_judged},
    mind::{self, Judging},
    usage::Task,
};

/// Language of words that do not tell theirs.
const LANGUAGE: &str = "en";

/// Puts the model's judgement into the advanced score, or why there is none. `true`: that is to be kept; another try
/// would come to the same.
///
/// # Errors
/// What the database says; nothing that is a model's fault.
pub(super) async fn judge(
    app: &Arc<App>,
    session: &interviews::Model,
    results: &mut Results,
) -> Result<bool, AppError> {
    let organisation = session.organisation_id.into();
    let mind = mind::find_mind(app, organisation, Judging::live(app)).await?;
    let mind = mind.where_told_of(session.details[sessions::PROCESSOR].as_str());
    let said = results.analysis["transcriptText"].as_str().map(str::trim);
    let (Some(processor), Some(said)) = (
        mind.processor().map(str::to_owned),
        said.filter(|said| !said.is_empty()).map(str::to_owned),
    ) else {
        return Ok(false);
    };
    let subject = Subject::Interview(session.id.into());
    match consent::require_with(app.store.fresh(), organisation, subject, Scope::Analysis).await {
        Ok(()) => {}
        Err(AppError::ConsentRequired) => return Ok(false),
        Err(error) => return Err(error),
    }
    let view = sessions::session(session.clone());
    let timeout = Duration::from_secs_f64(app.config.chat.timeout_s);
    let found = mind.ask(Task::Rationale, move |model| {
        let language = language::of(&plain(&said, None));
        let spoken = Spoken {
            role: &view.job_role,
            domain: &view.domain,
            text: &said,
            language: language.as_deref().unwrap_or(LANGUAGE),
        };
        model.map(|model| rationale::judge(&*model, &spoken, timeout, &Unwatched))
    });
    Ok(match found.await? {
        None => false,
        Some(Ok(found)) => {
            judged(&mut results.advanced, &found, &processor);
            true
        }
        Some(Err(reason)) => {
            tracing::warn!(code = %reason.code, "the chat model did not judge; heuristics do");
            not_judged(&mut results.advanced, &reason);
            // A model that is away may be there the next time.
            !reason.code.starts_with("chat_") && reason.code != "cancelled"
        }
    })
}
