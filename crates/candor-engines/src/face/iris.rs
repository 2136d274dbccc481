//! The iris network: five points of each iris (Ablavatski et al. 2020).

use candor_core::{media::RgbFrame, ports::EngineError};

use crate::onnx::{Network, float_input};

use super::{
    crop::{CropSpec, Layout, Region, crop},
    output_of_len,
};

const SIZE: usize = 64;
const N_POINTS: usize = 5;
/// The crop is this much wider than the eye.
const MARGIN: f32 = 2.3;

/// An eye: its corners in the mesh, from image left to image right of an upright face.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Eye {
    corners: [usize; 2],
    /// The network knows left eyes; right ones are mirrored.
    mirror: bool,
}

/// The subject's right eye.
pub(super) const RIGHT: Eye = Eye {
    corners: [33, 133],
    mirror: true,
};

/// The subject's left eye.
pub(super) const LEFT: Eye = Eye {
    corners: [362, 263],
    mirror: false,
};

/// Centre, right, up, left and down of the iris, in pixels of the frame.
///
/// # Errors
/// [`EngineError::Failed`] when the network fails or is not an iris network.
pub(super) fn find(
    network: &Network,
    frame: &RgbFrame,
    mesh: &[[f32; 3]],
    eye: Eye,
) -> Result<[[f32; 2]; N_POINTS], EngineError> {
    let [a, b] = eye.corners.map(|index| mesh[index]);
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let region = Region {
        x: f32::midpoint(a[0], b[0]),
        y: f32::midpoint(a[1], b[1]),
        side: dx.abs().max(dy.abs()) * MARGIN,
        angle: dy.atan2(dx),
    };
    let spec = CropSpec {
        size: SIZE,
        layout: Layout::Interleaved,
        mirror: eye.mirror,
        scale: 1.0 / 255.0,
        offset: 0.0,
    };
    let input = float_input(&[1, SIZE, SIZE, 3], crop(frame, region, spec))?;
    let outputs = network.run(vec![input])?;
    let values = output_of_len(&outputs, N_POINTS * 3)?;
    Ok(std::array::from_fn(|index| {
        let x = values[index * 3];
        let x = if eye.mirror { (SIZE - 1) as f32 - x } else { x };
        region.to_frame([x, values[index * 3 + 1]], SIZE)
    }))
}
