//! Invitations to interviews: who is asked to come, when, through which link, and what they will be asked.
//!
//! The join token is kept twice: hashed, to be found by; sealed, so that whoever may invite can read the link
//! again.

use candor_core::{
    access::{Action, Actor},
    ids::{ApplicationId, CandidateId, DocumentId, InterviewId, InvitationId, PositionId},
    interview::Question,
};
use candor_store::{entities::invitations, records::invitations::InvitationRow};
use jiff::Timestamp;
use sea_orm::{ColumnTrait, Condition, ExprTrait, sea_query::Expr, sea_query::Func};

use crate::{
    App, AppError, fields,
    paging::{Page, PageRequest},
    records,
};

pub mod calendar;
mod change;
mod content;
mod create;
mod import;
pub mod join;
pub mod own;
mod rejoin;
mod resume;
mod setup;
mod time;
mod update;
mod window;
mod write;

pub use change::InvitationChange;
pub use content::{NewCoding, NewInvitationQuestion};
pub use create::{NewInvitation, create_invitation};
pub use import::{Import, LONGEST_TABLE, MOST_ROWS, RowError, import_invitations};
pub use time::{Moment, moment};
pub use update::{cancel_invitation, delete_invitation, update_invitation};

/// States of an invitation.
pub const STATUSES: [&str; 4] = ["scheduled", "in_progress", "completed", "cancelled"];
/// Languages that invitations are written in.
pub const LANGUAGES: [&str; 4] = ["en", "tr", "fr", "id"];

/// An invitation to an interview.
#[derive(Debug, Clone, PartialEq)]
pub struct Invitation {
    /// Identifier.
    pub id: InvitationId,
    /// The interview, once it was begun.
    pub interview: Option<InterviewId>,
    /// Who is invited, once known.
    pub candidate: Option<CandidateId>,
    /// The application that it is part of.
    pub application: Option<ApplicationId>,
    /// The position that it is for.
    pub position: Option<PositionId>,
    /// The résumé.
    pub document: Option<DocumentId>,
    /// Address.
    pub candidate_email: String,
    /// Name.
    pub candidate_name: Option<String>,
    /// `technical`, `behavioral`, `sales` or `customer_success`.
    pub role_family: String,
    /// What the interview gives its time to; as usual unless given.
    pub interview_type: Option<String>,
    /// One of [`LANGUAGES`].
    pub language: String,
    /// Level to begin with.
    pub difficulty: Option<String>,
    /// Time budget.
    pub duration_minutes: Option<i32>,
    /// What is asked about first.
    pub focus_areas: Vec<String>,
    /// The recruiter's own questions.
    pub questions: Vec<Question>,
    /// To the candidate.
    pub message: Option<String>,
    /// Where the résumé lies, as the client told.
    pub resume_url: Option<String>,
    /// When it is to begin.
    pub scheduled_at: Timestamp,
    /// IANA name, for the times in mail.
    pub time_zone: String,
    /// The link opens.
    pub opens_at: Timestamp,
    /// The link closes.
    pub closes_at: Timestamp,
    /// One of [`STATUSES`].
    pub status: String,
    /// The join token; none when the installation's secret is another one than when it was made.
    pub token: Option<String>,
    /// Of the calendar entry.
    pub sequence: i32,
    /// `not_sent`, `queued`, `sent` or `failed`.
    pub email_state: String,
    /// Why it was not sent.
    pub email_error: Option<String>,
    /// When it was sent.
    pub email_sent_at: Option<Timestamp>,
    /// Id of the person or key that made it.
    pub created_by: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Last change.
    pub updated_at: Timestamp,
    /// Grows by one with every change.
    pub version: i32,
}

impl Invitation {
    /// What a row says; the token is opened with the installation's secret.
    pub(crate) fn read(app: &App, row: InvitationRow) -> Self {
        Self {
            id: row.id.into(),
            interview: row.interview_id.map(Into::into),
            candidate: row.candidate_id.map(Into::into),
            application: row.application_id.map(Into::into),
            position: row.position_id.map(Into::into),
            document: row.document_id.map(Into::into),
            candidate_email: row.candidate_email,
            candidate_name: row.candidate_name,
            role_family: row.role_family,
            interview_type: row.interview_type,
            language: row.language,
            difficulty: row.difficulty,
            duration_minutes: row.duration_minutes,
            focus_areas: serde_json::from_value(row.focus_areas).unwrap_or_default(),
            questions: serde_json::from_value(row.questions).unwrap_or_default(),
            message: row.message,
            resume_url: row.resume_url,
            scheduled_at: row.scheduled_at.into(),
            time_zone: row.time_zone,
            opens_at: row.opens_at.into(),
            closes_at: row.closes_at.into(),
            status: row.status,
            token: app.secrets.unseal(&row.token_sealed),
            sequence: row.sequence,
            email_state: row.email_state,
            email_error: row.email_error,
            email_sent_at: row.email_sent_at.map(Into::into),
            created_by: row.created_by,
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
            version: row.version,
        }
    }

    /// The address that the candidate opens.
    pub fn join_url(&self, base: &str) -> Option<String> {
        self.token.as_deref().map(|token| join_url(base, token))
    }
}

/// The address of a join link; `base` is the server's own.
pub fn join_url(base: &str, token: &str) -> String {
    format!("{}/interview/join/{token}", base.trim_end_matches('/'))
}

/// Which invitations are listed.
#[derive(Debug, Clone, Default)]
pub struct InvitationFilter {
    /// In this state.
    pub status: Option<String>,
    /// For this position.
    pub position: Option<PositionId>,
    /// To this address, whatever its capitals.
    pub candidate_email: Option<String>,
    /// That begin at this time or later.
    pub from: Option<Timestamp>,
    /// That begin before this time.
    pub to: Option<Timestamp>,
}

/// A page of invitations, the latest made first.
///
/// # Errors
/// [`AppError::Denied`], or [`AppError::Invalid`] for a state that there is not.
pub async fn list_invitations(
    app: &App,
    actor: &Actor,
    filter: InvitationFilter,
    page: PageRequest,
) -> Result<Page<Invitation>, AppError> {
    use invitations::Column;
    actor.may(Action::InviteCandidates)?;
    if let Some(status) = &filter.status {
        fields::one_of("status", status, &STATUSES)?;
    }
    let email = |text: String| {
        Expr::expr(Func::lower(Expr::col(Column::CandidateEmail))).eq(text.trim().to_lowercase())
    };
    let micros = |at: Timestamp| candor_store::Micros::from(at);
    let condition = Condition::all()
        .add_option(filter.status.map(|text| Column::Status.eq(text)))
        .add_option(filter.position.map(|id| Column::PositionId.eq(id.uuid())))
        .add_option(filter.candidate_email.map(email))
        .add_option(filter.from.map(|at| Column::ScheduledAt.gte(micros(at))))
        .add_option(filter.to.map(|at| Column::ScheduledAt.lt(micros(at))));
    let rows =
        records::list::<invitations::Entity>(app, actor.organisation, condition, page, |row| {
            row.id
        })
        .await?;
    Ok(rows.map(|row| Invitation::read(app, row)))
}

/// One invitation.
///
/// # Errors
/// [`AppError::Denied`] or [`AppError::NotFound`].
pub async fn get_invitation(
    app: &App,
    actor: &Actor,
    id: InvitationId,
) -> Result<Invitation, AppError> {
    actor.may(Action::InviteCandidates)?;
    let (near, all) = (app.store.near(), Condition::all());
    let row = records::get::<invitations::Entity>(near, actor.organisation, id.uuid(), all).await?;
    Ok(Invitation::read(app, row))
}
