//! The real server on a temporary database and an ephemeral port, with fake engines.

use std::{path::Path, sync::Arc, time::Duration};

use candor_app::{
    App,
    config::{Config, given},
    documents::Imports,
    engines::Engines,
    jobs::{Pipelines, Pool, Workers},
    mail::{self, SmtpMailer},
    secrets::Secrets,
    webhooks,
};
use candor_core::ports::{ChatModel, Clock, Mailer, SystemClock};
use candor_media::Tools;
use candor_server::{
    ServerState,
    listen::{Listening, Stop},
};
use candor_store::{
    Store,
    live::Live,
    objects::{Objects, S3Address},
    queue::Queue,
};
use sea_orm::ConnectionTrait;

use crate::{FakeEngines, jobs, skip};

/// Waits between tries of a webhook: as many as in earnest, but short.
const SOON: &[Duration] = &[Duration::from_millis(20); 7];

/// Which database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    /// A file of its own.
    Sqlite,
    /// A database of its own on the server that `CANDOR_TEST_POSTGRES_URL` names.
    Postgres,
}

/// Where a test keeps media.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Storage {
    /// A folder of its own.
    Folder,
    /// A prefix of its own on the server that `CANDOR_TEST_S3_ENDPOINT` names, in the bucket
    /// `CANDOR_TEST_S3_BUCKET`, with `CANDOR_TEST_S3_ACCESS_KEY_ID` and `CANDOR_TEST_S3_SECRET_ACCESS_KEY`.
    S3,
}

/// A running server. It ends when dropped.
pub struct TestServer {
    /// `http://127.0.0.1:port`.
    pub url: String,
    /// What it serves.
    pub app: Arc<App>,
    /// Follows no redirects.
    pub client: reqwest::Client,
    /// Where documents are read from; only with [`Storage::S3`].
    pub incoming: Option<Incoming>,
    stop: Stop,
    workers: Option<Workers>,
    _folder: tempfile::TempDir,
}

/// A folder of a bucket that others put documents into.
pub struct Incoming {
    /// `s3://bucket/folder`.
    pub url: String,
    /// The folder, to put files into it.
    pub objects: Objects,
}

/// The address of a database file.
pub fn sqlite_url(file: &Path) -> String {
    Store::sqlite_url(file)
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.stop.at_once();
    }
}

impl TestServer {
    /// Starts one with the default settings. `None`, told as skipped under `test`, where the database is not
    /// there.
    pub async fn start(test: &str, database: Database) -> Option<Self> {
        Self::start_with(test, database, FakeEngines::default(), |_| {}).await
    }

    /// Starts one with these engines and changed settings.
    pub async fn start_with(
        test: &str,
        database: Database,
        engines: FakeEngines,
        change: impl FnOnce(&mut Config),
    ) -> Option<Self> {
        let clock = Arc::new(SystemClock);
        Self::start_on(test, database, Storage::Folder, engines, clock, change).await
    }

    /// Starts one that keeps media there and reads this clock.
    pub async fn start_on(
        test: &str,
        database: Database,
        storage: Storage,
        engines: FakeEngines,
        clock: Arc<dyn Clock>,
        change: impl FnOnce(&mut Config),
    ) -> Option<Self> {
        Self::start_all(test, database, storage, engines, clock, None, change).await
    }

    /// Starts one that may ask this chat model.
    pub async fn start_asking(
        test: &str,
        database: Database,
        chat: Arc<dyn ChatModel>,
        change: impl FnOnce(&mut Config),
    ) -> Option<Self> {
        Self::start_asking_with(test, database, FakeEngines::default(), chat, change).await
    }

    /// Starts one with these engines that may ask this chat model.
    pub async fn start_asking_with(
        test: &str,
        database: Database,
        engines: FakeEngines,
        chat: Arc<dyn ChatModel>,
        change: impl FnOnce(&mut Config),
    ) -> Option<Self> {
        let (storage, clock) = (Storage::Folder, Arc::new(SystemClock));
        let chat = Some(chat);
        Self::start_all(test, database, storage, engines, clock, chat, change).await
    }

    async fn start_all(
        test: &str,
        database: Database,
        storage: Storage,
        engines: FakeEngines,
        clock: Arc<dyn Clock>,
        chat: Option<Arc<dyn ChatModel>>,
        change: impl FnOnce(&mut Config),
    ) -> Option<Self> {
        install_tls();
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let mut config = Config::default();
        config.store.url = match database {
            Database::Sqlite => Store::sqlite_url(&folder.path().join("candor.db")),
            Database::Postgres => match fresh_postgres().await {
                Some(url) => url,
                None => {
                    skip(test, "CANDOR_TEST_POSTGRES_URL names no server");
                    return None;
                }
            },
        };
        change(&mut config);
        let (objects, imports) = match storage {
            Storage::Folder => {
                let own = folder.path().join("media");
                let set = config.media.url.strip_prefix("file://");
                let objects = Objects::folder(set.map_or(own.as_path(), Path::new));
                (objects.expect("a folder can be made"), None)
            }
            Storage::S3 => match fresh_s3() {
                Some((objects, imports)) => (objects, Some(imports)),
                None => {
                    skip(test, "CANDOR_TEST_S3_ENDPOINT names no server");
                    return None;
                }
            },
        };
        let mut app = Box::pin(build(config, folder.path(), engines, objects)).await;
        app.clock = clock;
        app.chat = chat;
        let (imports, incoming) = imports.unzip();
        app.imports = imports;
        let app = Arc::new(app);
        let listening = Listening::bind(&["127.0.0.1:0".to_owned()], false, None)
            .await
            .expect("a port is free");
        let url = listening
            .urls()
            .expect("a bound socket has an address")
            .remove(0);
        let stop = listening.stop();
        let router = candor_server::router(ServerState {
            app: Arc::clone(&app),
        });
        let serving = Arc::clone(&app);
        tokio::spawn(async move { listening.serve(router, &serving.config).await });
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("a client can be made");
        Some(Self {
            url,
            app,
            client,
            incoming,
            stop,
            workers: None,
            _folder: folder,
        })
    }

