//! Addresses that events are told to, and what was told.

use candor_core::ids::{DeliveryId, JobId, OrganisationId, WebhookId};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter,
    QueryOrder, sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    Micros, StoreError,
    entities::{webhook_deliveries as deliveries, webhook_tries, webhooks},
    records::scoped,
};

/// The addresses of an organisation that are told events now.
///
/// # Errors
/// What the database says.
pub async fn list_enabled(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
) -> Result<Vec<webhooks::Model>, StoreError> {
    Ok(scoped::rows::<webhooks::Entity>(organisation)
        .filter(webhooks::Column::Enabled.eq(true))
        .all(connection)
        .await?)
}

/// Stops telling events to an address that said it is gone.
///
/// # Errors
/// What the database says.
pub async fn disable(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    id: WebhookId,
    at: Micros,
) -> Result<(), StoreError> {
    webhooks::Entity::update_many()
        .col_expr(webhooks::Column::Enabled, Expr::value(false))
        .col_expr(webhooks::Column::UpdatedAt, Expr::value(at.0))
        .col_expr(
            webhooks::Column::Version,
            Expr::col(webhooks::Column::Version).add(1),
        )
        .filter(webhooks::Column::OrganisationId.eq(organisation.uuid()))
        .filter(webhooks::Column::Id.eq(id.uuid()))
        .exec(connection)
        .await?;
    Ok(())
}

/// What one try came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// `pending`, `delivered` or `failed`.
    pub state: &'static str,
    /// HTTP status of the answer, where there was one.
    pub status: Option<u16>,
    /// Why it failed.
    pub error: Option<String>,
    /// Begin.
    pub started_at: Micros,
    /// End.
    pub finished_at: Micros,
}

/// Appends one try of a delivery, and notes its outcome at the delivery.
///
/// # Errors
/// What the database says.
pub async fn record_try(
    transaction: &impl ConnectionTrait,
    organisation: OrganisationId,
    id: DeliveryId,
    tried: Tried,
) -> Result<(), StoreError> {
    let status = tried.status.map(i32::from);
    let delivered = (tried.state == "delivered").then_some(tried.finished_at.0);
    deliveries::Entity::update_many()
        .col_expr(deliveries::Column::State, Expr::value(tried.state))
        .col_expr(
            deliveries::Column::Attempts,
            Expr::col(deliveries::Column::Attempts).add(1),
        )
        .col_expr(deliveries::Column::LastStatus, Expr::value(status))
        .col_expr(
            deliveries::Column::LastError,
            Expr::value(tried.error.clone()),
        )
        .col_expr(deliveries::Column::DeliveredAt, Expr::value(delivered))
        .col_expr(
            deliveries::Column::UpdatedAt,
            Expr::value(tried.finished_at.0),
        )
        .filter(of(organisation, id))
        .exec(transaction)
        .await?;
    let row = webhook_tries::Model {
        id: Uuid::now_v7(),
        organisation_id: organisation.uuid(),
        delivery_id: id.uuid(),
        status,
        error: tried.error,
        started_at: tried.started_at,
        finished_at: tried.finished_at,
    };
    scoped::insert::<webhook_tries::Entity>(transaction, row).await
}

/// All tries of a delivery, oldest first.
///
/// # Errors
/// What the database says.
pub async fn list_tries(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    id: DeliveryId,
) -> Result<Vec<webhook_tries::Model>, StoreError> {
    Ok(scoped::rows::<webhook_tries::Entity>(organisation)
        .filter(webhook_tries::Column::DeliveryId.eq(id.uuid()))
        .order_by_asc(webhook_tries::Column::Id)
        .all(connection)
        .await?)
}

/// Names the job that delivers.
///
/// # Errors
/// What the database says.
pub async fn set_job(
    transaction: &impl ConnectionTrait,
    organisation: OrganisationId,
    id: DeliveryId,
    job: JobId,
) -> Result<(), StoreError> {
    deliveries::Entity::update_many()
        .col_expr(deliveries::Column::JobId, Expr::value(job.uuid()))
        .filter(of(organisation, id))
        .exec(transaction)
        .await?;
    Ok(())
}

/// How many addresses an organisation has.
///
/// # Errors
/// What the database says.
pub async fn count(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
) -> Result<u64, StoreError> {
    Ok(scoped::rows::<webhooks::Entity>(organisation)
        .count(connection)
        .await?)
}

/// Changes the state of a delivery without a try, e.g. when its job ended or it is sent again.
///
/// # Errors
/// What the database says.
pub async fn set_state(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    id: DeliveryId,
    state: &'static str,
    at: Micros,
) -> Result<(), StoreError> {
    deliveries::Entity::update_many()
        .col_expr(deliveries::Column::State, Expr::value(state))
        .col_expr(deliveries::Column::UpdatedAt, Expr::value(at.0))
        .filter(of(organisation, id))
        .exec(connection)
        .await?;
    Ok(())
}

fn of(organisation: OrganisationId, id: DeliveryId) -> Condition {
    Condition::all()
        .add(deliveries::Column::OrganisationId.eq(organisation.uuid()))
        .add(deliveries::Column::Id.eq(id.uuid()))
}
