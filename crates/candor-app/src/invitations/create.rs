//! Invitations are made.

use candor_core::{
    access::{Action, Actor},
    ids::{ApplicationId, DocumentId, InvitationId, PositionId},
};
use candor_store::{
    entities::{applications, invitations, positions},
    records::{invitations::InvitationRow, scoped},
};
use jiff::Timestamp;
use sea_orm::{ActiveValue::Set, Condition, ConnectionTrait, DatabaseTransaction};
use serde_json::json;

use super::{
    Invitation, LANGUAGES,
    content::{self, NewInvitationQuestion},
    resume,
    time::{Moment, moment},
    window::window,
    write::{current, record},
};
use crate::{
    App, AppError,
    documents::{self, NewDocument},
    fields::{self, optional_line},
    jobs,
    mail::{self, Kind},
    records,
    secrets::{random_hex, token_hash},
};

/// What a client says about an invitation it makes.
#[derive(Debug, Clone, Default)]
pub struct NewInvitation {
    /// Address.
    pub candidate_email: String,
    /// Name.
    pub candidate_name: Option<String>,
    /// Family of roles.
    pub role_family: String,
    /// `mixed`, `technical`, `behavioral` or `screening`.
    pub interview_type: Option<String>,
    /// An instant, or a local time with `time_zone`.
    pub scheduled_at: String,
    /// IANA name.
    pub time_zone: Option<String>,
    /// The link opens; 15 minutes before the time unless given.
    pub opens_at: Option<Timestamp>,
    /// The link closes; 7 days after the time unless given.
    pub closes_at: Option<Timestamp>,
    /// Language of the interview and of mail; `en` unless given.
    pub language: Option<String>,
    /// Level to begin with.
    pub difficulty: Option<String>,
    /// Time budget.
    pub duration_minutes: Option<i64>,
    /// What is asked about first.
    pub focus_areas: Vec<String>,
    /// The recruiter's own questions.
    pub questions: Vec<NewInvitationQuestion>,
    /// To the candidate.
    pub message: Option<String>,
    /// The position; that of the application unless given.
    pub position: Option<PositionId>,
    /// The application that it is part of.
    pub application: Option<ApplicationId>,
    /// The résumé; the newest one of the application unless given.
    pub document: Option<DocumentId>,
    /// Where the résumé lies. A document of this server is used, and so is a résumé that was uploaded to it before; an
    /// address elsewhere is kept, never fetched by itself.
    pub resume_url: Option<String>,
}

/// Invites somebody. Beside the invitation it gives what had to be decided about its time, in words.
///
/// # Errors
/// [`AppError::Denied`], or [`AppError::Invalid`] for a field that can't be.
pub async fn create_invitation(
    app: &App,
    actor: &Actor,
    mut new: NewInvitation,
) -> Result<(Invitation, Option<String>), AppError> {
    actor.may(Action::InviteCandidates)?;
    let uploaded = match (&new.document, &new.resume_url) {
        (None, Some(url)) => documents::find_resume(app, url).await?,
        _ => None,
    };
    if uploaded.is_some() {
        new.resume_url = None;
    }
    let (mut row, note) = prepare(app, actor, app.store.writer(), new).await?;
    let transaction = app.store.begin().await?;
    if let Some(resume) = &uploaded {
        let about = NewDocument {
            kind: "resume".to_owned(),
            candidate: row.candidate_id.map(Into::into),
            application: row.application_id.map(Into::into),
            position: row.position_id.map(Into::into),
            file_name: Some(resume.file_name.clone()),
        };
        let (bytes, content) = (resume.bytes.clone(), resume.content.clone());
        let kept = documents::keep_within(&transaction, app, actor, about, bytes, content).await?;
        row.document_id = Some(kept.uuid());
    }
    insert(app, &transaction, &row).await?;
    record(app, &transaction, actor, &row, "invitation.created").await?;
    transaction.commit().await?;
    documents::forget_resume(app, uploaded.as_ref()).await;
    jobs::wake(app);
    Ok((current(app, actor, row.id.into()).await?, note))
}

