//! Documented routes of *lab*.

mod form;

use axum::{
    Json,
    extract::{DefaultBodyLimit, Request, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use candor_app::{
    App, AppError,
    documented::lab::{
        LabStatus,
        interviews::{
            InterviewChange, NewInterview, analyze_interview, create_interview, delete_interview,
            get_interview, list_interviews, may_upload, update_interview,
        },
    },
};
use candor_core::{access::Actor, ids::InterviewId, purpose::Purpose};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    ServerState,
    address::own_address,
    auth::Caller,
    compat::{
        errors::{ActErrors, GetErrors, Refusal, Shape, UploadErrors},
        pipeline::{Params, id_param},
    },
    paging::{PageQuery, Paging},
    problem::ApiError,
};

use form::{Form, InterviewForm};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    // Recordings have a limit of their own, that holds while they arrive.
    OpenApiRouter::new()
        .routes(routes!(lab_list, lab_create))
        .routes(routes!(lab_get, lab_replace, lab_change, lab_delete))
        .layer(DefaultBodyLimit::disable())
        .routes(routes!(lab_analyze))
        .routes(routes!(lab_report))
}

/// A started analysis.
#[derive(Debug, Serialize, ToSchema)]
pub struct Started {
    /// Always true.
    ok: bool,
}

/// Interviews, newest first: 50 unless `limit` says otherwise; `cursor` is the id of the last one seen.
#[utoipa::path(
    get, path = "/api/interviews/", tag = "lab", params(PageQuery),
    responses((status = 200, body = Vec<Value>), GetErrors)
)]
async fn lab_list(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    paging: Result<Paging, ApiError>,
    headers: HeaderMap,
) -> Result<Json<Vec<Value>>, Refusal> {
    let read = async {
        let actor = actor(caller)?;
        let Paging(page) = paging.map_err(|error| error.0)?;
        list_interviews(&state.app, &actor, page).await
    };
    let page = read.await.map_err(refuse)?;
    let origin = own_address(&state.app, &headers);
    let documents = page.items.iter().map(|facts| facts.document(&origin));
    Ok(Json(documents.collect()))
}

/// Makes an interview of a form with `video` and, in any order, `candidate_name`, `consent`, `purpose`.
#[utoipa::path(
    post, path = "/api/interviews/", tag = "lab",
    request_body(content = InterviewForm, content_type = "multipart/form-data"),
    responses((status = 201, body = Value), UploadErrors)
)]
async fn lab_create(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    headers: HeaderMap,
    request: Request,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let make = async {
        let actor = actor(caller)?;
        may_upload(&actor)?;
        let form = Form::read(&state.app, &actor, request).await?;
        let new = NewInterview {
            candidate_name: form.candidate_name.unwrap_or_default(),
            purpose: form.purpose.unwrap_or(Purpose::Hiring),
            consent: form.consent,
            video: form.video.ok_or_else(form::no_video)?,
        };
        create_interview(&state.app, &actor, new).await
    };
    let facts = make.await.map_err(refuse)?;
    let origin = own_address(&state.app, &headers);
    Ok((StatusCode::CREATED, Json(facts.document(&origin))))
}

/// One interview.
#[utoipa::path(
    get, path = "/api/interviews/{id}/", tag = "lab",
    params(("id" = String, Path, description = "The interview")),
    responses((status = 200, body = Value), GetErrors)
)]
async fn lab_get(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    params: Params,
    headers: HeaderMap,
) -> Result<Json<Value>, Refusal> {
    let read = async {
        let actor = actor(caller)?;
        get_interview(&state.app, &actor, interview(&params)?).await
    };
    let facts = read.await.map_err(refuse)?;
    Ok(Json(facts.document(&own_address(&state.app, &headers))))
}

/// Replaces name and recording.
#[utoipa::path(
    put, path = "/api/interviews/{id}/", tag = "lab",
    params(("id" = String, Path, description = "The interview")),
    request_body(content = InterviewForm, content_type = "multipart/form-data"),
    responses((status = 200, body = Value), UploadErrors)
)]
async fn lab_replace(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    params: Params,
    headers: HeaderMap,
    request: Request,
) -> Result<Json<Value>, Refusal> {
    change(&state.app, caller, &params, &headers, request, true).await
}

