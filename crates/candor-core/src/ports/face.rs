//! Ports for faces: where they are, their landmarks, and their expression.

use crate::{media::RgbFrame, report::Provenance};

use super::EngineError;

/// An axis-aligned box in pixels of the frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FaceBox {
    /// Left edge.
    pub x: f32,
    /// Upper edge.
    pub y: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
    /// Detector's score, 0 to 1.
    pub score: f32,
}

/// Number of points of the face mesh.
pub const N_MESH: usize = 468;

/// A face in one frame. Points are pixels of the frame; `z` has the scale of `x`, nearer is less.
#[derive(Debug, Clone, PartialEq)]
pub struct FaceSighting {
    /// Probability that the region holds a face, 0 to 1.
    pub presence: f32,
    /// The mesh: [`N_MESH`] points `[x, y, z]`.
    pub mesh: Vec<[f32; 3]>,
    /// The subject's right eye; asked for at most a few times a second.
    pub right_eye: Option<EyeSighting>,
    /// The subject's left eye.
    pub left_eye: Option<EyeSighting>,
}

/// Number of points of an eye's outline.
pub const N_EYE_OUTLINE: usize = 16;

/// An eye seen from close by; points `[x, y]` in pixels of the frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EyeSighting {
    /// The lids: 0 outer corner, 1–7 lower lid towards the nose, 8 inner corner, 9–15 upper lid
    /// from the outer to the inner side.
    pub outline: [[f32; 2]; N_EYE_OUTLINE],
    /// The iris: centre and four points of its edge.
    pub iris: [[f32; 2]; 5],
}

/// What a [`FaceTracker`] saw in one frame.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FaceView {
    /// The tracked face (the largest one), when there is one.
    pub face: Option<FaceSighting>,
    /// All faces found when the detector last ran on this very frame; `None` when it did not run.
    pub detections: Option<Vec<FaceBox>>,
}

/// What to look for in a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FaceRequest {
    /// Find the irises too.
    pub iris: bool,
    /// Run the detector even when the face is tracked, to count faces.
    pub detect: bool,
}

/// Follows one face through the frames of a recording.
pub trait FaceTracker: Send {
    /// Looks at the next frame.
    ///
    /// # Errors
    /// [`EngineError::Failed`] when a network fails.
    fn track(&mut self, frame: &RgbFrame, request: FaceRequest) -> Result<FaceView, EngineError>;
    /// Which engine and models this is: detector, mesh, iris.
    fn provenance(&self) -> Vec<Provenance>;
}

/// Probabilities of the expression classes, indexed like [`crate::emotion::Expression::ALL`];
/// `None` where the network lacks the class.
pub type ExpressionScores = [Option<f32>; 8];

/// Tells the expression of a face.
pub trait ExpressionNetwork: Send {
    /// Classifies the face with the given mesh in `frame`; calibrated probabilities.
    ///
    /// # Errors
    /// [`EngineError::Failed`] when the network fails.
    fn classify(
        &mut self,
        frame: &RgbFrame,
        face: &FaceSighting,
    ) -> Result<ExpressionScores, EngineError>;
    /// Identifier of the network for the report.
    fn name(&self) -> &str;
    /// Which engine and model this is.
    fn provenance(&self) -> Provenance;
}
