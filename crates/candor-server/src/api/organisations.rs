//! The caller's organisation and its policy.

use axum::extract::State;
use candor_app::organisations::{self, Organisation, PolicyRequest};
use candor_core::{
    ids::OrganisationId,
    policy::{OrganisationKind, Scoring},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    ServerState,
    auth::Caller,
    etag::{IfMatch, Versioned},
    json::Json,
    problem::ApiResult,
    responses::{GetProblems, UpdateProblems},
};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(get_organisation, update_organisation))
        .routes(routes!(update_policy))
}

/// What an organisation is.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum KindName {
    /// One person's own workspace.
    Personal,
    /// It employs people: emotions are never inferred.
    Employer,
    /// It teaches people: emotions are never inferred.
    Education,
    /// Anything else.
    Other,
}

/// What hiring scores rest on.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ScoringName {
    /// Content alone.
    ContentOnly,
    /// The documented formulas without their emotion terms; needs a legal basis.
    Documented,
}

/// A new policy, as a whole.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UpdatePolicyRequest {
    /// What the organisation is.
    kind: KindName,
    /// What hiring scores rest on.
    scoring: ScoringName,
    /// The legal basis of observing face and voice in hiring; `null`: they are not observed.
    #[schema(max_length = 2000)]
    legal_basis: Option<String>,
    /// Days that recordings are kept; `null`: until deleted.
    #[schema(minimum = 1, maximum = 36500)]
    retention_days: Option<u32>,
    /// Name of whoever runs the chat model that answers of candidates may be sent to, as they are told; `null`: no
    /// chat model is asked.
    #[schema(min_length = 1, max_length = 200)]
    chat_processor: Option<String>,
}

/// Why face and voice may be observed in hiring.
#[derive(Serialize, ToSchema)]
struct LegalBasisResponse {
    /// The legal basis.
    basis: String,
    /// Who recorded it.
    recorded_by: String,
    /// When.
    recorded_at: Timestamp,
}

/// Who runs the chat model.
#[derive(Serialize, ToSchema)]
struct ProcessorResponse {
    /// Its name.
    name: String,
    /// Who recorded it.
    recorded_by: String,
    /// When.
    recorded_at: Timestamp,
}

/// What an organisation allows itself.
#[derive(Serialize, ToSchema)]
struct PolicyResponse {
    /// What the organisation is.
    kind: KindName,
    /// What hiring scores rest on.
    scoring: ScoringName,
    /// Why face and voice may be observed in hiring; `null`: they may not.
    behavioural_observations: Option<LegalBasisResponse>,
    /// Whether people may have emotions inferred when they practise.
    emotion_inference_in_practice: bool,
    /// Days that recordings are kept; `null`: until deleted.
    retention_days: Option<u32>,
    /// Who runs the chat model that may be asked; `null`: none is.
    chat_processor: Option<ProcessorResponse>,
}

/// A change of the organisation.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UpdateOrganisationRequest {
    /// Name that people see.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
}

/// An organisation.
#[derive(Serialize, ToSchema)]
struct OrganisationResponse {
    /// Identifier.
    #[schema(value_type = String)]
    id: OrganisationId,
    /// Name that people see.
    name: String,
    /// What it allows itself.
    policy: PolicyResponse,
    /// When it was made.
    created_at: Timestamp,
    /// Last change.
    updated_at: Timestamp,
}

impl From<Organisation> for OrganisationResponse {
    fn from(organisation: Organisation) -> Self {
        let policy = organisation.policy;
        let emotion = policy.allow_emotion(candor_core::purpose::Purpose::Practice);
        Self {
            id: organisation.id,
            name: organisation.name,
            policy: PolicyResponse {
                kind: match policy.kind {
                    OrganisationKind::Personal => KindName::Personal,
                    OrganisationKind::Employer => KindName::Employer,
                    OrganisationKind::Education => KindName::Education,
                    OrganisationKind::Other => KindName::Other,
                },
                scoring: match policy.scoring {
                    Scoring::ContentOnly => ScoringName::ContentOnly,
                    Scoring::Documented => ScoringName::Documented,
                },
                behavioural_observations: policy.behavioural_observations.map(|basis| {
                    LegalBasisResponse {
                        basis: basis.basis,
                        recorded_by: basis.recorded_by,
                        recorded_at: basis.recorded_at,
                    }
                }),
                emotion_inference_in_practice: emotion.is_ok(),
                retention_days: policy.retention_days,
                chat_processor: policy.chat_processor.map(|processor| ProcessorResponse {
                    name: processor.name,
                    recorded_by: processor.recorded_by,
                    recorded_at: processor.recorded_at,
                }),
            },
            created_at: organisation.created_at,
            updated_at: organisation.updated_at,
        }
    }
}

fn versioned(organisation: Organisation) -> Versioned<OrganisationResponse> {
    Versioned::found(organisation.version, organisation.into())
}

/// The caller's organisation and its policy.
#[utoipa::path(
    get, path = "/api/v1/organisation", tag = "organisation",
    responses((status = 200, body = OrganisationResponse), GetProblems)
)]
async fn get_organisation(
    State(state): State<ServerState>,
    Caller(actor): Caller,
) -> ApiResult<Versioned<OrganisationResponse>> {
    let found = organisations::get_organisation(&state.app, &actor).await?;
    Ok(versioned(found))
}

/// Renames the caller's organisation.
#[utoipa::path(
    patch, path = "/api/v1/organisation", tag = "organisation",
    params(("If-Match" = String, Header, description = "ETag of the version that was read")),
    request_body = UpdateOrganisationRequest,
    responses((status = 200, body = OrganisationResponse), UpdateProblems)
)]
async fn update_organisation(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    IfMatch(version): IfMatch,
    Json(request): Json<UpdateOrganisationRequest>,
) -> ApiResult<Versioned<OrganisationResponse>> {
    let changed =
        organisations::update_organisation(&state.app, &actor, &request.name, version).await?;
    Ok(versioned(changed))
}

/// Sets the organisation's policy as a whole.
#[utoipa::path(
    put, path = "/api/v1/organisation/policy", tag = "organisation",
    params(("If-Match" = String, Header, description = "ETag of the version that was read")),
    request_body = UpdatePolicyRequest,
    responses((status = 200, body = OrganisationResponse), UpdateProblems)
)]
async fn update_policy(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    IfMatch(version): IfMatch,
    Json(request): Json<UpdatePolicyRequest>,
) -> ApiResult<Versioned<OrganisationResponse>> {
    let request = PolicyRequest {
        kind: match request.kind {
            KindName::Personal => OrganisationKind::Personal,
            KindName::Employer => OrganisationKind::Employer,
            KindName::Education => OrganisationKind::Education,
            KindName::Other => OrganisationKind::Other,
        },
        scoring: match request.scoring {
            ScoringName::ContentOnly => Scoring::ContentOnly,
            ScoringName::Documented => Scoring::Documented,
        },
        legal_basis: request.legal_basis,
        retention_days: request.retention_days,
        chat_processor: request.chat_processor,
    };
    let changed = organisations::update_policy(&state.app, &actor, request, version).await?;
    Ok(versioned(changed))
}
