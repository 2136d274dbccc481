//! The face and the voice service. Recordings are named by id: no path of this server is taken.

use axum::{
    Json,
    body::Bytes,
    extract::{State, rejection::BytesRejection},
    http::StatusCode,
};
use candor_app::{
    App, AppError,
    documented::pipeline::{
        facts::AnalysisFacts,
        records::{NewServiceJob, Service, find_service_job, start_service_job},
        services::{face_status, voice_status},
    },
};
use candor_core::{
    access::Action,
    ids::{AnalysisId, RecordingId},
};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Params, id_param,
    reader::{LINE, Node, parse},
    records::{actor, who_may},
    requests,
};
use crate::{
    ServerState,
    auth::Caller,
    compat::errors::{GetErrors, Refusal, ServiceErrors, Shape, body},
    problem::ApiError,
};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(analyze_face))
        .routes(routes!(get_face_status))
        .routes(routes!(analyze_voice))
        .routes(routes!(get_voice_status))
}

/// An accepted job.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceReply {
    /// The job.
    #[serde(rename = "jobId")]
    job_id: String,
    /// Always `queued`.
    status: &'static str,
}

/// Looks at the picture of a recording.
#[utoipa::path(
    post, path = "/face/analyze", tag = "pipeline", request_body = Value,
    responses((status = 200, body = ServiceReply), ServiceErrors)
)]
async fn analyze_face(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    bytes: Result<Bytes, BytesRejection>,
) -> Result<Json<ServiceReply>, Refusal> {
    start(&state.app, caller, bytes, Service::Face, face_request).await
}

/// Listens to the sound of a recording.
#[utoipa::path(
    post, path = "/voice/analyze", tag = "pipeline", request_body = Value,
    responses((status = 200, body = ServiceReply), ServiceErrors)
)]
async fn analyze_voice(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    bytes: Result<Bytes, BytesRejection>,
) -> Result<Json<ServiceReply>, Refusal> {
    start(&state.app, caller, bytes, Service::Voice, voice_request).await
}

/// State and outcome of a job of the face service.
#[utoipa::path(
    get, path = "/face/status/{jobId}", tag = "pipeline",
    params(("jobId" = String, Path, description = "The job")),
    responses((status = 200, body = Value), GetErrors)
)]
async fn get_face_status(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    params: Params,
) -> Result<Json<Value>, Refusal> {
    let found = find(&state.app, caller, &params, Service::Face).await?;
    Ok(Json(match found {
        Some(analysis) => face_status(&analysis),
        None => json!({"status": "unknown"}),
    }))
}

/// State and outcome of a job of the voice service.
#[utoipa::path(
    get, path = "/voice/status/{jobId}", tag = "pipeline",
    params(("jobId" = String, Path, description = "The job")),
    responses((status = 200, body = Value), GetErrors)
)]
async fn get_voice_status(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    params: Params,
) -> Result<Json<Value>, Refusal> {
    let found = find(&state.app, caller, &params, Service::Voice).await?;
    Ok(Json(match found {
        Some(analysis) => voice_status(&analysis),
        None => json!({"error": "job not found"}),
    }))
}

type Read = fn(&Node<'_>) -> Result<(RecordingId, Map<String, Value>), AppError>;

async fn start(
    app: &App,
    caller: Result<Caller, ApiError>,
    bytes: Result<Bytes, BytesRejection>,
    service: Service,
    read: Read,
) -> Result<Json<ServiceReply>, Refusal> {
    let started = async {
        let actor = who_may(caller, Action::RunAnalyses)?;
        let sent = parse(&body(app, bytes)?)?;
        let root = Node::root(&sent);
        let (recording, request) = read(&root)?;
        let new = NewServiceJob {
            recording,
            request: Value::Object(request),
            purpose: requests::purpose(&root)?,
            consent: requests::consent(&root)?,
        };
        let id = start_service_job(app, &actor, service, new).await;
        id.map_err(|error| match error {
            AppError::NotFound("recording") => not_a_recording(match service {
                Service::Face => "video_path",
                Service::Voice => "audio_path",
            }),
            error => error,
        })
    };
    let id = started.await.map_err(|error| {
        let refusal = Refusal::new(Shape::Error, error);
        if refusal.status() == 400 {
            refusal.with_status(StatusCode::UNPROCESSABLE_ENTITY)
        } else {
            refusal
        }
    })?;
    Ok(Json(ServiceReply {
        job_id: id.uuid().to_string(),
        status: "queued",
    }))
}

async fn find(
    app: &App,
    caller: Result<Caller, ApiError>,
    params: &Params,
    service: Service,
) -> Result<Option<AnalysisFacts>, Refusal> {
    let read = async {
        let actor = actor(caller)?;
        match id_param::<AnalysisId>(params, "jobId", "job") {
            Ok(id) => find_service_job(app, &actor, service, id).await,
            Err(_) => Ok(None),
        }
    };
    read.await
        .map_err(|error| Refusal::new(Shape::Error, error))
}

fn face_request(root: &Node<'_>) -> Result<(RecordingId, Map<String, Value>), AppError> {
    let recording = recording(root, "video_path")?;
    let rate = root.field("sampling_rate").number(0.04..=3_600.0)?;
    let mut request = Map::new();
    request.insert("video_path".to_owned(), json!(recording.to_string()));
    request.insert("sampling_rate".to_owned(), json!(rate.unwrap_or(1.0)));
    if let Some(threshold) = root.field("gaze_threshold").number(0.0..=1.6)? {
        request.insert("gaze_threshold".to_owned(), json!(threshold));
    }
    let frames = root.field("max_frames").whole(1..=10_000)?;
    request.insert("max_frames".to_owned(), json!(frames.unwrap_or(30)));
    Ok((recording, request))
}

fn voice_request(root: &Node<'_>) -> Result<(RecordingId, Map<String, Value>), AppError> {
    let recording = recording(root, "audio_path")?;
    let mut request = Map::new();
    request.insert("audio_path".to_owned(), json!(recording.to_string()));
    if let Some(rate) = root.field("sampling_rate").whole(8_000..=192_000)? {
        request.insert("sampling_rate".to_owned(), json!(rate));
    }
    if let Some(language) = root.field("language").text(16)? {
        request.insert("language".to_owned(), json!(language));
    }
    let provider = root.field("provider");
    let known = ["mock", "speechbrain", "huggingface", "opensmile", "candor"];
    if provider.one_of(&known)?.is_some() {
        // Whatever was asked for: this is what measures.
        request.insert("provider".to_owned(), json!("candor"));
    }
    Ok((recording, request))
}

fn recording(root: &Node<'_>, name: &str) -> Result<RecordingId, AppError> {
    let node = root.field(name);
    node.required(LINE)?
        .parse()
        .map_err(|_| not_a_recording(node.path()))
}

fn not_a_recording(field: &str) -> AppError {
    AppError::invalid(
        "no_recording",
        field,
        format!(
            "{field} must be the id of a recording that is kept here (rec_…); no file of this server is read"
        ),
    )
}
