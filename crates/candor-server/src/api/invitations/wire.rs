//! Invitations as clients write and read them.

use candor_app::invitations::{
    Invitation, InvitationChange, NewCoding, NewInvitation, NewInvitationQuestion,
};
use candor_core::{
    ids::{ApplicationId, CandidateId, DocumentId, InterviewId, InvitationId, PositionId},
    interview::Question,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::json::present;

/// A question of your own.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvitationQuestionRequest {
    /// Its words.
    #[schema(min_length = 1, max_length = 2000)]
    text: String,
    /// What a good answer contains, a clause each.
    #[serde(default)]
    key_points: Vec<String>,
    /// `intro`, `technical`, `coding`, `behavioral` or `wrap_up`; `technical`, or `coding` with code, unless given.
    phase: Option<String>,
    /// `easy`, `medium` or `hard`; that of the invitation unless given.
    difficulty: Option<String>,
    /// What a programming question starts with; for technical roles.
    coding: Option<InvitationCodingRequest>,
}

/// What a programming question starts with.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvitationCodingRequest {
    /// Code that the candidate goes on from.
    #[serde(default)]
    #[schema(max_length = 10000)]
    starter_code: String,
    /// Its language, e.g. `python`.
    #[schema(min_length = 1, max_length = 40)]
    language: String,
}

impl From<InvitationQuestionRequest> for NewInvitationQuestion {
    fn from(request: InvitationQuestionRequest) -> Self {
        Self {
            text: request.text,
            key_points: request.key_points,
            phase: request.phase,
            difficulty: request.difficulty,
            coding: request.coding.map(|coding| NewCoding {
                starter_code: coding.starter_code,
                language: coding.language,
            }),
        }
    }
}

/// A new invitation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateInvitationRequest {
    /// Address of the candidate.
    #[schema(max_length = 254, example = "ana@example.org")]
    candidate_email: String,
    /// Name of the candidate.
    #[schema(max_length = 300)]
    candidate_name: Option<String>,
    /// `technical`, `behavioral`, `sales` or `customer_success`.
    #[schema(example = "technical")]
    role_family: String,
    /// What the interview gives its time to: `mixed`, `technical`, `behavioral` or `screening`; `mixed` unless given.
    #[schema(example = "mixed")]
    interview_type: Option<String>,
    /// An RFC 3339 time, or a local time like `2026-03-29T10:00` with `time_zone`.
    #[schema(example = "2099-03-29T10:00:00Z")]
    scheduled_at: String,
    /// IANA name like `Europe/Istanbul`; `UTC` unless given.
    #[schema(example = "Europe/Istanbul")]
    time_zone: Option<String>,
    /// The link opens; 15 minutes before the time unless given.
    opens_at: Option<Timestamp>,
    /// The link closes; 7 days after the time unless given.
    closes_at: Option<Timestamp>,
    /// `en`, `tr`, `fr` or `id`: of the interview and of mail.
    #[schema(example = "en")]
    language: Option<String>,
    /// `easy`, `medium` or `hard`: to begin with.
    #[schema(example = "medium")]
    difficulty: Option<String>,
    /// Time budget, 5 to 240.
    #[schema(minimum = 5, maximum = 240)]
    duration_minutes: Option<i64>,
    /// What is asked about first; at most 10.
    #[serde(default)]
    focus_areas: Vec<String>,
    /// Questions of your own; at most 30.
    #[serde(default)]
    questions: Vec<InvitationQuestionRequest>,
    /// To the candidate; goes into the mail.
    #[schema(max_length = 4000)]
    message: Option<String>,
    /// The position; that of the application unless given.
    #[schema(value_type = Option<String>)]
    position_id: Option<PositionId>,
    /// The application that it is part of.
    #[schema(value_type = Option<String>)]
    application_id: Option<ApplicationId>,
    /// The résumé; the newest one of the application unless given.
    #[schema(value_type = Option<String>)]
    document_id: Option<DocumentId>,
    /// Where the résumé lies; it is used if it lies at this server, and never fetched from elsewhere.
    #[schema(max_length = 2000)]
    resume_url: Option<String>,
}

