//! What is kept of each frame: a few numbers, never the mesh.

use candor_core::ports::{EyeSighting, FaceBox, FaceSighting};
use nalgebra::Vector3;
use serde::{Deserialize, Serialize};

use super::{
    canonical::{LEFT_EYE, RIGHT_EYE, rigid_point},
    pose::{self, HeadPose},
};

/// Version of the eye model.
pub const GAZE_FORMULA: &str = "gaze-eyeball.v1";

/// The eyeball turns about a point this far behind the middle of the lids' corners.
pub(super) const EYE_CENTRE_DEPTH_CM: f64 = 0.3;
/// An iris that looks straight ahead lies this far above the line between the corners: the mean
/// over the development clips, whose persons look at the camera.
pub(super) const IRIS_ABOVE_CORNERS_CM: f64 = 0.15;
/// Distance from the point of turning to the iris (13.5 mm to the cornea's apex, Fry & Hill 1962, less 3.5 mm
/// from the apex to the iris).
pub(super) const IRIS_RADIUS_OF_TURN_CM: f64 = 1.0;

/// Mouth corners, inner lips, brows, and the lids of each eye for the aspect ratio of
/// Soukupová & Čech (2016): corner, two upper, corner, two lower.
const MOUTH_CORNERS: [usize; 2] = [61, 291];
const LIPS: [usize; 2] = [13, 14];
const BROWS: [[usize; 2]; 2] = [[105, 33], [334, 263]];
/// The same six points on the outline of an [`EyeSighting`].
const OUTLINE_LIDS: [usize; 6] = [0, 11, 13, 8, 5, 3];

/// The compact record of one frame in which a face was seen.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct FaceFeatures {
    pub(super) presence: f32,
    /// Left, top, width and height of the face in parts of the frame's size.
    pub(super) bounds: [f32; 4],
    /// Width of the face in pixels.
    pub(super) width_px: f32,
    /// Yaw, pitch, roll in degrees.
    pub(super) pose: Option<[f32; 3]>,
    /// Gaze yaw and pitch relative to the camera, in degrees.
    pub(super) gaze: Option<[f32; 2]>,
    /// Width of the wider eye in pixels.
    pub(super) eye_px: f32,
    /// Aspect ratio of the eyes from their own crops.
    pub(super) eye_aspect: Option<f32>,
    /// Lengths in parts of the distance of the outer eye corners.
    #[serde(with = "crate::packed::or_null")]
    pub(super) mouth_open: f32,
    #[serde(with = "crate::packed::or_null")]
    pub(super) mouth_width: f32,
    #[serde(with = "crate::packed::or_null")]
    pub(super) brow_height: f32,
}

impl FaceFeatures {
    /// Drops everything but presence and place.
    pub(super) fn forget_behaviour(&mut self) {
        *self = Self {
            presence: self.presence,
            bounds: self.bounds,
            width_px: self.width_px,
            pose: None,
            gaze: None,
            eye_px: 0.0,
            eye_aspect: None,
            mouth_open: f32::NAN,
            mouth_width: f32::NAN,
            brow_height: f32::NAN,
        };
    }

    /// Whether the middle of `found` lies on this face.
    pub(super) fn contains(&self, found: &FaceBox, width: usize, height: usize) -> bool {
        let [left, top, across, down] = self.bounds;
        let x = (found.x + found.width / 2.0) / width as f32 - left;
        let y = (found.y + found.height / 2.0) / height as f32 - top;
        x >= 0.0 && x <= across && y >= 0.0 && y <= down
    }
}

/// Reduces a sighting in a frame of `width × height` pixels to its features.
pub(super) fn of_sighting(face: &FaceSighting, width: usize, height: usize) -> FaceFeatures {
    let mesh = &face.mesh;
    let pose = pose::fit(mesh, width, height);
    let [left, top, right, bottom] = bounds(mesh);
    let eye_line = distance(mesh, [RIGHT_EYE[0], LEFT_EYE[0]]).max(1e-6);
    let ratio = |points: [usize; 2]| distance(mesh, points) / eye_line;
    let eyes = [face.right_eye, face.left_eye];
    FaceFeatures {
        presence: face.presence,
        bounds: [
            left / width as f32,
            top / height as f32,
            (right - left) / width as f32,
            (bottom - top) / height as f32,
        ],
        width_px: right - left,
        pose: pose.map(|pose| [pose.yaw_deg, pose.pitch_deg, pose.roll_deg]),
        gaze: pose.and_then(|pose| gaze(&pose, eyes)),
        eye_px: eyes
            .into_iter()
            .flatten()
            .map(|eye| eye_width(&eye))
            .fold(0.0, f32::max),
        eye_aspect: mean(eyes.into_iter().flatten().map(|eye| aspect(&eye))),
        mouth_open: ratio(LIPS),
        mouth_width: ratio(MOUTH_CORNERS),
        brow_height: f32::midpoint(ratio(BROWS[0]), ratio(BROWS[1])),
    }
}

/// Gaze yaw and pitch relative to the camera in degrees: both eyes, each weighted by how wide it
/// is seen.
fn gaze(pose: &HeadPose, eyes: [Option<EyeSighting>; 2]) -> Option<[f32; 2]> {
    let (mut sum, mut weights) = (Vector3::zeros(), 0.0);
    for (eye, corners) in eyes.into_iter().zip([RIGHT_EYE, LEFT_EYE]) {
        if let Some((direction, weight)) = eye.and_then(|eye| eye_direction(pose, &eye, corners)) {
            sum += direction * weight;
            weights += weight;
        }
    }
    if weights <= 0.0 {
        return None;
    }
    let yaw = sum.x.atan2(-sum.z);
    let pitch = (-sum.y).atan2(sum.x.hypot(sum.z));
    Some([yaw.to_degrees() as f32, pitch.to_degrees() as f32])
}

