//! Queries by subject, one file each. Every function that reads or writes an organisation's rows takes
//! the organisation, so that no query can reach across.

pub mod consents;
pub mod recordings;
pub mod uploads;
pub mod audit;
pub mod idempotency;
pub mod interviews;
pub mod keys;
pub mod organisations;
pub mod scoped;
pub mod tokens;
pub mod users;
pub mod webhooks;