impl From<CreateInvitationRequest> for NewInvitation {
    fn from(request: CreateInvitationRequest) -> Self {
        Self {
            candidate_email: request.candidate_email,
            candidate_name: request.candidate_name,
            role_family: request.role_family,
            interview_type: request.interview_type,
            scheduled_at: request.scheduled_at,
            time_zone: request.time_zone,
            opens_at: request.opens_at,
            closes_at: request.closes_at,
            language: request.language,
            difficulty: request.difficulty,
            duration_minutes: request.duration_minutes,
            focus_areas: request.focus_areas,
            questions: request.questions.into_iter().map(Into::into).collect(),
            message: request.message,
            position: request.position_id,
            application: request.application_id,
            document: request.document_id,
            resume_url: request.resume_url,
        }
    }
}

/// Changes of an invitation: absent fields stay, `null` clears.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateInvitationRequest {
    /// Name of the candidate.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 300)]
    candidate_name: Option<Option<String>>,
    /// An RFC 3339 time, or a local time with `time_zone`.
    scheduled_at: Option<String>,
    /// IANA name like `Europe/Istanbul`.
    time_zone: Option<String>,
    /// The link opens.
    opens_at: Option<Timestamp>,
    /// The link closes.
    closes_at: Option<Timestamp>,
    /// `en`, `tr`, `fr` or `id`.
    language: Option<String>,
    /// `easy`, `medium` or `hard`.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    difficulty: Option<Option<String>>,
    /// What the interview gives its time to: `mixed`, `technical`, `behavioral` or `screening`.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, example = "mixed")]
    interview_type: Option<Option<String>>,
    /// Time budget, 5 to 240.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<i64>, minimum = 5, maximum = 240)]
    duration_minutes: Option<Option<i64>>,
    /// What is asked about first; at most 10.
    focus_areas: Option<Vec<String>>,
    /// Questions of your own; at most 30.
    questions: Option<Vec<InvitationQuestionRequest>>,
    /// To the candidate.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 4000)]
    message: Option<Option<String>>,
    /// The position.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    position_id: Option<Option<PositionId>>,
    /// The résumé.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    document_id: Option<Option<DocumentId>>,
    /// Where the résumé lies.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 2000)]
    resume_url: Option<Option<String>>,
}

impl From<UpdateInvitationRequest> for InvitationChange {
    fn from(request: UpdateInvitationRequest) -> Self {
        let questions = request.questions;
        Self {
            candidate_name: request.candidate_name,
            scheduled_at: request.scheduled_at,
            time_zone: request.time_zone,
            opens_at: request.opens_at,
            closes_at: request.closes_at,
            language: request.language,
            difficulty: request.difficulty,
            interview_type: request.interview_type,
            duration_minutes: request.duration_minutes,
            focus_areas: request.focus_areas,
            questions: questions.map(|all| all.into_iter().map(Into::into).collect()),
            message: request.message,
            position: request.position_id,
            document: request.document_id,
            resume_url: request.resume_url,
            status: None,
        }
    }
}

/// A question of an invitation.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationQuestionResponse {
    /// Stable within the invitation.
    id: String,
    /// Its words.
    text: String,
    /// `intro`, `technical`, `coding`, `behavioral` or `wrap_up`.
    phase: &'static str,
    /// `easy`, `medium` or `hard`.
    difficulty: &'static str,
    /// What a good answer contains.
    key_points: Vec<String>,
    /// What a programming question starts with.
    coding: Option<InvitationCodingResponse>,
}

/// What a programming question starts with.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationCodingResponse {
    /// Code that the candidate goes on from.
    starter_code: String,
    /// Its language.
    language: String,
}

impl From<Question> for InvitationQuestionResponse {
    fn from(question: Question) -> Self {
        Self {
            id: question.id,
            text: question.text,
            phase: question.phase.as_str(),
            difficulty: question.difficulty.as_str(),
            key_points: question.key_points,
            coding: question.coding.map(|coding| InvitationCodingResponse {
                starter_code: coding.starter_code,
                language: coding.language,
            }),
        }
    }
}