/// Where one eye looks (unit vector; the camera is at −z), and how wide the eye is seen.
///
/// The iris lies on a sphere about the eye's centre, whose place follows from the lids' corners
/// and the head's rotation; the corners also give the scale.
fn eye_direction(
    pose: &HeadPose,
    eye: &EyeSighting,
    corners: [usize; 2],
) -> Option<(Vector3<f64>, f64)> {
    let [outer, inner] = corners.map(|index| Vector3::from(rigid_point(index)));
    let across = pose.rotation * (inner - outer);
    let (outer_px, inner_px) = (eye.outline[0], eye.outline[8]);
    let seen_px = f64::from(gap(outer_px, inner_px));
    let expected_cm = across.x.hypot(across.y);
    if seen_px < 2.0 || expected_cm < 0.5 {
        return None;
    }
    let cm_per_px = expected_cm / seen_px;
    let centre = pose.rotation * Vector3::new(0.0, -IRIS_ABOVE_CORNERS_CM, EYE_CENTRE_DEPTH_CM);
    let offset = |axis: usize| {
        let middle = f32::midpoint(outer_px[axis], inner_px[axis]);
        f64::from(eye.iris[0][axis] - middle) * cm_per_px
    };
    let x = (offset(0) - centre.x) / IRIS_RADIUS_OF_TURN_CM;
    let y = (offset(1) - centre.y) / IRIS_RADIUS_OF_TURN_CM;
    let sideways = x.hypot(y);
    let (x, y) = if sideways > 0.95 {
        (x * 0.95 / sideways, y * 0.95 / sideways)
    } else {
        (x, y)
    };
    let z = -(1.0 - x * x - y * y).sqrt();
    Some((Vector3::new(x, y, z), seen_px))
}

fn aspect(eye: &EyeSighting) -> f32 {
    let [corner, upper_a, upper_b, other, lower_b, lower_a] =
        OUTLINE_LIDS.map(|index| eye.outline[index]);
    (gap(upper_a, lower_a) + gap(upper_b, lower_b)) / (2.0 * gap(corner, other)).max(1e-6)
}

fn eye_width(eye: &EyeSighting) -> f32 {
    gap(eye.outline[0], eye.outline[8])
}

fn gap(a: [f32; 2], b: [f32; 2]) -> f32 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

fn mean(values: impl Iterator<Item = f32>) -> Option<f32> {
    let (mut sum, mut n) = (0.0, 0.0);
    for value in values {
        sum += value;
        n += 1.0;
    }
    (n > 0.0).then(|| sum / n)
}

fn distance(mesh: &[[f32; 3]], points: [usize; 2]) -> f32 {
    let [a, b] = points.map(|index| Vector3::from(mesh[index]));
    (a - b).norm()
}

fn bounds(mesh: &[[f32; 3]]) -> [f32; 4] {
    mesh.iter().fold(
        [f32::MAX, f32::MAX, f32::MIN, f32::MIN],
        |[left, top, right, bottom], [x, y, _]| {
            [left.min(*x), top.min(*y), right.max(*x), bottom.max(*y)]
        },
    )
}

#[cfg(test)]
mod tests {
    use super::super::synthetic::{Face, HEIGHT, WIDTH, view};
    use super::*;

    fn features(face: &Face) -> FaceFeatures {
        of_sighting(&view(face).face.unwrap(), WIDTH, HEIGHT)
    }

    #[test]
    fn gaze_is_found_whatever_the_head_does() {
        for (yaw, pitch, gaze_yaw, gaze_pitch) in [
            (0.0, 0.0, 0.0, 0.0),
            (0.0, 0.0, 15.0, -8.0),
            (20.0, 0.0, 0.0, 0.0),
            (-15.0, 10.0, 10.0, 5.0),
            (0.0, -12.0, -20.0, 0.0),
        ] {
            let seen = features(&Face {
                yaw,
                pitch,
                gaze_yaw,
                gaze_pitch,
                ..Face::default()
            });
            let [found_yaw, found_pitch] = seen.gaze.unwrap();
            assert!(
                (f64::from(found_yaw) - gaze_yaw).abs() < 2.0,
                "{yaw} {gaze_yaw}: {found_yaw}"
            );
            assert!(
                (f64::from(found_pitch) - gaze_pitch).abs() < 2.0,
                "{gaze_pitch}: {found_pitch}"
            );
        }
    }

    #[test]
    fn lengths_do_not_depend_on_distance_or_pose() {
        let near = features(&Face {
            lips: 1.0,
            ..Face::default()
        });
        let far = features(&Face {
            lips: 1.0,
            distance: 110.0,
            yaw: 15.0,
            ..Face::default()
        });
        assert!(
            (near.mouth_open - far.mouth_open).abs() < 0.01,
            "{near:?} {far:?}"
        );
        assert!((near.mouth_width - far.mouth_width).abs() < 0.02);
    }

    #[test]
    fn closed_lids_have_a_small_aspect() {
        let open = features(&Face::default()).eye_aspect.unwrap();
        let closed = features(&Face {
            lids: 0.1,
            ..Face::default()
        })
        .eye_aspect
        .unwrap();
        assert!(open > 0.2 && closed < 0.05, "{open} {closed}");
    }

    #[test]
    fn a_face_without_eye_crops_has_no_gaze() {
        let mut face = view(&Face::default()).face.unwrap();
        face.left_eye = None;
        face.right_eye = None;
        assert_eq!(of_sighting(&face, WIDTH, HEIGHT).gaze, None);
    }
}
