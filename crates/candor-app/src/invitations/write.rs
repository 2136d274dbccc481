//! Invitations are made, changed, cancelled and deleted.

use candor_core::{
    access::{Action, Actor},
    ids::{ApplicationId, DocumentId, InvitationId, PositionId},
};
use candor_store::{
    Micros,
    entities::{applications, documents, invitations, positions},
    records::{
        invitations::{self as store, InvitationRow},
        scoped,
    },
};
use jiff::{SignedDuration, Timestamp};
use sea_orm::{ActiveValue::Set, Condition, ConnectionTrait, DatabaseTransaction};
use serde_json::json;
use url::Url;

use super::{
    Invitation, LANGUAGES,
    content::{self, NewInvitationQuestion},
    time::{Moment, moment},
};
use crate::{
    App, AppError,
    audit::{self, Entry},
    fields::{self, changed_line, optional_line},
    jobs,
    mail::{self, Kind},
    records::{self, Change, set},
    secrets::{random_hex, token_hash},
};

/// The link opens so long before the time unless told otherwise.
const OPENS_BEFORE: SignedDuration = SignedDuration::from_mins(15);
/// The link closes so long after the time unless told otherwise.
const CLOSES_AFTER: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Longest message to the candidate.
const LONGEST_MESSAGE: usize = 4_000;
/// Longest address of a résumé.
const LONGEST_URL: usize = 2_000;

/// What a client says about an invitation it makes.
#[derive(Debug, Clone, Default)]
pub struct NewInvitation {
    /// Address.
    pub candidate_email: String,
    /// Name.
    pub candidate_name: Option<String>,
    /// Family of roles.
    pub role_family: String,
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
    /// The résumé.
    pub document: Option<DocumentId>,
    /// Where the résumé lies; kept, never fetched by itself.
    pub resume_url: Option<String>,
}

/// What is changed about an invitation.
#[derive(Debug, Clone, Default)]
pub struct InvitationChange {
    /// Name.
    pub candidate_name: Change<String>,
    /// An instant, or a local time with `time_zone`.
    pub scheduled_at: Option<String>,
    /// IANA name.
    pub time_zone: Option<String>,
    /// The link opens.
    pub opens_at: Option<Timestamp>,
    /// The link closes.
    pub closes_at: Option<Timestamp>,
    /// Language of the interview and of mail.
    pub language: Option<String>,
    /// Level to begin with.
    pub difficulty: Change<String>,
    /// Time budget.
    pub duration_minutes: Change<i64>,
    /// What is asked about first.
    pub focus_areas: Option<Vec<String>>,
    /// The recruiter's own questions.
    pub questions: Option<Vec<NewInvitationQuestion>>,
    /// To the candidate.
    pub message: Change<String>,
    /// The position.
    pub position: Change<PositionId>,
    /// The résumé.
    pub document: Change<DocumentId>,
    /// Where the résumé lies.
    pub resume_url: Change<String>,
    /// `cancelled`, or `completed` for one that was held elsewhere.
    pub status: Option<String>,
}

/// Invites somebody; `base` is the server's own address, for the link in mail. Beside the invitation it gives
/// what had to be decided about its time, in words.
///
/// # Errors
/// [`AppError::Denied`], or [`AppError::Invalid`] for a field that can't be.
pub async fn create_invitation(
    app: &App,
    actor: &Actor,
    new: NewInvitation,
    base: &str,
) -> Result<(Invitation, Option<String>), AppError> {
    actor.may(Action::InviteCandidates)?;
    let (row, note) = prepare(app, actor, app.store.writer(), new).await?;
    let transaction = app.store.begin().await?;
    insert(app, &transaction, &row, base).await?;
    record(app, &transaction, actor, &row, "invitation.created").await?;
    transaction.commit().await?;
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
    let document = new.document.map(DocumentId::uuid);
    records::known::<documents::Entity>(connection, actor.organisation, document, "document_id")
        .await?;
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
        language,
        difficulty,
        duration_minutes: new.duration_minutes.map(content::duration).transpose()?,
        focus_areas: json!(content::focus_areas(&new.focus_areas)?),
        questions: json!(questions),
        message: new.message.map(|text| message(&text)).transpose()?,
        resume_url: new.resume_url.map(|text| resume_url(&text)).transpose()?,
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
    base: &str,
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
    mail::announce(app, transaction, row, Kind::Invitation, base).await
}

