//! Practice interviews that nobody goes on with are closed after a while. What was answered stays, and the recording
//! may still be sent.

use candor_core::ids::{InterviewId, OrganisationId};
use candor_interviewer::prepared::Standing;
use candor_store::{
    Micros,
    entities::interview_sessions,
    records::{conduct, scoped},
};
use jiff::SignedDuration;
use sea_orm::Condition;

use super::{FLOW, OPEN, change::stop};
use crate::{App, AppError};

/// Interviews looked at in one round.
const PAGE: u64 = 200;
/// Status of a session whose questions are over.
const COMPLETED: &str = "live_completed";

/// Closes the live interviews that were left for `interviews.practice_idle_hours`, and says how many.
///
/// # Errors
/// What the database says.
pub async fn close_abandoned(app: &App) -> Result<usize, AppError> {
    let seconds = app.config.interviews.practice_idle_hours * 3600.0;
    let quiet = SignedDuration::try_from_secs_f64(seconds).unwrap_or(SignedDuration::MAX);
    let Ok(before) = app.clock.now().checked_sub(quiet) else {
        return Ok(0);
    };
    let before = Micros::from(before);
    let (mut closed, mut after) = (0, None);
    loop {
        let left = conduct::list_idle(app.store.writer(), OPEN, before, after, PAGE).await?;
        for (organisation, interview) in &left {
            closed += usize::from(close(app, *organisation, *interview, before).await?);
        }
        match left.last() {
            Some((_, last)) if left.len() as u64 == PAGE => after = Some(*last),
            _ => return Ok(closed),
        }
    }
}

/// Closes it unless somebody went on meanwhile.
async fn close(
    app: &App,
    organisation: OrganisationId,
    id: InterviewId,
    before: Micros,
) -> Result<bool, AppError> {
    let _held = app.conduct.hold(id.uuid()).await;
    let row = scoped::find::<interview_sessions::Entity>(
        app.store.writer(),
        organisation,
        id.uuid(),
        Condition::all(),
    )
    .await?
    .filter(|row| row.state["flow"] == FLOW && row.status == OPEN && row.updated_at < before);
    let Some(row) = row else {
        return Ok(false);
    };
    let Ok(mut standing) = serde_json::from_value::<Standing>(row.state["standing"].clone()) else {
        tracing::warn!(interview.id = %id, "practice.live_interview_damaged");
        return Ok(false);
    };
    standing.stop();
    stop(app, &row, &standing, Some(COMPLETED)).await
}
