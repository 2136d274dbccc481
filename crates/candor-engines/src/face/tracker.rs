//! Follows one face from frame to frame; the detector runs only when the face is lost or when
//! faces are to be counted.

use std::sync::Arc;

use candor_core::{
    media::RgbFrame,
    ports::{EngineError, FaceBox, FaceRequest, FaceSighting, FaceTracker, FaceView},
    report::Provenance,
};

use super::{
    FaceNetworks,
    crop::Region,
    detector::{self, Detection, FULL_RANGE, SHORT_RANGE},
    iris, mesh, region,
};

/// Below this presence a region holds no face.
const MIN_PRESENCE: f32 = 0.5;
/// A face elsewhere takes over when it is this much larger than the followed one.
const TAKE_OVER: f32 = 2.0;
/// A second detection that shares this much of its area with the first is the same face.
const SAME_FACE: f32 = 0.3;
/// Candidates tried for a mesh before a frame counts as without a face.
const MAX_TRIES: usize = 3;

/// Follows the largest face of a recording by its mesh.
pub struct MeshTracker {
    networks: Arc<FaceNetworks>,
    region: Option<Region>,
}

impl MeshTracker {
    /// A tracker that has seen nothing yet.
    pub fn new(networks: Arc<FaceNetworks>) -> Self {
        Self {
            networks,
            region: None,
        }
    }

    /// The faces of the frame, the largest first; small ones are sought only where `all` are asked
    /// for or no other is there.
    fn detect(&self, frame: &RgbFrame, all: bool) -> Result<Vec<Detection>, EngineError> {
        let mut found = detector::detect(&self.networks.short_range, SHORT_RANGE, frame)?;
        if (all || found.is_empty())
            && let Some(full_range) = &self.networks.full_range
        {
            for small in detector::detect(full_range, FULL_RANGE, frame)? {
                let bounds = &small.bounds;
                if found
                    .iter()
                    .all(|other| overlap(&other.bounds, bounds) < SAME_FACE * area(bounds))
                {
                    found.push(small);
                }
            }
        }
        found.sort_by(|a, b| area(&b.bounds).total_cmp(&area(&a.bounds)));
        Ok(found)
    }

    fn sighting(
        &self,
        frame: &RgbFrame,
        region: Region,
    ) -> Result<Option<FaceSighting>, EngineError> {
        let (presence, mesh) = mesh::find(&self.networks.mesh, frame, region)?;
        Ok((presence > MIN_PRESENCE).then_some(FaceSighting {
            presence,
            mesh,
            right_eye: None,
            left_eye: None,
        }))
    }

    /// The followed face, unless a much larger one is elsewhere in the picture.
    fn follow(
        &self,
        frame: &RgbFrame,
        found: Option<&[Detection]>,
    ) -> Result<Option<FaceSighting>, EngineError> {
        let Some(region) = self.region else {
            return Ok(None);
        };
        let Some(face) = self.sighting(frame, region)? else {
            return Ok(None);
        };
        let overtaken = found.and_then(<[_]>::first).is_some_and(|largest| {
            let bounds = mesh_box(&face);
            overlap(&bounds, &largest.bounds) <= 0.0
                && area(&largest.bounds) > TAKE_OVER * area(&bounds)
        });
        Ok((!overtaken).then_some(face))
    }
}

impl FaceTracker for MeshTracker {
    fn track(&mut self, frame: &RgbFrame, request: FaceRequest) -> Result<FaceView, EngineError> {
        check(frame)?;
        let mut found = if request.detect {
            Some(self.detect(frame, request.detect)?)
        } else {
            None
        };
        let mut face = self.follow(frame, found.as_deref())?;
        if face.is_none() {
            let candidates = match found.take() {
                Some(found) => found,
                None => self.detect(frame, false)?,
            };
            for candidate in candidates.iter().take(MAX_TRIES) {
                face = self.sighting(frame, region::of_detection(candidate))?;
                if face.is_some() {
                    break;
                }
            }
            found = Some(candidates);
        }
        self.region = face.as_ref().map(|face| region::of_mesh(&face.mesh));
        if request.iris
            && let (Some(face), Some(network)) = (&mut face, &self.networks.iris)
        {
            face.right_eye = Some(iris::find(network, frame, &face.mesh, iris::RIGHT)?);
            face.left_eye = Some(iris::find(network, frame, &face.mesh, iris::LEFT)?);
        }
        Ok(FaceView {
            face,
            detections: found.map(|found| found.iter().map(|detection| detection.bounds).collect()),
        })
    }

    fn provenance(&self) -> Vec<Provenance> {
        self.networks.provenance.clone()
    }
}

fn check(frame: &RgbFrame) -> Result<(), EngineError> {
    if frame.width < 2 || frame.height < 2 || frame.pixels.len() != frame.width * frame.height * 3 {
        return Err(EngineError::Input(format!(
            "a frame of {} × {} with {} bytes",
            frame.width,
            frame.height,
            frame.pixels.len()
        )));
    }
    Ok(())
}

fn mesh_box(face: &FaceSighting) -> FaceBox {
    let [left, top, right, bottom] = region::bounds(&face.mesh);
    FaceBox {
        x: left,
        y: top,
        width: right - left,
        height: bottom - top,
        score: face.presence,
    }
}

fn area(bounds: &FaceBox) -> f32 {
    bounds.width.max(0.0) * bounds.height.max(0.0)
}

fn overlap(a: &FaceBox, b: &FaceBox) -> f32 {
    let width = (a.x + a.width).min(b.x + b.width) - a.x.max(b.x);
    let height = (a.y + a.height).min(b.y + b.height) - a.y.max(b.y);
    width.max(0.0) * height.max(0.0)
}