/// Writes an audit line about an invitation; the chain is locked from then on.
pub(super) async fn record(
    app: &App,
    transaction: &DatabaseTransaction,
    actor: &Actor,
    row: &InvitationRow,
    action: &'static str,
) -> Result<(), AppError> {
    let details = json!({
        "sequence": row.sequence,
        "status": row.status,
        "application": row.application_id.map(ApplicationId::from),
    });
    let id = InvitationId::from(row.id);
    audit::record(transaction, app, Entry::by(actor, action, &id, details)).await
}

/// Changes an invitation that still has the version `expected`. Another time or length raises its sequence and
/// is told by mail; a window that was not given moves with the time.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::NotFound`], [`AppError::Stale`], [`AppError::Invalid`], or
/// [`AppError::Conflict`] (`invitation_begun`, `invitation_over`).
pub async fn update_invitation(
    app: &App,
    actor: &Actor,
    id: InvitationId,
    expected: Option<i32>,
    change: InvitationChange,
    base: &str,
) -> Result<(Invitation, Option<String>), AppError> {
    actor.may(Action::InviteCandidates)?;
    if let Some(status) = &change.status {
        fields::one_of("status", status, &["cancelled", "completed", "scheduled"])?;
    }
    let transaction = app.store.begin().await?;
    let before = held(&transaction, actor, id).await?;
    if expected.is_some_and(|expected| expected != before.version) {
        return Err(AppError::Stale);
    }
    let ends = change
        .status
        .as_deref()
        .filter(|text| *text != before.status);
    let may_change = match (ends, before.status.as_str()) {
        (None | Some("cancelled"), "scheduled") => true,
        (Some("completed"), "scheduled" | "in_progress") => true,
        (None, "in_progress") => false,
        _ => return Err(over(&before)),
    };
    if !may_change {
        return Err(AppError::conflict(
            "invitation_begun",
            "the interview was begun; the invitation can't be changed any more",
        ));
    }
    let now = app.clock.now();
    let (mut values, note) = changed(app, actor, &transaction, &before, change.clone()).await?;
    let time_changed = values.scheduled_at.is_set() || values.duration_minutes.is_set();
    let cancelled = ends == Some("cancelled");
    if time_changed || cancelled {
        values.sequence = Set(before.sequence + 1);
    }
    if let Some(status) = ends {
        values.status = Set(status.to_owned());
    }
    values.updated_at = Set(now.into());
    let row = records::update::<invitations::Entity>(
        &transaction,
        actor.organisation,
        id.uuid(),
        expected,
        Condition::all(),
        values,
    )
    .await?;
    if cancelled {
        mail::announce(app, &transaction, &row, Kind::Cancellation, base).await?;
    } else if time_changed && row.status == "scheduled" {
        mail::announce(app, &transaction, &row, Kind::Change, base).await?;
    }
    let action = if cancelled {
        "invitation.cancelled"
    } else {
        "invitation.changed"
    };
    record(app, &transaction, actor, &row, action).await?;
    transaction.commit().await?;
    jobs::wake(app);
    Ok((current(app, actor, id).await?, note))
}

/// Calls an interview off: its link answers that it is gone. One that is off already stays so.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::NotFound`], or [`AppError::Conflict`] (`invitation_over`) for one that was
/// begun.
pub async fn cancel_invitation(
    app: &App,
    actor: &Actor,
    id: InvitationId,
    base: &str,
) -> Result<Invitation, AppError> {
    let found = super::get_invitation(app, actor, id).await?;
    if found.status == "cancelled" {
        return Ok(found);
    }
    let change = InvitationChange {
        status: Some("cancelled".to_owned()),
        ..InvitationChange::default()
    };
    let (changed, _) = update_invitation(app, actor, id, None, change, base).await?;
    Ok(changed)
}

