//! Reading what an analysis made: report, page, events.

use std::sync::Arc;

use candor_core::{
    access::{Action, Actor},
    ids::{AnalysisId, RecordingId},
    measured::NotMeasured,
    report::{self, EventKind},
};
use candor_store::records::{
    analyses::{self as rows, Bound},
    reach::Rows,
    reports,
};
use futures::Stream;

use super::{Analysis, artefacts::SOUND};
use crate::{
    App, AppError,
    jobs::{self, JobEvent},
    media::{self, RecordingState},
    page::{self, MediaKind, PageMedia},
    records::bound,
    steps::REPORT_KIND,
};

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
    Ok(finished(app, actor, id).await?.1)
}

/// A finished analysis and its report, as this actor may see it.
async fn finished(
    app: &App,
    actor: &Actor,
    id: AnalysisId,
) -> Result<(Analysis, ReportFile), AppError> {
    let bound = bound(actor, Action::ReadAnalyses)?;
    let analysis = Analysis::from(rows::get(app.store.near(), bound, id).await?);
    match shown_report(app, actor, &analysis).await? {
        Some(file) => Ok((analysis, file)),
        None => Err(AppError::conflict(
            "report_not_ready",
            format!("there is no report yet; the analysis is {}", analysis.state),
        )),
    }
}

/// The report of an analysis as this actor may see it; `None` until its results are saved.
pub(crate) async fn shown_report(
    app: &App,
    actor: &Actor,
    analysis: &Analysis,
) -> Result<Option<ReportFile>, AppError> {
    let mut found = saved_report(app, analysis).await?;
    if let Some(file) = found.as_mut().filter(|_| !analysis.is_of(actor)) {
        hide_emotions(&mut file.report);
    }
    Ok(found)
}

/// The newest report of an analysis, whole.
pub(crate) async fn saved_report(
    app: &App,
    analysis: &Analysis,
) -> Result<Option<ReportFile>, AppError> {
    let bound = Bound {
        organisation: analysis.organisation,
        rows: Rows::All,
    };
    let filter = reports::Filter {
        analysis: Some(analysis.id),
        kind: Some(REPORT_KIND.to_owned()),
        ..reports::Filter::default()
    };
    let newest = reports::list(app.store.fresh(), bound, &filter, None, 1).await?;
    match newest.into_iter().next() {
        None => Ok(None),
        Some(row) => Ok(Some(ReportFile {
            report: read_file(app, &row).await?,
            sha256: row.sha256,
        })),
    }
}

/// The report as a page, which plays the recording where the actor may hear it. It is made for the address
/// `…/analyses/{id}/report.html`: recording and sound are found from there, by the session of the browser.
///
/// # Errors
/// Like [`report`].
pub async fn report_page(app: &App, actor: &Actor, id: AnalysisId) -> Result<String, AppError> {
    let (analysis, file) = finished(app, actor, id).await?;
    let source = &file.report.candor.source;
    let recording = playable(app, actor, &analysis).await?;
    let media = PageMedia {
        audio: source
            .audio
            .as_ref()
            .filter(|_| recording.is_some())
            .map(|_| format!("artefacts/{SOUND}")),
        video: recording
            .filter(|_| source.video.is_some())
            .map(|id| format!("../../recordings/{id}/content")),
        kind: match source.video {
            Some(_) => MediaKind::Video,
            None => MediaKind::Audio,
        },
    };
    Ok(page::render(&file.report, &media))
}

/// The recording of an analysis, where it is still there and within reach.
async fn playable(
    app: &App,
    actor: &Actor,
    analysis: &Analysis,
) -> Result<Option<RecordingId>, AppError> {
    let Some(id) = analysis.recording else {
        return Ok(None);
    };
    match media::get_recording(app, actor, id).await {
        Ok(recording) if recording.state == RecordingState::Available => Ok(Some(id)),
        Ok(_) | Err(AppError::NotFound(_) | AppError::Denied(_)) => Ok(None),
        Err(error) => Err(error),
    }
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
    let analysis = rows::get(app.store.near(), bound, id).await?;
    let job = analysis.job_id.into();
    Ok(jobs::events(Arc::clone(app), bound.organisation, job, last))
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
