//! Scores by documented formulas, each in its own file.

mod curve;
pub mod lab;
pub mod practice;
