//! Finished reports of all kinds.

use candor_core::{
    access::{Action, Actor},
    ids::{AnalysisId, InterviewId, ReportId},
};
use candor_store::records::{analyses as analysis_rows, reports as rows};
use jiff::Timestamp;
use serde_json::Value;

use super::{
    Analysis,
    read::{hide_emotions, read_file},
};
use crate::{
    App, AppError,
    paging::{Page, PageRequest},
    records::bound,
    steps::REPORT_KIND,
};

/// A report.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Identifier.
    pub id: ReportId,
    /// The interview.
    pub interview: Option<InterviewId>,
    /// The analysis.
    pub analysis: Option<AnalysisId>,
    /// `analysis` or another.
    pub kind: String,
    /// `json` or another.
    pub format: String,
    /// SHA-256 of the report as it is kept, hexadecimal.
    pub sha256: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// The report itself; not in lists.
    pub body: Option<Value>,
}

impl From<rows::Model> for Report {
    fn from(row: rows::Model) -> Self {
        Self {
            id: row.id.into(),
            interview: row.interview_id.map(Into::into),
            analysis: row.analysis_id.map(Into::into),
            kind: row.kind,
            format: row.format,
            sha256: row.sha256,
            created_at: row.created_at.into(),
            body: row.body,
        }
    }
}

/// Which reports are listed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReportFilter {
    /// Of this interview.
    pub interview: Option<InterviewId>,
    /// Of this analysis.
    pub analysis: Option<AnalysisId>,
    /// Of this kind.
    pub kind: Option<String>,
}

/// Reports, newest first, without their bodies.
///
/// # Errors
/// [`AppError::Denied`].
pub async fn list_reports(
    app: &App,
    actor: &Actor,
    filter: ReportFilter,
    page: PageRequest,
) -> Result<Page<Report>, AppError> {
    let bound = bound(actor, Action::ReadAnalyses)?;
    let filter = rows::Filter {
        interview: filter.interview,
        analysis: filter.analysis,
        kind: filter.kind,
    };
    let found = rows::list(
        app.store.reader(),
        bound,
        &filter,
        page.after,
        page.limit + 1,
    )
    .await?;
    Ok(Page::cut(found, page, |row| row.id).map(|row| Report {
        body: None,
        ..Report::from(row)
    }))
}

/// One report with its body.
///
/// # Errors
/// [`AppError::NotFound`] for one out of reach.
pub async fn get_report(app: &App, actor: &Actor, id: ReportId) -> Result<Report, AppError> {
    let bound = bound(actor, Action::ReadAnalyses)?;
    let row = rows::get(app.store.fresh(), bound, id).await?;
    let body = match (row.kind.as_str(), row.analysis_id) {
        (REPORT_KIND, Some(analysis)) => {
            let analysis = analysis_rows::get(app.store.near(), bound, analysis.into()).await?;
            let mut report = read_file(app, &row).await?;
            if !Analysis::from(analysis).is_of(actor) {
                hide_emotions(&mut report);
            }
            // By way of its text: values of curves are short there, and long as numbers of double precision.
            let text = serde_json::to_string(&report).map_err(AppError::internal)?;
            Some(serde_json::from_str(&text).map_err(AppError::internal)?)
        }
        _ => row.body.clone(),
    };
    Ok(Report {
        body,
        ..Report::from(row)
    })
}