/// Changes the name, the recording, or both.
#[utoipa::path(
    patch, path = "/api/interviews/{id}/", tag = "lab",
    params(("id" = String, Path, description = "The interview")),
    request_body(content = InterviewForm, content_type = "multipart/form-data"),
    responses((status = 200, body = Value), UploadErrors)
)]
async fn lab_change(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    params: Params,
    headers: HeaderMap,
    request: Request,
) -> Result<Json<Value>, Refusal> {
    change(&state.app, caller, &params, &headers, request, false).await
}

/// Deletes an interview with its recording.
#[utoipa::path(
    delete, path = "/api/interviews/{id}/", tag = "lab",
    params(("id" = String, Path, description = "The interview")),
    responses((status = 204, description = "Deleted"), ActErrors)
)]
async fn lab_delete(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    params: Params,
) -> Result<StatusCode, Refusal> {
    let delete = async {
        let actor = actor(caller)?;
        delete_interview(&state.app, &actor, interview(&params)?).await
    };
    delete.await.map_err(refuse)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Starts the analysis.
#[utoipa::path(
    post, path = "/api/interviews/{id}/analyze/", tag = "lab",
    params(("id" = String, Path, description = "The interview")),
    responses((status = 200, body = Started), ActErrors)
)]
async fn lab_analyze(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    params: Params,
) -> Result<Json<Started>, Refusal> {
    let start = async {
        let actor = actor(caller)?;
        analyze_interview(&state.app, &actor, interview(&params)?).await
    };
    start.await.map_err(refuse)?;
    Ok(Json(Started { ok: true }))
}

/// The report once it is done; before that 202 with the state, after a failure 409 with the reason.
#[utoipa::path(
    get, path = "/api/interviews/{id}/report/", tag = "lab",
    params(("id" = String, Path, description = "The interview")),
    responses(
        (status = 200, body = Value),
        (status = 202, description = "Not there yet", body = Value),
        ActErrors
    )
)]
async fn lab_report(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    params: Params,
) -> Result<Response, Refusal> {
    let read = async {
        let actor = actor(caller)?;
        get_interview(&state.app, &actor, interview(&params)?).await
    };
    let facts = read.await.map_err(refuse)?;
    let status = facts.status();
    Ok(match (status, facts.report.clone()) {
        (LabStatus::Done, Some(report)) => Json(report).into_response(),
        (LabStatus::Error, _) => {
            let failure = facts.failure();
            let body = json!({
                "status": status.as_str(),
                "detail": failure["stderr"],
                "stderr": failure["stderr"],
            });
            (StatusCode::CONFLICT, Json(body)).into_response()
        }
        _ => {
            let body = json!({"status": status.as_str()});
            (StatusCode::ACCEPTED, Json(body)).into_response()
        }
    })
}

async fn change(
    app: &App,
    caller: Result<Caller, ApiError>,
    params: &Params,
    headers: &HeaderMap,
    request: Request,
    needs_video: bool,
) -> Result<Json<Value>, Refusal> {
    let change = async {
        let actor = actor(caller)?;
        may_upload(&actor)?;
        let id = interview(params)?;
        // What is not there is told before a recording is taken.
        get_interview(app, &actor, id).await?;
        let form = Form::read(app, &actor, request).await?;
        if needs_video && form.video.is_none() {
            return Err(form::no_video());
        }
        let change = InterviewChange {
            candidate_name: match form.candidate_name {
                None if needs_video => Some(String::new()),
                name => name,
            },
            consent: form.consent,
            video: form.video,
        };
        update_interview(app, &actor, id, change).await
    };
    let facts = change.await.map_err(refuse)?;
    Ok(Json(facts.document(&own_address(app, headers))))
}

fn actor(caller: Result<Caller, ApiError>) -> Result<Actor, AppError> {
    caller.map(|Caller(actor)| actor).map_err(|error| error.0)
}

fn interview(params: &Params) -> Result<InterviewId, AppError> {
    id_param(params, "id", "interview")
}

fn refuse(error: AppError) -> Refusal {
    let error = match error {
        AppError::ConsentRequired => AppError::invalid(
            "consent_required",
            "consent",
            "consent is required: send it as JSON {version, obtainedAt, by}, or use a key made with \
             --attest-consent",
        ),
        error => error,
    };
    Refusal::new(Shape::Detail, error)
}
