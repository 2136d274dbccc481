//! A request for an analysis: what it names is found, what it is for is settled, then it is accepted.

use candor_core::{
    access::{Action, Actor},
    ids::{InterviewId, QuestionId, RecordingId},
    purpose::Purpose,
};
use candor_signals::text::content::Question;
use candor_store::{
    entities::recordings,
    records::{self, reach::Rows},
};
use sea_orm::DatabaseTransaction;
use serde_json::Value;

use super::{
    Analysis,
    accept::{Settled, Wishes, accept},
};
use crate::{
    App, AppError,
    consent::{self, ConsentStatement, Scope, Subject},
    fields, jobs,
    media::{self, NewRecording},
    organisations,
};

mod place;

/// Interface that these analyses come through.
const ORIGIN: &str = "native";
/// Longest address.
const LONGEST_URL: usize = 2000;

/// A new analysis.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NewAnalysis {
    /// A recording that is here; either this or `url`.
    pub recording: Option<RecordingId>,
    /// Where the recording is fetched from.
    pub url: Option<String>,
    /// The interview; that of the recording where it has one.
    pub interview: Option<InterviewId>,
    /// A question of the interview; that of the recording where it has one.
    pub question_id: Option<QuestionId>,
    /// What is asked; fields that are given win over the interview's question.
    pub question: Question,
    /// What it is for; `None`: as the interview says, `practice` for people who analyse their own, else
    /// `hiring`.
    pub purpose: Option<Purpose>,
    /// Settings.
    pub wishes: Wishes,
    /// Where the outcome is told.
    pub callback_url: Option<String>,
    /// The consent it runs under; one that was given before counts as well.
    pub consent: Option<ConsentStatement>,
    /// The client's own id.
    pub external_id: Option<String>,
}

/// Accepts an analysis.
///
/// # Errors
/// [`AppError::ConsentRequired`], [`AppError::NotFound`] for a recording, interview or question out of reach,
/// [`AppError::Invalid`] for a field that can't be. Nothing is stored then.
pub async fn create(app: &App, actor: &Actor, new: NewAnalysis) -> Result<Analysis, AppError> {
    let transaction = app.store.begin().await?;
    let analysis = settle(app, &transaction, actor, new).await?;
    transaction.commit().await?;
    jobs::wake(app);
    Ok(analysis)
}

async fn settle(
    app: &App,
    transaction: &DatabaseTransaction,
    actor: &Actor,
    new: NewAnalysis,
) -> Result<Analysis, AppError> {
    let reach = actor.may(Action::RunAnalyses)?;
    let new = checked(new)?;
    let policy = organisations::policy(app, actor.organisation).await?;
    let which = crate::records::rows(actor, reach)?;
    let recording = recording(app, transaction, actor, which, &new).await?;
    let place = place::find(transaction, actor, which, &new, &recording).await?;
    let id = RecordingId::from(recording.id);
    let consent = consent::establish(
        app,
        transaction,
        actor,
        Subject::Recording(id),
        new.consent.clone(),
        &[Scope::Analysis],
    )
    .await?;
    let settled = Settled {
        recording: id,
        owner: actor.owner().or(recording.owner_id.map(Into::into)),
        purpose: place::purpose(reach, &new, place.interview.as_ref())?,
        asked: place::question(new.question, place.question.as_ref())?,
        answers: Vec::new(),
        interview: place.interview.map(|interview| interview.id.into()),
        question: place.question.map(|question| question.id.into()),
        wishes: new.wishes,
        weights: None,
        request: Value::Null,
        callback_url: new.callback_url,
        origin: ORIGIN.to_owned(),
        external_id: new.external_id,
        consent,
    };
    accept(app, transaction, actor, &policy, settled).await
}

/// Refuses what can't be.
fn checked(mut new: NewAnalysis) -> Result<NewAnalysis, AppError> {
    if new.recording.is_some() == new.url.is_some() {
        return Err(AppError::invalid(
            "invalid_recording",
            "recording_id",
            "give either recording_id or url",
        ));
    }
    if let Some(id) = &new.external_id {
        new.external_id = Some(fields::line("external_id", id, fields::LINE)?);
    }
    if let Some(text) = &new.callback_url {
        let url = url::Url::parse(text).ok();
        let is_web = url.is_some_and(|url| {
            ["http", "https"].contains(&url.scheme()) && url.host_str().is_some()
        });
        if !is_web || text.len() > LONGEST_URL {
            return Err(AppError::invalid(
                "invalid_callback_url",
                "callback_url",
                "callback_url must be an http or https address",
            ));
        }
    }
    Ok(new)
}

async fn recording(
    app: &App,
    transaction: &DatabaseTransaction,
    actor: &Actor,
    which: Rows,
    new: &NewAnalysis,
) -> Result<recordings::Model, AppError> {
    let id = match (&new.url, new.recording) {
        (Some(url), _) => {
            let announced = NewRecording {
                interview: new.interview,
                question: new.question_id,
                external_id: None,
                file_name: None,
                consent: new.consent.clone(),
            };
            media::announce(app, transaction, actor, url, announced)
                .await?
                .id
        }
        (None, Some(id)) => id,
        (None, None) => return Err(AppError::NotFound("recording")),
    };
    let row = records::recordings::find(transaction, actor.organisation, which, id)
        .await?
        .ok_or(AppError::NotFound("recording"))?;
    if row.state == "failed" || (row.state == "pending" && row.source_url.is_none()) {
        return Err(AppError::conflict(
            "recording_not_available",
            "the recording has not arrived; finish its upload first",
        ));
    }
    Ok(row)
}
