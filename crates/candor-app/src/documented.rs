//! The documents and scores of the documented systems, computed from what was measured.

pub mod lab;
pub mod pipeline;
pub mod practice;
