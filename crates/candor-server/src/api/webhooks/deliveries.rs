//! What was told, to whom, and how often it was tried.

use axum::{extract::State, http::StatusCode};
use candor_app::webhooks::{self, Delivery, DeliveryFilter, Try};
use candor_core::ids::{DeliveryId, WebhookId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    ServerState,
    auth::Caller,
    json::Json,
    paging::{ListResponse, PageQuery, Paging},
    path::{Path, Query},
    problem::ApiResult,
    responses::{ActProblems, GetProblems, ListProblems, SublistProblems},
};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(test_webhook))
        .routes(routes!(list_webhook_deliveries))
        .routes(routes!(list_deliveries))
        .routes(routes!(get_delivery))
        .routes(routes!(redeliver))
}

/// One event for one address.
#[derive(Debug, Serialize, ToSchema)]
struct DeliveryResponse {
    /// Identifier.
    #[schema(value_type = String)]
    id: DeliveryId,
    /// The webhook; `null`: a `callbackUrl`.
    #[schema(value_type = Option<String>)]
    webhook_id: Option<WebhookId>,
    /// Where it is sent.
    url: String,
    /// `webhook-id` of every try, also of a repetition.
    event_id: String,
    /// E.g. `analysis.done`.
    event_type: String,
    /// `pending`, `delivered` or `failed`.
    state: String,
    /// Tries so far.
    attempts: i32,
    /// HTTP status of the last answer.
    last_status: Option<i32>,
    /// Why the last try failed.
    last_error: Option<String>,
    /// When the event happened.
    created_at: Timestamp,
    /// When it was accepted.
    delivered_at: Option<Timestamp>,
}

impl From<Delivery> for DeliveryResponse {
    fn from(delivery: Delivery) -> Self {
        Self {
            id: delivery.id,
            webhook_id: delivery.webhook,
            url: delivery.url,
            event_id: delivery.event_id,
            event_type: delivery.event_type,
            state: delivery.state,
            attempts: delivery.attempts,
            last_status: delivery.last_status,
            last_error: delivery.last_error,
            created_at: delivery.created_at,
            delivered_at: delivery.delivered_at,
        }
    }
}

/// One try.
#[derive(Debug, Serialize, ToSchema)]
struct TryResponse {
    /// HTTP status of the answer; `null`: there was none.
    status: Option<i32>,
    /// Why it failed; `null`: it was accepted.
    error: Option<String>,
    /// Begin.
    started_at: Timestamp,
    /// End.
    finished_at: Timestamp,
}

impl From<Try> for TryResponse {
    fn from(one: Try) -> Self {
        Self {
            status: one.status,
            error: one.error,
            started_at: one.started_at,
            finished_at: one.finished_at,
        }
    }
}

/// A delivery with its body and every try, oldest first.
#[derive(Debug, Serialize, ToSchema)]
struct DeliveryDetailResponse {
    #[serde(flatten)]
    delivery: DeliveryResponse,
    /// The exact body.
    body: String,
    /// Every try, oldest first.
    tries: Vec<TryResponse>,
}

/// Which deliveries are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct DeliveryQuery {
    /// In this state.
    state: Option<String>,
    /// Of this type of event.
    event_type: Option<String>,
}

impl DeliveryQuery {
    fn filter(self, webhook: Option<WebhookId>) -> DeliveryFilter {
        DeliveryFilter {
            webhook,
            state: self.state,
            event_type: self.event_type,
        }
    }
}

/// Tells `webhook.test` to one webhook, whatever events it wants.
#[utoipa::path(
    post, path = "/api/v1/webhooks/{id}/test", tag = "webhooks",
    params(("id" = String, Path, description = "The webhook")),
    responses((status = 202, body = DeliveryResponse), ActProblems)
)]
async fn test_webhook(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<WebhookId>,
) -> ApiResult<(StatusCode, Json<DeliveryResponse>)> {
    let delivery = webhooks::test_webhook(&state.app, &actor, id).await?;
    Ok((StatusCode::ACCEPTED, Json(delivery.into())))
}

/// A page of deliveries to one webhook, newest first.
#[utoipa::path(
    get, path = "/api/v1/webhooks/{id}/deliveries", tag = "webhooks",
    params(("id" = String, Path, description = "The webhook"), PageQuery, DeliveryQuery),
    responses((status = 200, body = ListResponse<DeliveryResponse>), SublistProblems)
)]
async fn list_webhook_deliveries(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(webhook): Path<WebhookId>,
    Paging(page): Paging,
    Query(query): Query<DeliveryQuery>,
) -> ApiResult<Json<ListResponse<DeliveryResponse>>> {
    let filter = query.filter(Some(webhook));
    let page = webhooks::list_deliveries(&state.app, &actor, filter, page).await?;
    Ok(Json(page.map(DeliveryResponse::from).into()))
}

/// A page of all deliveries, also those to a `callbackUrl`, newest first.
#[utoipa::path(
    get, path = "/api/v1/webhooks/deliveries", tag = "webhooks",
    params(PageQuery, DeliveryQuery),
    responses((status = 200, body = ListResponse<DeliveryResponse>), ListProblems)
)]
async fn list_deliveries(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Paging(page): Paging,
    Query(query): Query<DeliveryQuery>,
) -> ApiResult<Json<ListResponse<DeliveryResponse>>> {
    let page = webhooks::list_deliveries(&state.app, &actor, query.filter(None), page).await?;
    Ok(Json(page.map(DeliveryResponse::from).into()))
}

/// One delivery with its body and every try.
#[utoipa::path(
    get, path = "/api/v1/webhooks/deliveries/{id}", tag = "webhooks",
    params(("id" = String, Path, description = "The delivery")),
    responses((status = 200, body = DeliveryDetailResponse), GetProblems)
)]
async fn get_delivery(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<DeliveryId>,
) -> ApiResult<Json<DeliveryDetailResponse>> {
    let (delivery, tries) = webhooks::get_delivery(&state.app, &actor, id).await?;
    Ok(Json(DeliveryDetailResponse {
        body: delivery.body.clone(),
        delivery: delivery.into(),
        tries: tries.into_iter().map(Into::into).collect(),
    }))
}

/// Sends the same event to the same address once more, as a new delivery.
#[utoipa::path(
    post, path = "/api/v1/webhooks/deliveries/{id}/redeliver", tag = "webhooks",
    params(("id" = String, Path, description = "The delivery")),
    responses((status = 202, body = DeliveryResponse), ActProblems)
)]
async fn redeliver(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<DeliveryId>,
) -> ApiResult<(StatusCode, Json<DeliveryResponse>)> {
    let delivery = webhooks::redeliver(&state.app, &actor, id).await?;
    Ok((StatusCode::ACCEPTED, Json(delivery.into())))
}
