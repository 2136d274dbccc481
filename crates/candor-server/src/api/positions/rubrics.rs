//! Rubrics of positions, revision by revision.

use axum::extract::State;
use candor_app::authoring::rubrics::{self, RubricRevision};
use candor_core::{
    ids::{PositionId, RubricId},
    report::Provenance,
    rubric::{CompetencyRubric, QuestionRubric, Rubric},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    ServerState,
    auth::Caller,
    etag::{IfMatch, Versioned},
    json::Json,
    paging::{ListResponse, PageQuery, Paging},
    path::Path,
    problem::ApiResult,
    responses::{AppendProblems, GetProblems, SublistProblems, UpdateProblems},
};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(get_rubric, replace_rubric))
        .routes(routes!(list_rubrics))
        .routes(routes!(generate_rubric))
}

/// What a generated rubric is about.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct GenerateRubricRequest {
    /// Language of the questions (BCP 47 primary subtag); `en` unless given.
    #[schema(example = "en")]
    language: Option<String>,
}

/// What a rubric says.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RubricBody {
    /// What answers are judged by, 1 to 12.
    #[schema(example = json!([{
        "key": "judgment", "name": "Judgment", "weight": 1.0,
        "levels": ["no reason", "one reason", "some reasons", "risks too", "owns the outcome"],
    }]))]
    competencies: Vec<CompetencyBody>,
    /// Questions with levels of their own.
    #[serde(default)]
    questions: Vec<QuestionBody>,
    /// How the marks make the total of an interview, 0 to 10; without one the weights do. Numbers, `+ - * /`,
    /// parentheses, `min(…)`, `max(…)`, `mean(…)`, `if(a < b, then, else)` (also `<=`, `>`, `>=`); the keys of the
    /// competencies stand for their marks, 0 to 10. Beside them: `question_mean` and `weighted_mean` (the usual total),
    /// both 0 to 10; `answered_share` and `key_point_share`, both 0 to 1; `red_flags`, their number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 1000, example = "0.7 * judgment + 0.3 * question_mean")]
    formula: Option<String>,
}

/// One competency of a rubric.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CompetencyBody {
    /// Its key: small letters, digits and `_`.
    #[schema(max_length = 60)]
    key: String,
    /// Name that people see.
    #[schema(max_length = 100)]
    name: String,
    /// How much it counts beside the others: above 0, at most 1000.
    weight: f64,
    /// What an answer shows at the levels 1 to 5, the lowest first.
    levels: [String; 5],
}

/// One question of a rubric.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct QuestionBody {
    /// Key of the question in its bank.
    #[schema(max_length = 100)]
    question_key: String,
    /// What an answer shows at the levels 1 to 5, the lowest first.
    levels: [String; 5],
}

impl From<RubricBody> for Rubric {
    fn from(body: RubricBody) -> Self {
        let competencies = body.competencies.into_iter().map(|one| CompetencyRubric {
            key: one.key,
            name: one.name,
            weight: one.weight,
            levels: one.levels,
        });
        let questions = body.questions.into_iter().map(|one| QuestionRubric {
            question_key: one.question_key,
            levels: one.levels,
        });
        Self {
            competencies: competencies.collect(),
            questions: questions.collect(),
            formula: body.formula,
        }
    }
}

impl From<Rubric> for RubricBody {
    fn from(rubric: Rubric) -> Self {
        let competencies = rubric.competencies.into_iter().map(|one| CompetencyBody {
            key: one.key,
            name: one.name,
            weight: one.weight,
            levels: one.levels,
        });
        let questions = rubric.questions.into_iter().map(|one| QuestionBody {
            question_key: one.question_key,
            levels: one.levels,
        });
        Self {
            competencies: competencies.collect(),
            questions: questions.collect(),
            formula: rubric.formula,
        }
    }
}

