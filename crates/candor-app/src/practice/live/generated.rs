//! The next question in words of a chat model, where the person was told of whoever runs it and what the model says keeps
//! to the guardrails; else in the words of its stage.

use std::{sync::Arc, time::Duration};

use candor_core::{ids::OrganisationId, ports::Unwatched};
use candor_interviewer::prepared::{self, Said, Stage};
use candor_store::records::conduct::TurnRow;
use serde_json::{Value, json};

use super::Kept;
use crate::{
    App, AppError,
    mind::{self, Judging},
    practice::sessions,
    usage::Task,
};

/// Longest wait for the words; the person waits as long.
const TIMEOUT: Duration = Duration::from_secs(6);

/// Words the question that is asked now, after `answer`, and tells who worded it; nothing where none may be asked.
///
/// # Errors
/// What the database says; nothing that is a model's fault.
pub(super) async fn word(
    app: &Arc<App>,
    kept: &mut Kept,
    turns: &[TurnRow],
    answer: Option<&str>,
) -> Result<Value, AppError> {
    let question = kept.standing.asked.as_ref();
    let question = question.filter(|asked| asked.clarifies.is_none());
    let question = question.and_then(|asked| {
        let mut all = kept.plan.questions.iter();
        all.find(|question| question.id == asked.question_id)
    });
    let Some(question) = question.cloned() else {
        return Ok(json!({}));
    };
    let organisation = OrganisationId::from(kept.row.organisation_id);
    let mind = mind::find_mind(app, organisation, Judging::live(app)).await?;
    let mind = mind.where_told_of(kept.session.details[sessions::PROCESSOR].as_str());
    if mind.processor().is_none() {
        return Ok(json!({}));
    }
    let session = sessions::session(kept.session.clone());
    let mut said: Vec<(bool, String)> = turns
        .iter()
        .map(|turn| (turn.speaker == "candidate", turn.text.clone()))
        .collect();
    said.extend(answer.map(|text| (true, text.to_owned())));
    let timeout = TIMEOUT.min(Duration::from_secs_f64(app.config.chat.timeout_s));
    let worded = mind.ask(Task::Ask, move |model| {
        let turns: Vec<Said<'_>> = said
            .iter()
            .map(|(is_person, text)| Said {
                is_person: *is_person,
                text,
            })
            .collect();
        let stage = Stage {
            question: &question,
            role: &session.job_role,
            domain: &session.domain,
            turns: &turns,
        };
        model.map(|model| prepared::generate(&*model, &stage, timeout, &Unwatched))
    });
    Ok(match worded.await? {
        None => json!({}),
        Some(Ok((text, provenance))) => {
            kept.standing.reword(&text);
            json!({"worded_by": "chat_model", "provenance": provenance})
        }
        Some(Err(reason)) => json!({"worded_by": "stage", "because": reason.code}),
    })
}

/// The words in which a question was asked, where the turns tell.
pub(super) fn as_asked(turns: &[TurnRow], question_id: &str) -> Option<String> {
    let mut asked = turns.iter();
    asked
        .find(|turn| turn.kind == "question" && turn.question_id.as_deref() == Some(question_id))
        .map(|turn| turn.text.clone())
}
