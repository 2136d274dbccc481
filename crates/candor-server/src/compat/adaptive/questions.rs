//! Documented routes of *adaptive*: an admin's templates of questions, which are the organisation's own bank.
//!
//! `language` there is the language of the code. What the contract calls a coding question of the phase `technical` is
//! kept as a question of the phase `coding`.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use candor_app::{
    AppError,
    authoring::bank::{self, BankFilter, BankQuestion},
    paging::{MOST, PageRequest},
};
use candor_core::{access::Action, ids::BankQuestionId};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{AdaptiveDeleted, allowed, read, refusal};
use crate::{
    ServerState,
    auth::Caller,
    compat::errors::{ActErrors, CreateErrors, GetErrors},
    path::Query,
    problem::ApiError,
};

mod wire;

use wire::{
    AdaptiveQuestion, AdaptiveQuestionChange, AdaptiveQuestionRequest, AdaptiveQuestions,
    kept_phase,
};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(adaptive_list_questions, adaptive_create_question))
        .routes(routes!(adaptive_update_question, adaptive_delete_question))
}

/// Which questions are listed.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct AdaptiveQuestionQuery {
    /// Of this kind of work.
    role: Option<String>,
    /// In this phase.
    phase: Option<String>,
}

type Refused<T> = Result<T, Response>;

/// The templates of the organisation, by `sortOrder`.
#[utoipa::path(
    get, path = "/api/v1/admin/questions", tag = "adaptive",
    params(AdaptiveQuestionQuery),
    responses((status = 200, body = AdaptiveQuestions), GetErrors)
)]
async fn adaptive_list_questions(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    query: Result<Query<AdaptiveQuestionQuery>, ApiError>,
) -> Refused<Json<AdaptiveQuestions>> {
    let actor = allowed(caller, Action::ManageUsers)?;
    let Query(query) = query.map_err(|error| refusal(error.0))?;
    let filter = BankFilter {
        role_family: query.role,
        phase: query.phase,
        ..BankFilter::default()
    };
    let mut questions: Vec<BankQuestion> = Vec::new();
    let mut after = None;
    loop {
        let request = PageRequest { after, limit: MOST };
        let page = bank::list_questions(&state.app, &actor, filter.clone(), request)
            .await
            .map_err(refusal)?;
        questions.extend(page.items);
        after = page.next_cursor;
        if after.is_none() {
            break;
        }
    }
    questions.sort_by_key(|question| (question.entry.sort_order, question.id));
    Ok(Json(AdaptiveQuestions {
        questions: questions.into_iter().map(Into::into).collect(),
    }))
}

/// Adds a template.
#[utoipa::path(
    post, path = "/api/v1/admin/questions", tag = "adaptive",
    request_body = AdaptiveQuestionRequest,
    responses((status = 201, body = AdaptiveQuestion), CreateErrors)
)]
async fn adaptive_create_question(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    body: Bytes,
) -> Refused<(StatusCode, Json<AdaptiveQuestion>)> {
    let actor = allowed(caller, Action::ManageUsers)?;
    let request: AdaptiveQuestionRequest = read(&body)?;
    let made = bank::create_question(&state.app, &actor, request.read()?)
        .await
        .map_err(told)?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// Changes a template.
#[utoipa::path(
    patch, path = "/api/v1/admin/questions/{id}", tag = "adaptive",
    params(("id" = String, Path, description = "The question")),
    request_body = AdaptiveQuestionChange,
    responses((status = 200, body = AdaptiveQuestion), CreateErrors)
)]
async fn adaptive_update_question(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    Path(id): Path<String>,
    body: Bytes,
) -> Refused<Json<AdaptiveQuestion>> {
    let actor = allowed(caller, Action::ManageUsers)?;
    let id = named(&id)?;
    let request: AdaptiveQuestionChange = read(&body)?;
    let phase = match (&request.phase, request.is_coding_question) {
        (None, None) => None,
        (phase, is_coding) => {
            let old = bank::get_question(&state.app, &actor, id)
                .await
                .map_err(refusal)?;
            let old = AdaptiveQuestion::from(old);
            let phase = phase.as_deref().unwrap_or(old.phase);
            Some(kept_phase(
                phase,
                is_coding.unwrap_or(old.is_coding_question),
            )?)
        }
    };
    let changed = bank::update_question(&state.app, &actor, id, None, request.read(phase))
        .await
        .map_err(told)?;
    Ok(Json(changed.into()))
}

/// Deletes a template.
#[utoipa::path(
    delete, path = "/api/v1/admin/questions/{id}", tag = "adaptive",
    params(("id" = String, Path, description = "The question")),
    responses((status = 200, body = AdaptiveDeleted), ActErrors)
)]
async fn adaptive_delete_question(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    Path(id): Path<String>,
) -> Refused<Json<AdaptiveDeleted>> {
    let actor = allowed(caller, Action::ManageUsers)?;
    let id = named(&id)?;
    bank::delete_question(&state.app, &actor, id, None)
        .await
        .map_err(refusal)?;
    Ok(Json(AdaptiveDeleted { deleted: true }))
}

fn named(id: &str) -> Refused<BankQuestionId> {
    id.parse()
        .map_err(|_| refusal(AppError::NotFound("question")))
}

/// A refusal, with the fields' names of the contract.
fn told(error: AppError) -> Response {
    match error {
        AppError::Invalid {
            code,
            message,
            field: Some(field),
        } => {
            let name = match field.as_str() {
                "role_family" => "role",
                "competencies" => "competencyIds",
                "follow_ups" => "followUpPrompt",
                "code_language" => "language",
                "position_id" => "positionId",
                other => other,
            };
            refusal(AppError::invalid(
                code,
                name,
                message.replacen(&field, name, 1),
            ))
        }
        error => refusal(error),
    }
}