/// One revision of a position's rubric.
#[derive(Debug, Serialize, ToSchema)]
struct RubricResponse {
    /// Identifier.
    #[schema(value_type = String)]
    id: RubricId,
    /// For which position.
    #[schema(value_type = String)]
    position_id: PositionId,
    /// From 1; the `ETag`.
    revision: i32,
    /// `template`, `chat` or `edited`.
    source: String,
    /// What it says.
    rubric: RubricBody,
    /// Which model wrote the levels: `{engine, version, model, formula, settings}`, where `formula` is the prompt with its
    /// version; `null`: no model did.
    #[schema(value_type = Option<Object>)]
    provenance: Option<Provenance>,
    /// Id of the person or key that made it.
    created_by: String,
    /// When it was made.
    created_at: Timestamp,
}

impl From<RubricRevision> for RubricResponse {
    fn from(found: RubricRevision) -> Self {
        Self {
            id: found.id,
            position_id: found.position,
            revision: found.revision,
            source: found.source,
            rubric: found.rubric.into(),
            provenance: found.provenance,
            created_by: found.created_by,
            created_at: found.created_at,
        }
    }
}

/// The newest revision of a position's rubric.
#[utoipa::path(
    get, path = "/api/v1/positions/{id}/rubric", tag = "positions",
    params(("id" = String, Path, description = "The position")),
    responses((status = 200, body = RubricResponse), GetProblems)
)]
async fn get_rubric(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<PositionId>,
) -> ApiResult<Versioned<RubricResponse>> {
    let found = rubrics::get_rubric(&state.app, &actor, id).await?;
    Ok(Versioned::found(found.revision, found.into()))
}

/// A page of revisions of a position's rubric, newest first.
#[utoipa::path(
    get, path = "/api/v1/positions/{id}/rubrics", tag = "positions",
    params(("id" = String, Path, description = "The position"), PageQuery),
    responses((status = 200, body = ListResponse<RubricResponse>), SublistProblems)
)]
async fn list_rubrics(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<PositionId>,
    Paging(page): Paging,
) -> ApiResult<Json<ListResponse<RubricResponse>>> {
    let page = rubrics::list_rubrics(&state.app, &actor, id, page).await?;
    Ok(Json(page.map(RubricResponse::from).into()))
}

/// Makes a revision from the questions that interviews for the position may ask. The levels are written by the chat
/// model from the position's description where an admin named its processor (`source` is `chat`), otherwise by templates.
#[utoipa::path(
    post, path = "/api/v1/positions/{id}/rubric/generate", tag = "positions",
    params(("id" = String, Path, description = "The position")),
    request_body = GenerateRubricRequest,
    responses((status = 201, body = RubricResponse), AppendProblems)
)]
async fn generate_rubric(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<PositionId>,
    Json(request): Json<GenerateRubricRequest>,
) -> ApiResult<Versioned<RubricResponse>> {
    let language = request.language.as_deref();
    let made = rubrics::generate_rubric(&state.app, &actor, id, language).await?;
    let location = format!("/api/v1/positions/{}/rubric", made.position);
    Ok(Versioned::created(made.revision, location, made.into()))
}

/// Appends a revision that somebody wrote; earlier ones stay. `If-Match: "0"` stands for none before it.
#[utoipa::path(
    put, path = "/api/v1/positions/{id}/rubric", tag = "positions",
    params(
        ("id" = String, Path, description = "The position"),
        ("If-Match" = String, Header, description = "ETag of the revision that was read"),
    ),
    request_body = RubricBody,
    responses((status = 200, body = RubricResponse), UpdateProblems)
)]
async fn replace_rubric(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<PositionId>,
    IfMatch(expected): IfMatch,
    Json(body): Json<RubricBody>,
) -> ApiResult<Versioned<RubricResponse>> {
    let made = rubrics::replace_rubric(&state.app, &actor, id, expected, body.into()).await?;
    Ok(Versioned::found(made.revision, made.into()))
}
