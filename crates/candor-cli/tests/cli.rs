//! The `candor` command from the outside: what it refuses, what it writes, what it prints.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

#[path = "cli/browser.rs"]
mod browser;
#[path = "cli/desk.rs"]
mod desk;
#[path = "cli/served.rs"]
mod served;

#[path = "cli/analysed.rs"]
mod analysed;
#[path = "cli/backups.rs"]
mod backups;
#[path = "cli/content.rs"]
mod content;
#[path = "cli/crashed.rs"]
mod crashed;
#[path = "cli/deployment.rs"]
mod deployment;
#[path = "cli/every_recording.rs"]
mod every_recording;
#[path = "cli/faces.rs"]
mod faces;
#[path = "cli/full_disk.rs"]
mod full_disk;
#[path = "cli/handed_in.rs"]
mod handed_in;
#[path = "cli/hiring.rs"]
mod hiring;
#[path = "cli/interrupt.rs"]
mod interrupt;
#[path = "cli/interview.rs"]
mod interview;
#[path = "cli/models.rs"]
mod models;
#[path = "cli/outlets.rs"]
mod outlets;
#[path = "cli/page.rs"]
mod page;
#[path = "cli/pages.rs"]
mod pages;
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
#[path = "cli/tls.rs"]
mod tls;
#[path = "cli/traces.rs"]
mod traces;
