//! Scheduled interviews as *adaptive* writes and reads them; shared by its admin and its recruiter routes.

use std::time::Duration;

use axum::response::Response;
use candor_app::{
    App, AppError,
    invitations::{
        self, Invitation, InvitationChange, NewCoding, NewInvitation, NewInvitationQuestion,
    },
    mail,
};
use candor_core::{
    access::{Action, Actor, Denied},
    ids::{ApplicationId, InvitationId, PositionId},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{invalid, refusal};

/// Longest wait for the mail before the reply tells how it stands.
const MAIL_PATIENCE: Duration = Duration::from_secs(3);

/// A schedule that is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AdaptiveScheduleRequest {
    /// Address of the candidate; that of the application's unless given.
    #[schema(example = "ana@example.org")]
    pub candidate_email: Option<String>,
    /// Name of the candidate.
    pub candidate_name: Option<String>,
    /// `technical`, `behavioral`, `sales` or `customer_success`.
    #[schema(example = "technical")]
    pub role: Option<String>,
    /// ISO 8601, e.g. `2099-03-29T10:00:00Z`, or a local time with `timeZone`.
    #[schema(example = "2099-03-29T10:00:00Z")]
    pub scheduled_at: Option<String>,
    /// IANA name.
    pub time_zone: Option<String>,
    /// The position.
    pub position_id: Option<String>,
    /// `en`, `tr`, `fr` or `id`.
    pub language: Option<String>,
    /// `easy`, `medium` or `hard`.
    pub difficulty: Option<String>,
    /// Questions of your own: texts, or objects with `text`, `phase`, `difficulty`, `keyPoints`.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub custom_questions: Vec<AdaptiveOwnQuestion>,
    /// Programming questions of your own; for technical roles. With `customQuestions` at most 30.
    #[serde(default)]
    pub coding_questions: Vec<AdaptiveCodingQuestion>,
    /// What is asked about first, at most 10.
    #[serde(default)]
    pub focus_areas: Vec<String>,
    /// 5 to 240.
    pub duration_minutes: Option<i64>,
    /// Where the résumé lies.
    pub resume_url: Option<String>,
    /// To the candidate.
    pub message: Option<String>,
}

/// A question of the recruiter's own.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum AdaptiveOwnQuestion {
    /// Its words alone.
    Text(String),
    /// With more about it.
    Full(AdaptiveFullQuestion),
}

/// A question with more about it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AdaptiveFullQuestion {
    text: String,
    phase: Option<String>,
    difficulty: Option<String>,
    #[serde(default)]
    key_points: Vec<String>,
}

/// A programming question of the recruiter's own.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AdaptiveCodingQuestion {
    text: String,
    difficulty: Option<String>,
    #[serde(default)]
    starter_code: String,
    /// Language of the code; `javascript` unless given.
    language: Option<String>,
    #[serde(default)]
    key_points: Vec<String>,
}

impl AdaptiveScheduleRequest {
    /// The invitation that is meant.
    pub(super) fn read(
        self,
        application: Option<ApplicationId>,
    ) -> Result<NewInvitation, Response> {
        let needed = |name: &str, value: Option<String>| {
            value
                .filter(|text| !text.trim().is_empty())
                .ok_or_else(|| invalid(name, format!("{name} is required")))
        };
        let custom = self
            .custom_questions
            .into_iter()
            .map(|question| match question {
                AdaptiveOwnQuestion::Text(text) => NewInvitationQuestion {
                    text,
                    ..NewInvitationQuestion::default()
                },
                AdaptiveOwnQuestion::Full(full) => NewInvitationQuestion {
                    text: full.text,
                    phase: full.phase,
                    difficulty: full.difficulty,
                    key_points: full.key_points,
                    coding: None,
                },
            });
        let coding = self
            .coding_questions
            .into_iter()
            .map(|question| NewInvitationQuestion {
                text: question.text,
                difficulty: question.difficulty,
                key_points: question.key_points,
                phase: None,
                coding: Some(NewCoding {
                    starter_code: question.starter_code,
                    language: question.language.unwrap_or_else(|| "javascript".to_owned()),
                }),
            });
        Ok(NewInvitation {
            questions: custom.chain(coding).collect(),
            candidate_email: needed("candidateEmail", self.candidate_email)?,
            candidate_name: self.candidate_name,
            role_family: needed("role", self.role)?,
            scheduled_at: needed("scheduledAt", self.scheduled_at)?,
            time_zone: self.time_zone,
            language: self.language,
            difficulty: self.difficulty,
            duration_minutes: self.duration_minutes,
            focus_areas: self.focus_areas,
            message: self.message,
            position: self.position_id.as_deref().map(position).transpose()?,
            application,
            resume_url: self.resume_url,
            ..NewInvitation::default()
        })
    }
}

fn position(text: &str) -> Result<PositionId, Response> {
    text.parse()
        .map_err(|_| invalid("positionId", "positionId is a UUID"))
}

/// A change of a schedule.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AdaptiveScheduleChange {
    /// ISO 8601, or a local time with `timeZone`.
    scheduled_at: Option<String>,
    /// IANA name.
    time_zone: Option<String>,
    /// `cancelled` or `completed`.
    status: Option<String>,
}

