//! The earlier ways to start an analysis: one video, a submission, and the versioned interface.

use axum::{
    Json,
    body::Bytes,
    extract::{State, rejection::BytesRejection},
    http::StatusCode,
};
use candor_app::{
    App, AppError,
    documented::pipeline::{
        documents,
        intake::NewRecord,
        records::{Accepted, get_answer},
        vocabulary::pipeline_status,
    },
};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Params, id_param,
    reader::Node,
    records::{accept, actor},
    requests,
};
use crate::{
    ServerState,
    auth::Caller,
    compat::errors::{CreateErrors, GetErrors, Refusal, Shape},
    problem::ApiError,
};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(analyze_video))
        .routes(routes!(submit_application))
        .routes(routes!(start_video_analysis))
        .routes(routes!(get_video_analysis))
}

/// An accepted video.
#[derive(Debug, Serialize, ToSchema)]
pub struct VideoReply {
    /// `queued`, or the present state of a repeated request.
    status: String,
    /// The job.
    #[serde(rename = "jobId")]
    job_id: String,
}

/// An accepted submission.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SubmissionReply {
    /// Always `success`.
    status: &'static str,
    /// For people.
    message: String,
    /// The submission.
    submission_id: String,
    /// The same under its second documented name.
    application_submission_id: String,
    /// One for each recording.
    dispatched_jobs: Vec<DispatchedJob>,
    /// One for each recording.
    video_responses: Vec<VideoResponse>,
    /// Questions of the interview.
    question_count: usize,
}

/// A job of a submission.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DispatchedJob {
    /// The job.
    job_id: String,
    /// The client's id of the recording.
    video_response_id: String,
    /// The client's id of the question.
    question_id: String,
}

/// A recording of a submission.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VideoResponse {
    /// The client's id of the recording.
    video_response_id: String,
    /// The client's id of the question.
    question_id: String,
    /// State of its analysis.
    status: String,
}

/// Accepted jobs.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobsReply {
    /// One for each question with a video.
    #[serde(rename = "jobIds")]
    job_ids: Vec<JobReply>,
}

/// One job.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobReply {
    /// The job.
    #[serde(rename = "jobId")]
    job_id: String,
}

/// Analyses one video.
#[utoipa::path(
    post, path = "/analyzeVideo", tag = "pipeline", request_body = Value,
    responses((status = 200, body = VideoReply), CreateErrors)
)]
async fn analyze_video(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    bytes: Result<Bytes, BytesRejection>,
) -> Result<Json<VideoReply>, Refusal> {
    let accepted = accept(&state.app, caller, bytes, one_video).await;
    let accepted = accepted.map_err(|error| Refusal::new(Shape::Error, error))?;
    let answer = accepted.answers.into_iter().find_map(|answer| {
        Some(VideoReply {
            status: answer.status,
            job_id: answer.analysis?.uuid().to_string(),
        })
    });
    answer
        .map(Json)
        .ok_or_else(|| Refusal::new(Shape::Error, AppError::internal("a video without a job")))
}

/// Accepts an application with its recorded answers.
#[utoipa::path(
    post, path = "/api/application-submissions", tag = "pipeline", request_body = Value,
    responses((status = 201, body = SubmissionReply), CreateErrors)
)]
async fn submit_application(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    bytes: Result<Bytes, BytesRejection>,
) -> Result<(StatusCode, Json<SubmissionReply>), Refusal> {
    let accepted = accept(&state.app, caller, bytes, requests::submission).await;
    let accepted = accepted.map_err(|error| Refusal::new(Shape::Status, error))?;
    Ok((StatusCode::CREATED, Json(submission(accepted))))
}

/// Starts analyses; the request says which version of the interface it speaks.
#[utoipa::path(
    post, path = "/v1/analysis/video", tag = "pipeline", request_body = Value,
    responses((status = 200, body = JobsReply), CreateErrors)
)]
async fn start_video_analysis(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    bytes: Result<Bytes, BytesRejection>,
) -> Result<Json<JobsReply>, Refusal> {
    let accepted = accept(&state.app, caller, bytes, versioned).await;
    let accepted = accepted.map_err(|error| Refusal::new(Shape::Error, error))?;
    let jobs = accepted.answers.into_iter().filter_map(|answer| {
        Some(JobReply {
            job_id: answer.analysis?.uuid().to_string(),
        })
    });
    Ok(Json(JobsReply {
        job_ids: jobs.collect(),
    }))
}

/// A job: its state, its total and, once it is done, its result.
#[utoipa::path(
    get, path = "/v1/analysis/video/{jobId}", tag = "pipeline",
    params(("jobId" = String, Path, description = "The job")),
    responses((status = 200, body = Value), GetErrors)
)]
async fn get_video_analysis(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    params: Params,
) -> Result<Json<Value>, Refusal> {
    let read = async {
        let actor = actor(caller)?;
        let id = id_param(&params, "jobId", "job")?;
        get_answer(&state.app, &actor, id).await
    };
    let answer = read
        .await
        .map_err(|error| Refusal::new(Shape::Error, error))?;
    let analysis = &answer.analysis;
    let id = analysis.id.uuid().to_string();
    Ok(Json(json!({
        "jobId": id,
        "videoResponseId": answer.question.video_response_id,
        "questionId": answer.question.id,
        "status": pipeline_status(&analysis.state),
        "overallScore": documents::overall_score(analysis).ok(),
        "aiAnalysisId": (analysis.state == "done").then_some(&id),
        "error": analysis.error,
        "result": documents::video_analysis(&answer.record, &answer.question, analysis),
    })))
}

/// The shorthand, whose application id has 24 hexadecimal digits.
fn one_video(app: &App, body: &Value) -> Result<NewRecord, AppError> {
    let record = requests::shorthand(app, body)?;
    let id = &record.application_id;
    if id.len() == 24 && id.chars().all(|c| c.is_ascii_hexdigit()) {
        Ok(record)
    } else {
        Err(Node::root(body)
            .field("applicationId")
            .wrong("must have 24 hexadecimal digits"))
    }
}

/// The full record of a client that speaks this version.
fn versioned(app: &App, body: &Value) -> Result<NewRecord, AppError> {
    let asked = Node::root(body)
        .field("meta")
        .field("apiVersion")
        .text(64)?
        .unwrap_or_else(|| requests::API_VERSION.to_owned());
    let major = |version: &str| {
        let version = version.trim_start_matches('v');
        version.split('.').next().map(str::to_owned)
    };
    if major(&asked) != major(requests::API_VERSION) {
        return Err(AppError::conflict(
            "api_version",
            format!(
                "meta.apiVersion is not served here; {} is",
                requests::API_VERSION
            ),
        ));
    }
    requests::any(app, body)
}

fn submission(accepted: Accepted) -> SubmissionReply {
    let id = accepted.record.uuid().to_string();
    let question_count = accepted.answers.len();
    let mut dispatched_jobs = Vec::new();
    let mut video_responses = Vec::new();
    for answer in accepted.answers {
        let Some(analysis) = answer.analysis else {
            continue;
        };
        dispatched_jobs.push(DispatchedJob {
            job_id: analysis.uuid().to_string(),
            video_response_id: answer.video_response_id.clone(),
            question_id: answer.question_id.clone(),
        });
        video_responses.push(VideoResponse {
            video_response_id: answer.video_response_id,
            question_id: answer.question_id,
            status: answer.status,
        });
    }
    SubmissionReply {
        status: "success",
        message: format!("{} analyses are queued", dispatched_jobs.len()),
        submission_id: id.clone(),
        application_submission_id: id,
        dispatched_jobs,
        video_responses,
        question_count,
    }
}
