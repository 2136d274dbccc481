//! Head pose: rigid fit of the mesh to the canonical face under perspective.
//!
//! Start by orthogonal Procrustes on the mesh (Kabsch 1976), then Gauss–Newton on the image
//! points. Angles are camera-centred: relative to the ray from the camera to the face, so that a
//! shaking or panning camera, which turns head and ray alike, does not change them.

use nalgebra::{Matrix3, Matrix6, Vector2, Vector3, Vector6};

use super::canonical::RIGID;

/// Version of the fit.
pub const FORMULA: &str = "head-pose-pnp.v1";

const MAX_STEPS: usize = 10;

/// Where a head is and where it points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HeadPose {
    /// Degrees; > 0 = turned to image right.
    pub yaw_deg: f32,
    /// Degrees; > 0 = up.
    pub pitch_deg: f32,
    /// Degrees; > 0 = clockwise in the image.
    pub roll_deg: f32,
    /// Distance from the camera in centimetres, if the face is of mean size.
    pub distance_cm: f32,
    /// Root mean square distance of the fitted to the seen points, in parts of the face's size.
    pub misfit: f32,
    /// Rotation of the head relative to the ray from the camera to the face.
    pub(super) rotation: Matrix3<f64>,
}

/// Fits the head to a mesh in pixels of a frame of `width × height`; the focal length is taken to
/// be the longer side (a field of view of 53°).
///
/// `None` when the mesh is degenerate.
pub fn fit(mesh: &[[f32; 3]], width: usize, height: usize) -> Option<HeadPose> {
    let focal = width.max(height) as f64;
    let middle = Vector2::new(width as f64, height as f64) / 2.0;
    let model: Vec<Vector3<f64>> = RIGID.iter().map(|(_, point)| (*point).into()).collect();
    let seen: Vec<Vector3<f64>> = RIGID
        .iter()
        .map(|(index, _)| {
            let [x, y, z] = mesh.get(*index)?.map(f64::from);
            Some(Vector3::new(x - middle.x, y - middle.y, z))
        })
        .collect::<Option<_>>()?;
    let (mut rotation, scale, shift) = procrustes(&model, &seen)?;
    let depth = focal / scale;
    let mut place = Vector3::new(shift.x / scale, shift.y / scale, depth);
    let mut misfit = 0.0;
    for _ in 0..MAX_STEPS {
        let (step, squares) = gauss_newton(&model, &seen, focal, &rotation, &place)?;
        misfit = (squares / model.len() as f64).sqrt();
        rotation = turn(step.fixed_rows::<3>(0).into_owned()) * rotation;
        place += step.fixed_rows::<3>(3);
        if !(place.z > 1.0 && place.iter().all(|value| value.is_finite())) {
            return None;
        }
        if step.norm() < 1e-6 {
            break;
        }
    }
    let centred = facing(&place) * rotation;
    let [yaw, pitch, roll] = angles(&centred);
    let face_px = focal / place.z * FACE_CM;
    Some(HeadPose {
        yaw_deg: yaw as f32,
        pitch_deg: pitch as f32,
        roll_deg: roll as f32,
        distance_cm: place.norm() as f32,
        misfit: (misfit / face_px) as f32,
        rotation: centred,
    })
}

/// Width of the canonical face.
const FACE_CM: f64 = 14.0;

/// Yaw, pitch and roll in degrees: the head rolls first, then pitches, then turns.
fn angles(rotation: &Matrix3<f64>) -> [f64; 3] {
    let ahead = -rotation.column(2);
    [
        ahead.x.atan2(-ahead.z).to_degrees(),
        (-ahead.y).atan2(ahead.x.hypot(ahead.z)).to_degrees(),
        rotation[(1, 0)].atan2(rotation[(1, 1)]).to_degrees(),
    ]
}

/// Rotation, scale and shift with `seen ≈ scale · rotation · model + shift`.
fn procrustes(
    model: &[Vector3<f64>],
    seen: &[Vector3<f64>],
) -> Option<(Matrix3<f64>, f64, Vector3<f64>)> {
    let n = model.len() as f64;
    let model_mean = model.iter().sum::<Vector3<f64>>() / n;
    let seen_mean = seen.iter().sum::<Vector3<f64>>() / n;
    let mut covariance = Matrix3::zeros();
    let mut spread = 0.0;
    for (a, b) in model.iter().zip(seen) {
        covariance += (b - seen_mean) * (a - model_mean).transpose();
        spread += (a - model_mean).norm_squared();
    }
    if !covariance.iter().all(|value| value.is_finite()) {
        return None;
    }
    let svd = covariance.svd(true, true);
    let (u, v_t) = (svd.u?, svd.v_t?);
    let mut signs = Vector3::repeat(1.0);
    if (u * v_t).determinant() < 0.0 {
        signs.z = -1.0;
    }
    let rotation = u * Matrix3::from_diagonal(&signs) * v_t;
    let scale = svd.singular_values.dot(&signs) / spread;
    (scale > 1e-9).then(|| (rotation, scale, seen_mean - rotation * model_mean * scale))
}

