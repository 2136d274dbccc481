//! Queries by subject, one file each. Every function that reads or writes an organisation's rows takes
//! the organisation, so that no query can reach across.

pub mod analyses;
pub mod artefacts;
pub mod audit;
pub mod conduct;
pub mod consents;
pub mod erasure;
pub mod idempotency;
pub mod identities;
pub mod interview_tokens;
pub mod interviews;
pub mod invitations;
pub mod jobs;
pub mod keys;
pub mod openings;
pub mod organisations;
pub mod practice;
pub mod reach;
pub mod recordings;
pub mod reports;
pub mod scoped;
pub mod token_usage;
pub mod tokens;
pub mod uploads;
pub mod users;
pub mod webhooks;
pub mod workers;

pub mod only;
