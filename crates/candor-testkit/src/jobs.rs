//! Pipelines whose steps do what their job's input says, and an application with a database to run them on.

use std::{path::Path, sync::Arc, time::Duration};

use candor_app::{
    App,
    config::Config,
    jobs::{self, JobInput, JobView, Pipelines},
    organisations::create_organisation,
    steps::ANALYSIS,
};
use candor_core::{
    access::Principal,
    ids::{JobId, OrganisationId},
    policy::OrganisationKind,
    span::Span,
    transcript::Accuracy,
};
use candor_store::{Store, objects::Objects};
use serde_json::Value;

use crate::{Database, FakeEngines, server, skip, timed_words};

mod gated;
mod process;
mod scripted;

pub use gated::{gate, gate_log};
pub use process::{WorkerProcess, work_as_told};
pub use scripted::{Scripted, ScriptedPipeline};

/// What is said in the recordings of [`Kit::GatedAnalyses`].
pub const ANSWER: &str = "I measured it and added an index.";
/// Longest wait for something that a test waits for.
const PATIENCE: Duration = Duration::from_secs(80);

/// What an application of the tests runs; a worker process is told by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kit {
    /// The scripted pipelines.
    Scripted,
    /// Real analyses with fake engines, and a gate behind each step; see [`gate`].
    GatedAnalyses,
}

impl Kit {
    /// As it is told.
    pub fn name(self) -> &'static str {
        match self {
            Self::Scripted => "scripted",
            Self::GatedAnalyses => "gated_analyses",
        }
    }

    /// Reads [`Kit::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Scripted, Self::GatedAnalyses]
            .into_iter()
            .find(|kit| kit.name() == name)
    }

    fn engines(self) -> FakeEngines {
        match self {
            Self::Scripted => FakeEngines::default(),
            Self::GatedAnalyses => {
                let said = [(Span::new(0.0, 1.5), ANSWER)];
                FakeEngines {
                    transcript: Some(timed_words(&said, Accuracy::Good)),
                    faces: Some(|_| 1),
                    ..FakeEngines::default()
                }
            }
        }
    }

    fn pipelines(self, all: &Pipelines, folder: &Path) -> Pipelines {
        match self {
            Self::Scripted => pipelines(),
            Self::GatedAnalyses => {
                let analysis = all.find(ANALYSIS).expect("Candor has analyses");
                let gated = gated::GatedPipeline::new(Arc::clone(analysis), folder);
                all.clone().with(Arc::new(gated))
            }
        }
    }
}

/// `chain`: first → second → third; `diamond`: first → (left, right) → last; `single`: only.
pub fn pipelines() -> Pipelines {
    with_scripted(Pipelines::default())
}

/// The same beside others.
pub(crate) fn with_scripted(others: Pipelines) -> Pipelines {
    let chain = ScriptedPipeline::new("chain")
        .step("first", &[])
        .step("second", &["first"])
        .step("third", &["second"]);
    let diamond = ScriptedPipeline::new("diamond")
        .step("first", &[])
        .step("left", &["first"])
        .step("right", &["first"])
        .step("last", &["left", "right"]);
    let single = ScriptedPipeline::new("single").step("only", &[]);
    others
        .with(Arc::new(chain))
        .with(Arc::new(diamond))
        .with(Arc::new(single))
}

/// An application without a server, on a database of its own.
pub struct TestApp {
    /// The application.
    pub app: Arc<App>,
    /// Whose jobs are made.
    pub organisation: OrganisationId,
    kit: Kit,
    folder: tempfile::TempDir,
}

impl TestApp {
    /// Makes one with short intervals. `None`, told as skipped under `test`, where the database is not there.
    pub async fn start(test: &str, database: Database) -> Option<Self> {
        Self::start_with(test, database, |_| {}).await
    }

    /// Makes one with changed settings.
    pub async fn start_with(
        test: &str,
        database: Database,
        change: impl FnOnce(&mut Config),
    ) -> Option<Self> {
        Self::start_kit(test, database, Kit::Scripted, change).await
    }

