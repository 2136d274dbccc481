//! Consents: given, listed, withdrawn.

use axum::{extract::State, http::StatusCode};
use candor_app::{
    AppError,
    consent::{self, Consent, ConsentStatement, Scope, Subject},
};
use candor_core::ids::ConsentId;
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
    responses::{ActProblems, AppendProblems, SublistProblems},
};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(create_consent, list_consents))
        .routes(routes!(withdraw_consent))
}

/// A consent that was given.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreateConsentRequest {
    /// Whom it covers: id of a recording, an interview, a candidate or a person.
    #[schema(example = "int_0190b6f0-9a5c-7cc2-b3a1-0c7b6c3f1a11")]
    subject: String,
    /// What was agreed to: `recording`, `analysis`, `behaviour`.
    #[schema(example = json!(["recording", "analysis"]))]
    scopes: Vec<String>,
    /// Version of the text that was agreed to.
    #[schema(max_length = 64)]
    version: String,
    /// When it was given.
    #[serde(alias = "obtainedAt")]
    obtained_at: Timestamp,
    /// Who gave it.
    #[schema(max_length = 200)]
    by: String,
}

/// A consent.
#[derive(Debug, Serialize, ToSchema)]
struct ConsentResponse {
    /// Identifier.
    #[schema(value_type = String)]
    id: ConsentId,
    /// Whom it covers.
    subject: String,
    /// What was agreed to.
    scopes: Vec<&'static str>,
    /// Version of the text.
    version: String,
    /// Who gave it, as stated.
    by: String,
    /// `app`: by the person, here; `upload`: stated for them; `attested`: by the holder of a key.
    how: String,
    /// When it was given.
    obtained_at: Timestamp,
    /// When it was recorded.
    created_at: Timestamp,
    /// Since when it is void.
    withdrawn_at: Option<Timestamp>,
}

impl From<Consent> for ConsentResponse {
    fn from(consent: Consent) -> Self {
        Self {
            id: consent.id,
            subject: consent.subject.to_string(),
            scopes: consent.scopes.into_iter().map(Scope::as_str).collect(),
            version: consent.version,
            by: consent.given_by,
            how: consent.how,
            obtained_at: consent.obtained_at,
            created_at: consent.created_at,
            withdrawn_at: consent.withdrawn_at,
        }
    }
}

/// Records that somebody agreed.
#[utoipa::path(
    post, path = "/api/v1/consents", tag = "consents",
    request_body = CreateConsentRequest,
    responses((status = 201, body = ConsentResponse), AppendProblems)
)]
async fn create_consent(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Json(request): Json<CreateConsentRequest>,
) -> ApiResult<(StatusCode, Json<ConsentResponse>)> {
    let subject = subject(&request.subject)?;
    let mut scopes = request
        .scopes
        .iter()
        .map(|name| {
            Scope::from_name(name).ok_or_else(|| {
                AppError::invalid(
                    "invalid_scope",
                    "scopes",
                    "scopes are recording, analysis, behaviour",
                )
            })
        })
        .collect::<Result<Vec<_>, _>>()?;
    scopes.sort();
    scopes.dedup();
    let statement = ConsentStatement {
        version: request.version,
        obtained_at: request.obtained_at,
        by: request.by,
    };
    let made = consent::create_consent(&state.app, &actor, subject, statement, &scopes).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// Whose consents are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ConsentQuery {
    /// Id of a recording, an interview, a candidate or a person.
    subject: String,
}

/// Consents about one subject, newest first, withdrawn ones too.
#[utoipa::path(
    get, path = "/api/v1/consents", tag = "consents",
    params(PageQuery, ConsentQuery),
    responses((status = 200, body = ListResponse<ConsentResponse>), SublistProblems)
)]
async fn list_consents(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Paging(page): Paging,
    Query(query): Query<ConsentQuery>,
) -> ApiResult<Json<ListResponse<ConsentResponse>>> {
    let subject = subject(&query.subject)?;
    let page = consent::list_consents(&state.app, &actor, subject, page).await?;
    Ok(Json(page.map(ConsentResponse::from).into()))
}

/// Withdraws a consent: nothing new is recorded or analysed under it.
#[utoipa::path(
    post, path = "/api/v1/consents/{id}/withdraw", tag = "consents",
    params(("id" = String, Path, description = "The consent")),
    responses((status = 200, body = ConsentResponse), ActProblems)
)]
async fn withdraw_consent(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<ConsentId>,
) -> ApiResult<Json<ConsentResponse>> {
    let withdrawn = consent::withdraw_consent(&state.app, &actor, id).await?;
    Ok(Json(withdrawn.into()))
}

fn subject(text: &str) -> Result<Subject, AppError> {
    text.parse().map_err(|_| {
        AppError::invalid(
            "invalid_subject",
            "subject",
            "subject is the id of a recording, an interview, a candidate or a person, with its prefix",
        )
    })
}