/// One step for rotation and place, and the sum of squared distances before it.
fn gauss_newton(
    model: &[Vector3<f64>],
    seen: &[Vector3<f64>],
    focal: f64,
    rotation: &Matrix3<f64>,
    place: &Vector3<f64>,
) -> Option<(Vector6<f64>, f64)> {
    let (mut normal, mut right, mut squares) = (Matrix6::zeros(), Vector6::zeros(), 0.0);
    for (point, seen) in model.iter().zip(seen) {
        let turned = rotation * point;
        let at = turned + place;
        let (fx, ratio_x, ratio_y) = (focal / at.z, at.x / at.z, at.y / at.z);
        let residual = [seen.x - focal * ratio_x, seen.y - focal * ratio_y];
        let by_place = [
            Vector3::new(fx, 0.0, -fx * ratio_x),
            Vector3::new(0.0, fx, -fx * ratio_y),
        ];
        for (residual, slope) in residual.into_iter().zip(by_place) {
            let by_turn = turned.cross(&slope);
            let row = Vector6::new(by_turn.x, by_turn.y, by_turn.z, slope.x, slope.y, slope.z);
            normal += row * row.transpose();
            right += row * residual;
            squares += residual * residual;
        }
    }
    Some((normal.cholesky()?.solve(&right), squares))
}

/// The rotation by a vector (Rodrigues).
fn turn(vector: Vector3<f64>) -> Matrix3<f64> {
    nalgebra::Rotation3::new(vector).into_inner()
}

/// The rotation that brings the ray to `place` onto the optical axis.
fn facing(place: &Vector3<f64>) -> Matrix3<f64> {
    nalgebra::Rotation3::rotation_between(place, &Vector3::z())
        .map_or_else(Matrix3::identity, nalgebra::Rotation3::into_inner)
}

#[cfg(test)]
mod tests {
    use super::super::synthetic::{Face, mesh};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_poses_are_found_within_a_tenth_of_a_degree() {
        for (yaw, pitch, roll) in [
            (0.0, 0.0, 0.0),
            (20.0, -10.0, 5.0),
            (-35.0, 15.0, -12.0),
            (0.0, 25.0, 0.0),
            (50.0, 0.0, 0.0),
        ] {
            let face = Face {
                yaw,
                pitch,
                roll,
                ..Face::default()
            };
            let pose = fit(&mesh(&face), 480, 270).unwrap();
            assert!((f64::from(pose.yaw_deg) - yaw).abs() < 0.1, "{pose:?}");
            assert!((f64::from(pose.pitch_deg) - pitch).abs() < 0.1, "{pose:?}");
            assert!((f64::from(pose.roll_deg) - roll).abs() < 0.1, "{pose:?}");
            assert!((f64::from(pose.distance_cm) - face.distance).abs() < 0.5);
            assert!(pose.misfit < 1e-3);
        }
    }

    #[test]
    fn a_face_at_the_edge_that_looks_into_the_camera_has_no_yaw() {
        let face = Face {
            x: 18.0,
            y: -6.0,
            ..Face::default()
        };
        let pose = fit(&mesh(&face), 480, 270).unwrap();
        assert!(
            pose.yaw_deg.abs() < 0.2 && pose.pitch_deg.abs() < 0.2,
            "{pose:?}"
        );
    }

    #[test]
    fn a_degenerate_mesh_has_no_pose() {
        assert!(fit(&[[5.0, 5.0, 0.0]; 468], 480, 270).is_none());
        assert!(fit(&[], 480, 270).is_none());
    }

    proptest! {
        #[test]
        fn pose_does_not_depend_on_resolution(
            yaw in -40.0..40.0_f64, pitch in -25.0..25.0_f64, scale in 1..4_usize,
        ) {
            let face = Face { yaw, pitch, ..Face::default() };
            let small = fit(&mesh(&face), 480, 270).unwrap();
            let large_mesh: Vec<[f32; 3]> = mesh(&face)
                .iter()
                .map(|point| point.map(|value| value * scale as f32))
                .collect();
            let large = fit(&large_mesh, 480 * scale, 270 * scale).unwrap();
            prop_assert!((small.yaw_deg - large.yaw_deg).abs() < 0.02);
            prop_assert!((small.pitch_deg - large.pitch_deg).abs() < 0.02);
        }
    }
}
