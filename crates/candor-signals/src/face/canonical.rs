//! A rigid face in centimetres: points of the mesh that move little with speech and expression.
//!
//! Source: the mean of 42 meshes of about a dozen persons (clips and portraits), aligned by
//! generalised Procrustes analysis (Gower 1975) and made symmetric; scaled to the adult mean of
//! 6.3 cm between the eyes' middles (Dodgson 2004); turned so that the common six-point generic
//! head (nose tip, chin, outer eye corners, mouth corners) looks straight ahead.

use candor_core::ports::N_MESH;

/// Points `(mesh index, [x, y, z])`: x to image right, y down, z away from the camera; the origin
/// lies between the eyes.
pub(super) const RIGID: [(usize, [f64; 3]); 40] = [
    (33, [-4.56, -0.05, 0.27]),
    (263, [4.56, -0.05, 0.27]),
    (133, [-1.74, 0.05, -0.27]),
    (362, [1.74, 0.05, -0.27]),
    (127, [-7.05, 0.80, 5.24]),
    (356, [7.05, 0.80, 5.24]),
    (234, [-6.96, 2.28, 5.59]),
    (454, [6.96, 2.28, 5.59]),
    (162, [-6.95, -0.81, 4.33]),
    (389, [6.95, -0.81, 4.33]),
    (21, [-6.63, -2.13, 3.13]),
    (251, [6.63, -2.13, 3.13]),
    (54, [-6.01, -3.38, 1.99]),
    (284, [6.01, -3.38, 1.99]),
    (103, [-5.03, -4.40, 0.78]),
    (332, [5.03, -4.40, 0.78]),
    (67, [-3.53, -5.09, -0.28]),
    (297, [3.53, -5.09, -0.28]),
    (109, [-1.91, -5.41, -0.89]),
    (338, [1.91, -5.41, -0.89]),
    (226, [-5.18, 0.20, 0.62]),
    (446, [5.18, 0.20, 0.62]),
    (244, [-1.19, 0.21, -0.76]),
    (464, [1.19, 0.21, -0.76]),
    (98, [-1.77, 4.37, -2.01]),
    (327, [1.77, 4.37, -2.01]),
    (48, [-1.94, 3.62, -2.75]),
    (278, [1.94, 3.62, -2.75]),
    (10, [0.00, -5.47, -1.04]),
    (151, [0.00, -3.95, -1.53]),
    (9, [0.00, -2.41, -1.92]),
    (8, [0.00, -1.51, -1.86]),
    (168, [0.00, -0.70, -1.89]),
    (6, [0.00, 0.10, -2.40]),
    (197, [0.00, 0.80, -2.97]),
    (195, [0.00, 1.45, -3.58]),
    (5, [0.00, 2.14, -4.22]),
    (4, [0.00, 3.02, -4.52]),
    (1, [0.00, 3.71, -4.36]),
    (2, [0.00, 4.51, -2.83]),
];

/// Outer and inner corner of the subject's right eye in the mesh.
pub(super) const RIGHT_EYE: [usize; 2] = [33, 133];
/// Outer and inner corner of the subject's left eye in the mesh.
pub(super) const LEFT_EYE: [usize; 2] = [263, 362];

const _: () = {
    let mut i = 0;
    while i < RIGID.len() {
        assert!(RIGID[i].0 < N_MESH);
        i += 1;
    }
};

/// The place of a mesh point on the rigid face.
pub(super) fn rigid_point(index: usize) -> [f64; 3] {
    RIGID
        .iter()
        .find(|(at, _)| *at == index)
        .map(|(_, point)| *point)
        .expect("only asked for eye corners, which are in the table")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rigid_face_is_symmetric() {
        for (_, [x, y, z]) in RIGID {
            let twin = RIGID
                .iter()
                .any(|(_, [a, b, c])| (a + x).abs() < 1e-9 && b == &y && c == &z);
            assert!(twin, "no twin for {x} {y} {z}");
        }
    }
}
