//! People: the signed-in one, and those of the organisation.

use axum::{extract::State, http::StatusCode, response::Response};
use candor_app::identity::{
    self,
    members::{self, Member},
    people, setup,
};
use candor_core::{
    access::{Actor, Powers},
    ids::{OrganisationId, UserId},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::auth::{RoleName, TokenResponse, UserResponse, private};
use crate::{
    ServerState,
    auth::Caller,
    json::Json,
    paging::{ListResponse, PageQuery, Paging},
    path::Path,
    problem::ApiResult,
    responses::{
        ActProblems, ChangeProblems, CreateProblems, DeleteProblems, GetProblems, ListProblems,
        SignInProblems,
    },
};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(get_me, update_me))
        .routes(routes!(change_password))
        .routes(routes!(create_user, list_users))
        .routes(routes!(get_user, update_user, delete_user))
        .routes(routes!(create_setup_link))
}

/// The signed-in person.
#[derive(Serialize, ToSchema)]
struct MeResponse {
    #[serde(flatten)]
    user: UserResponse,
    /// Where they act.
    #[schema(value_type = String)]
    organisation_id: OrganisationId,
    /// As what.
    role: Option<RoleName>,
}

impl MeResponse {
    fn new(person: people::Person, actor: &Actor) -> Self {
        Self {
            user: person.into(),
            organisation_id: actor.organisation,
            role: match actor.powers {
                Powers::Role(role) => Some(role.into()),
                Powers::Scopes(_) | Powers::Interview(_) => None,
            },
        }
    }
}

/// A change of the signed-in person.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UpdateMeRequest {
    /// Name that people see.
    #[schema(max_length = 100)]
    display_name: String,
}

/// Another password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangePasswordRequest {
    /// The present one.
    current_password: String,
    /// The new one.
    #[schema(min_length = 8, max_length = 128)]
    new_password: String,
}

/// An invitation.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreateUserRequest {
    /// What they will sign in with: an id or an e-mail.
    #[schema(min_length = 3, max_length = 254)]
    login: String,
    /// Name that people see; the login unless given.
    #[schema(max_length = 100)]
    display_name: Option<String>,
    /// What they will be.
    role: RoleName,
}

/// A one-time link with which a person chooses a password. It is shown this once.
#[derive(Serialize, ToSchema)]
struct SetupLinkResponse {
    /// The person.
    user: UserResponse,
    /// Address to give to the person; a path when `server.public_url` is not set.
    setup_url: String,
    /// Not valid from then on.
    expires_at: Timestamp,
}

/// A change of a member.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UpdateUserRequest {
    /// What they are from now on.
    role: RoleName,
}

/// A member of the organisation.
#[derive(Serialize, ToSchema)]
struct MemberResponse {
    /// Identifier.
    #[schema(value_type = String)]
    id: UserId,
    /// What they sign in with.
    login: String,
    /// Name that people see.
    display_name: String,
    /// What they are.
    role: RoleName,
    /// Whether they have chosen a password yet.
    has_password: bool,
    /// When they joined.
    joined_at: Timestamp,
}

impl From<Member> for MemberResponse {
    fn from(member: Member) -> Self {
        Self {
            id: member.id,
            login: member.handle,
            display_name: member.display_name,
            role: member.role.into(),
            has_password: member.has_password,
            joined_at: member.joined_at,
        }
    }
}

/// The signed-in person, where they act and as what.
#[utoipa::path(
    get, path = "/api/v1/users/me", tag = "users",
    responses((status = 200, body = MeResponse), GetProblems)
)]
async fn get_me(
    State(state): State<ServerState>,
    Caller(actor): Caller,
) -> ApiResult<Json<MeResponse>> {
    let person = people::get_me(&state.app, &actor).await?;
    Ok(Json(MeResponse::new(person, &actor)))
}

/// Changes the name of the signed-in person.
#[utoipa::path(
    patch, path = "/api/v1/users/me", tag = "users",
    request_body = UpdateMeRequest,
    responses((status = 200, body = MeResponse), ChangeProblems)
)]
async fn update_me(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Json(request): Json<UpdateMeRequest>,
) -> ApiResult<Json<MeResponse>> {
    let person = people::update_me(&state.app, &actor, &request.display_name).await?;
    Ok(Json(MeResponse::new(person, &actor)))
}