/// Deletes an invitation; its link leads nowhere any more. One that was to take place is called off by mail.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::NotFound`] or [`AppError::Stale`].
pub async fn delete_invitation(
    app: &App,
    actor: &Actor,
    id: InvitationId,
    expected: Option<i32>,
    base: &str,
) -> Result<(), AppError> {
    actor.may(Action::InviteCandidates)?;
    let transaction = app.store.begin().await?;
    let before = held(&transaction, actor, id).await?;
    let values = invitations::ActiveModel {
        deleted_at: Set(Some(app.clock.now().into())),
        sequence: Set(before.sequence + 1),
        ..Default::default()
    };
    let row = records::update::<invitations::Entity>(
        &transaction,
        actor.organisation,
        id.uuid(),
        expected,
        Condition::all(),
        values,
    )
    .await?;
    if before.status == "scheduled" {
        mail::announce(app, &transaction, &row, Kind::Cancellation, base).await?;
    }
    record(app, &transaction, actor, &row, "invitation.deleted").await?;
    transaction.commit().await?;
    jobs::wake(app);
    Ok(())
}

async fn changed(
    app: &App,
    actor: &Actor,
    connection: &impl ConnectionTrait,
    before: &InvitationRow,
    change: InvitationChange,
) -> Result<(invitations::ActiveModel, Option<String>), AppError> {
    let mut values = invitations::ActiveModel::default();
    let mut note = None;
    if let Some(zone) = &change.time_zone {
        // The name alone changes how the time is shown.
        let shown = Timestamp::from(before.scheduled_at).to_string();
        values.time_zone = Set(moment(&shown, Some(zone))?.time_zone);
    }
    let old: Timestamp = before.scheduled_at.into();
    let mut at = old;
    if let Some(text) = &change.scheduled_at {
        let zone = change.time_zone.as_deref().unwrap_or(&before.time_zone);
        let read = moment(text, Some(zone))?;
        note = read.note;
        at = read.at;
        if Micros::from(at) != before.scheduled_at {
            values.scheduled_at = Set(at.into());
        }
    }
    if at != old || change.opens_at.is_some() || change.closes_at.is_some() {
        let moved = |limit: Micros| {
            Timestamp::from(limit)
                .checked_add(at.duration_since(old))
                .map_err(|_| out_of_range())
        };
        let opens_at = change.opens_at.map_or_else(|| moved(before.opens_at), Ok)?;
        let closes_at = change
            .closes_at
            .map_or_else(|| moved(before.closes_at), Ok)?;
        let (opens_at, closes_at) = window(app.clock.now(), at, Some(opens_at), Some(closes_at))?;
        values.opens_at = Set(opens_at.into());
        values.closes_at = Set(closes_at.into());
    }
    let language = change
        .language
        .map(|text| fields::one_of("language", &text, &LANGUAGES))
        .transpose()?;
    let difficulty = change
        .difficulty
        .map(|change| change.as_deref().map(content::difficulty).transpose())
        .transpose()?;
    if let Some(questions) = change.questions {
        let family = content::role_family(&before.role_family)?;
        let level = difficulty
            .clone()
            .unwrap_or_else(|| before.difficulty.clone());
        let language = language.as_deref().unwrap_or(&before.language);
        let questions = content::questions(&questions, family, level.as_deref(), language)?;
        values.questions = Set(json!(questions));
    }
    let position = change.position.map(|id| id.map(PositionId::uuid));
    let document = change.document.map(|id| id.map(DocumentId::uuid));
    let organisation = actor.organisation;
    records::known::<positions::Entity>(
        connection,
        organisation,
        position.flatten(),
        "position_id",
    )
    .await?;
    records::known::<documents::Entity>(
        connection,
        organisation,
        document.flatten(),
        "document_id",
    )
    .await?;
    let duration = change
        .duration_minutes
        .map(|change| change.map(content::duration).transpose())
        .transpose()?;
    values.duration_minutes = set(duration.filter(|new| *new != before.duration_minutes));
    values.candidate_name = set(changed_line("candidate_name", change.candidate_name)?);
    values.language = set(language);
    values.difficulty = set(difficulty);
    values.focus_areas = set(change
        .focus_areas
        .map(|areas| content::focus_areas(&areas).map(|areas| json!(areas)))
        .transpose()?);
    values.message = set(change
        .message
        .map(|change| change.map(|text| message(&text)).transpose())
        .transpose()?);
    values.position_id = set(position);
    values.document_id = set(document);
    values.resume_url = set(change
        .resume_url
        .map(|change| change.map(|text| resume_url(&text)).transpose())
        .transpose()?);
    Ok((values, note))
}

