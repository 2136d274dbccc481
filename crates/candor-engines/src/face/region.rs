//! The turned square around a face that the mesh network looks at.

use super::{crop::Region, detector::Detection};

/// The square is this much longer than the longer side of the face's box.
const MARGIN: f32 = 1.5;
/// Outer corners of the subject's right and left eye in the mesh.
const EYE_CORNERS: [usize; 2] = [33, 263];

/// The region of a face that the detector found.
pub(super) fn of_detection(found: &Detection) -> Region {
    let bounds = found.bounds;
    Region {
        x: bounds.x + bounds.width / 2.0,
        y: bounds.y + bounds.height / 2.0,
        side: bounds.width.max(bounds.height) * MARGIN,
        angle: tilt(found.eyes[0], found.eyes[1]),
    }
}

/// The region of a face whose mesh is known from the frame before.
pub(super) fn of_mesh(mesh: &[[f32; 3]]) -> Region {
    let [left, top, right, bottom] = bounds(mesh);
    let eye = |index: usize| [mesh[EYE_CORNERS[index]][0], mesh[EYE_CORNERS[index]][1]];
    Region {
        x: f32::midpoint(left, right),
        y: f32::midpoint(top, bottom),
        side: (right - left).max(bottom - top) * MARGIN,
        angle: tilt(eye(0), eye(1)),
    }
}

/// Left, top, right, bottom of a mesh.
pub(super) fn bounds(mesh: &[[f32; 3]]) -> [f32; 4] {
    mesh.iter().fold(
        [f32::MAX, f32::MAX, f32::MIN, f32::MIN],
        |[left, top, right, bottom], [x, y, _]| {
            [left.min(*x), top.min(*y), right.max(*x), bottom.max(*y)]
        },
    )
}

/// Clockwise angle of the line from the subject's right to the left eye.
fn tilt(right_eye: [f32; 2], left_eye: [f32; 2]) -> f32 {
    (left_eye[1] - right_eye[1]).atan2(left_eye[0] - right_eye[0])
}

#[cfg(test)]
mod tests {
    use candor_core::ports::FaceBox;

    use super::*;

    #[test]
    fn region_follows_the_eyes_and_the_longer_side() {
        let found = Detection {
            bounds: FaceBox {
                x: 10.0,
                y: 20.0,
                width: 40.0,
                height: 30.0,
                score: 0.9,
            },
            eyes: [[20.0, 30.0], [30.0, 40.0]],
        };
        let region = of_detection(&found);
        assert_eq!((region.x, region.y, region.side), (30.0, 35.0, 60.0));
        assert!((region.angle - std::f32::consts::FRAC_PI_4).abs() < 1e-6);
    }
}
