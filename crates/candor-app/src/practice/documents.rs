//! Documents of finished analyses: made once from the report, kept, and counted once by the audits.

use std::sync::Arc;

use candor_core::{
    access::{Action, Actor},
    ids::{AnalysisId, InterviewId, OrganisationId},
    report::Report,
};
use candor_interviewer::rationale;
use candor_signals::scores::practice::fairness::{BandMean, LIGHTING};
use candor_store::{
    Micros,
    entities::{fairness_samples, interviews, practice_documents, reports},
    records::{analyses, practice as store, reach::Rows},
};
use sea_orm::ConnectionTrait;
use serde_json::Value;
use uuid::Uuid;

use super::{judge, sessions, work};
use crate::{
    App, AppError,
    documented::practice::{self as documented, Audits, Documents, NEUTRAL_BANDS, SCORES, Sample},
    engines::optional,
};

/// Samples that the audits look at.
const MOST_SAMPLES: u64 = 1000;
/// Kind of the report of an analysis.
const REPORT: &str = "analysis";

/// The documents of a session.
#[derive(Debug, Clone, PartialEq)]
pub struct Results {
    /// The contract's `AnalysisResult`.
    pub analysis: Value,
    /// The contract's advanced score.
    pub advanced: Value,
    /// `overallPerformanceScore`.
    pub overall_score: Option<f64>,
    /// The report and formula that they were made from.
    made_from: String,
}

/// The contract's `AnalysisResult` of the newest finished analysis.
///
/// # Errors
/// [`AppError::NotFound`] for an unknown session, somebody else's, and one without a finished analysis.
pub async fn results(app: &App, actor: &Actor, session: InterviewId) -> Result<Value, AppError> {
    let connection = app.store.fresh();
    let (session, analysis) = newest(connection, actor, session).await?;
    Ok(of_analysis(app, actor, &session, analysis).await?.analysis)
}

/// The contract's advanced score of the newest finished analysis. Where the person was told of whoever runs the chat
/// model, that judges what was said, once.
///
/// # Errors
/// Like [`results`].
pub async fn explain(
    app: &Arc<App>,
    actor: &Actor,
    session: InterviewId,
) -> Result<Value, AppError> {
    let (session, analysis) = newest(app.store.fresh(), actor, session).await?;
    let mut results = of_analysis(app, actor, &session, analysis).await?;
    let made_from = format!("{}:{}", results.made_from, rationale::PROMPT_VERSION);
    let organisation = actor.organisation;
    let known = store::find_document(app.store.fresh(), organisation, analysis, &made_from).await?;
    if let Some(row) = known {
        return Ok(row.advanced);
    }
    if judge::judge(app, &session, &mut results).await? {
        let now = app.clock.now().into();
        let row = row(&session, analysis, made_from, results.clone(), now);
        // Who asked at the same time gets their own; the next one gets what is kept.
        store::insert_document(app.store.writer(), row).await?;
    }
    Ok(results.advanced)
}

/// The caller's session, and its newest finished analysis.
async fn newest(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    id: InterviewId,
) -> Result<(interviews::Model, Uuid), AppError> {
    actor.may(Action::ReadAnalyses)?;
    let session = sessions::own(connection, actor, id).await?;
    let states = store::analysis_states(connection, actor.organisation, &[session.id]).await?;
    let newest = states
        .iter()
        .rev()
        .find(|analysis| analysis.state == "done");
    let analysis = newest.ok_or(AppError::NotFound("finished analysis of this session"))?;
    Ok((session, analysis.id))
}

fn row(
    session: &interviews::Model,
    analysis: Uuid,
    made_from: String,
    results: Results,
    created_at: Micros,
) -> practice_documents::Model {
    practice_documents::Model {
        id: Uuid::now_v7(),
        organisation_id: session.organisation_id,
        interview_id: session.id,
        analysis_id: analysis,
        made_from,
        analysis: results.analysis,
        advanced: results.advanced,
        overall_score: results.overall_score,
        created_at,
    }
}

/// The documents of one finished analysis of the caller's session.
///
/// # Errors
/// [`AppError::NotFound`] when its report is gone; what the engines and the stores say.
pub(super) async fn of_analysis(
    app: &App,
    actor: &Actor,
    session: &interviews::Model,
    analysis: Uuid,
) -> Result<Results, AppError> {
    let connection = app.store.fresh();
    let organisation = actor.organisation;
    let kept = report_row(app, organisation, analysis).await?;
    let made_from = format!("{}:{}", kept.sha256, documented::FORMULA);
    if let Some(row) = store::find_document(connection, organisation, analysis, &made_from).await? {
        return Ok(read(row));
    }
    let documents = make(app, actor, session, analysis, &kept).await?;
    let overall_score = documents.analysis["summaryScores"]["overallPerformanceScore"].as_f64();
    let results = Results {
        analysis: documents.analysis,
        advanced: documents.advanced,
        overall_score,
        made_from: made_from.clone(),
    };
    let now = app.clock.now().into();
    let row = row(session, analysis, made_from.clone(), results, now);
    let transaction = app.store.begin().await?;
    let is_first = store::latest_documents(&transaction, organisation, &[analysis])
        .await?
        .is_empty();
    let is_kept = store::insert_document(&transaction, row.clone()).await?;
    if is_kept && is_first && !documents.sample.is_empty() {
        let sample = sample_row(organisation, row.created_at, &documents.sample);
        store::insert_sample(&transaction, sample).await?;
    }
    transaction.commit().await?;
    if is_kept {
        return Ok(read(row));
    }
    // Somebody asked at the same time: both get the same documents.
    store::find_document(app.store.writer(), organisation, analysis, &made_from)
        .await?
        .map(read)
        .ok_or(AppError::NotFound("analysis"))
}

