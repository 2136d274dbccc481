//! A position's description, taken from a file.

use axum::extract::{DefaultBodyLimit, Request, State};
use candor_app::{documents, people};
use candor_core::{access::Action, ids::PositionId};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::PositionResponse;
use crate::{
    ServerState,
    api::documents::form,
    auth::Caller,
    etag::{MaybeIfMatch, Versioned},
    path::Path,
    problem::ApiResult,
    responses::UpdateProblems,
};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    // The file has a limit of its own, that holds while it arrives.
    OpenApiRouter::new()
        .routes(routes!(describe_position))
        .layer(DefaultBodyLimit::disable())
}

/// A form with a description.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a form that is read field by field")]
struct DescriptionForm {
    /// A PDF, a DOCX or plain text; at most 5 MB.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Takes the description from a file, which is kept as one of the position's documents.
#[utoipa::path(
    post, path = "/api/v1/positions/{id}/description", tag = "positions",
    params(
        ("id" = String, Path, description = "The position"),
        ("If-Match" = Option<String>, Header, description = "ETag: change only this version"),
    ),
    request_body(content = DescriptionForm, content_type = "multipart/form-data"),
    responses((status = 200, body = PositionResponse), UpdateProblems)
)]
async fn describe_position(
    State(state): State<ServerState>,
    caller: Caller,
    Path(id): Path<PositionId>,
    MaybeIfMatch(expected): MaybeIfMatch,
    request: Request,
) -> ApiResult<Versioned<PositionResponse>> {
    let actor = caller.who_may(Action::WriteCandidates)?;
    // A position that is not there is told before the file is sent.
    people::get_position(&state.app, &actor, id).await?;
    let form = form::receive(request, "file", &[]).await?;
    let changed =
        documents::describe_position(&state.app, &actor, id, expected, form.file_name, form.bytes)
            .await?;
    Ok(Versioned::found(changed.version, changed.into()))
}
