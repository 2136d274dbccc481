//! What a step and a pipeline are.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use candor_core::{
    ids::{JobId, OrganisationId},
    ports::Watch,
};
use candor_store::entities::jobs;
use sea_orm::DatabaseTransaction;
use serde_json::Value;
use uuid::Uuid;

use crate::{App, AppError, engines::Engines, steps::AnalysisPipeline};

/// Workers of one kind share a limit of steps that run at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Pool {
    /// Decoding and networks.
    Cpu,
    /// Fetching, saving.
    Io,
    /// Chat models.
    Llm,
    /// Events told to others.
    Webhook,
}

impl Pool {
    /// All pools.
    pub const ALL: [Self; 4] = [Self::Cpu, Self::Io, Self::Llm, Self::Webhook];

    /// As the ledger and `--pool` write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Io => "io",
            Self::Llm => "llm",
            Self::Webhook => "webhook",
        }
    }

    /// Reads [`Pool::as_str`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|pool| pool.as_str() == name)
    }
}

/// Limits of a step where they differ from the configuration.
#[derive(Debug, Clone, Default)]
pub struct StepLimits {
    /// Attempts before it is parked.
    pub max_attempts: Option<u32>,
    /// Longest run.
    pub timeout: Option<Duration>,
    /// Waits before the second, third, … attempt; the last one repeats. `None`: doubled, as configured.
    pub backoff: Option<&'static [Duration]>,
}

impl StepLimits {
    /// One attempt, and one more after each of these waits.
    #[must_use]
    pub fn after_waits(waits: &'static [Duration]) -> Self {
        Self {
            max_attempts: Some(u32::try_from(waits.len()).unwrap_or(u32::MAX - 1) + 1),
            timeout: None,
            backoff: Some(waits),
        }
    }
}

/// What a step leaves behind: a small JSON value that later steps and readers get. Large things are
/// artefacts in the media store, named here by key.
#[derive(Debug, Clone, PartialEq)]
pub struct StepOutput {
    /// The value.
    pub value: Value,
}

impl From<Value> for StepOutput {
    fn from(value: Value) -> Self {
        Self { value }
    }
}

/// Why an attempt failed.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    /// Trying again may help: the network, a busy service, a full disk.
    #[error("{message}")]
    Passing {
        /// Stable code.
        code: &'static str,
        /// For people; never a transcript, a token or an address with secrets.
        message: String,
        /// How long the other side asks to be left alone.
        wait: Option<Duration>,
    },
    /// Trying again won't help: the recording is damaged, the address refuses.
    #[error("{message}")]
    Permanent {
        /// Stable code.
        code: &'static str,
        /// For people.
        message: String,
    },
    /// Somebody stopped the job, or the worker is going down.
    #[error("cancelled")]
    Cancelled,
}

impl StepError {
    /// [`StepError::Passing`].
    pub fn passing(code: &'static str, message: impl Into<String>) -> Self {
        Self::Passing {
            code,
            message: message.into(),
            wait: None,
        }
    }

    /// The same, with the wait that the other side asks for.
    #[must_use]
    pub fn not_before(mut self, asked: Option<Duration>) -> Self {
        if let Self::Passing { wait, .. } = &mut self {
            *wait = asked;
        }
        self
    }

    /// [`StepError::Permanent`].
    pub fn permanent(code: &'static str, message: impl Into<String>) -> Self {
        Self::Permanent {
            code,
            message: message.into(),
        }
    }
}

impl From<AppError> for StepError {
    fn from(error: AppError) -> Self {
        match &error {
            AppError::Full { .. } => Self::passing("disk_full", error.to_string()),
            AppError::Unavailable { .. } | AppError::RateLimited { .. } => {
                Self::passing("unavailable", error.to_string())
            }
            AppError::Internal(source) => {
                tracing::error!(error = %source, "step.internal_error");
                Self::passing("internal", error.to_string())
            }
            _ => Self::permanent("refused", error.to_string()),
        }
    }
}

impl From<candor_store::StoreError> for StepError {
    fn from(error: candor_store::StoreError) -> Self {
        AppError::from(error).into()
    }
}

/// What a job is told when it is enqueued.
#[derive(Debug, Clone, PartialEq)]
pub struct JobInput {
    /// Name of the pipeline.
    pub pipeline: &'static str,
    /// Where it belongs.
    pub organisation: OrganisationId,
    /// What it works on.
    pub subject: Option<Uuid>,
    /// Lower runs first; 3 is usual.
    pub priority: i32,
    /// What its steps are told; versioned by its shape, never holds secrets.
    pub input: Value,
}

