//! A bank as a file: import and export.

use axum::{
    body::Bytes,
    extract::{DefaultBodyLimit, State, rejection::BytesRejection},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use candor_app::{
    AppError,
    authoring::bank::{self, Format, IMPORT_BYTES, ImportReport},
};
use candor_core::access::Action;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::wire::CreateBankQuestionRequest;
use crate::{
    ServerState,
    auth::Caller,
    json::Json,
    path::Query,
    problem::ApiResult,
    responses::{CreateProblems, ListProblems},
};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(import_bank_questions))
        .layer(DefaultBodyLimit::max(IMPORT_BYTES))
        .routes(routes!(export_bank_questions))
}

/// How a bank is imported.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ImportQuery {
    /// Only tell what would come of it.
    dry_run: Option<bool>,
}

/// How a bank is exported.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ExportQuery {
    /// `csv` or `json`; `json` unless given.
    format: Option<String>,
}

/// What an import did, or would do.
#[derive(Debug, Serialize, ToSchema)]
struct ImportResponse {
    /// Nothing was written.
    dry_run: bool,
    /// Rows that were read.
    rows: usize,
    /// Questions that are new.
    created: usize,
    /// Questions whose key the bank had in that language, and that say something else now.
    updated: usize,
    /// Questions that were there word for word.
    unchanged: usize,
    /// What is wrong, at most 100 rows; only a dry run tells them so.
    errors: Vec<ImportErrorResponse>,
}

/// What is wrong with a row.
#[derive(Debug, Serialize, ToSchema)]
struct ImportErrorResponse {
    /// Which, from 1; 0: the head of the table, or the whole file.
    row: usize,
    /// Its column; empty: the row as a whole.
    column: String,
    /// What is wrong.
    message: String,
}

impl ImportResponse {
    fn new(report: ImportReport, dry_run: bool) -> Self {
        let errors = report.errors.into_iter().map(|error| ImportErrorResponse {
            row: error.row,
            column: error.column,
            message: error.message,
        });
        Self {
            dry_run,
            rows: report.rows,
            created: report.created,
            updated: report.updated,
            unchanged: report.unchanged,
            errors: errors.collect(),
        }
    }
}

/// Imports questions, all or none: a JSON array (`application/json`), or a table with a head (`text/csv`; lists have an
/// item on each line of their cell). At most 1 MB and 2000 rows. A question whose `key` the bank has in that language is
/// replaced.
#[utoipa::path(
    post, path = "/api/v1/bank-questions/import", tag = "bank questions",
    params(ImportQuery),
    request_body(content(
        (Vec<CreateBankQuestionRequest> = "application/json"),
        (String = "text/csv"),
    )),
    responses((status = 200, body = ImportResponse), CreateProblems)
)]
async fn import_bank_questions(
    State(state): State<ServerState>,
    caller: Caller,
    Query(query): Query<ImportQuery>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> ApiResult<Json<ImportResponse>> {
    let actor = caller.who_may(Action::WriteCandidates)?;
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok());
    let format = Format::from_content_type(kind.unwrap_or_default())?;
    let body = body.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => AppError::TooLarge {
            limit: IMPORT_BYTES as u64,
        },
        _ => AppError::invalid(
            "unreadable_body",
            "body",
            "the body broke off; send it again",
        ),
    })?;
    let dry_run = query.dry_run.unwrap_or(false);
    let report = bank::import_questions(&state.app, &actor, format, &body, dry_run).await?;
    Ok(Json(ImportResponse::new(report, dry_run)))
}

/// The organisation's whole bank as a file that can be imported. A cell that a spreadsheet could take for a formula
/// begins with an apostrophe.
#[utoipa::path(
    get, path = "/api/v1/bank-questions/export", tag = "bank questions",
    params(ExportQuery),
    responses(
        (status = 200, description = "The file", content(
            (Vec<CreateBankQuestionRequest> = "application/json"),
            (String = "text/csv"),
        )),
        ListProblems
    )
)]
async fn export_bank_questions(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Query(query): Query<ExportQuery>,
) -> ApiResult<Response> {
    let format = Format::from_name(query.format.as_deref().unwrap_or("json"))?;
    let file = bank::export_questions(&state.app, &actor, format).await?;
    let (kind, place) = match format {
        Format::Csv => (
            "text/csv; charset=utf-8",
            "attachment; filename=\"questions.csv\"",
        ),
        Format::Json => (
            "application/json",
            "attachment; filename=\"questions.json\"",
        ),
    };
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_DISPOSITION, place),
    ];
    Ok((headers, file).into_response())
}
