//! Scheduled interviews as clients of *adaptive* ask for them.

use axum::response::Response;
use candor_app::invitations::{InvitationChange, NewCoding, NewInvitation, NewInvitationQuestion};
use candor_core::ids::{ApplicationId, PositionId};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::compat::adaptive::invalid;

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
    /// What the interview gives its time to: `mixed`, `technical`, `behavioral` or `screening`.
    #[schema(example = "mixed")]
    pub interview_type: Option<String>,
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
    /// Where the résumé lies: what an application tells as `resume_url`, or what an upload of a résumé gave. An address
    /// elsewhere is kept and never fetched.
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
            interview_type: self.interview_type,
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

impl AdaptiveScheduleChange {
    /// The change that is meant.
    pub(super) fn read(self) -> InvitationChange {
        InvitationChange {
            scheduled_at: self.scheduled_at,
            time_zone: self.time_zone,
            status: self.status,
            ..InvitationChange::default()
        }
    }
}
