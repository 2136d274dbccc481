//! Faces that need no model: a script says what is seen when.

use candor_core::{
    media::RgbFrame,
    ports::{
        EngineError, ExpressionNetwork, ExpressionScores, FaceRequest, FaceSighting, FaceTracker,
        FaceView,
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

/// Sees the same expression in every face.
#[derive(Debug, Clone, Copy)]
pub struct SteadyExpression(pub ExpressionScores);

impl ExpressionNetwork for SteadyExpression {
    fn classify(
        &mut self,
        _frame: &RgbFrame,
        _face: &FaceSighting,
    ) -> Result<ExpressionScores, EngineError> {
        Ok(self.0)
    }

    fn name(&self) -> &str {
        "test-expression"
    }

    fn provenance(&self) -> Provenance {
        provenance("test-expression")
    }
}
