//! Faces that need no model: a script says what is seen when.

use candor_core::{
    media::RgbFrame,
    ports::{
        EngineError, ExpressionNetwork, ExpressionScores, FaceBox, FaceRequest, FaceSighting,
        FaceTracker, FaceView, N_MESH,
    },
    report::Provenance,
};

use crate::speech::provenance;

/// Asks a function what is seen in each frame.
pub struct ScriptedFace<F>(pub F);

impl<F> FaceTracker for ScriptedFace<F>
where
    F: FnMut(&RgbFrame, FaceRequest) -> FaceView + Send,
{
    fn track(&mut self, frame: &RgbFrame, request: FaceRequest) -> Result<FaceView, EngineError> {
        Ok((self.0)(frame, request))
    }

    fn provenance(&self) -> Vec<Provenance> {
        vec![provenance("test-face")]
    }
}

/// A view of `n_faces` faces side by side, the first of them tracked: round, still, looking ahead,
/// with the mouth closed.
pub fn faces_view(frame: &RgbFrame, n_faces: usize) -> FaceView {
    let (width, height) = (frame.width as f32, frame.height as f32);
    let radius = height / 4.0;
    let boxes = (0..n_faces).map(|index| FaceBox {
        x: width * (index as f32 + 0.5) / n_faces as f32 - radius,
        y: height / 2.0 - radius,
        width: 2.0 * radius,
        height: 2.0 * radius,
        score: 0.95,
    });
    let boxes: Vec<FaceBox> = boxes.collect();
    FaceView {
        face: boxes.first().map(|first| FaceSighting {
            presence: 0.99,
            mesh: round_mesh(first.x + radius, first.y + radius, radius),
            right_eye: None,
            left_eye: None,
        }),
        detections: Some(boxes),
    }
}

/// Points of the mesh on a hemisphere that bulges towards the camera.
fn round_mesh(x: f32, y: f32, radius: f32) -> Vec<[f32; 3]> {
    (0..N_MESH)
        .map(|index| {
            // A sunflower's seeds cover the disc evenly.
            let part = ((index as f32 + 0.5) / N_MESH as f32).sqrt();
            let angle = index as f32 * 2.399_963;
            let depth = (1.0 - part * part).sqrt();
            [
                x + radius * part * angle.cos(),
                y + radius * part * angle.sin(),
                -radius * depth,
            ]
        })
        .collect()
}

/// Sees in every face what a script says at its time.
#[derive(Debug, Clone, Copy)]
pub struct ScriptedExpression(pub fn(f64) -> ExpressionScores);

impl ExpressionNetwork for ScriptedExpression {
    fn classify(
        &mut self,
        frame: &RgbFrame,
        _face: &FaceSighting,
    ) -> Result<ExpressionScores, EngineError> {
        Ok((self.0)(frame.time_s))
    }

    fn name(&self) -> &str {
        "test-expression"
    }

    fn provenance(&self) -> Provenance {
        provenance("test-expression")
    }
}
