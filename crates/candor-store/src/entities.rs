//! The rows of the store, one file per table. Columns hold plain values; `records` gives and takes
//! the types of `candor-core`.

pub mod analyses;
pub mod api_keys;
pub mod applications;
pub mod artefacts;
pub mod audit_log;
pub mod candidates;
pub mod competencies;
pub mod consents;
pub mod fairness_samples;
pub mod idempotency_keys;
pub mod identities;
pub mod interview_questions;
pub mod interview_responses;
pub mod interviews;
pub mod job_attempts;
pub mod job_events;
pub mod job_steps;
pub mod jobs;
pub mod memberships;
pub mod organisations;
pub mod positions;
pub mod practice_documents;
pub mod recording_segments;
pub mod recordings;
pub mod refresh_tokens;
pub mod reports;
pub mod setup_links;
pub mod spent_states;
pub mod token_families;
pub mod uploads;
pub mod users;
pub mod webhook_deliveries;
pub mod webhook_tries;
pub mod webhooks;
pub mod workers;
