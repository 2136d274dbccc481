//! Scheduled interviews as *adaptive* tells of them.

use candor_app::invitations::Invitation;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

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
pub(in crate::compat::adaptive) struct AdaptiveScheduleRow {
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

impl AdaptiveScheduled {
    /// With the link at this server, and what became of the mail.
    pub(super) fn new(made: Invitation, base: &str) -> Self {
        let email_error = match made.email_state.as_str() {
            "queued" => made
                .email_error
                .clone()
                .or_else(|| Some("the mail is still on its way".to_owned())),
            _ => made.email_error.clone(),
        };
        Self {
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
        }
    }
}

impl AdaptiveScheduleRow {
    /// With the link at this server.
    pub(in crate::compat::adaptive) fn new(found: Invitation, base: &str) -> Self {
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
