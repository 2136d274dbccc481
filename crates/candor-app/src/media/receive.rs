//! A stream becomes a recording.

use candor_core::{
    access::{Action, Actor},
    ids::{OrganisationId, RecordingId, UserId},
};
use candor_store::{
    entities::{interviews, recordings},
    records::{self, reach::Rows},
};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use serde::{Deserialize, Serialize};

use super::{
    Body, NewRecording, Recording, RecordingState, Source, Staged,
    arrival::{self, keep_as},
    now, stage,
};
use crate::{
    App, AppError,
    consent::{self, Grounds, Subject},
};

/// Keeps a stream as a recording, with limits, type and consent checked.
///
/// # Errors
/// [`AppError::ConsentRequired`] before anything is read, [`AppError::NotFound`] for an interview out of
/// reach, and those of [`stage`]. Nothing is kept then.
pub async fn receive(
    app: &App,
    actor: &Actor,
    new: NewRecording,
    body: Body<'_>,
) -> Result<Recording, AppError> {
    let plan = plan(app, app.store.writer(), actor, new).await?;
    let staged = stage(
        app,
        actor.organisation,
        plan.id,
        body,
        app.config.limits.upload_bytes,
    )
    .await?;
    keep_as(app, &Maker::of(actor), plan, Source::Upload, staged).await
}

/// Checks a description before the bytes come.
///
/// # Errors
/// Those of [`receive`] that don't depend on the bytes.
pub async fn check_new(app: &App, actor: &Actor, new: NewRecording) -> Result<(), AppError> {
    plan(app, app.store.writer(), actor, new).await.map(drop)
}

/// Makes a recording of what was staged before its description was known.
///
/// # Errors
/// Like [`receive`].
pub async fn keep(
    app: &App,
    actor: &Actor,
    id: RecordingId,
    new: NewRecording,
    staged: Staged,
) -> Result<Recording, AppError> {
    match plan(app, app.store.writer(), actor, new).await {
        Ok(plan) => {
            let plan = Plan { id, ..plan };
            keep_as(app, &Maker::of(actor), plan, Source::Upload, staged).await
        }
        Err(error) => {
            staged.discard().await;
            Err(error)
        }
    }
}

/// In whose name a recording is made.
pub(super) struct Maker {
    pub organisation: OrganisationId,
    pub principal: String,
}

impl Maker {
    pub fn of(actor: &Actor) -> Self {
        Self {
            organisation: actor.organisation,
            principal: actor.principal.to_string(),
        }
    }
}

/// What is settled before the first byte.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Plan {
    pub id: RecordingId,
    pub new: NewRecording,
    pub owner: Option<UserId>,
    pub grounds: Grounds,
}

impl Plan {
    /// Whom the consent covers.
    pub fn subject(&self) -> Subject {
        subject(self.id, &self.new)
    }
}

/// Checks permission, references and consent.
pub(super) async fn plan(
    app: &App,
    connection: &impl ConnectionTrait,
    actor: &Actor,
    new: NewRecording,
) -> Result<Plan, AppError> {
    let id = RecordingId::generate();
    let (new, owner) = settle(connection, actor, new).await?;
    let grounds = consent::find_grounds(
        app,
        connection,
        actor,
        standing_subject(id, &new, owner),
        new.consent.clone(),
        consent::Scope::USUAL,
    )
    .await?;
    Ok(Plan {
        id,
        new,
        owner,
        grounds,
    })
}

/// Checks permission and references, and finds whose it will be.
async fn settle(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    mut new: NewRecording,
) -> Result<(NewRecording, Option<UserId>), AppError> {
    let reach = actor.may(Action::WriteRecordings)?;
    let rows = crate::records::rows(actor, reach)?;
    if let (Rows::OfInterview(own), None) = (rows, new.interview) {
        new.interview = Some(own.into());
    }
    check_text("external_id", new.external_id.as_deref(), 200)?;
    check_text("file_name", new.file_name.as_deref(), 255)?;
    let interview: Option<interviews::Model> = match new.interview {
        None => None,
        Some(id) => Some(
            records::recordings::find_interview(connection, actor.organisation, rows, id)
                .await?
                .ok_or(AppError::NotFound("interview"))?,
        ),
    };
    if let Some(question) = new.question {
        let interview = new.interview.ok_or_else(|| {
            AppError::invalid(
                "missing_interview",
                "interview_id",
                "question_id is given together with interview_id",
            )
        })?;
        if !records::recordings::has_question(connection, actor.organisation, interview, question)
            .await?
        {
            return Err(AppError::NotFound("question"));
        }
    }
    let owner = match &interview {
        Some(interview) => interview.owner_id.map(Into::into),
        None => actor.owner(),
    };
    Ok((new, owner))
}

fn check_text(field: &'static str, text: Option<&str>, most: usize) -> Result<(), AppError> {
    match text {
        Some(text) if text.chars().count() > most || text.contains('\0') => Err(AppError::invalid(
            "invalid_text",
            field,
            format!("{field} has at most {most} characters"),
        )),
        _ => Ok(()),
    }
}

/// Whose consent given before counts.
fn standing_subject(id: RecordingId, new: &NewRecording, owner: Option<UserId>) -> Subject {
    match (new.interview, owner) {
        (None, Some(owner)) => Subject::User(owner),
        _ => subject(id, new),
    }
}

fn subject(id: RecordingId, new: &NewRecording) -> Subject {
    match new.interview {
        Some(interview) => Subject::Interview(interview),
        None => Subject::Recording(id),
    }
}

/// Adds the row of a planned recording, with its consent. One that is available already is told as such; call
/// [`jobs::wake`](crate::jobs::wake) when the transaction is committed.
pub(super) async fn insert(
    app: &App,
    transaction: &DatabaseTransaction,
    maker: &Maker,
    plan: Plan,
    fill: impl FnOnce(&mut recordings::Model),
) -> Result<Recording, AppError> {
    let subject = plan.subject();
    let consent = consent::record(
        app,
        transaction,
        maker.organisation,
        subject,
        plan.grounds,
        consent::Scope::USUAL,
    )
    .await?;
    let at = now(app);
    let mut row = recordings::Model {
        id: plan.id.uuid(),
        organisation_id: maker.organisation.uuid(),
        interview_id: plan.new.interview.map(Into::into),
        question_id: plan.new.question.map(Into::into),
        owner_id: plan.owner.map(Into::into),
        external_id: plan.new.external_id,
        source: Source::Upload.as_str().to_owned(),
        source_url: None,
        state: RecordingState::Pending.as_str().to_owned(),
        object_key: None,
        file_name: plan.new.file_name,
        content_type: None,
        bytes: None,
        sha256: None,
        duration_s: None,
        has_video: None,
        has_audio: None,
        error: None,
        consent_id: Some(consent.uuid()),
        created_by: maker.principal.clone(),
        created_at: at,
        updated_at: at,
        deleted_at: None,
        version: 1,
    };
    fill(&mut row);
    records::recordings::insert(transaction, row.clone()).await?;
    let recording = Recording::read(row)?;
    if recording.state == RecordingState::Available {
        arrival::tell(app, transaction, &recording).await?;
    }
    Ok(recording)
}
