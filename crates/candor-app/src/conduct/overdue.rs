//! Interviews that nobody goes on with end by themselves once their time is up.

use std::sync::Arc;

use candor_core::access::Actor;
use candor_store::{Micros, records::conduct};
use jiff::SignedDuration;

use super::change::{self, Step};
use crate::{App, AppError};

/// Quiet time before an interview is looked at: less than the shortest one takes.
const QUIET: SignedDuration = SignedDuration::from_mins(5);
/// `interview_sessions.status` of those whose time passes: a pause stops the clock for a while only.
const ONGOING: [&str; 2] = ["running", "paused"];
/// Interviews looked at in one round.
const PAGE: u64 = 200;

/// Ends the interviews whose time is up, and says how many.
///
/// # Errors
/// What the database says.
pub async fn end_overdue(app: &Arc<App>) -> Result<usize, AppError> {
    let mut ended = 0;
    for status in ONGOING {
        ended += end_those(app, status).await?;
    }
    Ok(ended)
}

async fn end_those(app: &Arc<App>, status: &str) -> Result<usize, AppError> {
    let before = Micros::from(app.clock.now() - QUIET);
    let (mut ended, mut after) = (0, None);
    loop {
        let idle = conduct::list_idle(app.store.writer(), status, before, after, PAGE).await?;
        for (organisation, interview) in &idle {
            let actor = Actor::operator(*organisation);
            match change::detached(app, &actor, *interview, Step::Expire).await {
                Ok(done) if done.held.session.has_ended() => ended += 1,
                Ok(_) | Err(AppError::NotFound(_) | AppError::Conflict { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        match idle.last() {
            Some((_, last)) if idle.len() as u64 == PAGE => after = Some(*last),
            _ => return Ok(ended),
        }
    }
}
