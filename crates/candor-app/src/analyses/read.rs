//! Reading what an analysis made: report, page, artefacts, events.

use std::sync::Arc;

use candor_core::{
    access::{Action, Actor},
    ids::{AnalysisId, ArtefactId},
    measured::NotMeasured,
    report::{self, EventKind},
};
use candor_store::records::{
    analyses::{self as rows, Bound},
    artefacts, reports,
};
use futures::Stream;
use jiff::Timestamp;
use serde_json::Value;

use super::Analysis;
use crate::{
    App, AppError,
    jobs::{self, JobEvent},
    page::{self, MediaKind, PageMedia},
    records::bound,
    steps::REPORT_KIND,
};

/// What a step made.
#[derive(Debug, Clone, PartialEq)]
pub struct Artefact {
    /// Identifier.
    pub id: ArtefactId,
    /// The step.
    pub step: String,
    /// Name, e.g. `transcript.json`.
    pub name: String,
    /// MIME type.
    pub content_type: String,
    /// Size.
    pub bytes: u64,
    /// Hexadecimal.
    pub sha256: String,
    /// Hash of what it was made from.
    pub input_hash: String,
    /// Engines, models and formulas by key.
    pub provenance: Value,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A finished report.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportFile {
    /// The report.
    pub report: report::Report,
    /// SHA-256 of the file as it is kept, hexadecimal.
    pub sha256: String,
}

/// The report of an analysis, as `candor analyze` writes it. What was inferred about emotions is left out for
/// everybody but the person it belongs to.
///
/// # Errors
/// [`AppError::NotFound`] for an analysis out of reach; [`AppError::Conflict`] `report_not_ready` until its
/// results are saved.
pub async fn report(app: &App, actor: &Actor, id: AnalysisId) -> Result<ReportFile, AppError> {
    let bound = bound(actor, Action::ReadAnalyses)?;
    let analysis = Analysis::from(rows::get(app.store.fresh(), bound, id).await?);
    let saved = newest(app, bound, id).await?.ok_or_else(|| {
        AppError::conflict(
            "report_not_ready",
            format!("there is no report yet; the analysis is {}", analysis.state),
        )
    })?;
    let mut found = read_file(app, &saved).await?;
    if analysis.owner.is_none() || analysis.owner != actor.user() {
        hide_emotions(&mut found);
    }
    Ok(ReportFile {
        report: found,
        sha256: saved.sha256,
    })
}

/// The report as a page.
///
/// # Errors
/// Like [`report`].
pub async fn report_page(app: &App, actor: &Actor, id: AnalysisId) -> Result<String, AppError> {
    let found = report(app, actor, id).await?.report;
    let kind = match found.candor.source.video {
        Some(_) => MediaKind::Video,
        None => MediaKind::Audio,
    };
    // The recording itself needs credentials that a page in a sandbox does not have.
    let media = PageMedia {
        audio: None,
        video: None,
        kind,
    };
    Ok(page::render(&found, &media))
}

/// Everything that the steps made, oldest first.
///
/// # Errors
/// [`AppError::NotFound`] for an analysis out of reach.
pub async fn list_artefacts(
    app: &App,
    actor: &Actor,
    id: AnalysisId,
) -> Result<Vec<Artefact>, AppError> {
    let bound = bound(actor, Action::ReadAnalyses)?;
    let connection = app.store.fresh();
    let analysis = rows::get(connection, bound, id).await?;
    let job = analysis.job_id.into();
    let found = artefacts::list_of_job(connection, bound.organisation, job).await?;
    Ok(found
        .into_iter()
        .map(|row| Artefact {
            id: row.id.into(),
            step: row.step,
            name: row.name,
            content_type: row.content_type,
            bytes: row.bytes.unsigned_abs(),
            sha256: row.sha256,
            input_hash: row.input_hash,
            provenance: row.provenance,
            created_at: row.created_at.into(),
        })
        .collect())
}

/// What happened to the analysis after the event `last`, and what happens until it ends.
///
/// # Errors
/// [`AppError::NotFound`] for an analysis out of reach.
pub async fn events(
    app: &Arc<App>,
    actor: &Actor,
    id: AnalysisId,
    last: Option<i64>,
) -> Result<impl Stream<Item = Result<JobEvent, AppError>> + Send + 'static + use<>, AppError> {
    let bound = bound(actor, Action::ReadAnalyses)?;
    let analysis = rows::get(app.store.fresh(), bound, id).await?;
    let job = analysis.job_id.into();
    Ok(jobs::events(Arc::clone(app), bound.organisation, job, last))
}

async fn newest(
    app: &App,
    bound: Bound,
    id: AnalysisId,
) -> Result<Option<reports::Model>, AppError> {
    let filter = reports::Filter {
        analysis: Some(id),
        kind: Some(REPORT_KIND.to_owned()),
        ..reports::Filter::default()
    };
    let found = reports::list(app.store.fresh(), bound, &filter, None, 1).await?;
    Ok(found.into_iter().next())
}

/// The report that a row names.
pub(super) async fn read_file(app: &App, row: &reports::Model) -> Result<report::Report, AppError> {
    let key = row
        .object_key
        .as_deref()
        .ok_or(AppError::NotFound("report"))?;
    let bytes = app.objects.get(key).await?;
    serde_json::from_slice(&bytes).map_err(AppError::internal)
}

/// Takes out what was inferred about emotions.
pub(super) fn hide_emotions(report: &mut report::Report) {
    let emotions = &mut report.nonverbal.emotions;
    if emotions.model.is_none() {
        return;
    }
    let reason = NotMeasured::new(
        "private",
        "expressions are shown only to the practising person",
    );
    emotions.model = None;
    emotions.samples = None;
    emotions.dominant_emotion = None;
    emotions.distribution = None;
    emotions.timeline = None;
    let details = &mut report.candor;
    details
        .not_measured
        .retain(|path, _| !path.starts_with("nonverbal.emotions"));
    details
        .not_measured
        .insert("nonverbal.emotions".to_owned(), reason);
    details
        .tracks
        .retain(|name, _| !name.starts_with("expression_"));
    details
        .events
        .retain(|event| event.kind != EventKind::ExpressionChange);
    details
        .provenance
        .retain(|key, _| !key.contains("expression"));
}
