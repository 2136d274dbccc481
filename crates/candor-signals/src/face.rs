//! Measurements on face landmarks: pose, gaze, nods, blinks, expression, framing.
