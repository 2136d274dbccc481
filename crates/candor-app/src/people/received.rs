//! Applications with what recruiters want to see beside them: who, what for, which résumé.

use std::collections::BTreeMap;

use candor_core::{
    access::{Action, Actor},
    ids::{ApplicationId, DocumentId},
};
use candor_store::{
    entities::{candidates, documents, positions},
    records::scoped,
};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder};
use serde_json::json;
use uuid::Uuid;

use super::{
    Application, ApplicationChange, ApplicationFilter, Candidate, Position, list_applications,
};
use crate::{
    App, AppError, audit,
    paging::{Page, PageRequest},
};

/// An application and what belongs to it.
#[derive(Debug, Clone, PartialEq)]
pub struct ReceivedApplication {
    /// The application.
    pub application: Application,
    /// Who applies.
    pub candidate: Option<Candidate>,
    /// What for.
    pub position: Option<Position>,
    /// The newest résumé that came with it.
    pub resume: Option<DocumentId>,
}

/// A page of applications, newest first, with what belongs to them.
///
/// # Errors
/// [`AppError::Denied`].
pub async fn list_received_applications(
    app: &App,
    actor: &Actor,
    filter: ApplicationFilter,
    page: PageRequest,
) -> Result<Page<ReceivedApplication>, AppError> {
    let found = list_applications(app, actor, filter, page).await?;
    let reader = app.store.reader();
    let organisation = actor.organisation;
    let ids = |id: fn(&Application) -> Option<Uuid>| -> Vec<Uuid> {
        found.items.iter().filter_map(id).collect()
    };
    let candidates: BTreeMap<Uuid, Candidate> = scoped::rows::<candidates::Entity>(organisation)
        .filter(candidates::Column::Id.is_in(ids(|one| one.candidate.map(Into::into))))
        .all(reader)
        .await?
        .into_iter()
        .map(|row| (row.id, row.into()))
        .collect();
    let positions: BTreeMap<Uuid, Position> = scoped::rows::<positions::Entity>(organisation)
        .filter(positions::Column::Id.is_in(ids(|one| one.position.map(Into::into))))
        .all(reader)
        .await?
        .into_iter()
        .map(|row| (row.id, row.into()))
        .collect();
    // Later ones replace earlier ones.
    let resumes: BTreeMap<Uuid, Uuid> = scoped::rows::<documents::Entity>(organisation)
        .filter(documents::Column::ApplicationId.is_in(ids(|one| Some(one.id.uuid()))))
        .filter(documents::Column::Kind.eq("resume"))
        .order_by_asc(documents::Column::Id)
        .all(reader)
        .await?
        .into_iter()
        .filter_map(|row| Some((row.application_id?, row.id)))
        .collect();
    Ok(found.map(|application| ReceivedApplication {
        candidate: application
            .candidate
            .and_then(|id| candidates.get(&id.uuid()).cloned()),
        position: application
            .position
            .and_then(|id| positions.get(&id.uuid()).cloned()),
        resume: resumes
            .get(&application.id.uuid())
            .map(|id| DocumentId::from(*id)),
        application,
    }))
}

/// Rejects an application.
///
/// # Errors
/// [`AppError::Denied`] or [`AppError::NotFound`].
pub async fn reject_application(
    app: &App,
    actor: &Actor,
    id: ApplicationId,
) -> Result<Application, AppError> {
    actor.may(Action::WriteCandidates)?;
    let transaction = app.store.begin().await?;
    let change = ApplicationChange {
        status: Some("rejected".to_owned()),
        ..ApplicationChange::default()
    };
    let row =
        super::applications::update_within(&transaction, app, actor, id, None, change).await?;
    let entry = audit::Entry::by(actor, "application.rejected", &id, json!({}));
    audit::record(&transaction, app, entry).await?;
    transaction.commit().await?;
    Ok(row.into())
}
