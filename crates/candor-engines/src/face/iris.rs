//! The iris network: outline and iris of each eye (Ablavatski et al. 2020).

use candor_core::{
    media::RgbFrame,
    ports::{EngineError, EyeSighting},
};

use crate::onnx::{Network, float_input};

use super::{
    crop::{CropSpec, Layout, Region, crop},
    output_of_len,
};

const SIZE: usize = 64;
const N_IRIS: usize = 5;
/// Outline, brow and surroundings of the eye; the outline comes first.
const N_CONTOUR: usize = 71;
/// The crop is this much wider than the eye.
const MARGIN: f32 = 2.3;

/// An eye: its corners in the mesh, from image left to image right of an upright face.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Eye {
    corners: [usize; 2],
    /// The network knows right eyes; left ones are mirrored.
    mirror: bool,
}

/// The subject's right eye.
pub(super) const RIGHT: Eye = Eye {
    corners: [33, 133],
    mirror: false,
};

/// The subject's left eye.
pub(super) const LEFT: Eye = Eye {
    corners: [362, 263],
    mirror: true,
};

/// Outline and iris of an eye of the face with the given mesh.
///
/// # Errors
/// [`EngineError::Failed`] when the network fails or is not an iris network.
pub(super) fn find(
    network: &Network,
    frame: &RgbFrame,
    mesh: &[[f32; 3]],
    eye: Eye,
) -> Result<EyeSighting, EngineError> {
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
    let contour = output_of_len(&outputs, N_CONTOUR * 3)?;
    let iris = output_of_len(&outputs, N_IRIS * 3)?;
    let placed = |values: &[f32], index: usize| {
        let x = values[index * 3];
        let x = if eye.mirror { (SIZE - 1) as f32 - x } else { x };
        region.to_frame([x, values[index * 3 + 1]], SIZE)
    };
    Ok(EyeSighting {
        outline: std::array::from_fn(|index| placed(contour, index)),
        iris: std::array::from_fn(|index| placed(iris, index)),
    })
}
