//! Pipelines whose steps do what their job's input says, and an application with a database to run them on.

use std::{path::Path, sync::Arc, time::Duration};

use candor_app::{
    App,
    config::Config,
    jobs::{self, JobInput, JobView, Pipelines},
};
use candor_core::ids::{JobId, OrganisationId};
use candor_store::{Micros, Store, entities::organisations, objects::Objects};
use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use serde_json::{Value, json};

use crate::{Database, FakeEngines, server, skip};

mod scripted;

pub use scripted::{Scripted, ScriptedPipeline};

/// Longest wait for something that a test waits for.
const PATIENCE: Duration = Duration::from_secs(80);

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
        let app = open(config, folder.path(), pipelines()).await;
        Some(Self::on(app, folder).await)
    }

    /// Makes one of an application that was opened in this folder.
    pub async fn on(app: Arc<App>, folder: tempfile::TempDir) -> Self {
        let organisation = OrganisationId::generate();
        let now = Micros::from(app.clock.now());
        organisations::ActiveModel {
            id: Set(organisation.uuid()),
            name: Set("test".to_owned()),
            kind: Set("other".to_owned()),
            policy: Set(json!({})),
            created_at: Set(now),
            updated_at: Set(now),
            version: Set(1),
            ..Default::default()
        }
        .insert(app.store.writer())
        .await
        .expect("an organisation can be made");
        Self {
            app,
            organisation,
            folder,
        }
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
pub async fn open(config: Config, folder: &Path, pipelines: Pipelines) -> Arc<App> {
    let objects = Objects::folder(&folder.join("media")).expect("a folder can be made");
    let mut app = server::build(config, folder, FakeEngines::default(), objects).await;
    app.pipelines = pipelines;
    Arc::new(app)
}
