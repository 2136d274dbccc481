//! The engines of this machine: models from the registry, loaded once, on demand.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use candor_app::engines::{ChosenTranscriber, Engines, Unavailable};
use candor_core::{
    measured::NotMeasured,
    ports::{Aligner, Embedder, EngineError, ExpressionNetwork, FaceTracker, SpeechDetector},
};
use candor_engines::{
    embedder::MiniLm,
    face::{ExpressionClassifier, FaceFiles, FaceNetworks, MeshTracker, NetworkFile},
    registry::{NETWORK, Registry, RegistryError, RegistryOptions, ResolvedModel},
    silero::SileroVad,
};

mod speech;

pub use speech::SttChoice;

/// Gives the engines whose models are installed.
pub struct InstalledEngines {
    registry: Registry,
    stt: SttChoice,
    faces: Shared<FaceNetworks>,
    embedder: Shared<dyn Embedder>,
    aligner: Shared<dyn Aligner>,
    transcriber: Mutex<Option<ChosenTranscriber>>,
}

impl InstalledEngines {
    /// Opens the registry; nothing is loaded yet.
    ///
    /// # Errors
    /// When the registry's own manifest is malformed.
    pub fn open(stt: SttChoice) -> Result<Self> {
        Ok(Self {
            registry: Registry::open(RegistryOptions::from_env())?,
            stt,
            faces: Shared::default(),
            embedder: Shared::default(),
            aligner: Shared::default(),
            transcriber: Mutex::new(None),
        })
    }

    fn find(&self, id: &str) -> Result<ResolvedModel, Unavailable> {
        self.registry.find(id).map_err(unavailable)
    }

    fn network(&self, id: &str) -> Result<NetworkFile, Unavailable> {
        let model = self.find(id)?;
        Ok(NetworkFile {
            path: model.get(NETWORK).map_err(unavailable)?.to_owned(),
            model: model.id.clone(),
            sha256: Some(model.sha256.clone()),
        })
    }

    /// A network that makes something better but is not needed.
    fn optional_network(&self, id: &str) -> Result<Option<NetworkFile>, Unavailable> {
        match self.network(id) {
            Ok(file) => Ok(Some(file)),
            Err(Unavailable::Absent(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl Engines for InstalledEngines {
    fn speech_detector(&self) -> Result<Box<dyn SpeechDetector>, Unavailable> {
        Ok(Box::new(SileroVad::open(&self.find("silero-vad")?)?))
    }

    fn face_tracker(&self) -> Result<Box<dyn FaceTracker>, Unavailable> {
        let networks = self.faces.get_or_load(|| {
            Ok(FaceNetworks::load(&FaceFiles {
                short_range: self.network("face-detector-short")?,
                full_range: self.optional_network("face-detector-full")?,
                mesh: self.network("face-mesh")?,
                iris: self.optional_network("iris")?,
            })?)
        })?;
        Ok(Box::new(MeshTracker::new(networks)))
    }

    fn expression_network(&self) -> Result<Box<dyn ExpressionNetwork>, Unavailable> {
        Ok(Box::new(ExpressionClassifier::load(
            self.network("face-expression")?,
        )?))
    }

    fn embedder(&self) -> Result<Arc<dyn Embedder>, Unavailable> {
        self.embedder
            .get_or_load(|| Ok(Arc::new(MiniLm::open(&self.find("minilm")?)?)))
    }

    fn transcriber(&self) -> Result<ChosenTranscriber, Unavailable> {
        let mut kept = self
            .transcriber
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if kept.is_none() {
            *kept = Some(speech::choose(&self.stt, &self.registry)?);
        }
        Ok(kept.clone().expect("it was put there above"))
    }

    fn aligner(&self) -> Result<Arc<dyn Aligner>, Unavailable> {
        self.aligner.get_or_load(|| speech::aligner(&self.registry))
    }
}

/// Something that is loaded once and then shared; a failed load is tried again.
struct Shared<T: ?Sized>(Mutex<Option<Arc<T>>>);

impl<T: ?Sized> Default for Shared<T> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<T: ?Sized> Shared<T> {
    fn get_or_load(
        &self,
        load: impl FnOnce() -> Result<Arc<T>, Unavailable>,
    ) -> Result<Arc<T>, Unavailable> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(value) = &*kept {
            return Ok(Arc::clone(value));
        }
        let value = load()?;
        *kept = Some(Arc::clone(&value));
        Ok(value)
    }
}

/// A missing model leaves things unmeasured; a damaged one is an error.
fn unavailable(error: RegistryError) -> Unavailable {
    match &error {
        RegistryError::Missing { .. } => {
            Unavailable::Absent(NotMeasured::new("no_model", error.to_string()))
        }
        _ => Unavailable::Broken(EngineError::from(error)),
    }
}
