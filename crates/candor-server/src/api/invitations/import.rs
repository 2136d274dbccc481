//! Many invitations from one table.

use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use candor_app::{
    AppError,
    invitations::{Import, LONGEST_TABLE, import_invitations},
};
use candor_core::access::Action;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::wire::InvitationResponse;
use crate::{
    ServerState,
    address::OwnAddress,
    auth::Caller,
    json::Json,
    path::Query,
    problem::{ApiError, ApiResult, Problem, RowProblem},
    responses::CreateProblems,
};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new().routes(routes!(import_table))
}

/// How a table is taken.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ImportQuery {
    /// Only checks the table.
    dry_run: Option<bool>,
}

/// What became of a table.
#[derive(Debug, Serialize, ToSchema)]
struct InvitationImportResponse {
    /// Whether it was only checked.
    dry_run: bool,
    /// Rows.
    n: usize,
    /// The invitations, in the order of the rows; empty when it was only checked.
    items: Vec<InvitationResponse>,
}

/// Makes an invitation of every row of a CSV table with a heading, or of none: mistakes are told by row and column
/// in `errors`. At most 1 MB and 1000 rows; focus areas are separated by `;`.
#[utoipa::path(
    post, path = "/api/v1/invitations/import", tag = "invitations",
    operation_id = "import_invitations",
    params(ImportQuery),
    request_body(
        content = String, content_type = "text/csv",
        description = "Columns: candidate_email, role_family, scheduled_at; also candidate_name, time_zone, language, difficulty, duration_minutes, focus_areas, message, position_id, application_id, resume_url, interview_type"
    ),
    responses(
        (status = 201, body = InvitationImportResponse, description = "All were made"),
        (status = 200, body = InvitationImportResponse, description = "All can be made"),
        CreateProblems
    )
)]
async fn import_table(
    State(state): State<ServerState>,
    caller: Caller,
    OwnAddress(base): OwnAddress,
    Query(query): Query<ImportQuery>,
    headers: HeaderMap,
    table: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> ApiResult<Response> {
    let actor = caller.who_may(Action::InviteCandidates)?;
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let is_csv = kind.is_some_and(|kind| {
        let kind = kind.split(';').next().unwrap_or_default();
        kind.trim().eq_ignore_ascii_case("text/csv")
    });
    if !is_csv {
        let wanted = "send the table as text/csv".to_owned();
        return Err(ApiError(AppError::Unsupported(wanted)));
    }
    let table = table.map_err(|_| AppError::TooLarge {
        limit: LONGEST_TABLE as u64,
    })?;
    let dry_run = query.dry_run.unwrap_or(false);
    match import_invitations(&state.app, &actor, &table, dry_run).await? {
        Import::Checked { n } => {
            let body = InvitationImportResponse {
                dry_run,
                n,
                items: Vec::new(),
            };
            Ok(Json(body).into_response())
        }
        Import::Made(made) => {
            let items: Vec<_> = made
                .into_iter()
                .map(|made| InvitationResponse::new(made, &base))
                .collect();
            let body = InvitationImportResponse {
                dry_run,
                n: items.len(),
                items,
            };
            Ok((StatusCode::CREATED, Json(body)).into_response())
        }
        Import::Refused(errors) => {
            let errors = errors.into_iter().map(|error| RowProblem {
                row: error.row,
                column: error.column,
                message: error.message,
            });
            let mut problem = Problem::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "invalid_rows",
                "nobody was invited: rows of the table can't be taken, see errors",
            );
            problem.errors = errors.collect();
            Ok(problem.into_response())
        }
    }
}