fn read(row: practice_documents::Model) -> Results {
    Results {
        analysis: row.analysis,
        advanced: row.advanced,
        overall_score: row.overall_score,
        made_from: row.made_from,
    }
}

async fn report_row(
    app: &App,
    organisation: OrganisationId,
    analysis: Uuid,
) -> Result<reports::Model, AppError> {
    use candor_store::records::reports as rows;
    let bound = analyses::Bound {
        organisation,
        rows: Rows::All,
    };
    let filter = rows::Filter {
        analysis: Some(AnalysisId::from(analysis)),
        kind: Some(REPORT.to_owned()),
        ..rows::Filter::default()
    };
    let found = rows::list(app.store.fresh(), bound, &filter, None, 1).await?;
    found
        .into_iter()
        .next()
        .ok_or(AppError::NotFound("report of this analysis"))
}

/// Builds the documents; the report is large and the sentence encoder busy, so that is done aside.
async fn make(
    app: &App,
    actor: &Actor,
    session: &interviews::Model,
    analysis: Uuid,
    kept: &reports::Model,
) -> Result<Documents, AppError> {
    let key = kept
        .object_key
        .as_deref()
        .ok_or(AppError::NotFound("report of this analysis"))?;
    let bytes = app.objects.get(key).await?;
    let (facts, wishes) = facts(app, actor, session, analysis).await?;
    let audits = audits(app, actor.organisation).await?;
    let generated_at = app.clock.now();
    let engines = std::sync::Arc::clone(&app.engines);
    tokio::task::spawn_blocking(move || {
        let report: Report = serde_json::from_slice(&bytes).map_err(AppError::internal)?;
        let embedder = optional(engines.embedder()).map_err(AppError::internal)?;
        let inputs = documented::Inputs {
            report: &report,
            session: &facts,
            wishes,
            audits: &audits,
            generated_at,
        };
        documented::build(&inputs, embedder.as_deref().ok()).map_err(AppError::internal)
    })
    .await
    .map_err(AppError::internal)?
}

async fn facts(
    app: &App,
    actor: &Actor,
    session: &interviews::Model,
    analysis: Uuid,
) -> Result<(documented::SessionFacts, documented::Wishes), AppError> {
    let connection = app.store.fresh();
    let bound = analyses::Bound {
        organisation: actor.organisation,
        rows: Rows::All,
    };
    let row = analyses::get(connection, bound, analysis.into()).await?;
    let request = work::request_of(&row);
    let video = match row.recording_id {
        Some(id) => candor_core::ids::RecordingId::from(id).to_string(),
        None => String::new(),
    };
    let view = sessions::session(session.clone());
    let facts = documented::SessionFacts {
        session: session.id,
        job_role: view.job_role,
        domain: view.domain,
        started_at: view.started_at,
        video,
        audio: request.audio.map(|id| id.to_string()),
    };
    Ok((facts, request.wishes()))
}

/// What the audits know so far.
pub(super) async fn audits(app: &App, organisation: OrganisationId) -> Result<Audits, AppError> {
    use fairness_samples::Column;
    let connection = app.store.fresh();
    let n_samples = store::count_samples(connection, organisation, MOST_SAMPLES).await?;
    let mut audits = Audits {
        n_samples,
        ..Audits::default()
    };
    let [eyes, rate, pauses, relevance] = NEUTRAL_BANDS;
    for (metric, column) in [
        (eyes, Column::EyeContactBand),
        (rate, Column::SpeakingRateBand),
        (pauses, Column::PauseBand),
        (relevance, Column::ContentRelevanceBand),
    ] {
        let rows = store::band_means(connection, organisation, column, MOST_SAMPLES).await?;
        audits.neutral.extend(means(metric, &rows));
    }
    let column = Column::LightingCondition;
    let rows = store::band_means(connection, organisation, column, MOST_SAMPLES).await?;
    audits.lighting.extend(means(LIGHTING, &rows));
    Ok(audits)
}

fn means(metric: &str, rows: &[store::BandRow]) -> Vec<BandMean> {
    let [engagement, clarity, comprehension, overall] = SCORES;
    rows.iter()
        .flat_map(|row| {
            [
                (engagement, row.engagement_n, row.engagement),
                (
                    clarity,
                    row.communication_clarity_n,
                    row.communication_clarity,
                ),
                (
                    comprehension,
                    row.interview_comprehension_n,
                    row.interview_comprehension,
                ),
                (overall, row.overall_performance_n, row.overall_performance),
            ]
            .into_iter()
            .filter_map(|(score, n, mean)| {
                Some(BandMean {
                    metric: metric.to_owned(),
                    band: row.band.clone(),
                    score: score.to_owned(),
                    n: u64::try_from(n).ok()?,
                    mean: mean?,
                })
            })
        })
        .collect()
}

fn sample_row(
    organisation: OrganisationId,
    at: Micros,
    sample: &Sample,
) -> fairness_samples::Model {
    const MICROS_PER_DAY: i64 = 86_400_000_000;
    let band = |band: Option<&'static str>| band.map(str::to_owned);
    let [engagement, clarity, comprehension, overall] = sample.scores;
    fairness_samples::Model {
        // Random: an id in order of time would lead back to the session.
        id: Uuid::new_v4(),
        organisation_id: organisation.uuid(),
        day: i32::try_from(at.0.div_euclid(MICROS_PER_DAY)).unwrap_or_default(),
        eye_contact_band: band(sample.eye_contact_band),
        speaking_rate_band: band(sample.rate_band),
        pause_band: band(sample.pause_band),
        content_relevance_band: band(sample.relevance_band),
        lighting_condition: band(sample.lighting_band),
        engagement,
        communication_clarity: clarity,
        interview_comprehension: comprehension,
        overall_performance: overall,
    }
}