/// When the link opens and closes.
fn window(
    now: Timestamp,
    at: Timestamp,
    opens_at: Option<Timestamp>,
    closes_at: Option<Timestamp>,
) -> Result<(Timestamp, Timestamp), AppError> {
    let opens = match opens_at {
        Some(opens) => opens,
        None => at.checked_sub(OPENS_BEFORE).map_err(|_| out_of_range())?,
    };
    let closes = match closes_at {
        Some(closes) => closes,
        None => at.checked_add(CLOSES_AFTER).map_err(|_| out_of_range())?,
    };
    if opens > at {
        return Err(AppError::invalid(
            "invalid_time",
            "opens_at",
            "opens_at must not be after scheduled_at",
        ));
    }
    if closes <= at {
        return Err(AppError::invalid(
            "invalid_time",
            "closes_at",
            "closes_at must be after scheduled_at",
        ));
    }
    if closes <= now {
        let field = if closes_at.is_some() {
            "closes_at"
        } else {
            "scheduled_at"
        };
        return Err(AppError::invalid(
            "invalid_time",
            field,
            format!("{field} lies too far in the past: the link would be closed already"),
        ));
    }
    Ok((opens, closes))
}

fn out_of_range() -> AppError {
    AppError::invalid(
        "invalid_time",
        "scheduled_at",
        "scheduled_at is out of range",
    )
}

fn message(text: &str) -> Result<String, AppError> {
    fields::prose("message", text, LONGEST_MESSAGE)
}

fn resume_url(text: &str) -> Result<String, AppError> {
    let text = fields::line("resume_url", text, LONGEST_URL)?;
    let fits = Url::parse(&text).is_ok_and(|url| ["http", "https"].contains(&url.scheme()));
    // Own uploads are named by their path.
    if fits || text.starts_with('/') {
        return Ok(text);
    }
    Err(AppError::invalid(
        "invalid_url",
        "resume_url",
        "resume_url must be an address like https://example.org/cv.pdf",
    ))
}

fn over(row: &InvitationRow) -> AppError {
    AppError::conflict(
        "invitation_over",
        format!("the invitation is {} and stays so", row.status),
    )
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

/// The row, held until the end of the transaction.
async fn held(
    transaction: &DatabaseTransaction,
    actor: &Actor,
    id: InvitationId,
) -> Result<InvitationRow, AppError> {
    if !store::hold(transaction, actor.organisation, id).await? {
        return Err(AppError::NotFound("invitation"));
    }
    let (organisation, all) = (actor.organisation, Condition::all());
    records::get::<invitations::Entity>(transaction, organisation, id.uuid(), all).await
}

/// As it stands after a write, with the state of its mail.
async fn current(app: &App, actor: &Actor, id: InvitationId) -> Result<Invitation, AppError> {
    let (writer, all) = (app.store.writer(), Condition::all());
    let row =
        records::get::<invitations::Entity>(writer, actor.organisation, id.uuid(), all).await?;
    Ok(Invitation::read(app, row))
}
