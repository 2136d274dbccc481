//! The mesh network: 468 points of a face and whether there is one (Kartynnik et al. 2019).

use candor_core::{media::RgbFrame, ports::EngineError, ports::N_MESH};

use crate::onnx::{Network, float_input};

use super::{
    crop::{CropSpec, Layout, Region, crop},
    output_of_len, sigmoid,
};

const SIZE: usize = 192;

/// The mesh in `region`: the probability that it holds a face, and the points in pixels of the
/// frame (`z` in the same scale).
///
/// # Errors
/// [`EngineError::Failed`] when the network fails or is not a mesh network.
pub(super) fn find(
    network: &Network,
    frame: &RgbFrame,
    region: Region,
) -> Result<(f32, Vec<[f32; 3]>), EngineError> {
    let spec = CropSpec {
        size: SIZE,
        layout: Layout::Interleaved,
        mirror: false,
        scale: 1.0 / 255.0,
        offset: 0.0,
    };
    let input = float_input(&[1, SIZE, SIZE, 3], crop(frame, region, spec))?;
    let outputs = network.run(vec![input])?;
    let presence = sigmoid(output_of_len(&outputs, 1)?[0]);
    let scale = region.side / SIZE as f32;
    let mesh = output_of_len(&outputs, N_MESH * 3)?
        .chunks_exact(3)
        .map(|point| {
            let [x, y] = region.to_frame([point[0], point[1]], SIZE);
            [x, y, point[2] * scale]
        })
        .collect();
    Ok((presence, mesh))
}
