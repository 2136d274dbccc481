//! Everything that use cases share, built once by the composition root.

use std::{path::PathBuf, sync::Arc};

use candor_core::ports::{ChatModel, Clock, DocumentReader, Mailer};
use candor_media::Tools;
use candor_store::{Store, live::Live, objects::Objects, queue::Queue};

use crate::{
    conduct, config::Config, documents::Imports, engines::Engines, identity, jobs::Pipelines, mind,
    secrets::Secrets,
};

/// The application. Use cases are functions that take `&App` (or `&Arc<App>`) and, wherever somebody
/// acts, an [`Actor`](candor_core::access::Actor).
pub struct App {
    /// Settings, checked at start.
    pub config: Config,
    /// Records.
    pub store: Store,
    /// Media.
    pub objects: Objects,
    /// Where documents are read from S3; absent: nowhere.
    pub imports: Option<Imports>,
    /// Wakes workers.
    pub queue: Queue,
    /// State and signals shared between processes.
    pub live: Live,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Keys for tokens and sealed secrets.
    pub secrets: Secrets,
    /// Verified credentials and sign-in limits of this process.
    pub identity: identity::Memory,
    /// Locks of interviews that this process holds.
    pub conduct: conduct::Memory,
    /// Speech, face and text engines.
    pub engines: Arc<dyn Engines + Send + Sync>,
    /// The chat model that the operator set up. It is asked through [`mind`] alone, which asks the organisation first.
    pub chat: Option<Arc<dyn ChatModel>>,
    /// Evaluators and limits of this process.
    pub mind: mind::Memory,
    /// Sends mail; absent: none is sent.
    pub mailer: Option<Arc<dyn Mailer>>,
    /// Reads what people hand in, apart from this process.
    pub documents: Arc<dyn DocumentReader>,
    /// ffmpeg and ffprobe; absent: recordings are kept but not analysed.
    pub tools: Option<Tools>,
    /// What jobs can be run.
    pub pipelines: Pipelines,
    /// For files in use; emptied of what a crash left behind at start.
    pub scratch: PathBuf,
}
