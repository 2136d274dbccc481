//! Reports of interviews: found, and written as files for people.

use candor_core::{
    access::{Action, Actor},
    ids::{InterviewId, OrganisationId},
    interview::InterviewReport,
    purpose::Purpose,
};
use candor_interviewer::export::{self, About, Paper};
use candor_store::{
    StoreError,
    entities::{candidates, interviews, positions, reports as rows},
    records::{
        analyses::Bound,
        conduct,
        reach::Rows,
        reports::{self, Filter},
        scoped::{self, Scoped},
    },
};
use sea_orm::{Condition, ConnectionTrait};
use uuid::Uuid;

use super::held;
use crate::{App, AppError};

/// Kind of these reports.
pub const KIND: &str = "interview";

/// A report as a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Exported {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// What they are.
    pub content_type: &'static str,
    /// Name to keep it under.
    pub file_name: String,
}

/// The newest report of an interview, whoever asks.
///
/// # Errors
/// What the database says.
pub async fn find_report(
    app: &App,
    organisation: OrganisationId,
    interview: InterviewId,
) -> Result<Option<rows::Model>, AppError> {
    find_report_with(app.store.writer(), organisation, interview).await
}

/// [`find_report`] in a transaction of the caller.
///
/// # Errors
/// What the database says.
pub(super) async fn find_report_with(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    interview: InterviewId,
) -> Result<Option<rows::Model>, AppError> {
    let bound = Bound {
        organisation,
        rows: Rows::All,
    };
    let filter = Filter {
        interview: Some(interview),
        kind: Some(KIND.to_owned()),
        ..Filter::default()
    };
    let found = reports::list(connection, bound, &filter, None, 1).await?;
    Ok(found.into_iter().next())
}

/// The newest report of an interview that the actor may read.
///
/// # Errors
/// [`AppError::Denied`]; [`AppError::NotFound`] also while the interview runs.
pub async fn get_report(
    app: &App,
    actor: &Actor,
    interview: InterviewId,
) -> Result<(interviews::Model, InterviewReport), AppError> {
    let about = held::reached(app, actor, Action::ReadAnalyses, interview).await?;
    let row = find_report(app, actor.organisation, interview)
        .await?
        .ok_or(AppError::NotFound("report"))?;
    let damaged = || StoreError::Damaged { what: "report" };
    let body = row.body.ok_or_else(damaged)?;
    let report = serde_json::from_value(body).map_err(|_| damaged())?;
    Ok((about, report))
}

/// The newest report as a PDF on `paper`, or, without one, as a table.
///
/// # Errors
/// Like [`get_report`].
pub async fn export_report(
    app: &App,
    actor: &Actor,
    interview: InterviewId,
    paper: Option<Paper>,
) -> Result<Exported, AppError> {
    let (about, report) = get_report(app, actor, interview).await?;
    let stem = format!("interview_report_{}", interview.uuid());
    let Some(paper) = paper else {
        return Ok(Exported {
            bytes: export::csv(&report).into_bytes(),
            content_type: "text/csv; charset=utf-8",
            file_name: format!("{stem}.csv"),
        });
    };
    let about = self::about(app, actor, about).await?;
    let made = tokio::task::spawn_blocking(move || export::pdf(&report, &about, paper));
    let bytes = made.await.map_err(AppError::internal)?;
    Ok(Exported {
        bytes: bytes.map_err(AppError::internal)?,
        content_type: "application/pdf",
        file_name: format!("{stem}.pdf"),
    })
}

/// Names and the decision, for the head of the document.
async fn about(app: &App, actor: &Actor, about: interviews::Model) -> Result<About, AppError> {
    let organisation = actor.organisation;
    let candidate = named::<candidates::Entity>(app, organisation, about.candidate_id).await?;
    let position = named::<positions::Entity>(app, organisation, about.position_id).await?;
    let purpose = Purpose::from_name(&about.purpose);
    let reader = app.store.reader();
    let decided = match purpose {
        Purpose::Practice => None,
        Purpose::Hiring => conduct::list_decisions(reader, organisation, about.id.into())
            .await?
            .into_iter()
            .next(),
    };
    let title = about.title.or(about.job_role);
    Ok(About {
        title: title.unwrap_or_else(|| "Interview".to_owned()),
        candidate: candidate.and_then(|candidate| candidate.name),
        position: position.map(|position| position.title),
        made_at: app.clock.now(),
        purpose,
        decision: decided.map(|decided| export::Decision {
            outcome: decided.decision,
            reason: decided.reason,
            by: decided.decided_by,
            at: decided.decided_at.into(),
        }),
    })
}

async fn named<E: Scoped>(
    app: &App,
    organisation: OrganisationId,
    id: Option<Uuid>,
) -> Result<Option<E::Model>, AppError> {
    match id {
        Some(id) => {
            let (near, all) = (app.store.near(), Condition::all());
            Ok(scoped::find::<E>(near, organisation, id, all).await?)
        }
        None => Ok(None),
    }
}
