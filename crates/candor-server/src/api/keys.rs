//! API keys.

use axum::{extract::State, http::StatusCode, response::Response};
use candor_app::identity::keys::{self, ApiKey, NewKey};
use candor_core::{
    access::{AttestedConsent, Scope},
    ids::{ApiKeyId, UserId},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::auth::private;
use crate::{
    ServerState,
    auth::Caller,
    json::Json,
    paging::{ListResponse, PageQuery, Paging},
    path::Path,
    problem::ApiResult,
    responses::{CreateProblems, DeleteProblems, GetProblems, ListProblems},
};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(create_key, list_keys))
        .routes(routes!(get_key, revoke_key))
}

/// What a key may be used for.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ScopeName {
    /// Like a reviewer.
    Read,
    /// Like a recruiter.
    Write,
    /// Watches and steers queues; nothing else.
    Operate,
    /// Like an admin.
    Admin,
}

impl From<ScopeName> for Scope {
    fn from(name: ScopeName) -> Self {
        match name {
            ScopeName::Read => Self::Read,
            ScopeName::Write => Self::Write,
            ScopeName::Operate => Self::Operate,
            ScopeName::Admin => Self::Admin,
        }
    }
}

impl From<Scope> for ScopeName {
    fn from(scope: Scope) -> Self {
        match scope {
            Scope::Read => Self::Read,
            Scope::Write => Self::Write,
            Scope::Operate => Self::Operate,
            Scope::Admin => Self::Admin,
        }
    }
}

/// The consent that the key's holder attests for everybody whose recording is sent with it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AttestedConsentBody {
    /// Version of the text that people agree to.
    #[schema(max_length = 300)]
    version: String,
    /// Who attests it.
    #[schema(max_length = 300)]
    by: String,
}

/// A new key.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreateKeyRequest {
    /// What it is for.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// What it may be used for, at least one.
    #[schema(min_items = 1)]
    scopes: Vec<ScopeName>,
    /// What its holder attests.
    attested_consent: Option<AttestedConsentBody>,
    /// Not valid from then on; without it until it is revoked.
    expires_at: Option<Timestamp>,
}

/// An API key, without the key.
#[derive(Serialize, ToSchema)]
struct KeyResponse {
    /// Identifier.
    #[schema(value_type = String)]
    id: ApiKeyId,
    /// What it is for.
    name: String,
    /// Its first characters, to recognise it by.
    prefix: String,
    /// What it may be used for.
    scopes: Vec<ScopeName>,
    /// What its holder attests.
    attested_consent: Option<AttestedConsentBody>,
    /// The person who made it; `null`: whoever runs the installation, or another key.
    #[schema(value_type = Option<String>)]
    created_by: Option<UserId>,
    /// When it was made.
    created_at: Timestamp,
    /// Not valid from then on.
    expires_at: Option<Timestamp>,
    /// Last use, to the minute.
    last_used_at: Option<Timestamp>,
    /// Since when it is invalid.
    revoked_at: Option<Timestamp>,
}

impl From<ApiKey> for KeyResponse {
    fn from(key: ApiKey) -> Self {
        Self {
            id: key.id,
            name: key.name,
            prefix: key.prefix,
            scopes: key.scopes.into_iter().map(Into::into).collect(),
            attested_consent: key.attested_consent.map(|consent| AttestedConsentBody {
                version: consent.version,
                by: consent.by,
            }),
            created_by: key.created_by,
            created_at: key.created_at,
            expires_at: key.expires_at,
            last_used_at: key.last_used_at,
            revoked_at: key.revoked_at,
        }
    }
}

/// A new key, with the key: it is shown this once.
#[derive(Serialize, ToSchema)]
struct CreatedKeyResponse {
    #[serde(flatten)]
    about: KeyResponse,
    /// Goes into the header `Authorization: Bearer …` or `X-API-Key`.
    key: String,
}

/// Makes an API key of the caller's organisation. The key itself is shown this once.
#[utoipa::path(
    post, path = "/api/v1/keys", tag = "keys",
    request_body = CreateKeyRequest,
    responses((status = 201, body = CreatedKeyResponse), CreateProblems)
)]
async fn create_key(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Json(request): Json<CreateKeyRequest>,
) -> ApiResult<Response> {
    let new = NewKey {
        name: request.name,
        scopes: request.scopes.into_iter().map(Into::into).collect(),
        attested_consent: request.attested_consent.map(|consent| AttestedConsent {
            version: consent.version,
            by: consent.by,
        }),
        expires_at: request.expires_at,
    };
    let (about, key) = keys::create_key(&state.app, &actor, new).await?;
    let about = about.into();
    Ok(private(
        StatusCode::CREATED,
        CreatedKeyResponse { about, key },
    ))
}

/// A page of the organisation's keys, newest first; revoked ones too.
#[utoipa::path(
    get, path = "/api/v1/keys", tag = "keys", params(PageQuery),
    responses((status = 200, body = ListResponse<KeyResponse>), ListProblems)
)]
async fn list_keys(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Paging(page): Paging,
) -> ApiResult<Json<ListResponse<KeyResponse>>> {
    let page = keys::list_keys(&state.app, &actor, page).await?;
    Ok(Json(page.map(KeyResponse::from).into()))
}

/// One key.
#[utoipa::path(
    get, path = "/api/v1/keys/{id}", tag = "keys",
    params(("id" = String, Path, description = "The key's id")),
    responses((status = 200, body = KeyResponse), GetProblems)
)]
async fn get_key(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<ApiKeyId>,
) -> ApiResult<Json<KeyResponse>> {
    Ok(Json(keys::get_key(&state.app, &actor, id).await?.into()))
}

/// Revokes a key: it is refused from the next request on, and stays in the list.
#[utoipa::path(
    delete, path = "/api/v1/keys/{id}", tag = "keys",
    params(("id" = String, Path, description = "The key's id")),
    responses((status = 200, body = KeyResponse), DeleteProblems)
)]
async fn revoke_key(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<ApiKeyId>,
) -> ApiResult<Json<KeyResponse>> {
    Ok(Json(keys::revoke_key(&state.app, &actor, id).await?.into()))
}
