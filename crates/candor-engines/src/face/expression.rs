//! The expression network: seven classes on an aligned crop of 112 × 112 pixels.

use std::collections::BTreeMap;

use candor_core::{
    media::RgbFrame,
    ports::{EngineError, ExpressionNetwork, ExpressionScores, FaceSighting},
    report::Provenance,
};

use crate::onnx::{Network, float_input};

use super::{
    NetworkFile,
    crop::{CropSpec, Layout, Region, crop},
    open, output_of_len, provenance, region,
};

/// Version of the crop and of the calibration.
pub const FORMULA: &str = "expression-crop.v1";
/// The network's logits are divided by this before the softmax (Guo et al. 2017, "On calibration
/// of modern neural networks"): by itself it is surer than it is right. Not fitted, but chosen
/// with care: the labelled faces at hand are few and all told right.
pub const TEMPERATURE: f32 = 1.5;

const SIZE: usize = 112;
/// Side of the crop in lengths of the longer side of the mesh's box.
const CROP_SCALE: f32 = 1.2;
/// Place of the network's classes (neutral, happy, sad, angry, fearful, disgusted, surprised) in
/// [`candor_core::emotion::Expression::ALL`].
const PLACE: [usize; 7] = [0, 1, 3, 4, 6, 5, 2];

/// Tells the expression of a face that was followed.
pub struct ExpressionClassifier {
    network: Network,
    file: NetworkFile,
}

impl ExpressionClassifier {
    /// Loads the network of `file`: `[N,3,112,112]` RGB 0–255 in, 7 probabilities out.
    ///
    /// # Errors
    /// [`EngineError::Model`] when the file is missing or no such network.
    pub fn load(file: NetworkFile) -> Result<Self, EngineError> {
        Ok(Self {
            network: open(&file)?,
            file,
        })
    }
}

impl ExpressionNetwork for ExpressionClassifier {
    fn classify(
        &mut self,
        frame: &RgbFrame,
        face: &FaceSighting,
    ) -> Result<ExpressionScores, EngineError> {
        let spec = CropSpec {
            size: SIZE,
            layout: Layout::Planar,
            mirror: false,
            scale: 1.0,
            offset: 0.0,
        };
        let input = float_input(
            &[1, 3, SIZE, SIZE],
            crop(frame, face_region(&face.mesh), spec),
        )?;
        let outputs = self.network.run(vec![input])?;
        Ok(calibrated(output_of_len(&outputs, PLACE.len())?))
    }

    fn name(&self) -> &str {
        &self.file.model
    }

    fn provenance(&self) -> Provenance {
        let settings = BTreeMap::from([("temperature".to_owned(), TEMPERATURE.to_string())]);
        provenance(&self.file, FORMULA, settings)
    }
}

/// The square around the mesh, turned so that the eyes are level.
fn face_region(mesh: &[[f32; 3]]) -> Region {
    let [left, top, right, bottom] = region::bounds(mesh);
    Region {
        side: (right - left).max(bottom - top) * CROP_SCALE,
        ..region::of_mesh(mesh)
    }
}

/// Probabilities softened by [`TEMPERATURE`], in the order of the port.
fn calibrated(probabilities: &[f32]) -> ExpressionScores {
    let powers: Vec<f32> = probabilities
        .iter()
        .map(|p| p.max(1e-7).powf(1.0 / TEMPERATURE))
        .collect();
    let total: f32 = powers.iter().sum();
    let mut scores = [None; 8];
    for (power, place) in powers.iter().zip(PLACE) {
        scores[place] = Some(power / total);
    }
    scores
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calibrated_scores_keep_the_order_and_sum_to_one() {
        let scores = calibrated(&[0.7, 0.1, 0.05, 0.05, 0.04, 0.03, 0.03]);
        let total: f32 = scores.iter().flatten().sum();
        assert!((total - 1.0).abs() < 1e-5);
        assert!(scores[0] > scores[1] && scores[1] > scores[3]);
        assert!(scores[0] < Some(0.7));
        assert_eq!(scores[7], None);
    }
}
