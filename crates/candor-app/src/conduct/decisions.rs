//! What people decide after an interview, and why: recorded beside the recommendation, from which it may differ
//! (GDPR Art. 22). Appended, never changed.

use candor_core::{
    access::{Action, Actor},
    ids::{DecisionId, InterviewId, ReportId},
};
use candor_store::{
    entities::decisions,
    records::{conduct, scoped},
};
use jiff::Timestamp;
use serde_json::json;

use super::{held, reports};
use crate::{
    App, AppError,
    audit::{self, Entry},
    fields,
};

/// What can be decided.
pub const DECISIONS: [&str; 3] = ["advance", "hold", "reject"];
/// Longest reason, in characters.
const LONGEST_REASON: usize = 4000;

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Identifier.
    pub id: DecisionId,
    /// The report that was there to be read.
    pub report: Option<ReportId>,
    /// One of [`DECISIONS`].
    pub decision: String,
    /// In the words of who decided.
    pub reason: String,
    /// Id of the person.
    pub decided_by: String,
    /// When.
    pub decided_at: Timestamp,
}

impl From<decisions::Model> for Decision {
    fn from(row: decisions::Model) -> Self {
        Self {
            id: row.id.into(),
            report: row.report_id.map(Into::into),
            decision: row.decision,
            reason: row.reason,
            decided_by: row.decided_by,
            decided_at: row.decided_at.into(),
        }
    }
}

/// A decision as a person makes it.
#[derive(Debug, Clone)]
pub struct NewDecision {
    /// One of [`DECISIONS`].
    pub decision: String,
    /// Why.
    pub reason: String,
}

/// Records what a person decided. The report that it rests on stays the newest one of the interview.
///
/// # Errors
/// [`AppError::Denied`] for keys, whose decision would be nobody's; [`AppError::NotFound`], [`AppError::Invalid`].
pub async fn create_decision(
    app: &App,
    actor: &Actor,
    interview: InterviewId,
    new: NewDecision,
) -> Result<Decision, AppError> {
    let about = held::reached(app, actor, Action::DecideInterviews, interview).await?;
    if about.purpose == "practice" {
        return Err(AppError::conflict(
            "practice_interview",
            "nobody is decided about in practice",
        ));
    }
    let outcome = fields::one_of("decision", &new.decision, &DECISIONS)?;
    let reason = fields::prose("reason", &new.reason, LONGEST_REASON)?;
    let transaction = app.store.begin().await?;
    // From here on no other report takes the place of the one that is decided on.
    if !conduct::lock_interview(&transaction, actor.organisation, interview).await? {
        return Err(AppError::NotFound("interview"));
    }
    let report = reports::find_report_with(&transaction, actor.organisation, interview).await?;
    let row = decisions::Model {
        id: DecisionId::generate().uuid(),
        organisation_id: actor.organisation.uuid(),
        interview_id: interview.uuid(),
        report_id: report.map(|report| report.id),
        decision: outcome,
        reason,
        decided_by: actor.principal.to_string(),
        decided_at: app.clock.now().into(),
    };
    scoped::insert::<decisions::Entity>(&transaction, row.clone()).await?;
    let details = json!({ "interview": interview, "decision": row.decision });
    let id = DecisionId::from(row.id);
    let entry = Entry::by(actor, "interview.decided", &id, details);
    audit::record(&transaction, app, entry).await?;
    transaction.commit().await?;
    Ok(row.into())
}

/// What was decided, newest first.
///
/// # Errors
/// [`AppError::Denied`] for candidates, [`AppError::NotFound`].
pub async fn list_decisions(
    app: &App,
    actor: &Actor,
    interview: InterviewId,
) -> Result<Vec<Decision>, AppError> {
    // Whoever reads candidates is staff.
    actor.may(Action::ReadCandidates)?;
    held::reached(app, actor, Action::ReadAnalyses, interview).await?;
    let rows = conduct::list_decisions(app.store.reader(), actor.organisation, interview).await?;
    Ok(rows.into_iter().map(Into::into).collect())
}
