//! Reports as the page meets them: a full practice interview, a hiring analysis, an empty file.

mod curves;
mod empty;
mod figures;
mod observed;
mod practice;
mod said;
mod words;

pub(super) use empty::{empty, hiring};
pub(super) use practice::practice;
