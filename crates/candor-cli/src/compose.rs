//! The composition root: one [`App`] from settings, data folder and engines.

use std::{path::PathBuf, sync::Arc, time::Duration};

use anyhow::{Context, Result};
use candor_app::{
    App, conduct,
    config::{Composed, Config, FirstAdmin, given},
    documents::Imports,
    engines::Engines,
    identity,
    jobs::Pipelines,
    mail::SmtpMailer,
    mind,
    secrets::Secrets,
};
use candor_core::ports::{Mailer, SystemClock};
use candor_media::Tools;
use candor_store::{
    Store,
    live::Live,
    objects::{Objects, S3Address},
    queue::Queue,
};
use toml::Value;

use crate::{
    args::ServerArgs,
    chat, config,
    data_folder::{DataFolder, Scratch},
    documents::ChildReader,
    engines::{InstalledEngines, SttChoice},
    exit::Refused,
    migrate,
};

/// An application on its data folder.
pub struct Installation {
    /// The application.
    pub app: Arc<App>,
    /// The first admin, where the environment names one.
    pub first_admin: Option<FirstAdmin>,
    _scratch: Scratch,
}

/// What a command needs of the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tables {
    /// Brought up to date.
    Migrated,
    /// Left as they are.
    AsTheyAre,
}

impl Installation {
    /// Reads the settings and opens everything they name.
    ///
    /// # Errors
    /// [`Refused`] for settings that can't be used; what a store says when it does not answer.
    pub async fn open(
        args: &ServerArgs,
        flags: Vec<(&'static str, Value)>,
        tables: Tables,
    ) -> Result<Self> {
        let composed = config::load(args, flags)?;
        let data = DataFolder::open(&config::data_folder(args))?;
        Self::compose(composed, data, tables).await
    }

    /// Opens everything that the settings name.
    ///
    /// # Errors
    /// What a store says when it does not answer.
    pub async fn compose(composed: Composed, data: DataFolder, tables: Tables) -> Result<Self> {
        // TLS to the database, Redis, S3 and other servers all take this provider.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut config = composed.config;
        let secrets = secrets(&config, &data)?;
        let store = store(&mut config, &data).await?;
        if tables == Tables::Migrated {
            migrate::up(&store, &data, &config).await?;
        }
        let scratch = data.scratch()?;
        let choice = SttChoice::parse(&config.analysis.stt_model)?;
        let engines: Arc<dyn Engines + Send + Sync> = Arc::new(InstalledEngines::open(choice)?);
        let app = App {
            objects: objects(&config, &data)?,
            imports: imports(&config)?,
            queue: Queue::connect(&store, given(&config.queue.url))
                .await
                .context("the queue can't be opened")?,
            live: Live::connect(
                given(&config.live.url),
                Duration::from_secs(config.interviews.live_s),
            )
            .await
            .context("the live store (live.url) does not answer")?,
            clock: Arc::new(SystemClock),
            identity: identity::Memory::default(),
            conduct: conduct::Memory::default(),
            secrets,
            chat: chat::open(&config)?,
            mind: mind::Memory::default(),
            documents: Arc::new(ChildReader::new()?),
            pipelines: Pipelines::all(&engines),
            engines,
            mailer: mailer(&config)?,
            tools: Tools::find().ok(),
            scratch: scratch.path().to_owned(),
            config,
            store,
        };
        Ok(Self {
            app: Arc::new(app),
            first_admin: composed.first_admin,
            _scratch: scratch,
        })
    }
}

/// Connects to nothing yet.
fn mailer(config: &Config) -> Result<Option<Arc<dyn Mailer>>> {
    let mail = &config.mail;
    let Some(url) = given(&mail.url) else {
        return Ok(None);
    };
    let limit = Duration::try_from_secs_f64(mail.timeout_s).context("mail.timeout_s")?;
    let opened = SmtpMailer::open(url, &mail.from, limit);
    Ok(Some(Arc::new(
        opened.map_err(|error| Refused(error.to_string()))?,
    )))
}

/// Opens the records; without an address they lie in the data folder.
///
/// # Errors
/// What the database says.
pub async fn store(config: &mut Config, data: &DataFolder) -> Result<Store> {
    if config.store.url.is_empty() {
        config.store.url = Store::sqlite_url(&data.database());
    }
    Store::connect(&config.store.url, given(&config.store.replica_url))
        .await
        .context("the database (store.url) does not answer")
}

fn secrets(config: &Config, data: &DataFolder) -> Result<Secrets> {
    match given(&config.auth.secret) {
        Some(secret) => Ok(Secrets::derive(secret.as_bytes())),
        None => Secrets::open(&data.secret()).context("the secret can't be read or made"),
    }
}

/// Opens the media store.
///
/// # Errors
/// [`Refused`] for an address that can't be used.
pub fn objects(config: &Config, data: &DataFolder) -> Result<Objects> {
    let opened = match bucket(config, &config.media.url) {
        Some(address) => Objects::s3(&address),
        None => Objects::folder(&media_folder(config, data)?),
    };
    opened.context("the media store (media.url) can't be used")
}

/// Opens the folder that documents are read from.
fn imports(config: &Config) -> Result<Option<Imports>> {
    bucket(config, &config.media.import_url)
        .map(|address| Imports::open(&address))
        .transpose()
        .context("the folder of documents (media.import_url) can't be used")
}

/// The bucket that an address names, reached as the settings say.
fn bucket(config: &Config, url: &str) -> Option<S3Address> {
    let rest = url.strip_prefix("s3://")?;
    let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    let media = &config.media;
    Some(S3Address {
        bucket: bucket.to_owned(),
        prefix: prefix.to_owned(),
        endpoint: given(&media.s3_endpoint).map(str::to_owned),
        region: media.s3_region.clone(),
        access_key_id: given(&media.s3_access_key_id).map(str::to_owned),
        secret_access_key: given(&media.s3_secret_access_key).map(str::to_owned),
        path_style: media.s3_path_style,
    })
}

/// The folder of recordings.
///
/// # Errors
/// [`Refused`] when the address names none.
pub fn media_folder(config: &Config, data: &DataFolder) -> Result<PathBuf> {
    match given(&config.media.url) {
        None => Ok(data.media()),
        Some(url) => url::Url::parse(url)
            .ok()
            .and_then(|url| url.to_file_path().ok())
            .ok_or_else(|| {
                Refused("media.url is file:///path or s3://bucket/prefix".into()).into()
            }),
    }
}
