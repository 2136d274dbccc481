//! Documented routes of *adaptive*: anybody applies for a published job, with a résumé; recruiters see who did.

use axum::{
    Json,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, Request, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use candor_app::{
    AppError, documents, identity,
    paging::{MOST, PageRequest},
    people::{self, ApplicationFilter, NewApplicant, ReceivedApplication},
};
use candor_core::ids::{ApplicationId, CandidateId, PositionId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{answer, jobs, read, refusal, signed_in};
use crate::{
    ServerState,
    api::documents::form,
    auth::{Caller, Origin, bearer},
    compat::errors::{ActErrors, CreateErrors, GetErrors, UploadErrors},
    problem::ApiError,
};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    // The résumé has a limit of its own, that holds while it arrives.
    let upload = OpenApiRouter::new()
        .routes(routes!(adaptive_upload_resume))
        .layer(DefaultBodyLimit::disable());
    OpenApiRouter::new()
        .routes(routes!(adaptive_apply))
        .routes(routes!(adaptive_list_applications))
        .routes(routes!(adaptive_reject_application))
        .merge(upload)
}

/// A form with a résumé.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a form that is read field by field")]
struct AdaptiveResumeForm {
    /// A PDF or a DOCX; at most 5 MB.
    #[schema(value_type = String, format = Binary)]
    resume: Vec<u8>,
}

/// A résumé that waits for its application.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AdaptiveResume {
    /// Send it with an application within a day; whoever knows it may use it once.
    resume_url: String,
    /// The client's name for it.
    file_name: String,
}

/// An application.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AdaptiveApplyRequest {
    /// Full name.
    name: String,
    /// E-mail.
    #[schema(example = "ada@example.org")]
    email: String,
    /// Telephone number.
    phone: Option<String>,
    /// Why.
    cover_letter: Option<String>,
    /// What `resume-upload` told.
    resume_url: Option<String>,
}

/// What was sent in.
#[derive(Serialize, ToSchema)]
struct AdaptiveApplied {
    application: AdaptiveAppliedRow,
}

/// An application, as its sender sees it.
#[derive(Serialize, ToSchema)]
struct AdaptiveAppliedRow {
    id: Uuid,
    position_id: Option<Uuid>,
    name: String,
    email: String,
    status: String,
    created_at: Timestamp,
}

/// Applications, newest first.
#[derive(Serialize, ToSchema)]
struct AdaptiveApplications {
    applications: Vec<AdaptiveApplication>,
}

/// An application, as recruiters see it.
#[derive(Serialize, ToSchema)]
pub(super) struct AdaptiveApplication {
    id: Uuid,
    position_id: Option<Uuid>,
    position_title: Option<String>,
    role: Option<String>,
    candidate_id: Option<Uuid>,
    candidate_name: Option<String>,
    candidate_email: Option<String>,
    candidate_phone: Option<String>,
    cover_letter: Option<String>,
    /// Where the file of the résumé is, for whoever may read applications.
    resume_url: Option<String>,
    status: String,
    created_at: Timestamp,
}

impl From<ReceivedApplication> for AdaptiveApplication {
    fn from(received: ReceivedApplication) -> Self {
        let ReceivedApplication {
            application,
            candidate,
            position,
            resume,
        } = received;
        // What came with the application counts, then what is known of the candidate.
        let given = |name: &str| {
            let text = application.details.get(name).and_then(Value::as_str);
            text.map(str::to_owned)
        };
        let known = |of: fn(&people::Candidate) -> Option<String>| candidate.as_ref().and_then(of);
        Self {
            id: application.id.uuid(),
            position_id: application.position.map(PositionId::uuid),
            position_title: position.as_ref().map(|position| position.title.clone()),
            role: position.and_then(|position| position.role_family),
            candidate_id: application.candidate.map(CandidateId::uuid),
            candidate_name: given("name").or_else(|| known(|one| one.name.clone())),
            candidate_email: given("email").or_else(|| known(|one| one.email.clone())),
            candidate_phone: given("phone").or_else(|| known(|one| one.phone.clone())),
            cover_letter: given("coverLetter"),
            resume_url: resume.map(|id| format!("/api/v1/documents/{id}/content")),
            status: application.status,
            created_at: application.created_at,
        }
    }
}

/// Whether it was changed.
#[derive(Serialize, ToSchema)]
struct AdaptiveRejected {
    updated: bool,
}

