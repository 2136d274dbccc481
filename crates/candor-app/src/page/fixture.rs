//! Reports as the page meets them: a full practice interview, a hiring analysis, an empty file.

mod curves;
mod empty;
mod figures;
mod observed;
mod practice;
mod said;
mod words;

pub(crate) use empty::{empty, hiring};
pub(crate) use practice::practice;
