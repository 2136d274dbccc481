//! The documented routes of *pipeline*: stories with checked values, and what is refused.

mod commented;
mod formulas;
mod refused;
pub mod stage;
mod story;
