//! Practice sessions of one person: begun, answered, recorded, analysed, scored.
//!
//! A session is an interview of origin `practice`. It belongs to the person who practises and is shown to
//! nobody else, also not to staff of the same organisation and not through other interfaces, because
//! expressions may be read in it. Sessions that a machine begins belong to no person; these routes show them to
//! the organisation's machines only.

mod answers;
mod answers_given;
mod consent;
mod documents;
mod fairness;
mod history;
mod judge;
mod live;
mod reflections;
mod reports;
mod retries;
mod sessions;
mod work;

pub use answers::{Question, add_response, list_questions};
pub use consent::Agreement;
pub use documents::{Results, explain, results};
pub use fairness::{FairnessBand, FairnessReport, FairnessSpread, get_fairness};
pub use history::{
    BENCHMARKS, Benchmark, Group, Profile, ScoreChange, Scored, Trend, groups, must_be, profile,
    scored_sessions,
};
pub use live::{
    FLOW, LiveAnswer, LiveState, LiveTurn, Marker, NewLiveAnswer, Started, TOTAL_QUESTIONS,
    answer_live, close_abandoned, close_live, evaluate_turn, get_live, skip_live, start_live,
};
pub use reflections::{
    Reflection, ReflectionSummary, create_reflection, list_reflections, summarise_reflections,
};
pub use reports::{ReportWishes, generate_report, print_report};
pub use retries::{Retry, create_retry, list_retries};
pub use sessions::{
    NewSession, Overview, Session, SessionState, get_session, list_sessions, start_session,
};
pub use work::{
    DEFAULT_WISHES, Job, JobState, Media, NewAnalysis, Uploaded, Wishes, analyse, find_video,
    get_job, latest_job, session_for_upload, upload,
};

pub use candor_interviewer::turn_taking::{Action as TurnAction, Heard, Verdict};

use candor_core::access::{Actor, Denied, Powers};
use candor_store::records::practice::Practiser;

/// Statuses of a session in the order in which they are reached.
pub const STATUSES: [&str; 10] = [
    "started",
    "in_progress",
    "live_started",
    "live_in_progress",
    "live_completed",
    "media_uploaded",
    "analysis_ready",
    "scored",
    "advanced_scored",
    "report_ready",
];

/// The statuses before `status`, from which it may be reached.
fn before(status: &str) -> &'static [&'static str] {
    let place = STATUSES.iter().position(|other| *other == status);
    &STATUSES[..place.unwrap_or(0)]
}

/// Whose sessions an actor has.
///
/// # Errors
/// [`Denied`] for a candidate with the token of an interview, who is neither a person with an account nor a
/// machine.
fn practiser(actor: &Actor) -> Result<Practiser, Denied> {
    match actor.powers {
        Powers::Interview(_) => Err(Denied),
        Powers::Role(_) | Powers::Scopes(_) => Ok(Practiser {
            organisation: actor.organisation,
            person: actor.user(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_reached_from_earlier_ones_only() {
        assert_eq!(before("in_progress"), ["started"]);
        assert!(before("started").is_empty());
        assert!(before("media_uploaded").contains(&"live_completed"));
        assert!(!before("media_uploaded").contains(&"scored"));
    }
}
