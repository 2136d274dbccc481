//! Queries by subject, one file each. Every function that reads or writes an organisation's rows takes
//! the organisation, so that no query can reach across.

pub mod jobs;
pub mod workers;