/// A new schedule.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AdaptiveScheduled {
    id: Uuid,
    join_token: Option<String>,
    join_url: Option<String>,
    candidate_email: String,
    candidate_name: Option<String>,
    role: String,
    scheduled_at: Timestamp,
    status: String,
    /// Whether the mail was handed over.
    email_sent: bool,
    /// Why it was not, or not yet.
    email_error: Option<String>,
}

/// A schedule in a list, with the names of columns.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AdaptiveScheduleRow {
    id: Uuid,
    candidate_email: String,
    candidate_name: Option<String>,
    role: String,
    scheduled_at: Timestamp,
    time_zone: String,
    status: String,
    join_token: Option<String>,
    interview_id: Option<Uuid>,
    position_id: Option<Uuid>,
    application_id: Option<Uuid>,
    preferred_difficulty: Option<String>,
    focus_areas: Vec<String>,
    duration_minutes: Option<i32>,
    email_sent: bool,
    email_error: Option<String>,
    email_sent_at: Option<Timestamp>,
    created_at: Timestamp,
    #[serde(rename = "joinUrl")]
    join_url: Option<String>,
}

/// Schedules.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AdaptiveSchedules {
    pub schedules: Vec<AdaptiveScheduleRow>,
    /// Send it as `cursor` for older ones.
    #[serde(rename = "nextCursor", skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<Uuid>,
}

/// That it was changed.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AdaptiveUpdated {
    pub updated: bool,
}

/// That it was deleted.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AdaptiveDeleted {
    pub deleted: bool,
}

impl AdaptiveScheduleRow {
    /// With the link at this server.
    pub(super) fn new(found: Invitation, base: &str) -> Self {
        Self {
            id: found.id.uuid(),
            join_url: found.join_url(base),
            candidate_email: found.candidate_email,
            candidate_name: found.candidate_name,
            role: found.role_family,
            scheduled_at: found.scheduled_at,
            time_zone: found.time_zone,
            status: found.status,
            join_token: found.token,
            interview_id: found.interview.map(Into::into),
            position_id: found.position.map(Into::into),
            application_id: found.application.map(Into::into),
            preferred_difficulty: found.difficulty,
            focus_areas: found.focus_areas,
            duration_minutes: found.duration_minutes,
            email_sent: found.email_state == "sent",
            email_error: found.email_error,
            email_sent_at: found.email_sent_at,
            created_at: found.created_at,
        }
    }
}

/// Who may do what only admins do there.
pub(super) fn admin(actor: Actor) -> Result<Actor, Response> {
    match actor.may(Action::ManageUsers) {
        Ok(_) => Ok(actor),
        Err(_) => Err(refusal(Denied.into())),
    }
}

/// Who may invite.
pub(super) fn inviting(actor: Actor) -> Result<Actor, Response> {
    match actor.may(Action::InviteCandidates) {
        Ok(_) => Ok(actor),
        Err(_) => Err(refusal(Denied.into())),
    }
}

/// Makes a schedule and waits a moment for its mail, to tell what became of it.
pub(super) async fn schedule(
    app: &App,
    actor: &Actor,
    new: NewInvitation,
    base: &str,
) -> Result<AdaptiveScheduled, Response> {
    let (made, _) = invitations::create_invitation(app, actor, new)
        .await
        .map_err(wrong)?;
    let told = mail::await_mail(app, actor.organisation, made.id, MAIL_PATIENCE)
        .await
        .map_err(refusal)?;
    let made = told.unwrap_or(made);
    let email_error = match made.email_state.as_str() {
        "queued" => made
            .email_error
            .clone()
            .or_else(|| Some("the mail is still on its way".to_owned())),
        _ => made.email_error.clone(),
    };
    Ok(AdaptiveScheduled {
        id: made.id.uuid(),
        join_url: made.join_url(base),
        join_token: made.token,
        candidate_email: made.candidate_email,
        candidate_name: made.candidate_name,
        role: made.role_family,
        scheduled_at: made.scheduled_at,
        email_sent: made.email_state == "sent",
        email_error,
        status: made.status,
    })
}

/// Changes the time or the state.
pub(super) async fn change(
    app: &App,
    actor: &Actor,
    id: InvitationId,
    change: AdaptiveScheduleChange,
) -> Result<AdaptiveUpdated, Response> {
    let change = InvitationChange {
        scheduled_at: change.scheduled_at,
        time_zone: change.time_zone,
        status: change.status,
        ..InvitationChange::default()
    };
    invitations::update_invitation(app, actor, id, None, change)
        .await
        .map_err(wrong)?;
    Ok(AdaptiveUpdated { updated: true })
}

/// A refusal in the words of these routes: there `role_family` is `role`.
fn wrong(error: AppError) -> Response {
    match error {
        AppError::Invalid {
            code,
            message,
            field: Some(field),
        } => {
            let (field, message) = match field.as_str() {
                "role_family" => ("role".to_owned(), message.replace("role_family", "role")),
                _ => (field, message),
            };
            refusal(AppError::invalid(code, &field, message))
        }
        error => refusal(error),
    }
}