    /// Makes one that runs this kit.
    pub async fn start_kit(
        test: &str,
        database: Database,
        kit: Kit,
        change: impl FnOnce(&mut Config),
    ) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let mut config = quick_config();
        config.store.url = match database {
            Database::Sqlite => Store::sqlite_url(&folder.path().join("candor.db")),
            Database::Postgres => match server::fresh_postgres().await {
                Some(url) => url,
                None => {
                    skip(test, "CANDOR_TEST_POSTGRES_URL names no server");
                    return None;
                }
            },
        };
        change(&mut config);
        let app = open(config, folder.path(), kit).await;
        Some(Self {
            kit,
            ..Self::on(app, folder).await
        })
    }

    /// Makes one of an application that was opened in this folder.
    pub async fn on(app: Arc<App>, folder: tempfile::TempDir) -> Self {
        let kind = OrganisationKind::Other;
        let organisation = create_organisation(&app, Principal::Operator, "test", kind)
            .await
            .expect("an organisation can be made");
        Self {
            app,
            organisation,
            kit: Kit::Scripted,
            folder,
        }
    }

    /// What it runs.
    pub fn kit(&self) -> Kit {
        self.kit
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Enqueues a job whose steps do what `script` says, see [`Scripted`].
    pub async fn enqueue(&self, pipeline: &'static str, script: Value) -> JobId {
        let transaction = self.app.store.begin().await.expect("the database answers");
        let input = JobInput {
            pipeline,
            organisation: self.organisation,
            subject: None,
            priority: 3,
            input: script,
        };
        let job = jobs::enqueue(&self.app, &transaction, input)
            .await
            .expect("the job is accepted");
        transaction.commit().await.expect("the database answers");
        jobs::wake(&self.app);
        job
    }

    /// A job as it is now.
    pub async fn job(&self, job: JobId) -> JobView {
        // The database may be restarting under a test.
        for _ in 0..200 {
            match jobs::get_job(&self.app, self.organisation, job).await {
                Ok(view) => return view,
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
        panic!("the job can't be read");
    }

    /// Waits until a job is as the test wants it.
    pub async fn until(&self, job: JobId, is_so: impl Fn(&JobView) -> bool) -> JobView {
        let begun = std::time::Instant::now();
        loop {
            let view = self.job(job).await;
            if is_so(&view) {
                return view;
            }
            assert!(begun.elapsed() < PATIENCE, "not in time: {view:#?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until a job has ended.
    pub async fn ended(&self, job: JobId) -> JobView {
        self.until(job, |view| jobs::state::job::has_ended(&view.state))
            .await
    }
}

/// Short intervals: heartbeat 1 s, takeover 4 s.
pub fn quick_config() -> Config {
    let mut config = Config::default();
    config.jobs.heartbeat_s = 1.0;
    config.jobs.takeover_s = 4.0;
    config.jobs.reconcile_s = 0.5;
    config.jobs.backoff_s = 0.05;
    config.jobs.cpu = 4;
    config
}

/// Opens an application in `folder`; tables are made where they are missing.
pub async fn open(config: Config, folder: &Path, kit: Kit) -> Arc<App> {
    let mut app = Box::pin(build(config, folder, kit.engines())).await;
    app.pipelines = kit.pipelines(&app.pipelines, folder);
    Arc::new(app)
}

/// The same with pipelines of a test's own.
pub async fn open_with(config: Config, folder: &Path, pipelines: Pipelines) -> Arc<App> {
    let mut app = Box::pin(build(config, folder, FakeEngines::default())).await;
    app.pipelines = pipelines;
    Arc::new(app)
}

async fn build(config: Config, folder: &Path, engines: FakeEngines) -> App {
    let objects = Objects::folder(&folder.join("media")).expect("a folder can be made");
    Box::pin(server::build(config, folder, engines, objects)).await
}
