//! What the steps made: listed, and given out where the report does not withhold it.

use axum::{extract::State, http::HeaderMap, response::Response};
use candor_app::analyses::{self, Artefact};
use candor_core::ids::{AnalysisId, ArtefactId};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    ServerState,
    auth::Caller,
    download::{self, Described},
    json::Json,
    path::{Below, Path},
    problem::{ApiResult, Problem},
    responses::{ActProblems, GetProblems},
};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(list_analysis_artefacts))
        .routes(routes!(get_analysis_artefact))
}

/// What the steps made.
#[derive(Debug, Serialize, ToSchema)]
struct ArtefactListResponse {
    /// Oldest first.
    items: Vec<ArtefactResponse>,
}

/// What a step made.
#[derive(Debug, Serialize, ToSchema)]
struct ArtefactResponse {
    /// Identifier.
    #[schema(value_type = String)]
    id: ArtefactId,
    /// The step.
    step: String,
    /// Name.
    #[schema(example = "transcript.json")]
    name: String,
    /// MIME type.
    content_type: String,
    /// Size in bytes.
    bytes: u64,
    /// SHA-256, hexadecimal.
    sha256: String,
    /// Hash of inputs, engine and formula versions.
    input_hash: String,
    /// Engines, models and formulas by key.
    #[schema(value_type = Object)]
    provenance: Value,
    /// Whether its content can't be had, because it tells what the report withholds from the caller.
    withheld: bool,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

impl From<Artefact> for ArtefactResponse {
    fn from(artefact: Artefact) -> Self {
        Self {
            id: artefact.id,
            step: artefact.step,
            name: artefact.name,
            content_type: artefact.content_type,
            bytes: artefact.bytes,
            sha256: artefact.sha256,
            input_hash: artefact.input_hash,
            provenance: artefact.provenance,
            withheld: artefact.is_withheld,
            created_at: artefact.created_at,
        }
    }
}

/// What the steps made, oldest first, each with hash, size and provenance.
#[utoipa::path(
    get, path = "/api/v1/analyses/{id}/artefacts", tag = "analyses",
    params(("id" = String, Path, description = "The analysis")),
    responses((status = 200, body = ArtefactListResponse), GetProblems)
)]
async fn list_analysis_artefacts(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<AnalysisId>,
) -> ApiResult<Json<ArtefactListResponse>> {
    let found = analyses::list_artefacts(&state.app, &actor, id).await?;
    Ok(Json(ArtefactListResponse {
        items: found.into_iter().map(Into::into).collect(),
    }))
}

/// One artefact, or one range of it. The sound is `audio.wav`, the words are `transcript.json`, `.txt`, `.vtt`
/// and `.srt`; what tells more than the report does is refused.
#[utoipa::path(
    method(get, head), path = "/api/v1/analyses/{id}/artefacts/{artefact}", tag = "analyses",
    params(
        ("id" = String, Path, description = "The analysis"),
        ("artefact" = String, Path, description = "Id of an artefact, or a name: the newest of that name"),
        ("Range" = Option<String>, Header, description = "One range of bytes"),
        ("If-Range" = Option<String>, Header, description = "ETag: the range counts only for this version"),
        ("If-None-Match" = Option<String>, Header, description = "ETag that the client has"),
    ),
    responses(
        (status = 200, description = "All of it", content_type = "application/octet-stream"),
        (status = 206, description = "The range", content_type = "application/octet-stream"),
        (status = 304, description = "The client has it"),
        (status = 416, description = "No such range, or more than one", body = Problem, content_type = "application/problem+json"),
        ActProblems
    )
)]
async fn get_analysis_artefact(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Below(id, artefact): Below<AnalysisId, String>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let file = analyses::find_artefact(&state.app, &actor, id, &artefact).await?;
    let described = Described {
        content_type: Some(&file.artefact.content_type),
        bytes: file.artefact.bytes,
        sha256: &file.artefact.sha256,
        file_name: Some(&file.artefact.name),
    };
    let open = |range| file.open(&state.app, range);
    Ok(download::answer(&headers, described, open).await?)
}
