//! Face detector, mesh, iris and expression networks behind the face ports.
//!
//! [`FaceNetworks`] loads the files that it is given; [`MeshTracker`] follows one face through a
//! recording; [`ExpressionClassifier`] tells the expression of the face that was followed.

mod anchors;
mod crop;
mod detector;
mod expression;
mod iris;
mod mesh;
mod region;
mod tracker;

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use candor_core::{ports::EngineError, report::Provenance};

use crate::onnx::{ENGINE, ENGINE_VERSION, Network, Output};

pub use detector::{Detection, FULL_RANGE, Range, SHORT_RANGE};
pub use expression::{ExpressionClassifier, TEMPERATURE};
pub use tracker::MeshTracker;

/// Version of the way from frame to landmarks: letterbox, region, decoding.
pub const FORMULA: &str = "face-mesh.v1";

/// A network's file and how the report names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkFile {
    /// Where the ONNX file is.
    pub path: PathBuf,
    /// The model's identifier in the registry.
    pub model: String,
    /// SHA-256 of the file, when it is known.
    pub sha256: Option<String>,
}

impl NetworkFile {
    /// The file in `path`, named `model` in the report, without a known hash.
    pub fn new(path: impl Into<PathBuf>, model: &str) -> Self {
        Self {
            path: path.into(),
            model: model.to_owned(),
            sha256: None,
        }
    }
}

/// The files of the face networks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaceFiles {
    /// Short-range detector: `[1,128,128,3]` in, 896 anchors out.
    pub short_range: NetworkFile,
    /// Full-range detector for small faces: `[1,192,192,3]` in, 2304 anchors out.
    pub full_range: Option<NetworkFile>,
    /// Mesh: `[1,192,192,3]` in, 468 points and a presence logit out.
    pub mesh: NetworkFile,
    /// Iris: `[1,64,64,3]` in, 71 points of the eye and 5 of the iris out.
    pub iris: Option<NetworkFile>,
}

/// The loaded networks that find faces and their landmarks; shared by any number of trackers.
pub struct FaceNetworks {
    short_range: Network,
    full_range: Option<Network>,
    mesh: Network,
    iris: Option<Network>,
    provenance: Vec<Provenance>,
}

impl FaceNetworks {
    /// Loads the networks of `files`. Node names don't matter; inputs are taken by position and
    /// outputs are told apart by their length.
    ///
    /// # Errors
    /// [`EngineError::Model`] with the file's identifier when a file is missing or no such network.
    pub fn load(files: &FaceFiles) -> Result<Arc<Self>, EngineError> {
        let optional = |file: &Option<NetworkFile>| file.as_ref().map(open).transpose();
        let provenance = [Some(&files.short_range), files.full_range.as_ref()]
            .into_iter()
            .chain([Some(&files.mesh), files.iris.as_ref()])
            .flatten()
            .map(|file| provenance(file, FORMULA, BTreeMap::new()))
            .collect();
        Ok(Arc::new(Self {
            short_range: open(&files.short_range)?,
            full_range: optional(&files.full_range)?,
            mesh: open(&files.mesh)?,
            iris: optional(&files.iris)?,
            provenance,
        }))
    }
}

fn open(file: &NetworkFile) -> Result<Network, EngineError> {
    Network::load_as_declared(&file.path).map_err(|error| EngineError::Model {
        what: format!("model {} can't be loaded: {error}", file.model),
        mend: format!("candor models pull {}", file.model),
    })
}

fn provenance(file: &NetworkFile, formula: &str, settings: BTreeMap<String, String>) -> Provenance {
    Provenance {
        engine: ENGINE.to_owned(),
        version: ENGINE_VERSION.to_owned(),
        model: Some(file.model.clone()),
        model_sha256: file.sha256.clone(),
        formula: Some(formula.to_owned()),
        settings,
    }
}

/// The values of the one output that is `len` long.
fn output_of_len(outputs: &[Output], len: usize) -> Result<&[f32], EngineError> {
    outputs
        .iter()
        .find(|output| output.values.len() == len)
        .map(|output| output.values.as_slice())
        .ok_or_else(|| EngineError::Failed {
            engine: ENGINE,
            message: format!("no output of {len} values: not the expected network"),
        })
}

fn sigmoid(logit: f32) -> f32 {
    1.0 / (1.0 + (-logit.clamp(-100.0, 100.0)).exp())
}
