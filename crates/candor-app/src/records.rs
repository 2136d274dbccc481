//! What the use cases of all records share: whose rows an actor reaches, and changes of a known version.

use candor_core::{
    access::{Action, Actor, Denied, Powers, Reach},
    ids::{OrganisationId, UserId},
};
use candor_store::{
    Micros,
    records::{
        analyses::Bound,
        only::ReadOne,
        reach::Rows,
        scoped::{self, Scoped},
    },
};
use sea_orm::{Condition, ConnectionTrait};
use uuid::Uuid;

use crate::{
    App, AppError,
    paging::{Page, PageRequest},
};

/// A change of one field: absent fields stay, `null` clears.
pub type Change<T> = Option<Option<T>>;

/// Sets a column where a change is asked for.
pub(crate) fn set<T: Into<sea_orm::Value>>(change: Option<T>) -> sea_orm::ActiveValue<T> {
    change.map_or(sea_orm::ActiveValue::NotSet, sea_orm::ActiveValue::Set)
}

/// The rows that an actor's reach means.
///
/// # Errors
/// [`Denied`] for whoever reaches only their own and is nobody who could have any.
pub(crate) fn rows(actor: &Actor, reach: Reach) -> Result<Rows, Denied> {
    let person = actor.user().map(UserId::uuid);
    match (reach, &actor.powers, person) {
        (Reach::Organisation, ..) => Ok(Rows::Shared { person }),
        (Reach::Own, Powers::Interview(id), _) => Ok(Rows::OfInterview(id.uuid())),
        (Reach::Own, _, Some(person)) => Ok(Rows::OfOwner(person)),
        (Reach::Own, _, None) => Err(Denied),
    }
}

/// The analyses and reports on which an actor may do `action`.
///
/// # Errors
/// [`Denied`].
pub(crate) fn bound(actor: &Actor, action: Action) -> Result<Bound, Denied> {
    Ok(Bound {
        organisation: actor.organisation,
        rows: rows(actor, actor.may(action)?)?,
    })
}

/// One row that the actor reaches.
pub(crate) async fn get<E: Scoped>(
    connection: &impl ReadOne,
    organisation: OrganisationId,
    id: Uuid,
    filter: Condition,
) -> Result<E::Model, AppError> {
    scoped::find::<E>(connection, organisation, id, filter)
        .await?
        .ok_or(AppError::NotFound(E::NAME))
}

/// One page of rows that the actor reaches.
pub(crate) async fn list<E: Scoped>(
    app: &App,
    organisation: OrganisationId,
    filter: Condition,
    request: PageRequest,
    id: impl Fn(&E::Model) -> Uuid,
) -> Result<Page<E::Model>, AppError> {
    let rows = scoped::page::<E>(
        app.store.reader(),
        organisation,
        filter,
        request.after,
        request.limit,
    )
    .await?;
    Ok(Page::cut(rows, request, id))
}

/// Changes a row that the actor reaches and that still has the version `expected`.
pub(crate) async fn update<E: Scoped>(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    id: Uuid,
    expected: Option<i32>,
    filter: Condition,
    values: E::ActiveModel,
) -> Result<E::Model, AppError> {
    let changed = scoped::update::<E>(
        connection,
        organisation,
        id,
        expected,
        filter.clone(),
        values,
    )
    .await?;
    match changed {
        Some(row) => Ok(row),
        None => {
            get::<E>(connection, organisation, id, filter).await?;
            Err(AppError::Stale)
        }
    }
}

/// Deletes a row that the actor reaches and that still has the version `expected`.
pub(crate) async fn delete<E: Scoped>(
    app: &App,
    organisation: OrganisationId,
    id: Uuid,
    expected: Option<i32>,
    filter: Condition,
) -> Result<(), AppError> {
    let connection = app.store.writer();
    let now = Micros::from(app.clock.now());
    let reached = filter.clone();
    if scoped::delete::<E>(connection, organisation, id, expected, reached, now).await? {
        return Ok(());
    }
    get::<E>(connection, organisation, id, filter).await?;
    Err(AppError::Stale)
}

/// Refuses an id in a request that names nothing in the organisation.
pub(crate) async fn known<E: Scoped>(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    id: Option<Uuid>,
    field: &'static str,
) -> Result<(), AppError> {
    let Some(id) = id else {
        return Ok(());
    };
    match scoped::find::<E>(connection, organisation, id, Condition::all()).await? {
        Some(_) => Ok(()),
        None => Err(AppError::invalid(
            "unknown_reference",
            field,
            format!("{field} names no {} of this organisation", E::NAME),
        )),
    }
}
