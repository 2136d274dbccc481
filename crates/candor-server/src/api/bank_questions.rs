//! Questions of an organisation's own bank, and those that Candor comes with.

use axum::{extract::State, http::StatusCode};
use candor_app::authoring::bank;
use candor_core::ids::{BankQuestionId, PositionId};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    ServerState,
    auth::Caller,
    etag::{IfMatch, MaybeIfMatch, Versioned},
    json::Json,
    paging::{ListResponse, PageQuery, Paging},
    path::{Path, Query},
    problem::ApiResult,
    responses::{CreateProblems, DeleteProblems, GetProblems, ListProblems, UpdateProblems},
};
use serde::Deserialize;
use wire::{
    BankQuestionResponse, CreateBankQuestionRequest, ShippedQuestionResponse,
    ShippedQuestionsResponse, UpdateBankQuestionRequest,
};

mod exchange;
mod wire;

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(create_bank_question, list_bank_questions))
        .routes(routes!(
            get_bank_question,
            update_bank_question,
            delete_bank_question
        ))
        .routes(routes!(list_shipped_questions))
        .merge(exchange::routes())
}

/// Which questions are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct BankQuestionQuery {
    /// `technical`, `behavioral`, `sales` or `customer_success`.
    role_family: Option<String>,
    /// `intro`, `technical`, `coding`, `behavioral` or `wrap_up`.
    phase: Option<String>,
    /// `easy`, `medium` or `hard`.
    difficulty: Option<String>,
    /// Language (BCP 47 primary subtag).
    language: Option<String>,
    /// Written for this position only.
    #[param(value_type = Option<String>)]
    position_id: Option<PositionId>,
}

/// Which shipped questions are shown.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ShippedQuery {
    /// `technical`, `behavioral`, `sales` or `customer_success`.
    #[param(example = "technical")]
    role_family: String,
    /// `en`, `tr`, `fr` or `id`.
    #[param(example = "en")]
    language: String,
}

/// Makes a question.
#[utoipa::path(
    post, path = "/api/v1/bank-questions", tag = "bank questions",
    request_body = CreateBankQuestionRequest,
    responses((status = 201, body = BankQuestionResponse), CreateProblems)
)]
async fn create_bank_question(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Json(request): Json<CreateBankQuestionRequest>,
) -> ApiResult<Versioned<BankQuestionResponse>> {
    let made = bank::create_question(&state.app, &actor, request.into()).await?;
    let location = format!("/api/v1/bank-questions/{}", made.id);
    Ok(Versioned::created(made.version, location, made.into()))
}

/// A page of the organisation's questions, newest first.
#[utoipa::path(
    get, path = "/api/v1/bank-questions", tag = "bank questions",
    params(PageQuery, BankQuestionQuery),
    responses((status = 200, body = ListResponse<BankQuestionResponse>), ListProblems)
)]
async fn list_bank_questions(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Paging(page): Paging,
    Query(query): Query<BankQuestionQuery>,
) -> ApiResult<Json<ListResponse<BankQuestionResponse>>> {
    let filter = bank::BankFilter {
        role_family: query.role_family,
        phase: query.phase,
        difficulty: query.difficulty,
        language: query.language,
        position: query.position_id,
    };
    let page = bank::list_questions(&state.app, &actor, filter, page).await?;
    Ok(Json(page.map(BankQuestionResponse::from).into()))
}

/// One question.
#[utoipa::path(
    get, path = "/api/v1/bank-questions/{id}", tag = "bank questions",
    params(("id" = String, Path, description = "The question")),
    responses((status = 200, body = BankQuestionResponse), GetProblems)
)]
async fn get_bank_question(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<BankQuestionId>,
) -> ApiResult<Versioned<BankQuestionResponse>> {
    let found = bank::get_question(&state.app, &actor, id).await?;
    Ok(Versioned::found(found.version, found.into()))
}

/// Changes fields of a question: absent ones stay, `null` clears. Its key stays.
#[utoipa::path(
    patch, path = "/api/v1/bank-questions/{id}", tag = "bank questions",
    params(
        ("id" = String, Path, description = "The question"),
        ("If-Match" = String, Header, description = "ETag of the version that was read"),
    ),
    request_body = UpdateBankQuestionRequest,
    responses((status = 200, body = BankQuestionResponse), UpdateProblems)
)]
async fn update_bank_question(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<BankQuestionId>,
    IfMatch(expected): IfMatch,
    Json(request): Json<UpdateBankQuestionRequest>,
) -> ApiResult<Versioned<BankQuestionResponse>> {
    let changed = bank::update_question(&state.app, &actor, id, expected, request.into()).await?;
    Ok(Versioned::found(changed.version, changed.into()))
}

/// Deletes a question.
#[utoipa::path(
    delete, path = "/api/v1/bank-questions/{id}", tag = "bank questions",
    params(
        ("id" = String, Path, description = "The question"),
        ("If-Match" = Option<String>, Header, description = "ETag: delete only this version"),
    ),
    responses((status = 204, description = "Deleted"), DeleteProblems)
)]
async fn delete_bank_question(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<BankQuestionId>,
    MaybeIfMatch(expected): MaybeIfMatch,
) -> ApiResult<StatusCode> {
    bank::delete_question(&state.app, &actor, id, expected).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The questions that Candor comes with for a kind of work in a language. They are asked after the organisation's own.
#[utoipa::path(
    get, path = "/api/v1/bank-questions/shipped", tag = "bank questions",
    params(ShippedQuery),
    responses((status = 200, body = ShippedQuestionsResponse), ListProblems)
)]
async fn list_shipped_questions(
    Caller(actor): Caller,
    Query(query): Query<ShippedQuery>,
) -> ApiResult<Json<ShippedQuestionsResponse>> {
    let questions = bank::list_shipped(&actor, &query.role_family, &query.language)?;
    let items = questions.iter().map(ShippedQuestionResponse::from);
    Ok(Json(ShippedQuestionsResponse {
        items: items.collect(),
    }))
}