/// Checks everything about a new invitation and writes nothing.
pub(super) async fn prepare(
    app: &App,
    actor: &Actor,
    connection: &impl ConnectionTrait,
    new: NewInvitation,
) -> Result<(InvitationRow, Option<String>), AppError> {
    let now = app.clock.now();
    let family = content::role_family(&new.role_family)?;
    let language = match new.language.as_deref() {
        Some(text) => fields::one_of("language", text, &LANGUAGES)?,
        None => LANGUAGES[0].to_owned(),
    };
    let difficulty = new
        .difficulty
        .as_deref()
        .map(content::difficulty)
        .transpose()?;
    let Moment {
        at,
        time_zone,
        note,
    } = moment(&new.scheduled_at, new.time_zone.as_deref())?;
    let (opens_at, closes_at) = window(now, at, new.opens_at, new.closes_at)?;
    let questions = content::questions(&new.questions, family, difficulty.as_deref(), &language)?;
    let application = application(connection, actor, new.application).await?;
    let from_application = application.as_ref();
    let position = new
        .position
        .map(PositionId::uuid)
        .or(from_application.and_then(|row| row.position_id));
    records::known::<positions::Entity>(connection, actor.organisation, position, "position_id")
        .await?;
    let url = new.resume_url.as_deref();
    let named = resume::named(app, connection, actor.organisation, new.document, url).await?;
    let document = match named {
        Some(id) => Some(id),
        None => {
            let application = from_application.map(|row| row.id);
            let newest = resume::newest(connection, actor.organisation, application).await?;
            newest.map(|row| row.id)
        }
    };
    let token = random_hex();
    let row = InvitationRow {
        id: InvitationId::generate().uuid(),
        organisation_id: actor.organisation.uuid(),
        interview_id: None,
        candidate_id: from_application.and_then(|row| row.candidate_id),
        application_id: new.application.map(ApplicationId::uuid),
        position_id: position,
        document_id: document,
        candidate_email: fields::email("candidate_email", &new.candidate_email)?,
        candidate_name: optional_line("candidate_name", new.candidate_name)?,
        role_family: family.as_str().to_owned(),
        interview_type: new
            .interview_type
            .map(|text| content::interview_type(&text))
            .transpose()?,
        language,
        difficulty,
        duration_minutes: new.duration_minutes.map(content::duration).transpose()?,
        focus_areas: json!(content::focus_areas(&new.focus_areas)?),
        questions: json!(questions),
        message: new
            .message
            .map(|text| content::message(&text))
            .transpose()?,
        resume_url: new
            .resume_url
            .map(|text| content::resume_url(&text))
            .transpose()?,
        scheduled_at: at.into(),
        time_zone,
        opens_at: opens_at.into(),
        closes_at: closes_at.into(),
        status: "scheduled".to_owned(),
        token_hash: token_hash(&token),
        token_sealed: app.secrets.seal(&token),
        start_key_hash: None,
        sequence: 0,
        email_state: "not_sent".to_owned(),
        email_error: None,
        email_sent_at: None,
        created_by: actor.principal.to_string(),
        created_at: now.into(),
        updated_at: now.into(),
        deleted_at: None,
        version: 1,
    };
    Ok((row, note))
}

/// Writes a prepared invitation, what it means for its application, and the mails about it.
pub(super) async fn insert(
    app: &App,
    transaction: &DatabaseTransaction,
    row: &InvitationRow,
) -> Result<(), AppError> {
    scoped::insert::<invitations::Entity>(transaction, row.clone()).await?;
    if let Some(application) = row.application_id {
        let values = applications::ActiveModel {
            status: Set("scheduled".to_owned()),
            updated_at: Set(row.created_at),
            ..Default::default()
        };
        let organisation = row.organisation_id.into();
        scoped::update::<applications::Entity>(
            transaction,
            organisation,
            application,
            None,
            Condition::all(),
            values,
        )
        .await?;
    }
    mail::announce(app, transaction, row, Kind::Invitation).await
}

async fn application(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    id: Option<ApplicationId>,
) -> Result<Option<applications::Model>, AppError> {
    let Some(id) = id else {
        return Ok(None);
    };
    let (organisation, all) = (actor.organisation, Condition::all());
    scoped::find::<applications::Entity>(connection, organisation, id.uuid(), all)
        .await?
        .map(Some)
        .ok_or_else(|| {
            AppError::invalid(
                "unknown_reference",
                "application_id",
                "application_id names no application of this organisation",
            )
        })
}