/// Progress and cancellation of one attempt; also given to engines as a [`Watch`].
#[derive(Debug, Default)]
pub struct AttemptWatch {
    permille: AtomicU32,
    cancelled: AtomicBool,
}

impl AttemptWatch {
    /// Asks the attempt to stop.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Share done, 0–1.
    pub fn fraction(&self) -> f64 {
        f64::from(self.permille.load(Ordering::Relaxed)) / 1000.0
    }
}

impl Watch for AttemptWatch {
    fn progress(&self, fraction: f32) {
        let permille = (fraction.clamp(0.0, 1.0) * 1000.0) as u32;
        self.permille.fetch_max(permille, Ordering::Relaxed);
    }

    fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }
}

/// What a step gets to work with.
pub struct StepContext {
    /// The application.
    pub app: Arc<App>,
    /// The job.
    pub job: JobId,
    /// The organisation that every query is bound to.
    pub organisation: OrganisationId,
    /// What the job works on.
    pub subject: Option<Uuid>,
    /// What the job was told.
    pub input: Value,
    /// Outputs of the steps it needs (directly), by name.
    pub outputs: BTreeMap<String, Value>,
    /// From 1.
    pub attempt: u32,
    /// Tell progress here and ask whether to stop.
    pub watch: Arc<AttemptWatch>,
    /// An empty folder that is removed after the attempt, also after a crash.
    pub scratch: PathBuf,
}

/// One step of a pipeline. Runs at least once; a repeat with the same inputs is not run at all, its
/// recorded outcome is kept.
#[async_trait]
pub trait Step: Send + Sync {
    /// Stable name; the ledger and the contracts use it.
    fn name(&self) -> &'static str;
    /// Who runs it.
    fn pool(&self) -> Pool;
    /// Steps whose outputs it needs; all others run beside it.
    fn needs(&self) -> &'static [&'static str];
    /// Version of its engines and formulas: with another version the outcome is made anew on a re-run.
    fn version(&self) -> String;
    /// Limits of its own.
    fn limits(&self) -> StepLimits {
        StepLimits::default()
    }
    /// Does the work. Blocking work goes to `tokio::task::spawn_blocking`.
    ///
    /// # Errors
    /// See [`StepError`].
    async fn run(&self, context: &StepContext) -> Result<StepOutput, StepError>;
}

/// Steps and what follows from their end.
#[async_trait]
pub trait Pipeline: Send + Sync {
    /// Stable name.
    fn name(&self) -> &'static str;
    /// Its steps, in the order in which people read them.
    fn steps(&self) -> Vec<Arc<dyn Step>>;
    /// Called in the transaction that begins the first step.
    ///
    /// # Errors
    /// What the database says; the transaction is undone.
    async fn begun(
        &self,
        _app: &App,
        _transaction: &DatabaseTransaction,
        _job: &jobs::Model,
    ) -> Result<(), AppError> {
        Ok(())
    }
    /// Called in the transaction that ends the job (`done`, `failed` or `cancelled`).
    ///
    /// # Errors
    /// What the database says; the transaction is undone and tried again.
    async fn ended(
        &self,
        _app: &App,
        _transaction: &DatabaseTransaction,
        _job: &jobs::Model,
    ) -> Result<(), AppError> {
        Ok(())
    }
}

/// The pipelines that this program knows, by name.
#[derive(Clone, Default)]
pub struct Pipelines {
    by_name: BTreeMap<&'static str, Arc<dyn Pipeline>>,
}

impl Pipelines {
    /// All pipelines of Candor, with these engines; nothing is loaded yet.
    pub fn all(engines: &Arc<dyn Engines + Send + Sync>) -> Self {
        Self::default()
            .with(Arc::new(AnalysisPipeline::new(Arc::clone(engines))))
            .with(crate::webhooks::pipeline())
            .with(crate::mail::pipeline())
            .with(crate::conduct::pipeline())
    }

    /// Adds one; the last of a name counts.
    #[must_use]
    pub fn with(mut self, pipeline: Arc<dyn Pipeline>) -> Self {
        self.by_name.insert(pipeline.name(), pipeline);
        self
    }

    /// The pipeline of that name.
    pub fn find(&self, name: &str) -> Option<&Arc<dyn Pipeline>> {
        self.by_name.get(name)
    }
}
