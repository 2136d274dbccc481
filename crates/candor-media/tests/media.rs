//! Real files through the real decoder: every container, every oddity, every refusal.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

#[path = "media/clips.rs"]
mod clips;
#[path = "media/containers.rs"]
mod containers;
#[path = "media/refusals.rs"]
mod refusals;
