//! The HTTP interface as clients see it: the real router on real databases.

#![expect(
    clippy::unwrap_used,
    reason = "a test that can't go on fails where it stands"
)]

mod access_matrix;
mod adaptive;
mod analyses;
mod away;
mod calls;
mod compatibility;
mod conduct;
mod erasure;
mod figures;
mod health;
mod idempotency;
mod identity;
mod interview_tokens;
mod invitations;
mod lab;
mod load;
mod media;
mod operations;
mod pipeline;
mod practice;
mod privacy;
mod properties;
mod queues;
mod records;
mod surface;
mod usage;
mod webhooks;