/// Uploads a résumé for an application that follows within a day. Its address is the only proof of whose it is.
#[utoipa::path(
    post, path = "/api/v1/public/jobs/resume-upload", tag = "adaptive", security(()),
    request_body(content = AdaptiveResumeForm, content_type = "multipart/form-data"),
    responses((status = 201, body = AdaptiveResume), UploadErrors)
)]
async fn adaptive_upload_resume(
    State(state): State<ServerState>,
    Origin(address): Origin,
    request: Request,
) -> Result<(StatusCode, Json<AdaptiveResume>), Response> {
    let app = &state.app;
    identity::count_attempt(app, address).map_err(refusal)?;
    let form = form::receive(request, "resume", &[])
        .await
        .map_err(wrong_file)?;
    let made = documents::upload_resume(app, form.file_name, form.bytes)
        .await
        .map_err(wrong_file)?;
    let reply = AdaptiveResume {
        resume_url: made.url,
        file_name: made.file_name,
    };
    Ok((StatusCode::CREATED, Json(reply)))
}

/// Applies for a published, open job. With the token of an account the application is that person's.
#[utoipa::path(
    post, path = "/api/v1/public/jobs/{positionId}/apply", tag = "adaptive", security((), ("bearer" = [])),
    params(("positionId" = String, Path, description = "The job")),
    request_body = AdaptiveApplyRequest,
    responses((status = 201, body = AdaptiveApplied), CreateErrors)
)]
async fn adaptive_apply(
    State(state): State<ServerState>,
    Origin(address): Origin,
    Path(id): Path<String>,
    headers: HeaderMap,
    caller: Result<Caller, ApiError>,
    body: Bytes,
) -> Result<(StatusCode, Json<AdaptiveApplied>), Response> {
    let app = &state.app;
    identity::count_attempt(app, address).map_err(refusal)?;
    let user = match caller {
        Ok(Caller(actor)) => actor.user(),
        // Who sends no credential is a stranger; who sends a wrong one is told.
        Err(ApiError(AppError::Unauthenticated)) if bearer(&headers).is_none() => None,
        Err(error) => return Err(refusal(error.0)),
    };
    let position = jobs::named(&id)?;
    let request: AdaptiveApplyRequest = read(&body)?;
    let (name, email) = (
        request.name.trim().to_owned(),
        request.email.trim().to_owned(),
    );
    let new = NewApplicant {
        name: request.name,
        email: request.email,
        phone: request.phone,
        cover_letter: request.cover_letter,
        resume_url: request.resume_url,
    };
    let made = people::apply(app, position, user, new)
        .await
        .map_err(refusal)?;
    let application = AdaptiveAppliedRow {
        id: made.id.uuid(),
        position_id: made.position.map(PositionId::uuid),
        name,
        email,
        status: made.status,
        created_at: made.created_at,
    };
    Ok((StatusCode::CREATED, Json(AdaptiveApplied { application })))
}

/// All applications of the organisation.
#[utoipa::path(
    get, path = "/api/v1/recruiter/applications", tag = "adaptive",
    responses((status = 200, body = AdaptiveApplications), GetErrors)
)]
async fn adaptive_list_applications(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
) -> Result<Json<AdaptiveApplications>, Response> {
    let actor = signed_in(caller)?;
    let mut applications = Vec::new();
    let mut after = None;
    loop {
        let request = PageRequest { after, limit: MOST };
        let filter = ApplicationFilter::default();
        let page = people::list_received_applications(&state.app, &actor, filter, request)
            .await
            .map_err(refusal)?;
        applications.extend(page.items.into_iter().map(AdaptiveApplication::from));
        after = page.next_cursor;
        if after.is_none() {
            return Ok(Json(AdaptiveApplications { applications }));
        }
    }
}

/// Rejects an application.
#[utoipa::path(
    post, path = "/api/v1/recruiter/applications/{id}/reject", tag = "adaptive",
    params(("id" = String, Path, description = "The application")),
    responses((status = 200, body = AdaptiveRejected), ActErrors)
)]
async fn adaptive_reject_application(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    Path(id): Path<String>,
) -> Result<Json<AdaptiveRejected>, Response> {
    let actor = signed_in(caller)?;
    let unknown = |_| refusal(AppError::NotFound("application"));
    let id: ApplicationId = id.parse().map_err(unknown)?;
    people::reject_application(&state.app, &actor, id)
        .await
        .map_err(refusal)?;
    Ok(Json(AdaptiveRejected { updated: true }))
}

/// Wrong content is 400 here.
fn wrong_file(error: AppError) -> Response {
    match error {
        AppError::Unsupported(why) => answer(StatusCode::BAD_REQUEST, why),
        AppError::Invalid { message, .. } => answer(StatusCode::BAD_REQUEST, message),
        error => refusal(error),
    }
}
