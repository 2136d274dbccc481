//! Queries by subject, one file each. Every function that reads or writes an organisation's rows takes
//! the organisation, so that no query can reach across.

pub mod audit;
pub mod keys;
pub mod organisations;
pub mod practice;
pub mod tokens;
pub mod users;
