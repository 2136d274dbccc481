//! What people write about their own practice, and the coaching that follows.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use candor_core::{
    access::{Action, Actor, Denied, Powers},
    ids::{InterviewId, ReflectionId, UserId},
    ports::Unwatched,
};
use candor_interviewer::coaching;
use candor_store::{
    Micros,
    entities::{interviews, reflections},
    records::{practice as store, scoped},
};
use jiff::Timestamp;
use sea_orm::{ColumnTrait, Condition};
use serde_json::{Value, json};

use super::{answers_given, documents, sessions};
use crate::{
    App, AppError,
    audit::{self, Entry},
    documented::practice::{Observed, coach, facts, instead, to_cite, told},
    fields,
    mind::{self, Judging},
    paging::{Page, PageRequest},
    records,
    usage::Task,
};

/// Shortest and longest reflection, in characters.
const SHORTEST: usize = 3;
const LONGEST: usize = 10_000;
/// Language that coaching is written in, as the heuristics are.
const LANGUAGE: &str = "en";
/// Reflections that summaries are made from: the newest.
const SUMMED: u64 = 500;
/// Reflections that summaries show.
const SHOWN: usize = 20;
/// Most insights and highlights.
const MOST_LINES: usize = 6;

/// What somebody wrote, and what followed.
#[derive(Debug, Clone, PartialEq)]
pub struct Reflection {
    /// Identifier.
    pub id: ReflectionId,
    /// The session.
    pub session: InterviewId,
    /// In their words.
    pub text: String,
    /// The contract's `coachingFeedback`, with the observations it rests on.
    pub coaching: Value,
    /// The session's scores at that time; empty: it was not analysed.
    pub summary_scores: Value,
    /// When.
    pub created_at: Timestamp,
}

impl From<reflections::Model> for Reflection {
    fn from(row: reflections::Model) -> Self {
        Self {
            id: row.id.into(),
            session: row.interview_id.into(),
            text: row.text,
            coaching: row.coaching,
            summary_scores: row.summary_scores,
            created_at: row.created_at.into(),
        }
    }
}

/// What somebody's reflections come to.
#[derive(Debug, Clone, PartialEq)]
pub struct ReflectionSummary {
    /// How many there are.
    pub n_reflections: u64,
    /// The last [`SHOWN`], oldest first.
    pub entries: Vec<Reflection>,
    /// Means of the scores.
    pub insights: Vec<String>,
    /// What the analyses said, newest first, each once.
    pub highlights: Vec<String>,
}

/// The person who practises; a machine writes no reflection.
pub(super) fn person(actor: &Actor) -> Result<UserId, Denied> {
    match actor.powers {
        Powers::Role(_) => actor.user().ok_or(Denied),
        Powers::Scopes(_) | Powers::Interview(_) => Err(Denied),
    }
}

/// The caller's own practice interview, of whichever interface.
async fn practised(
    app: &App,
    actor: &Actor,
    id: InterviewId,
) -> Result<interviews::Model, AppError> {
    use interviews::Column;
    let person = person(actor)?;
    let own = Condition::all()
        .add(Column::OwnerId.eq(person.uuid()))
        .add(Column::Purpose.eq("practice"));
    records::get::<interviews::Entity>(app.store.near(), actor.organisation, id.uuid(), own).await
}

/// Keeps what the caller writes about a practice interview of their own, and coaches.
///
/// # Errors
/// [`AppError::Denied`] for machines and candidates with a token; [`AppError::NotFound`]; [`AppError::Invalid`].
pub async fn create_reflection(
    app: &Arc<App>,
    actor: &Actor,
    session: InterviewId,
    text: &str,
) -> Result<Reflection, AppError> {
    actor.may(Action::ReadInterviews)?;
    let person = person(actor)?;
    let interview = practised(app, actor, session).await?;
    let text = fields::prose("reflectionText", text, LONGEST)?;
    if text.trim().chars().count() < SHORTEST {
        return Err(AppError::invalid(
            "invalid_text",
            "reflectionText",
            format!("reflectionText must have at least {SHORTEST} characters"),
        ));
    }
    let analysis = match interview.origin.as_str() {
        store::ORIGIN => match documents::results(app, actor, session).await {
            Ok(analysis) => Some(analysis),
            Err(AppError::NotFound(_)) => None,
            Err(error) => return Err(error),
        },
        _ => None,
    };
    let answers = answers_given::answered(app, actor, session).await?;
    let observed = Observed {
        analysis: analysis.as_ref(),
        answers: &answers,
        reflection: &text,
    };
    let coaching = coached(app, &interview, &observed).await?;
    let row = reflections::Model {
        id: ReflectionId::generate().uuid(),
        organisation_id: actor.organisation.uuid(),
        user_id: person.uuid(),
        interview_id: session.uuid(),
        text,
        coaching,
        summary_scores: analysis.map_or(json!({}), |found| found["summaryScores"].clone()),
        created_at: Micros::from(app.clock.now()),
    };
    let transaction = app.store.begin().await?;
    scoped::insert::<reflections::Entity>(&transaction, row.clone()).await?;
    let details = json!({ "interview": session });
    let id = ReflectionId::from(row.id);
    let entry = Entry::by(actor, "reflection.created", &id, details);
    audit::record(&transaction, app, entry).await?;
    transaction.commit().await?;
    Ok(row.into())
}

