//! Steps that can be caught at the worst moment: their work is done and nobody knows of it yet.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use candor_app::{
    App, AppError,
    jobs::{Pipeline, Pool, Step, StepContext, StepError, StepLimits, StepOutput},
};
use candor_core::ports::Watch;
use candor_store::entities::jobs;
use sea_orm::DatabaseTransaction;

use super::scripted::append;

/// Another pipeline with a gate behind the work of each step.
pub(super) struct GatedPipeline {
    inner: Arc<dyn Pipeline>,
    folder: PathBuf,
}

impl GatedPipeline {
    /// Gates and log lie in `folder`.
    pub fn new(inner: Arc<dyn Pipeline>, folder: &Path) -> Self {
        Self {
            inner,
            folder: folder.to_owned(),
        }
    }
}

/// Where gated steps write `<step> <job> <attempt> <process> begin|worked|end`, a line each.
pub fn gate_log(folder: &Path) -> PathBuf {
    folder.join("gated.log")
}

/// The file that opens the gate of a step.
pub fn gate(folder: &Path, step: &str) -> PathBuf {
    folder.join(format!("gate-{step}"))
}

#[async_trait]
impl Pipeline for GatedPipeline {
    fn name(&self) -> &'static str {
        self.inner.name()
    }

    fn steps(&self) -> Vec<Arc<dyn Step>> {
        let gated = |step| -> Arc<dyn Step> {
            Arc::new(GatedStep {
                step,
                folder: self.folder.clone(),
            })
        };
        self.inner.steps().into_iter().map(gated).collect()
    }

    async fn begun(
        &self,
        app: &App,
        transaction: &DatabaseTransaction,
        job: &jobs::Model,
    ) -> Result<(), AppError> {
        self.inner.begun(app, transaction, job).await
    }

    async fn ended(
        &self,
        app: &App,
        transaction: &DatabaseTransaction,
        job: &jobs::Model,
    ) -> Result<(), AppError> {
        self.inner.ended(app, transaction, job).await
    }
}

struct GatedStep {
    step: Arc<dyn Step>,
    folder: PathBuf,
}

#[async_trait]
impl Step for GatedStep {
    fn name(&self) -> &'static str {
        self.step.name()
    }

    fn pool(&self) -> Pool {
        self.step.pool()
    }

    fn needs(&self) -> &'static [&'static str] {
        self.step.needs()
    }

    fn version(&self) -> String {
        self.step.version()
    }

    fn limits(&self) -> StepLimits {
        self.step.limits()
    }

    async fn run(&self, context: &StepContext) -> Result<StepOutput, StepError> {
        let log = gate_log(&self.folder);
        let line = |what: &str| {
            let (step, process) = (self.name(), std::process::id());
            let line = format!(
                "{step} {} {} {process} {what}\n",
                context.job, context.attempt
            );
            append(&log, &line);
        };
        line("begin");
        let output = self.step.run(context).await?;
        line("worked");
        let gate = gate(&self.folder, self.name());
        while !gate.exists() {
            if context.watch.is_cancelled() {
                return Err(StepError::Cancelled);
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        line("end");
        Ok(output)
    }
}
