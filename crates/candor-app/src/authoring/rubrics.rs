//! Rubrics of positions: appended, never changed; the newest revision counts.

use std::{sync::Arc, time::Duration};

use candor_core::{
    access::{Action, Actor},
    ids::{OrganisationId, PositionId, RubricId},
    interview::RoleFamily,
    ports::Unwatched,
    report::Provenance,
    rubric::{Rubric, RubricError},
};
use candor_interviewer::anchors;
use candor_store::{
    Micros,
    entities::{positions, rubrics},
    records::{only::ReadOne, scoped},
};
use jiff::Timestamp;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;

use super::bank::questions_for;
use crate::{
    App, AppError, audit,
    mind::{self, Judging},
    paging::{Page, PageRequest},
    records,
    usage::Task,
};

/// One revision of a position's rubric.
#[derive(Debug, Clone, PartialEq)]
pub struct RubricRevision {
    /// Identifier.
    pub id: RubricId,
    /// For which position.
    pub position: PositionId,
    /// From 1.
    pub revision: i32,
    /// `template`, `chat` or `edited`.
    pub source: String,
    /// What it says.
    pub rubric: Rubric,
    /// Which model wrote the levels with which prompt; none: no model did.
    pub provenance: Option<Provenance>,
    /// Id of the person or key that made it.
    pub created_by: String,
    /// When it was made.
    pub created_at: Timestamp,
}

impl TryFrom<rubrics::Model> for RubricRevision {
    type Error = AppError;

    fn try_from(row: rubrics::Model) -> Result<Self, AppError> {
        Ok(Self {
            id: row.id.into(),
            position: row.position_id.into(),
            revision: row.revision,
            source: row.source,
            rubric: serde_json::from_value(row.body).map_err(AppError::internal)?,
            provenance: row
                .provenance
                .map(serde_json::from_value)
                .transpose()
                .map_err(AppError::internal)?,
            created_by: row.created_by,
            created_at: row.created_at.into(),
        })
    }
}

/// The newest revision of a position's rubric, where it has one.
///
/// # Errors
/// What the database says.
pub async fn find_newest(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    position: PositionId,
) -> Result<Option<RubricRevision>, AppError> {
    newest(connection, organisation, position)
        .await?
        .map(TryInto::try_into)
        .transpose()
}

/// The newest revision.
///
/// # Errors
/// [`AppError::Denied`], or [`AppError::NotFound`] where there is no such position or it has no rubric.
pub async fn get_rubric(
    app: &App,
    actor: &Actor,
    position: PositionId,
) -> Result<RubricRevision, AppError> {
    actor.may(Action::ReadCandidates)?;
    known(app.store.reader(), actor, position).await?;
    find_newest(app.store.reader(), actor.organisation, position)
        .await?
        .ok_or(AppError::NotFound("rubric"))
}

/// A page of revisions, newest first.
///
/// # Errors
/// [`AppError::Denied`] or [`AppError::NotFound`].
pub async fn list_rubrics(
    app: &App,
    actor: &Actor,
    position: PositionId,
    page: PageRequest,
) -> Result<Page<RubricRevision>, AppError> {
    actor.may(Action::ReadCandidates)?;
    known(app.store.reader(), actor, position).await?;
    let filter = Condition::all().add(rubrics::Column::PositionId.eq(position.uuid()));
    let (organisation, id) = (actor.organisation, |row: &rubrics::Model| row.id);
    let rows = records::list::<rubrics::Entity>(app, organisation, filter, page, id).await?;
    let next_cursor = rows.next_cursor;
    let items = rows.items.into_iter().map(TryInto::try_into);
    let items = items.collect::<Result<Vec<_>, _>>()?;
    Ok(Page { items, next_cursor })
}

/// Makes a revision from the questions that interviews for the position may ask. What answers show at each level is
/// written by the chat model from the position's description where the organisation named its processor (source `chat`);
/// without one, or where what it wrote does not hold, by templates (source `template`). A position without a kind of work
/// that there are questions for is one about situations, as any work has them.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::NotFound`], or [`AppError::Conflict`] where somebody else made one meanwhile.
pub async fn generate_rubric(
    app: &Arc<App>,
    actor: &Actor,
    position: PositionId,
    language: Option<&str>,
) -> Result<RubricRevision, AppError> {
    actor.may(Action::WriteCandidates)?;
    let language = super::bank::checked_language(language.unwrap_or("en"))?;
    let row = known(app.store.reader(), actor, position).await?;
    let family = row.role_family.as_deref().and_then(RoleFamily::from_name);
    let family = family.unwrap_or(RoleFamily::Behavioral);
    let organisation = actor.organisation;
    let reader = app.store.reader();
    let questions = questions_for(reader, organisation, Some(position), family, &language).await?;
    let mut rubric = candor_interviewer::rubric::generate(&questions);
    let provenance = write_levels(app, &row, &language, &mut rubric).await?;
    rubric.check().map_err(AppError::internal)?;
    let source = if provenance.is_some() {
        "chat"
    } else {
        "template"
    };
    let revised = Revised {
        source,
        rubric,
        provenance,
    };
    append(app, actor, position, None, revised).await
}

