//! Documented routes of *adaptive*: an admin's templates of questions, which are the organisation's own bank.
//!
//! `language` there is the language of the code. What the contract calls a coding question of the phase `technical` is
//! kept as a question of the phase `coding`.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
};
use candor_app::authoring::bank::{
    self, BankFilter, BankQuestion, BankQuestionChange, NewBankQuestion,
};
use candor_app::{
    AppError,
    paging::{MOST, PageRequest},
};
use candor_core::{
    access::{Action, Actor, Denied},
    ids::{BankQuestionId, PositionId},
    interview::Phase,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{invalid, read, refusal, signed_in};
use crate::{
    ServerState,
    auth::Caller,
    compat::errors::{ActErrors, CreateErrors, GetErrors},
    json::present,
    path::Query,
    problem::ApiError,
};

/// Templates are texts in this language; the contract has no other.
const LANGUAGE: &str = "en";

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(adaptive_list_questions, adaptive_create_question))
        .routes(routes!(adaptive_update_question, adaptive_delete_question))
}

/// A new question.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AdaptiveQuestionRequest {
    /// `technical`, `behavioral`, `sales` or `customer_success`.
    #[schema(example = "technical")]
    role: String,
    /// `intro`, `technical`, `behavioral` or `wrap_up`.
    #[schema(example = "technical")]
    phase: String,
    /// `easy`, `medium` or `hard`.
    #[schema(example = "medium")]
    difficulty: String,
    /// Its words.
    text: String,
    /// Keys of competencies.
    #[serde(default)]
    competency_ids: Vec<String>,
    /// What may be asked after it.
    follow_up_prompt: Option<String>,
    /// Whether it asks for code; only of technical roles, in the phase `technical`.
    #[serde(default)]
    is_coding_question: bool,
    /// Code that the candidate goes on from.
    starter_code: Option<String>,
    /// Language of that code.
    language: Option<String>,
    /// Lower comes first.
    #[serde(default)]
    sort_order: i32,
    /// Asked for this position only.
    #[schema(value_type = Option<String>)]
    position_id: Option<PositionId>,
}

/// Changes of a question.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AdaptiveQuestionChange {
    role: Option<String>,
    phase: Option<String>,
    difficulty: Option<String>,
    text: Option<String>,
    competency_ids: Option<Vec<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    follow_up_prompt: Option<Option<String>>,
    is_coding_question: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    starter_code: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    language: Option<Option<String>>,
    sort_order: Option<i32>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    position_id: Option<Option<PositionId>>,
}

/// A question.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AdaptiveQuestion {
    id: Uuid,
    position_id: Option<Uuid>,
    role: &'static str,
    phase: &'static str,
    difficulty: &'static str,
    text: String,
    competency_ids: Vec<String>,
    follow_up_prompt: Option<String>,
    is_coding_question: bool,
    starter_code: Option<String>,
    language: Option<String>,
    sort_order: i32,
    created_at: Timestamp,
}

impl From<BankQuestion> for AdaptiveQuestion {
    fn from(question: BankQuestion) -> Self {
        let entry = question.entry;
        let is_coding = entry.phase == Phase::Coding;
        Self {
            id: question.id.uuid(),
            position_id: entry.position.map(PositionId::uuid),
            role: entry.role_family.as_str(),
            phase: if is_coding {
                Phase::Technical
            } else {
                entry.phase
            }
            .as_str(),
            difficulty: entry.difficulty.as_str(),
            text: entry.text,
            competency_ids: entry.competencies,
            follow_up_prompt: entry.follow_ups.into_iter().next(),
            is_coding_question: is_coding,
            starter_code: entry.starter_code,
            language: entry.code_language,
            sort_order: entry.sort_order,
            created_at: question.created_at,
        }
    }
}

/// All questions.
#[derive(Serialize, ToSchema)]
struct AdaptiveQuestions {
    questions: Vec<AdaptiveQuestion>,
}

/// What was deleted.
#[derive(Serialize, ToSchema)]
struct AdaptiveDeleted {
    deleted: bool,
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

type Refused<T> = Result<T, axum::response::Response>;

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
    let actor = admin(caller)?;
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
    let actor = admin(caller)?;
    let request: AdaptiveQuestionRequest = read(&body)?;
    let new = NewBankQuestion {
        key: None,
        position: request.position_id,
        phase: kept_phase(&request.phase, request.is_coding_question)?,
        role_family: request.role,
        difficulty: request.difficulty,
        language: LANGUAGE.to_owned(),
        text: request.text,
        competencies: request.competency_ids,
        key_points: Vec::new(),
        follow_ups: follow_ups(request.follow_up_prompt),
        starter_code: request.starter_code,
        code_language: request.language,
        sort_order: request.sort_order,
    };
    let made = bank::create_question(&state.app, &actor, new)
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
    let actor = admin(caller)?;
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
    let change = BankQuestionChange {
        position: request.position_id,
        role_family: request.role,
        phase,
        difficulty: request.difficulty,
        language: None,
        text: request.text,
        competencies: request.competency_ids,
        key_points: None,
        follow_ups: request.follow_up_prompt.map(follow_ups),
        starter_code: request.starter_code,
        code_language: request.language,
        sort_order: request.sort_order,
    };
    let changed = bank::update_question(&state.app, &actor, id, None, change)
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
    let actor = admin(caller)?;
    let id = named(&id)?;
    bank::delete_question(&state.app, &actor, id, None)
        .await
        .map_err(refusal)?;
    Ok(Json(AdaptiveDeleted { deleted: true }))
}

/// The contract keeps these routes to admins.
fn admin(caller: Result<Caller, ApiError>) -> Refused<Actor> {
    let actor = signed_in(caller)?;
    match actor.may(Action::ManageUsers) {
        Ok(_) => Ok(actor),
        Err(_) => Err(refusal(Denied.into())),
    }
}

fn named(id: &str) -> Refused<BankQuestionId> {
    id.parse()
        .map_err(|_| refusal(AppError::NotFound("question")))
}

fn kept_phase(phase: &str, is_coding: bool) -> Refused<String> {
    match (phase, is_coding) {
        ("technical", true) => Ok(Phase::Coding.as_str().to_owned()),
        ("coding", _) => Err(invalid(
            "phase",
            "phase must be one of: intro, technical, behavioral, wrap_up",
        )),
        (_, true) => Err(invalid(
            "isCodingQuestion",
            "questions that ask for code belong to the phase technical",
        )),
        (phase, false) => Ok(phase.to_owned()),
    }
}

fn follow_ups(prompt: Option<String>) -> Vec<String> {
    prompt
        .filter(|prompt| !prompt.trim().is_empty())
        .into_iter()
        .collect()
}

/// A refusal, with the fields' names of the contract.
fn told(error: AppError) -> axum::response::Response {
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
