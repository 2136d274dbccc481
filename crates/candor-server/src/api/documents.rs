//! Résumés and job descriptions: files that are handed in or fetched, and what they say.

use axum::{
    extract::{DefaultBodyLimit, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use candor_app::{AppError, documents};
use candor_core::{
    access::Action,
    ids::{ApplicationId, CandidateId, DocumentId, PositionId},
};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    ServerState,
    auth::Caller,
    download::{self, Described},
    etag::{MaybeIfMatch, Versioned},
    json::Json,
    paging::{ListResponse, PageQuery, Paging},
    path::{Path, Query},
    problem::{ApiResult, Problem},
    responses::{ActProblems, CreateProblems, DeleteProblems, GetProblems, ListProblems},
};
use wire::{CreateDocumentForm, DocumentResponse, FetchDocumentRequest, MatchResponse};

pub mod form;
mod wire;

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    // The file has a limit of its own, that holds while it arrives.
    let upload = OpenApiRouter::new()
        .routes(routes!(create_document))
        .layer(DefaultBodyLimit::disable());
    OpenApiRouter::new()
        .routes(routes!(list_documents))
        .routes(routes!(fetch_document))
        .routes(routes!(get_document, delete_document))
        .routes(routes!(get_document_content))
        .routes(routes!(match_document))
        .merge(upload)
}

/// Which documents are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct DocumentQuery {
    /// Of this candidate.
    #[param(value_type = Option<String>)]
    candidate_id: Option<CandidateId>,
    /// Of this application.
    #[param(value_type = Option<String>)]
    application_id: Option<ApplicationId>,
    /// Of this position.
    #[param(value_type = Option<String>)]
    position_id: Option<PositionId>,
    /// `resume` or `job_description`.
    kind: Option<String>,
}

/// What a document is compared with.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct MatchQuery {
    /// The position; the document's own unless given.
    #[param(value_type = Option<String>)]
    position_id: Option<PositionId>,
}

/// Uploads a document: a form with `file` and `kind`, in any order. PDF, DOCX and plain text are taken, at most 5 MB;
/// the type is found by content. A PDF whose pages are pictures is kept without text (state `refused`).
#[utoipa::path(
    post, path = "/api/v1/documents", tag = "documents",
    request_body(content = CreateDocumentForm, content_type = "multipart/form-data"),
    responses((status = 201, body = DocumentResponse), CreateProblems)
)]
async fn create_document(
    State(state): State<ServerState>,
    caller: Caller,
    request: Request,
) -> ApiResult<Versioned<DocumentResponse>> {
    let actor = caller.who_may(Action::WriteCandidates)?;
    let form = form::receive(request, "file", &form::ABOUT).await?;
    let new = form.about()?;
    let made = documents::create_document(&state.app, &actor, new, form.bytes).await?;
    let location = format!("/api/v1/documents/{}", made.id);
    Ok(Versioned::created(made.version, location, made.into()))
}

/// Fetches a document from an address, or from S3, and keeps it like one that is uploaded.
#[utoipa::path(
    post, path = "/api/v1/documents/fetch", tag = "documents",
    request_body = FetchDocumentRequest,
    responses((status = 201, body = DocumentResponse), CreateProblems)
)]
async fn fetch_document(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Json(request): Json<FetchDocumentRequest>,
) -> ApiResult<Versioned<DocumentResponse>> {
    actor.may(Action::WriteCandidates)?;
    let (address, new) = request.parts();
    let made = documents::fetch_document(&state.app, &actor, new, &address).await?;
    let location = format!("/api/v1/documents/{}", made.id);
    Ok(Versioned::created(made.version, location, made.into()))
}

/// A page of documents, newest first, without their text.
#[utoipa::path(
    get, path = "/api/v1/documents", tag = "documents",
    params(PageQuery, DocumentQuery),
    responses((status = 200, body = ListResponse<DocumentResponse>), ListProblems)
)]
async fn list_documents(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Paging(page): Paging,
    Query(query): Query<DocumentQuery>,
) -> ApiResult<Json<ListResponse<DocumentResponse>>> {
    let filter = documents::DocumentFilter {
        candidate: query.candidate_id,
        application: query.application_id,
        position: query.position_id,
        kind: query.kind,
    };
    let page = documents::list_documents(&state.app, &actor, filter, page).await?;
    let page = page.map(|document| DocumentResponse::from(document).without_text());
    Ok(Json(page.into()))
}

/// One document with its text.
#[utoipa::path(
    get, path = "/api/v1/documents/{id}", tag = "documents",
    params(("id" = String, Path, description = "The document")),
    responses((status = 200, body = DocumentResponse), GetProblems)
)]
async fn get_document(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<DocumentId>,
) -> ApiResult<Versioned<DocumentResponse>> {
    let found = documents::get_document(&state.app, &actor, id).await?;
    Ok(Versioned::found(found.version, found.into()))
}

/// Deletes a document with its file and its text.
#[utoipa::path(
    delete, path = "/api/v1/documents/{id}", tag = "documents",
    params(
        ("id" = String, Path, description = "The document"),
        ("If-Match" = Option<String>, Header, description = "ETag: delete only this version"),
    ),
    responses((status = 204, description = "Deleted"), DeleteProblems)
)]
async fn delete_document(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<DocumentId>,
    MaybeIfMatch(expected): MaybeIfMatch,
) -> ApiResult<StatusCode> {
    documents::delete_document(&state.app, &actor, id, expected).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The file of a document, or one range of it.
#[utoipa::path(
    get, path = "/api/v1/documents/{id}/content", tag = "documents",
    params(
        ("id" = String, Path, description = "The document"),
        ("Range" = Option<String>, Header, description = "One range of bytes"),
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
async fn get_document_content(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<DocumentId>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let app = &state.app;
    let document = documents::get_document(app, &actor, id).await?;
    let sha256 = document.sha256.ok_or(AppError::NotFound("document"))?;
    let described = Described {
        content_type: document.content_type.as_deref(),
        bytes: document.bytes,
        sha256: &sha256,
        file_name: document.file_name.as_deref(),
    };
    let open = |range| documents::open_document(app, &actor, id, range);
    let mut response = download::answer(&headers, described, open).await?;
    // A stranger's file is kept, not shown by the browser.
    let place = response.headers().get(header::CONTENT_DISPOSITION);
    let kept = place
        .and_then(|place| place.to_str().ok()?.strip_prefix("inline"))
        .and_then(|rest| HeaderValue::try_from(format!("attachment{rest}")).ok());
    if let Some(kept) = kept {
        response
            .headers_mut()
            .insert(header::CONTENT_DISPOSITION, kept);
    }
    Ok(response)
}

/// Which of the terms of a position a document has, with the places where both say so. It helps to choose questions and
/// is no mark of a person.
#[utoipa::path(
    get, path = "/api/v1/documents/{id}/match", tag = "documents",
    params(("id" = String, Path, description = "The document"), MatchQuery),
    responses((status = 200, body = MatchResponse), ActProblems)
)]
async fn match_document(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<DocumentId>,
    Query(query): Query<MatchQuery>,
) -> ApiResult<Json<MatchResponse>> {
    let found = documents::match_document(&state.app, &actor, id, query.position_id).await?;
    Ok(Json(MatchResponse::new(id, found)))
}
