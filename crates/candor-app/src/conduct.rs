//! Interviews in words, held by the server: prepared, begun, answered, ended, from any process.
//!
//! Where an interview stands is in the records; the live store holds a copy of its turns. Every answer is in the
//! records before it is acknowledged. Answers to one interview are taken one after the other: within a process by a
//! lock, between processes by the version of the row.

mod act;
mod assessment;
mod change;
mod compare;
mod decisions;
mod finish;
mod held;
mod judge;
mod judged_again;
mod memory;
mod overdue;
mod plan;
mod prepare;
mod reports;
mod resent;
mod start;
mod thorough;
mod transcripts;
mod turns;

pub use candor_interviewer::{
    export::Paper,
    strategy::{EndReason, Status},
};

pub use act::{Done, NewAnswer, answer, begin, end, get_session, pause, repeat, resume, skip};
pub use assessment::{Assessed, assess_report};
pub use compare::{Compared, Comparison, compare_candidates};
pub use decisions::{DECISIONS, Decision, NewDecision, create_decision, list_decisions};
pub use held::Held;
pub(crate) use held::find_told;
pub use judged_again::{Again, JudgedAgain};
pub use memory::Memory;
pub use overdue::end_overdue;
pub(crate) use plan::longest;
pub use plan::{OwnQuestion, Setup, USUAL_MINUTES};
pub use prepare::{NewHeld, create_held, prepare};
pub use reports::{Exported, KIND as REPORT_KIND, export_report, find_report, get_report};
pub use start::{NewStart, start};
pub use thorough::{PIPELINE as JUDGING, STEP as JUDGING_STEP, pipeline};
pub use transcripts::export_transcript;
