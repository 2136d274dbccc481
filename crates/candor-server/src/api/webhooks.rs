//! Webhooks and their deliveries.

use axum::{extract::State, http::StatusCode};
use candor_app::webhooks;
use candor_core::ids::WebhookId;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    ServerState,
    auth::Caller,
    etag::{IfMatch, MaybeIfMatch, Versioned},
    json::Json,
    paging::{ListResponse, PageQuery, Paging},
    path::Path,
    problem::ApiResult,
    responses::{
        ActProblems, CreateProblems, DeleteProblems, GetProblems, ListProblems, UpdateProblems,
    },
};

mod deliveries;
mod wire;

use wire::{CreateWebhookRequest, UpdateWebhookRequest, WebhookResponse, WebhookSecretResponse};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(create_webhook, list_webhooks))
        .routes(routes!(get_webhook, update_webhook, delete_webhook))
        .routes(routes!(rotate_webhook_secret))
        .merge(deliveries::routes())
}

/// Registers an address. The answer shows the secret, this once.
#[utoipa::path(
    post, path = "/api/v1/webhooks", tag = "webhooks",
    request_body = CreateWebhookRequest,
    responses((status = 201, body = WebhookSecretResponse), CreateProblems)
)]
async fn create_webhook(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Json(request): Json<CreateWebhookRequest>,
) -> ApiResult<Versioned<WebhookSecretResponse>> {
    let (made, secret) = webhooks::create_webhook(&state.app, &actor, request.into()).await?;
    let location = format!("/api/v1/webhooks/{}", made.id);
    let version = made.version;
    let body = WebhookSecretResponse::new(made, secret);
    Ok(Versioned::created(version, location, body))
}

/// A page of webhooks, newest first.
#[utoipa::path(
    get, path = "/api/v1/webhooks", tag = "webhooks",
    params(PageQuery),
    responses((status = 200, body = ListResponse<WebhookResponse>), ListProblems)
)]
async fn list_webhooks(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Paging(page): Paging,
) -> ApiResult<Json<ListResponse<WebhookResponse>>> {
    let page = webhooks::list_webhooks(&state.app, &actor, page).await?;
    Ok(Json(page.map(WebhookResponse::from).into()))
}

/// One webhook.
#[utoipa::path(
    get, path = "/api/v1/webhooks/{id}", tag = "webhooks",
    params(("id" = String, Path, description = "The webhook")),
    responses((status = 200, body = WebhookResponse), GetProblems)
)]
async fn get_webhook(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<WebhookId>,
) -> ApiResult<Versioned<WebhookResponse>> {
    let found = webhooks::get_webhook(&state.app, &actor, id).await?;
    Ok(Versioned::found(found.version, found.into()))
}

/// Changes fields of a webhook: absent ones stay, `null` clears.
#[utoipa::path(
    patch, path = "/api/v1/webhooks/{id}", tag = "webhooks",
    params(
        ("id" = String, Path, description = "The webhook"),
        ("If-Match" = String, Header, description = "ETag of the version that was read"),
    ),
    request_body = UpdateWebhookRequest,
    responses((status = 200, body = WebhookResponse), UpdateProblems)
)]
async fn update_webhook(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<WebhookId>,
    IfMatch(expected): IfMatch,
    Json(request): Json<UpdateWebhookRequest>,
) -> ApiResult<Versioned<WebhookResponse>> {
    let changed =
        webhooks::update_webhook(&state.app, &actor, id, expected, request.into()).await?;
    Ok(Versioned::found(changed.version, changed.into()))
}

/// Deletes a webhook; what is on its way to it is given up.
#[utoipa::path(
    delete, path = "/api/v1/webhooks/{id}", tag = "webhooks",
    params(
        ("id" = String, Path, description = "The webhook"),
        ("If-Match" = Option<String>, Header, description = "ETag: delete only this version"),
    ),
    responses((status = 204, description = "Deleted"), DeleteProblems)
)]
async fn delete_webhook(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<WebhookId>,
    MaybeIfMatch(expected): MaybeIfMatch,
) -> ApiResult<StatusCode> {
    webhooks::delete_webhook(&state.app, &actor, id, expected).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes a new secret and shows it, this once. The one before goes on signing for 24 hours.
#[utoipa::path(
    post, path = "/api/v1/webhooks/{id}/rotate-secret", tag = "webhooks",
    params(("id" = String, Path, description = "The webhook")),
    responses(
        (status = 200, body = WebhookSecretResponse),
        (status = 412, body = crate::problem::Problem, content_type = "application/problem+json",
            description = "Somebody else rotated it at the same time"),
        ActProblems
    )
)]
async fn rotate_webhook_secret(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<WebhookId>,
) -> ApiResult<Versioned<WebhookSecretResponse>> {
    let (webhook, secret) = webhooks::rotate_secret(&state.app, &actor, id).await?;
    let version = webhook.version;
    let body = WebhookSecretResponse::new(webhook, secret);
    Ok(Versioned::found(version, body))
}
