//! The `candor` command from the outside: what it refuses, what it writes, what it prints.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

#[path = "cli/desk.rs"]
mod desk;

#[path = "cli/analysed.rs"]
mod analysed;
#[path = "cli/content.rs"]
mod content;
#[path = "cli/deployment.rs"]
mod deployment;
#[path = "cli/every_recording.rs"]
mod every_recording;
#[path = "cli/faces.rs"]
mod faces;
#[path = "cli/hiring.rs"]
mod hiring;
#[path = "cli/interrupt.rs"]
mod interrupt;
#[path = "cli/models.rs"]
mod models;
#[path = "cli/outlets.rs"]
mod outlets;
#[path = "cli/page.rs"]
mod page;
#[path = "cli/places.rs"]
mod places;
#[path = "cli/playlists.rs"]
mod playlists;
#[path = "cli/refused.rs"]
mod refused;
#[path = "cli/server.rs"]
mod server;
#[path = "cli/stages.rs"]
mod stages;
