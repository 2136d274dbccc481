//! What may be changed about an invitation, checked.

use candor_core::{
    access::Actor,
    ids::{DocumentId, PositionId},
};
use candor_store::{
    Micros,
    entities::{invitations, positions},
    records::invitations::InvitationRow,
};
use jiff::Timestamp;
use sea_orm::{ActiveValue::Set, ConnectionTrait};
use serde_json::json;

use super::{
    LANGUAGES,
    content::{self, NewInvitationQuestion},
    resume,
    time::moment,
    window::{moved, window},
};
use crate::{
    App, AppError,
    fields::{self, changed_line},
    records::{self, Change, set},
};

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
    /// What the interview gives its time to.
    pub interview_type: Change<String>,
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

/// The columns that a change writes, and what had to be decided about the time, in words.
pub(super) async fn changed(
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
        let by = at.duration_since(old);
        let opens_at = change
            .opens_at
            .map_or_else(|| moved(before.opens_at, by), Ok)?;
        let closes_at = change
            .closes_at
            .map_or_else(|| moved(before.closes_at, by), Ok)?;
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
    let organisation = actor.organisation;
    records::known::<positions::Entity>(
        connection,
        organisation,
        position.flatten(),
        "position_id",
    )
    .await?;
    let (given, url) = (change.document.flatten(), change.resume_url.as_ref());
    let url = url.and_then(Option::as_deref);
    let named = resume::named(app, connection, organisation, given, url).await?;
    // An address that names none changes nothing about the document.
    let document = match change.document {
        Some(_) => Some(named),
        None => named.map(Some),
    };
    let duration = change
        .duration_minutes
        .map(|change| change.map(content::duration).transpose())
        .transpose()?;
    values.duration_minutes = set(duration.filter(|new| *new != before.duration_minutes));
    values.candidate_name = set(changed_line("candidate_name", change.candidate_name)?);
    values.language = set(language);
    values.difficulty = set(difficulty);
    values.interview_type = set(change
        .interview_type
        .map(|change| change.as_deref().map(content::interview_type).transpose())
        .transpose()?);
    values.focus_areas = set(change
        .focus_areas
        .map(|areas| content::focus_areas(&areas).map(|areas| json!(areas)))
        .transpose()?);
    values.message = set(change
        .message
        .map(|change| change.map(|text| content::message(&text)).transpose())
        .transpose()?);
    values.position_id = set(position);
    values.document_id = set(document);
    values.resume_url = set(change
        .resume_url
        .map(|change| change.map(|text| content::resume_url(&text)).transpose())
        .transpose()?);
    Ok((values, note))
}
