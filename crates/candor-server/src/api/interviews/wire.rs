//! Interviews as clients write and read them.

use candor_app::interviews::{Interview, InterviewChange, NewInterview};
use candor_core::ids::{ApplicationId, CandidateId, InterviewId, PositionId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::questions::CreateQuestionRequest;
use crate::json::present;

/// A new interview. Every field may be left out.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateInterviewRequest {
    /// Who is interviewed.
    #[schema(value_type = Option<String>)]
    candidate_id: Option<CandidateId>,
    /// The application it is part of.
    #[schema(value_type = Option<String>)]
    application_id: Option<ApplicationId>,
    /// The position it is for.
    #[schema(value_type = Option<String>)]
    position_id: Option<PositionId>,
    /// Your own id.
    #[schema(max_length = 300)]
    external_id: Option<String>,
    /// `hiring` or `practice`; `practice` for people who make their own, else `hiring`, unless given.
    #[schema(example = "hiring")]
    purpose: Option<String>,
    /// Title.
    #[schema(max_length = 300)]
    title: Option<String>,
    /// Role that is practised or hired for.
    #[schema(max_length = 300)]
    job_role: Option<String>,
    /// Field of the role.
    #[schema(max_length = 300)]
    domain: Option<String>,
    /// What you keep besides, at most 64 KiB.
    #[schema(value_type = Option<Object>)]
    details: Option<Value>,
    /// Its first questions, in order.
    #[serde(default)]
    #[schema(max_items = 200)]
    questions: Vec<CreateQuestionRequest>,
}

impl From<CreateInterviewRequest> for NewInterview {
    fn from(request: CreateInterviewRequest) -> Self {
        Self {
            candidate: request.candidate_id,
            application: request.application_id,
            position: request.position_id,
            external_id: request.external_id,
            purpose: request.purpose,
            title: request.title,
            job_role: request.job_role,
            domain: request.domain,
            details: request.details,
            questions: request.questions.into_iter().map(Into::into).collect(),
        }
    }
}

/// Changes of an interview: absent fields stay, `null` clears.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateInterviewRequest {
    /// Who is interviewed.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    candidate_id: Option<Option<CandidateId>>,
    /// The application it is part of.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    application_id: Option<Option<ApplicationId>>,
    /// The position it is for.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    position_id: Option<Option<PositionId>>,
    /// Your own id.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 300)]
    external_id: Option<Option<String>>,
    /// Title.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 300)]
    title: Option<Option<String>>,
    /// Role that is practised or hired for.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 300)]
    job_role: Option<Option<String>>,
    /// Field of the role.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 300)]
    domain: Option<Option<String>>,
    /// `open`, `in_progress`, `finished` or `cancelled`.
    #[schema(example = "in_progress")]
    status: Option<String>,
    /// What you keep besides, at most 64 KiB; replaced as a whole.
    #[schema(value_type = Option<Object>)]
    details: Option<Value>,
}

impl From<UpdateInterviewRequest> for InterviewChange {
    fn from(request: UpdateInterviewRequest) -> Self {
        Self {
            candidate: request.candidate_id,
            application: request.application_id,
            position: request.position_id,
            external_id: request.external_id,
            title: request.title,
            job_role: request.job_role,
            domain: request.domain,
            status: request.status,
            details: request.details,
        }
    }
}

/// An interview.
#[derive(Debug, Serialize, ToSchema)]
pub struct InterviewResponse {
    /// Identifier.
    #[schema(value_type = String, example = "int_0190b6f0-9a5c-7cc2-b3a1-0c7b6c3f1a11")]
    id: InterviewId,
    /// The person it belongs to; `null`: the organisation.
    #[schema(value_type = Option<String>)]
    owner_id: Option<UserId>,
    /// Who is interviewed.
    #[schema(value_type = Option<String>)]
    candidate_id: Option<CandidateId>,
    /// The application it is part of.
    #[schema(value_type = Option<String>)]
    application_id: Option<ApplicationId>,
    /// The position it is for.
    #[schema(value_type = Option<String>)]
    position_id: Option<PositionId>,
    /// Your own id.
    external_id: Option<String>,
    /// Through which interface it was made.
    origin: String,
    /// `hiring` or `practice`.
    purpose: String,
    /// Title.
    title: Option<String>,
    /// Role that is practised or hired for.
    job_role: Option<String>,
    /// Field of the role.
    domain: Option<String>,
    /// State in the words of its origin.
    status: String,
    /// What you keep besides.
    #[schema(value_type = Object)]
    details: Value,
    /// Total of the analyses, 0–100; `null`: not measured.
    overall_score: Option<f64>,
    /// Begin.
    started_at: Option<Timestamp>,
    /// End.
    finished_at: Option<Timestamp>,
    /// When it was made.
    created_at: Timestamp,
    /// Last change.
    updated_at: Timestamp,
    /// Grows by one with every change; the `ETag`.
    version: i32,
}

impl From<Interview> for InterviewResponse {
    fn from(interview: Interview) -> Self {
        Self {
            id: interview.id,
            owner_id: interview.owner,
            candidate_id: interview.candidate,
            application_id: interview.application,
            position_id: interview.position,
            external_id: interview.external_id,
            origin: interview.origin,
            purpose: interview.purpose,
            title: interview.title,
            job_role: interview.job_role,
            domain: interview.domain,
            status: interview.status,
            details: interview.details,
            overall_score: interview.overall_score,
            started_at: interview.started_at,
            finished_at: interview.finished_at,
            created_at: interview.created_at,
            updated_at: interview.updated_at,
            version: interview.version,
        }
    }
}
