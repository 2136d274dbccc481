//! When a join link opens and closes, and how long whoever came in by it may go on.

use candor_store::{Micros, records::invitations::InvitationRow};
use jiff::{SignedDuration, Timestamp};

use crate::{AppError, conduct};

/// The link opens so long before the time unless told otherwise.
const OPENS_BEFORE: SignedDuration = SignedDuration::from_mins(15);
/// The link closes so long after the time unless told otherwise.
const CLOSES_AFTER: SignedDuration = SignedDuration::from_hours(7 * 24);

/// When the link opens and closes.
pub(super) fn window(
    now: Timestamp,
    at: Timestamp,
    opens_at: Option<Timestamp>,
    closes_at: Option<Timestamp>,
) -> Result<(Timestamp, Timestamp), AppError> {
    let opens = match opens_at {
        Some(opens) => opens,
        None => at.checked_sub(OPENS_BEFORE).map_err(|_| out_of_range())?,
    };
    let closes = match closes_at {
        Some(closes) => closes,
        None => at.checked_add(CLOSES_AFTER).map_err(|_| out_of_range())?,
    };
    if opens > at {
        return Err(AppError::invalid(
            "invalid_time",
            "opens_at",
            "opens_at must not be after scheduled_at",
        ));
    }
    if closes <= at {
        return Err(AppError::invalid(
            "invalid_time",
            "closes_at",
            "closes_at must be after scheduled_at",
        ));
    }
    if closes <= now {
        let field = if closes_at.is_some() {
            "closes_at"
        } else {
            "scheduled_at"
        };
        return Err(AppError::invalid(
            "invalid_time",
            field,
            format!("{field} lies too far in the past: the link would be closed already"),
        ));
    }
    Ok((opens, closes))
}

/// How long whoever began then may go on: until the link closes, and in any case as long as the interview may take.
pub(super) fn may_go_on_until(row: &InvitationRow, began: Timestamp) -> Timestamp {
    let longest = conduct::longest(row.duration_minutes.map(f64::from));
    let closes_at = Timestamp::from(row.closes_at);
    match began.checked_add(longest) {
        Ok(end) => closes_at.max(end),
        Err(_) => closes_at,
    }
}

/// A limit that moves with the time.
pub(super) fn moved(limit: Micros, by: SignedDuration) -> Result<Timestamp, AppError> {
    Timestamp::from(limit)
        .checked_add(by)
        .map_err(|_| out_of_range())
}

fn out_of_range() -> AppError {
    AppError::invalid(
        "invalid_time",
        "scheduled_at",
        "scheduled_at is out of range",
    )
}
