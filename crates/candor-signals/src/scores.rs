//! Scores by documented formulas, each in its own file.

mod curve;
pub mod lab;
pub mod pipeline_gaze;
pub mod pipeline_prosody;
pub mod pipeline_r1;
pub mod pipeline_r2;
pub mod policy;
pub mod practice;
pub mod weighted;
