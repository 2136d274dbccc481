//! Use cases of Candor: what is done, in which order, by whom.

pub mod transcripts;