/// Sets another password. All other sessions end; the answer begins a new one.
#[utoipa::path(
    put, path = "/api/v1/users/me/password", tag = "users",
    request_body = ChangePasswordRequest,
    responses((status = 200, body = TokenResponse), SignInProblems)
)]
async fn change_password(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Json(request): Json<ChangePasswordRequest>,
) -> ApiResult<Response> {
    let session = identity::change_password(
        &state.app,
        &actor,
        &request.current_password,
        &request.new_password,
    )
    .await?;
    Ok(private(StatusCode::OK, TokenResponse::from(session)))
}

/// Invites a person: an account without a password, and the one-time link with which they choose one.
#[utoipa::path(
    post, path = "/api/v1/users", tag = "users",
    request_body = CreateUserRequest,
    responses((status = 201, body = SetupLinkResponse), CreateProblems)
)]
async fn create_user(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Json(request): Json<CreateUserRequest>,
) -> ApiResult<Response> {
    let (person, link) = setup::invite_person(
        &state.app,
        &actor,
        &request.login,
        request.display_name.as_deref(),
        request.role.into(),
    )
    .await?;
    let body = SetupLinkResponse {
        user: person.into(),
        setup_url: link.url(&state.app.config.server.public_url),
        expires_at: link.expires_at,
    };
    Ok(private(StatusCode::CREATED, body))
}

/// A page of the organisation's people, newest first.
#[utoipa::path(
    get, path = "/api/v1/users", tag = "users", params(PageQuery),
    responses((status = 200, body = ListResponse<MemberResponse>), ListProblems)
)]
async fn list_users(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Paging(page): Paging,
) -> ApiResult<Json<ListResponse<MemberResponse>>> {
    let page = members::list_members(&state.app, &actor, page).await?;
    Ok(Json(page.map(MemberResponse::from).into()))
}

/// One person of the organisation.
#[utoipa::path(
    get, path = "/api/v1/users/{id}", tag = "users",
    params(("id" = String, Path, description = "The person")),
    responses((status = 200, body = MemberResponse), GetProblems)
)]
async fn get_user(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<UserId>,
) -> ApiResult<Json<MemberResponse>> {
    Ok(Json(
        members::get_member(&state.app, &actor, id).await?.into(),
    ))
}

/// Gives a person another role, from their next request on.
#[utoipa::path(
    patch, path = "/api/v1/users/{id}", tag = "users",
    params(("id" = String, Path, description = "The person")),
    request_body = UpdateUserRequest,
    responses((status = 200, body = MemberResponse), ChangeProblems)
)]
async fn update_user(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<UserId>,
    Json(request): Json<UpdateUserRequest>,
) -> ApiResult<Json<MemberResponse>> {
    let member = members::update_role(&state.app, &actor, id, request.role.into()).await?;
    Ok(Json(member.into()))
}

/// Takes a person out of the organisation; their sessions in it end at once.
#[utoipa::path(
    delete, path = "/api/v1/users/{id}", tag = "users",
    params(("id" = String, Path, description = "The person")),
    responses((status = 204, description = "They are no member any more"), DeleteProblems)
)]
async fn delete_user(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<UserId>,
) -> ApiResult<StatusCode> {
    members::remove_member(&state.app, &actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes a new one-time link for a person who lost theirs, or their password.
#[utoipa::path(
    post, path = "/api/v1/users/{id}/setup-link", tag = "users",
    params(("id" = String, Path, description = "The person")),
    responses((status = 201, body = SetupLinkResponse), ActProblems)
)]
async fn create_setup_link(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<UserId>,
) -> ApiResult<Response> {
    let (person, link) = setup::renew_link(&state.app, &actor, id).await?;
    let body = SetupLinkResponse {
        user: person.into(),
        setup_url: link.url(&state.app.config.server.public_url),
        expires_at: link.expires_at,
    };
    Ok(private(StatusCode::CREATED, body))
}
