//! A person's scored sessions over time, and how like sessions compare.
//!
//! Sessions are compared only with sessions for the same role in the same field whose scores were made by the
//! same versions of the formulas: other numbers would tell of another job or another ruler.

use candor_core::{
    access::{Action, Actor},
    ids::InterviewId,
};
use candor_store::records::{practice as store, users};
use jiff::Timestamp;
use serde_json::Value;

use super::{documents, practiser, reflections::person, sessions};
use crate::{App, AppError};

mod trends;

pub use trends::{BENCHMARKS, Benchmark, Group, ScoreChange, Trend, groups};

/// Newest sessions that are looked at.
const MOST: u64 = 500;

/// One scored session.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    /// The session.
    pub session: InterviewId,
    /// Role that was practised for.
    pub job_role: String,
    /// Field of the role.
    pub domain: String,
    /// When it began.
    pub started_at: Timestamp,
    /// The contract's `summaryScores`; `null`: not measured.
    pub summary_scores: Value,
    /// The contract's `rubricEvaluation`.
    pub rubric: Value,
    /// Versions of the formulas.
    pub formulas: Value,
}

/// The person, as they are told to themself.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// Chosen id.
    pub user: String,
    /// Name that people see.
    pub display_name: String,
    /// When the account was made.
    pub created_at: Timestamp,
}

/// Who asks.
///
/// # Errors
/// [`AppError::Denied`] for machines and candidates with a token.
pub async fn profile(app: &App, actor: &Actor) -> Result<Profile, AppError> {
    let row = users::get(app.store.near(), person(actor)?).await?;
    Ok(Profile {
        user: row.handle,
        display_name: row.display_name,
        created_at: row.created_at.into(),
    })
}

/// Makes sure that `user` is how the caller calls themself.
///
/// # Errors
/// [`AppError::Refused`] for everybody else's id and for one that nobody has: they are told alike.
pub async fn must_be(app: &App, actor: &Actor, user: &str) -> Result<Profile, AppError> {
    let profile = profile(app, actor).await?;
    if profile.user.to_lowercase() == user.trim().to_lowercase() {
        return Ok(profile);
    }
    Err(AppError::refused(
        "not_yours",
        "this belongs to somebody else; people see their own practice only",
    ))
}

/// The caller's scored sessions, oldest first.
///
/// # Errors
/// [`AppError::Denied`] for machines and candidates with a token.
pub async fn scored_sessions(app: &App, actor: &Actor) -> Result<Vec<Scored>, AppError> {
    actor.may(Action::ReadAnalyses)?;
    person(actor)?;
    let connection = app.store.fresh();
    let rows = store::list_sessions(connection, practiser(actor)?, MOST).await?;
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let states = store::analysis_states(connection, actor.organisation, &ids).await?;
    let mut found = Vec::new();
    for row in rows.into_iter().rev() {
        let mut done = states.iter().rev();
        let Some(analysis) =
            done.find(|analysis| analysis.interview_id == Some(row.id) && analysis.state == "done")
        else {
            continue;
        };
        let mut results = documents::of_analysis(app, actor, &row, analysis.id).await?;
        let session = sessions::session(row);
        found.push(Scored {
            session: session.id,
            job_role: session.job_role,
            domain: session.domain,
            started_at: session.started_at,
            summary_scores: results.analysis["summaryScores"].take(),
            rubric: results.advanced["rubricEvaluation"].take(),
            formulas: results.analysis["formulas"].take(),
        });
    }
    Ok(found)
}