/// Coaching by the chat model whose processor the person was told of; by the heuristics where there is none, or where
/// what it says does not hold.
async fn coached(
    app: &Arc<App>,
    interview: &interviews::Model,
    observed: &Observed<'_>,
) -> Result<Value, AppError> {
    let organisation = interview.organisation_id.into();
    let mind = mind::find_mind(app, organisation, Judging::live(app)).await?;
    let mind = mind.where_told_of(interview.details[sessions::PROCESSOR].as_str());
    let Some(processor) = mind.processor().map(str::to_owned) else {
        return Ok(coach(observed));
    };
    let facts = facts(observed);
    let observations = to_cite(&facts);
    let reflection = observed.reflection.to_owned();
    let timeout = Duration::from_secs_f64(app.config.chat.timeout_s);
    let written = mind.ask(Task::Coach, move |model| {
        let practised = coaching::Practised {
            observations: &observations,
            reflection: &reflection,
            language: LANGUAGE,
        };
        model.map(|model| coaching::write(&*model, &practised, timeout, &Unwatched))
    });
    Ok(match written.await? {
        None => coach(observed),
        Some(Ok(written)) => told(&facts, &written, &processor),
        Some(Err(reason)) => {
            tracing::warn!(code = %reason.code, "the chat model did not coach; heuristics do");
            instead(observed, &reason)
        }
    })
}

/// A page of the caller's reflections, newest first.
///
/// # Errors
/// [`AppError::Denied`] for machines and candidates with a token.
pub async fn list_reflections(
    app: &App,
    actor: &Actor,
    page: PageRequest,
) -> Result<Page<Reflection>, AppError> {
    actor.may(Action::ReadInterviews)?;
    let own = Condition::all().add(reflections::Column::UserId.eq(person(actor)?.uuid()));
    let organisation = actor.organisation;
    let rows =
        records::list::<reflections::Entity>(app, organisation, own, page, |row| row.id).await?;
    Ok(rows.map(Into::into))
}

/// What the caller's reflections come to.
///
/// # Errors
/// [`AppError::Denied`] for machines and candidates with a token.
pub async fn summarise_reflections(
    app: &App,
    actor: &Actor,
) -> Result<ReflectionSummary, AppError> {
    actor.may(Action::ReadInterviews)?;
    let connection = app.store.fresh();
    let (organisation, person) = (actor.organisation, person(actor)?);
    let rows = store::latest_reflections(connection, organisation, person, SUMMED).await?;
    let n_reflections = store::count_reflections(connection, organisation, person).await?;
    let newest: Vec<Reflection> = rows.into_iter().map(Into::into).collect();
    Ok(ReflectionSummary {
        n_reflections,
        insights: insights(&newest),
        highlights: highlights(&newest),
        entries: newest.into_iter().take(SHOWN).rev().collect(),
    })
}

/// Means of each score over the reflections that have it.
fn insights(newest: &[Reflection]) -> Vec<String> {
    let mut sums: BTreeMap<usize, (f64, u32)> = BTreeMap::new();
    for reflection in newest {
        for (place, name) in SCORES.iter().enumerate() {
            if let Some(score) = reflection.summary_scores[name].as_f64() {
                let (sum, n) = sums.entry(place).or_default();
                *sum += score;
                *n += 1;
            }
        }
    }
    let lines = sums.into_iter().map(|(place, (sum, n))| {
        let mean = sum / f64::from(n);
        format!("{}: mean {mean:.2} over {n} reflections", SCORES[place])
    });
    lines.take(MOST_LINES).collect()
}

/// Scores of a session, the coached ones first.
const SCORES: [&str; 8] = [
    "overallPerformanceScore",
    "communicationEffectiveness",
    "engagementScore",
    "contentRelevanceScore",
    "speechFluency",
    "interviewReadiness",
    "confidenceScore",
    "emotionalStability",
];

/// Feedback that coaching cited, and what it told to work on.
fn highlights(newest: &[Reflection]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut add = |text: &str| {
        if found.len() < MOST_LINES && !found.iter().any(|known| known == text) {
            found.push(text.to_owned());
        }
    };
    for reflection in newest {
        let coaching = &reflection.coaching;
        for observed in coaching["observations"].as_array().into_iter().flatten() {
            if observed["kind"] == "feedback" {
                observed["text"].as_str().map(&mut add);
            }
        }
        let areas = coaching["focusAreas"].as_array().into_iter().flatten();
        areas.filter_map(Value::as_str).take(1).for_each(&mut add);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reflection(scores: Value, feedback: &str, focus: &str) -> Reflection {
        Reflection {
            id: ReflectionId::generate(),
            session: InterviewId::generate(),
            text: "text".to_owned(),
            coaching: json!({
                "focusAreas": [focus, "second"],
                "observations": [{"kind": "feedback", "text": feedback}],
            }),
            summary_scores: scores,
            created_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn means_leave_out_what_was_not_measured() {
        let all = [
            reflection(
                json!({"engagementScore": 70.0, "speechFluency": null}),
                "a",
                "x",
            ),
            reflection(json!({"engagementScore": 81.5}), "a", "y"),
            reflection(json!({}), "b", "y"),
        ];
        assert_eq!(
            insights(&all),
            ["engagementScore: mean 75.75 over 2 reflections"]
        );
        assert_eq!(highlights(&all), ["a", "x", "y", "b"]);
    }
}