/// Lets the organisation's chat model write the levels of the competencies; which one did, with which prompt.
async fn write_levels(
    app: &Arc<App>,
    position: &positions::Model,
    language: &str,
    rubric: &mut Rubric,
) -> Result<Option<Provenance>, AppError> {
    let organisation = position.organisation_id.into();
    let mind = mind::find_mind(app, organisation, Judging::live(app)).await?;
    if mind.processor().is_none() {
        return Ok(None);
    }
    let (title, description) = (position.title.clone(), position.description.clone());
    let language = language.to_owned();
    let competencies: Vec<(String, String)> = rubric
        .competencies
        .iter()
        .map(|one| (one.key.clone(), one.name.clone()))
        .collect();
    let timeout = Duration::from_secs_f64(app.config.chat.timeout_s);
    let written = mind.ask(Task::Rubric, move |model| {
        let about = anchors::Position {
            title: &title,
            description: &description,
            language: &language,
            competencies: &competencies,
        };
        model.map(|model| anchors::write(&*model, &about, timeout, &Unwatched))
    });
    match written.await? {
        None => Ok(None),
        Some(Err(reason)) => {
            tracing::warn!(code = %reason.code, "the chat model wrote no rubric; templates stand");
            Ok(None)
        }
        Some(Ok(mut written)) => {
            for one in &mut rubric.competencies {
                if let Some(anchors) = written.anchors.remove(&one.key) {
                    one.levels = anchors.levels;
                }
            }
            Ok(Some(written.provenance))
        }
    }
}

/// Appends a revision that somebody wrote, where the newest one is still `expected`; 0 stands for none.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::NotFound`], [`AppError::Stale`], or [`AppError::Invalid`] (`invalid_rubric`).
pub async fn replace_rubric(
    app: &App,
    actor: &Actor,
    position: PositionId,
    expected: Option<i32>,
    rubric: Rubric,
) -> Result<RubricRevision, AppError> {
    actor.may(Action::WriteCandidates)?;
    let invalid =
        |error: RubricError| AppError::invalid("invalid_rubric", &error.field, error.to_string());
    rubric.check().map_err(invalid)?;
    let revised = Revised {
        source: "edited",
        rubric,
        provenance: None,
    };
    append(app, actor, position, expected, revised).await
}

/// What a revision says, and where it comes from.
struct Revised {
    source: &'static str,
    rubric: Rubric,
    provenance: Option<Provenance>,
}

async fn append(
    app: &App,
    actor: &Actor,
    position: PositionId,
    expected: Option<i32>,
    revised: Revised,
) -> Result<RubricRevision, AppError> {
    let transaction = app.store.begin().await?;
    known(&transaction, actor, position).await?;
    let newest = newest(&transaction, actor.organisation, position).await?;
    let formula_before = newest
        .as_ref()
        .and_then(|row| row.body["formula"].as_str().map(str::to_owned));
    let newest = newest.map_or(0, |row| row.revision);
    if expected.is_some_and(|expected| expected != newest) {
        return Err(AppError::Stale);
    }
    let row = rubrics::Model {
        id: RubricId::generate().uuid(),
        organisation_id: actor.organisation.uuid(),
        position_id: position.uuid(),
        revision: newest + 1,
        source: revised.source.to_owned(),
        body: serde_json::to_value(&revised.rubric).map_err(AppError::internal)?,
        provenance: revised
            .provenance
            .as_ref()
            .map(serde_json::to_value)
            .transpose()
            .map_err(AppError::internal)?,
        created_by: actor.principal.to_string(),
        created_at: Micros::from(app.clock.now()),
    };
    scoped::insert::<rubrics::Entity>(&transaction, row.clone()).await?;
    let mut details = json!({
        "revision": row.revision,
        "source": revised.source,
        "has_formula": revised.rubric.formula.is_some(),
        "formula_changed": revised.rubric.formula != formula_before,
    });
    if let Some(provenance) = revised.provenance {
        details["model"] = json!(provenance.model);
        details["prompt"] = json!(provenance.formula);
    }
    let entry = audit::Entry::by(actor, "rubric.revised", &position, details);
    audit::record(&transaction, app, entry).await?;
    transaction.commit().await?;
    row.try_into()
}

/// One revision, whoever asks.
///
/// # Errors
/// What the database says.
pub async fn find_revision(
    connection: &impl ReadOne,
    organisation: OrganisationId,
    id: RubricId,
) -> Result<Option<RubricRevision>, AppError> {
    let all = Condition::all();
    let row = scoped::find::<rubrics::Entity>(connection, organisation, id.uuid(), all).await?;
    row.map(TryInto::try_into).transpose()
}

async fn newest(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    position: PositionId,
) -> Result<Option<rubrics::Model>, AppError> {
    let rows = scoped::rows::<rubrics::Entity>(organisation)
        .filter(rubrics::Column::PositionId.eq(position.uuid()))
        .order_by_desc(rubrics::Column::Revision)
        .limit(1)
        .all(connection)
        .await?;
    Ok(rows.into_iter().next())
}

async fn known(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    position: PositionId,
) -> Result<positions::Model, AppError> {
    let all = Condition::all();
    records::get::<positions::Entity>(connection, actor.organisation, position.uuid(), all).await
}