    /// Starts workers for all pools in this process; they end with the server.
    pub fn work(&mut self) {
        self.workers = Some(Workers::start(&self.app, &Pool::ALL));
    }

    /// The address of a path.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }
}

/// Clients of any kind need it, those of the media store too.
fn install_tls() {
    // Another test of the same process may have installed it.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

pub(crate) async fn build(
    config: Config,
    folder: &Path,
    engines: FakeEngines,
    objects: Objects,
) -> App {
    install_tls();
    let store = Store::connect(&config.store.url, None)
        .await
        .expect("the test database can be opened");
    store.migrate().await.expect("the tables can be made");
    let url = Some(config.queue.url.as_str()).filter(|url| !url.is_empty());
    let queue = Queue::connect(&store, url)
        .await
        .expect("the queue can be made");
    let scratch = folder.join("scratch");
    std::fs::create_dir_all(&scratch).expect("a folder can be made");
    let engines: Arc<dyn Engines + Send + Sync> = Arc::new(engines);
    App {
        objects,
        imports: None,
        live: live(&config).await,
        clock: Arc::new(SystemClock),
        secrets: Secrets::derive(b"a secret for tests, long enough for anyone"),
        identity: candor_app::identity::Memory::default(),
        conduct: candor_app::conduct::Memory::default(),
        pipelines: jobs::with_scripted(
            Pipelines::all(&engines)
                .with(webhooks::pipeline_with(SOON))
                .with(mail::pipeline_with(&SOON[..2])),
        ),
        documents: Arc::new(candor_interviewer::documents::InProcess),
        engines,
        chat: None,
        mind: candor_app::mind::Memory::default(),
        mailer: mailer(&config),
        tools: Tools::find().ok(),
        config,
        store,
        queue,
        scratch,
    }
}

async fn live(config: &Config) -> Live {
    let idle = Duration::from_secs(config.interviews.live_s);
    Live::connect(given(&config.live.url), idle)
        .await
        .expect("the live store that the test names answers")
}

/// Where the settings name a mail server.
fn mailer(config: &Config) -> Option<Arc<dyn Mailer>> {
    let mail = &config.mail;
    let limit = std::time::Duration::from_secs(5);
    (!mail.url.is_empty()).then(|| {
        let opened = SmtpMailer::open(&mail.url, &mail.from, limit);
        Arc::new(opened.expect("the test's mail settings are settings")) as Arc<dyn Mailer>
    })
}

pub(crate) async fn fresh_postgres() -> Option<String> {
    let server = std::env::var("CANDOR_TEST_POSTGRES_URL").ok()?;
    let name = format!("candor_test_{}", uuid::Uuid::now_v7().simple());
    let admin = sea_orm::Database::connect(&server)
        .await
        .expect("the PostgreSQL server of the suite answers");
    admin
        .execute_unprepared(&format!("create database {name}"))
        .await
        .expect("the suite's user may make databases");
    let (head, _) = server
        .rsplit_once('/')
        .expect("the address ends with a database");
    Some(format!("{head}/{name}"))
}

fn fresh_s3() -> Option<(Objects, (Imports, Incoming))> {
    let read = |name: &str| std::env::var(format!("CANDOR_TEST_S3_{name}")).ok();
    let address = S3Address {
        bucket: read("BUCKET")?,
        // Short: test servers make names of files of the keys.
        prefix: candor_core::ids::UploadId::generate().short(),
        endpoint: Some(read("ENDPOINT")?),
        region: "us-east-1".to_owned(),
        access_key_id: read("ACCESS_KEY_ID"),
        secret_access_key: read("SECRET_ACCESS_KEY"),
        path_style: true,
    };
    let open = |address: &S3Address| {
        Objects::s3(address).expect("the address of the suite's S3 server is complete")
    };
    let incoming = S3Address {
        prefix: format!("{}i", address.prefix),
        ..address.clone()
    };
    let imports = Imports::open(&incoming).expect("the same server");
    let folder = Incoming {
        url: format!("s3://{}/{}", incoming.bucket, incoming.prefix),
        objects: open(&incoming),
    };
    Some((open(&address), (imports, folder)))
}
