//! The steps of the analysis, one file each, and the pipeline that lines them up.
//!
//! `video_downloaded → audio_extracted ∥ face_analyzed → transcribed ∥ voice_analyzed →
//! input_normalized → question_analyzed → question_evaluated → results_saved`. The steps call the
//! functions of [`analyze`](crate::analyze), so that a job and the command line give the same report.

use std::sync::Arc;

use async_trait::async_trait;
use candor_store::{Micros, entities::jobs, records};
use sea_orm::DatabaseTransaction;

use crate::{
    App, AppError,
    engines::Engines,
    jobs::{Pipeline, Step},
};

mod artefacts;
mod audio_extracted;
mod face_analyzed;
mod input;
mod input_normalized;
mod interview;
mod permission;
mod question_analyzed;
mod question_evaluated;
mod recording;
mod results_saved;
mod tell;
mod transcribed;
mod versions;
mod video_downloaded;
mod voice_analyzed;
mod work;

pub use artefacts::Kept;
pub(crate) use artefacts::forget_artefacts;
pub use input::AnalysisInput;
pub use question_analyzed::{AnswerContent, JudgedScore};
pub(crate) use question_evaluated::COMMENTARY;
pub use question_evaluated::ScoreSheet;
pub use results_saved::KIND as REPORT_KIND;
use versions::EngineVersions;

/// Name of the pipeline.
pub const ANALYSIS: &str = "analysis";

/// The analysis of one recording.
pub struct AnalysisPipeline {
    versions: Arc<EngineVersions>,
}

impl AnalysisPipeline {
    /// The pipeline with these engines; nothing is loaded yet.
    pub fn new(engines: Arc<dyn Engines + Send + Sync>) -> Self {
        Self {
            versions: Arc::new(EngineVersions::new(engines)),
        }
    }
}

#[async_trait]
impl Pipeline for AnalysisPipeline {
    fn name(&self) -> &'static str {
        ANALYSIS
    }

    fn steps(&self) -> Vec<Arc<dyn Step>> {
        let versions = || Arc::clone(&self.versions);
        vec![
            Arc::new(video_downloaded::VideoDownloaded),
            Arc::new(audio_extracted::AudioExtracted(versions())),
            Arc::new(face_analyzed::FaceAnalyzed(versions())),
            Arc::new(transcribed::Transcribed(versions())),
            Arc::new(voice_analyzed::VoiceAnalyzed),
            Arc::new(input_normalized::InputNormalized(versions())),
            Arc::new(question_analyzed::QuestionAnalyzed(versions())),
            Arc::new(question_evaluated::QuestionEvaluated),
            Arc::new(results_saved::ResultsSaved),
        ]
    }

    async fn begun(
        &self,
        app: &App,
        transaction: &DatabaseTransaction,
        job: &jobs::Model,
    ) -> Result<(), AppError> {
        let now = app.clock.now();
        let change = records::analyses::StateChange {
            state: "in_progress",
            error: None,
            started_at: job.started_at.or(Some(Micros::from(now))),
            finished_at: None,
        };
        records::analyses::set_state(transaction, job.id.into(), change, now).await?;
        interview::begun(app, transaction, job).await
    }

    async fn ended(
        &self,
        app: &App,
        transaction: &DatabaseTransaction,
        job: &jobs::Model,
    ) -> Result<(), AppError> {
        let now = app.clock.now();
        let change = records::analyses::StateChange {
            state: &job.state,
            error: job.error.as_deref(),
            started_at: job.started_at,
            finished_at: job.finished_at.or(Some(Micros::from(now))),
        };
        records::analyses::set_state(transaction, job.id.into(), change, now).await?;
        interview::ended(app, transaction, job).await?;
        tell::ended(app, transaction, job).await
    }
}
