//! Constructed faces with known pose and gaze for the tests of this folder.

use candor_core::{
    media::RgbFrame,
    ports::{EyeSighting, FaceSighting, FaceView, N_MESH},
};
use nalgebra::{Matrix3, Rotation3, Vector3};

use super::{
    canonical::{LEFT_EYE, RIGHT_EYE, RIGID, rigid_point},
    features::{EYE_CENTRE_DEPTH_CM, IRIS_ABOVE_CORNERS_CM, IRIS_RADIUS_OF_TURN_CM},
};

pub(super) const WIDTH: usize = 480;
pub(super) const HEIGHT: usize = 270;

/// A head; angles in degrees relative to the ray from the camera, places in centimetres.
#[derive(Debug, Clone, Copy)]
pub(super) struct Face {
    pub(super) yaw: f64,
    pub(super) pitch: f64,
    pub(super) roll: f64,
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) distance: f64,
    /// Gaze relative to the camera.
    pub(super) gaze_yaw: f64,
    pub(super) gaze_pitch: f64,
    /// Opening of the lids, 1 = open.
    pub(super) lids: f64,
    /// Distance of the lips in centimetres.
    pub(super) lips: f64,
    /// Widening of the mouth in centimetres.
    pub(super) grin: f64,
    /// Turn of the camera: the picture moves by so many pixels.
    pub(super) shake: [f32; 2],
}

impl Default for Face {
    fn default() -> Self {
        Self {
            yaw: 0.0,
            pitch: 0.0,
            roll: 0.0,
            x: 0.0,
            y: 0.0,
            distance: 60.0,
            gaze_yaw: 0.0,
            gaze_pitch: 0.0,
            lids: 1.0,
            lips: 0.1,
            grin: 0.0,
            shake: [0.0; 2],
        }
    }
}

impl Face {
    fn place(&self) -> Vector3<f64> {
        Vector3::new(
            self.x,
            self.y,
            (self.distance.powi(2) - self.x.powi(2) - self.y.powi(2)).sqrt(),
        )
    }

    /// Rotation relative to the camera's axis.
    fn rotation(&self) -> Matrix3<f64> {
        let y = Rotation3::from_axis_angle(&Vector3::y_axis(), -self.yaw.to_radians());
        let x = Rotation3::from_axis_angle(&Vector3::x_axis(), -self.pitch.to_radians());
        let z = Rotation3::from_axis_angle(&Vector3::z_axis(), self.roll.to_radians());
        let ray = Rotation3::rotation_between(&Vector3::z(), &self.place()).unwrap();
        (ray * y * x * z).into_inner()
    }

    fn project(&self, at: Vector3<f64>) -> [f32; 3] {
        let focal = WIDTH as f64;
        let place = self.place();
        [
            (WIDTH as f64 / 2.0 + focal * at.x / at.z) as f32 + self.shake[0],
            (HEIGHT as f64 / 2.0 + focal * at.y / at.z) as f32 + self.shake[1],
            ((at.z - place.z) * focal / place.z) as f32,
        ]
    }

    fn point(&self, point: [f64; 3]) -> [f32; 3] {
        self.project(self.rotation() * Vector3::from(point) + self.place())
    }
}

/// The mesh of a face; points that nothing reads lie at the face's middle.
pub(super) fn mesh(face: &Face) -> Vec<[f32; 3]> {
    let mut mesh = vec![face.point([0.0, 1.0, -2.0]); N_MESH];
    for (index, point) in RIGID {
        mesh[index] = face.point(point);
    }
    for (index, point) in [
        (61, [-2.5 - face.grin, 6.6, -1.2]),
        (291, [2.5 + face.grin, 6.6, -1.2]),
        (13, [0.0, 6.4 - face.lips / 2.0, -2.2]),
        (14, [0.0, 6.4 + face.lips / 2.0, -2.2]),
        (105, [-3.6, -2.2, -0.8]),
        (334, [3.6, -2.2, -0.8]),
        (152, [0.0, 11.0, 0.3]),
    ] {
        mesh[index] = face.point(point);
    }
    mesh
}

fn eye(face: &Face, corners: [usize; 2]) -> EyeSighting {
    let [outer, inner] = corners.map(rigid_point).map(Vector3::from);
    let middle = (outer + inner) / 2.0;
    let mut outline = [[0.0; 2]; 16];
    for (index, point) in outline.iter_mut().enumerate() {
        // 0 outer, 1–7 lower lid, 8 inner, 9–15 upper lid from the outer side.
        let (part, lift) = if index <= 8 {
            (index as f64 / 8.0, 0.45)
        } else {
            ((index - 8) as f64 / 8.0, -0.45)
        };
        let bend = (part * std::f64::consts::PI).sin() * lift * face.lids;
        let at = outer + (inner - outer) * part + Vector3::new(0.0, bend, 0.0);
        let [x, y, _] = face.point(at.into());
        *point = [x, y];
    }
    let centre =
        face.rotation() * (middle + Vector3::new(0.0, -IRIS_ABOVE_CORNERS_CM, EYE_CENTRE_DEPTH_CM));
    let ray = Rotation3::rotation_between(&Vector3::z(), &face.place()).unwrap();
    let (yaw, pitch) = (face.gaze_yaw.to_radians(), face.gaze_pitch.to_radians());
    let gaze = Vector3::new(
        yaw.sin() * pitch.cos(),
        -pitch.sin(),
        -yaw.cos() * pitch.cos(),
    );
    let iris = centre + ray * gaze * IRIS_RADIUS_OF_TURN_CM + face.place();
    let [x, y, _] = face.project(iris);
    EyeSighting {
        outline,
        iris: [[x, y]; 5],
    }
}

/// What a tracker would see of the face.
pub(super) fn view(face: &Face) -> FaceView {
    FaceView {
        face: Some(FaceSighting {
            presence: 0.99,
            mesh: mesh(face),
            right_eye: Some(eye(face, RIGHT_EYE)),
            left_eye: Some(eye(face, LEFT_EYE)),
        }),
        detections: None,
    }
}

/// A well-lit frame with some texture.
pub(super) fn frame(time_s: f64) -> RgbFrame {
    let pixels = (0..WIDTH * HEIGHT)
        .flat_map(|index| {
            let value = if (index % WIDTH / 2 + index / WIDTH / 2).is_multiple_of(2) {
                110
            } else {
                150
            };
            [value; 3]
        })
        .collect();
    RgbFrame {
        time_s,
        width: WIDTH,
        height: HEIGHT,
        pixels,
    }
}
