//! Candidates of one position beside each other: only interviews that were judged by the same revision of the rubric, the
//! same formulas and the same models, for marks by different rules say nothing of each other.

use std::collections::{BTreeSet, HashMap};

use candor_core::{
    access::{Action, Actor},
    ids::{CandidateId, InterviewId, PositionId, RubricId},
    interview::InterviewReport,
};
use candor_interviewer::report::{is_enough, judged_by};
use candor_store::{
    StoreError,
    entities::{candidates, interview_sessions, interviews, positions},
    records::{conduct, scoped},
};
use sea_orm::{ColumnTrait, Condition, QueryFilter, QueryOrder, QuerySelect};

use super::reports;
use crate::{App, AppError, records};

/// Most interviews that are compared.
const MOST: u64 = 200;

/// One interview in a comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// The interview.
    pub interview: InterviewId,
    /// Who was interviewed.
    pub candidate: Option<CandidateId>,
    /// Their name.
    pub name: Option<String>,
    /// The report.
    pub report: InterviewReport,
    /// What a person decided last.
    pub decision: Option<String>,
}

/// Interviews of a position by one revision of its rubric, best mark first; behind them those of which too little was
/// judged to say so, then those without a mark.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The revision; none: they were judged without a rubric.
    pub rubric: Option<RubricId>,
    /// What judged them, as [`judged_by`] tells it; empty: nothing of them was judged.
    pub judged_by: String,
    /// What judged other interviews by this revision.
    pub others: BTreeSet<String>,
    /// The interviews.
    pub compared: Vec<Compared>,
    /// Finished interviews of the position that were judged by another revision or by something else, and so are left out.
    pub left_out: usize,
    /// Whether there are older ones that were not looked at.
    pub is_truncated: bool,
}

/// Compares the finished interviews of a position that were judged by `rubric` and by `judges`, a text of [`judged_by`];
/// by those of the newest interview unless given. One in which nothing was judged has no mark, so it stands in any
/// comparison by its rubric.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::NotFound`].
pub async fn compare_candidates(
    app: &App,
    actor: &Actor,
    position: PositionId,
    rubric: Option<RubricId>,
    judges: Option<String>,
) -> Result<Comparison, AppError> {
    actor.may(Action::ReadCandidates)?;
    let reach = records::rows(actor, actor.may(Action::ReadAnalyses)?)?;
    let (organisation, reader) = (actor.organisation, app.store.reader());
    let all = Condition::all();
    records::get::<positions::Entity>(app.store.near(), organisation, position.uuid(), all).await?;
    let which = reach
        .interviews()
        .add(interviews::Column::PositionId.eq(position.uuid()))
        .add(interviews::Column::Purpose.eq("hiring"))
        .add(interviews::Column::FinishedAt.is_not_null());
    let mut found = scoped::rows::<interviews::Entity>(organisation)
        .filter(which)
        .order_by_desc(interviews::Column::FinishedAt)
        .limit(MOST + 1)
        .all(reader)
        .await?;
    let is_truncated = u64::try_from(found.len()).is_ok_and(|n| n > MOST);
    if is_truncated {
        found.pop();
    }
    let ids = found.iter().map(|interview| interview.id);
    let rubrics: HashMap<_, _> = scoped::rows::<interview_sessions::Entity>(organisation)
        .filter(interview_sessions::Column::Id.is_in(ids))
        .all(reader)
        .await?
        .into_iter()
        .map(|session| (session.id, session.rubric_id.map(RubricId::from)))
        .collect();
    let held: Vec<interviews::Model> = found
        .into_iter()
        .filter(|interview| rubrics.contains_key(&interview.id))
        .collect();
    let newest = held.first().and_then(|interview| rubrics[&interview.id]);
    let rubric = rubric.or(newest);
    let mut compared = Vec::new();
    let n_held = held.len();
    for interview in held {
        if rubrics[&interview.id] == rubric {
            compared.extend(self::compared(app, actor, interview).await?);
        }
    }
    let mut newest_first = compared.iter().map(|one: &Compared| judged_by(&one.report));
    let newest = newest_first.find(|by| !by.is_empty());
    let judges = judges.or(newest).unwrap_or_default();
    let mut others = BTreeSet::new();
    compared.retain(|one| {
        let by = judged_by(&one.report);
        let is_alike = by.is_empty() || by == judges;
        if !is_alike {
            others.insert(by);
        }
        is_alike
    });
    compared.sort_by(|a, b| {
        let mark = |one: &Compared| one.report.overall.as_ref().ok().map(|mark| mark.score);
        is_enough(&b.report)
            .cmp(&is_enough(&a.report))
            .then(mark(b).unwrap_or(-1.0).total_cmp(&mark(a).unwrap_or(-1.0)))
    });
    Ok(Comparison {
        rubric,
        judged_by: judges,
        others,
        is_truncated,
        left_out: n_held - compared.len(),
        compared,
    })
}

async fn compared(
    app: &App,
    actor: &Actor,
    interview: interviews::Model,
) -> Result<Option<Compared>, AppError> {
    let organisation = actor.organisation;
    let id = InterviewId::from(interview.id);
    let Some(body) = reports::find_report(app, organisation, id)
        .await?
        .and_then(|row| row.body)
    else {
        return Ok(None);
    };
    let candidate = match interview.candidate_id {
        Some(candidate) => {
            let (near, all) = (app.store.near(), Condition::all());
            scoped::find::<candidates::Entity>(near, organisation, candidate, all).await?
        }
        None => None,
    };
    let decided = conduct::list_decisions(app.store.reader(), organisation, id).await?;
    Ok(Some(Compared {
        interview: id,
        candidate: interview.candidate_id.map(Into::into),
        name: candidate.and_then(|candidate| candidate.name),
        report: serde_json::from_value(body).map_err(|_| StoreError::Damaged { what: "report" })?,
        decision: decided.into_iter().next().map(|decided| decided.decision),
    }))
}
