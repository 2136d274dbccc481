//! Reports as the page meets them: a full practice interview, a hiring analysis, an empty file.

mod empty;
mod observed;
mod practice;
mod said;

pub(super) use empty::{empty, hiring};
pub(super) use practice::practice;