/// An invitation to an interview.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationResponse {
    /// Identifier.
    #[schema(value_type = String)]
    id: InvitationId,
    /// `scheduled`, `in_progress`, `completed` or `cancelled`.
    status: String,
    /// What the candidate opens; whoever holds it takes part. `null`: it was made with another secret of the
    /// installation and can't be shown any more.
    join_url: Option<String>,
    /// Address of the candidate.
    candidate_email: String,
    /// Name of the candidate.
    candidate_name: Option<String>,
    /// Who is invited, once known.
    #[schema(value_type = Option<String>)]
    candidate_id: Option<CandidateId>,
    /// The interview, once it was begun.
    #[schema(value_type = Option<String>)]
    interview_id: Option<InterviewId>,
    /// The application that it is part of.
    #[schema(value_type = Option<String>)]
    application_id: Option<ApplicationId>,
    /// The position that it is for.
    #[schema(value_type = Option<String>)]
    position_id: Option<PositionId>,
    /// The résumé.
    #[schema(value_type = Option<String>)]
    document_id: Option<DocumentId>,
    /// Where the résumé lies.
    resume_url: Option<String>,
    /// `technical`, `behavioral`, `sales` or `customer_success`.
    role_family: String,
    /// What the interview gives its time to, where it was given.
    interview_type: Option<String>,
    /// `en`, `tr`, `fr` or `id`.
    language: String,
    /// `easy`, `medium` or `hard`.
    difficulty: Option<String>,
    /// Time budget.
    duration_minutes: Option<i32>,
    /// What is asked about first.
    focus_areas: Vec<String>,
    /// Questions of your own.
    questions: Vec<InvitationQuestionResponse>,
    /// To the candidate.
    message: Option<String>,
    /// When it is to begin.
    scheduled_at: Timestamp,
    /// Zone in which times are shown to the candidate.
    time_zone: String,
    /// The link opens.
    opens_at: Timestamp,
    /// The link closes.
    closes_at: Timestamp,
    /// Of the calendar entry: grows with every change of time.
    sequence: i32,
    /// `not_sent`, `queued`, `sent` or `failed`.
    email_state: String,
    /// Why it was not sent.
    email_error: Option<String>,
    /// When it was sent.
    email_sent_at: Option<Timestamp>,
    /// What had to be decided about the time.
    notes: Vec<String>,
    /// When it was made.
    created_at: Timestamp,
    /// Last change.
    updated_at: Timestamp,
    /// Grows by one with every change; the `ETag`.
    version: i32,
}

impl InvitationResponse {
    /// With the link at this server.
    pub fn new(found: Invitation, base: &str) -> Self {
        Self {
            id: found.id,
            join_url: found.join_url(base),
            status: found.status,
            candidate_email: found.candidate_email,
            candidate_name: found.candidate_name,
            candidate_id: found.candidate,
            interview_id: found.interview,
            application_id: found.application,
            position_id: found.position,
            document_id: found.document,
            resume_url: found.resume_url,
            role_family: found.role_family,
            interview_type: found.interview_type,
            language: found.language,
            difficulty: found.difficulty,
            duration_minutes: found.duration_minutes,
            focus_areas: found.focus_areas,
            questions: found.questions.into_iter().map(Into::into).collect(),
            message: found.message,
            scheduled_at: found.scheduled_at,
            time_zone: found.time_zone,
            opens_at: found.opens_at,
            closes_at: found.closes_at,
            sequence: found.sequence,
            email_state: found.email_state,
            email_error: found.email_error,
            email_sent_at: found.email_sent_at,
            notes: Vec::new(),
            created_at: found.created_at,
            updated_at: found.updated_at,
            version: found.version,
        }
    }

    /// With what had to be decided.
    #[must_use]
    pub fn with(mut self, note: Option<String>) -> Self {
        self.notes.extend(note);
        self
    }
}
