//! Queries by subject, one file each. Every function that reads or writes an organisation's rows takes
//! the organisation, so that no query can reach across.

pub mod audit;
pub mod consents;
pub mod idempotency;
pub mod interviews;
pub mod keys;
pub mod organisations;
pub mod recordings;
pub mod scoped;
pub mod tokens;
pub mod uploads;
pub mod users;
pub mod webhooks;
