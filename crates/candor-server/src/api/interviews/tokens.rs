//! Tokens that let a candidate into one interview.

use axum::{extract::State, http::StatusCode, response::Response};
use candor_app::identity::interview_tokens::{self, InterviewToken};
use candor_core::ids::{InterviewId, InterviewTokenId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    ServerState,
    api::auth::private,
    auth::Caller,
    json::Json,
    paging::{ListResponse, PageQuery, Paging},
    path::{Below, Path},
    problem::ApiResult,
    responses::{ActProblems, AppendProblems, SublistProblems},
};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(create_interview_token, list_interview_tokens))
        .routes(routes!(revoke_interview_token))
}

/// A new token.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreateInterviewTokenRequest {
    /// Not valid from then on; seven days from now unless given.
    expires_at: Option<Timestamp>,
}

/// A token, without the token itself.
#[derive(Debug, Serialize, ToSchema)]
struct InterviewTokenResponse {
    /// Identifier.
    #[schema(value_type = String)]
    id: InterviewTokenId,
    /// The interview that it is for.
    #[schema(value_type = String)]
    interview_id: InterviewId,
    /// Its first characters, to recognise it by.
    prefix: String,
    /// Id of the person or key that made it.
    created_by: String,
    /// When it was made.
    created_at: Timestamp,
    /// Not valid from then on.
    expires_at: Timestamp,
    /// Since when it is invalid.
    revoked_at: Option<Timestamp>,
}

impl From<InterviewToken> for InterviewTokenResponse {
    fn from(token: InterviewToken) -> Self {
        Self {
            id: token.id,
            interview_id: token.interview,
            prefix: token.prefix,
            created_by: token.created_by,
            created_at: token.created_at,
            expires_at: token.expires_at,
            revoked_at: token.revoked_at,
        }
    }
}

/// A new token, with the token itself: it is shown this once.
#[derive(Serialize, ToSchema)]
struct CreatedInterviewTokenResponse {
    #[serde(flatten)]
    about: InterviewTokenResponse,
    /// Goes into the header `Authorization: Bearer …` of the candidate's requests.
    token: String,
}

/// Makes a token with which a candidate reads the interview, agrees, and records for it; nothing else. The
/// token itself is shown this once.
#[utoipa::path(
    post, path = "/api/v1/interviews/{id}/tokens", tag = "interviews",
    params(("id" = String, Path, description = "The interview")),
    request_body = CreateInterviewTokenRequest,
    responses((status = 201, body = CreatedInterviewTokenResponse), AppendProblems)
)]
async fn create_interview_token(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(interview): Path<InterviewId>,
    Json(request): Json<CreateInterviewTokenRequest>,
) -> ApiResult<Response> {
    let app = &state.app;
    let (about, token) =
        interview_tokens::create_token(app, &actor, interview, request.expires_at).await?;
    let about = about.into();
    Ok(private(
        StatusCode::CREATED,
        CreatedInterviewTokenResponse { about, token },
    ))
}

/// A page of the interview's tokens, newest first; expired and revoked ones too.
#[utoipa::path(
    get, path = "/api/v1/interviews/{id}/tokens", tag = "interviews",
    params(("id" = String, Path, description = "The interview"), PageQuery),
    responses((status = 200, body = ListResponse<InterviewTokenResponse>), SublistProblems)
)]
async fn list_interview_tokens(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(interview): Path<InterviewId>,
    Paging(page): Paging,
) -> ApiResult<Json<ListResponse<InterviewTokenResponse>>> {
    let page = interview_tokens::list_tokens(&state.app, &actor, interview, page).await?;
    Ok(Json(page.map(InterviewTokenResponse::from).into()))
}

/// Revokes a token: it is refused from the next request on, and stays in the list.
#[utoipa::path(
    delete, path = "/api/v1/interviews/{id}/tokens/{token_id}", tag = "interviews",
    params(
        ("id" = String, Path, description = "The interview"),
        ("token_id" = String, Path, description = "The token's id"),
    ),
    responses((status = 200, body = InterviewTokenResponse), ActProblems)
)]
async fn revoke_interview_token(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Below(interview, token): Below<InterviewId, InterviewTokenId>,
) -> ApiResult<Json<InterviewTokenResponse>> {
    let revoked = interview_tokens::revoke_token(&state.app, &actor, interview, token).await?;
    Ok(Json(revoked.into()))
}
