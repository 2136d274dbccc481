//! Resumable uploads: tus 1.0 with creation (deferred length, with upload), checksum, termination and
//! expiration. <https://tus.io/protocols/resumable-upload>

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
    routing::options,
};
use candor_app::{
    App, AppError,
    media::{self, NewUpload, Upload},
};
use candor_core::{
    access::{Action, Actor},
    ids::UploadId,
};
use futures::{StreamExt, TryStreamExt};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    ServerState, auth::Caller, drain, path::Path, problem::Problem, responses::AppendProblems,
};

mod answer;
mod read;

use answer::{TusResult, answer, capabilities};

/// Media type of the bytes of an upload.
const BYTES: &str = "application/offset+octet-stream";

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(describe_uploads, create_upload))
        .routes(routes!(get_upload, append_upload, delete_upload))
        // Clients differ in whether the collection ends with a slash.
        .route(
            "/api/v1/uploads/",
            options(describe_uploads).post(create_upload),
        )
}

/// Tells what of tus is understood.
#[utoipa::path(
    options, path = "/api/v1/uploads", tag = "uploads",
    responses((status = 204, description = "In the headers Tus-Version, Tus-Extension, Tus-Max-Size"))
)]
async fn describe_uploads(State(state): State<ServerState>) -> Response {
    (StatusCode::NO_CONTENT, capabilities(&state.app)).into_response()
}

/// Answers OPTIONS before the rules for other origins do: they take every OPTIONS request as a question
/// about themselves.
pub async fn describe_first(
    State(state): State<ServerState>,
    request: Request,
    next: Next,
) -> Response {
    let is_about_uploads = request.uri().path().starts_with("/api/v1/uploads");
    let is_preflight = request
        .headers()
        .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    if request.method() == Method::OPTIONS && is_about_uploads && !is_preflight {
        return describe_uploads(State(state)).await;
    }
    next.run(request).await
}

/// Begins an upload. `Upload-Metadata` names `filename` and `meta` (the JSON of a recording upload), or
/// `consent` (JSON), `interview_id`, `question_id` and `external_id` one by one. First bytes may come along.
#[utoipa::path(
    post, path = "/api/v1/uploads", tag = "uploads",
    params(
        ("Tus-Resumable" = String, Header, description = "1.0.0"),
        ("Upload-Length" = Option<u64>, Header, description = "Size in bytes"),
        ("Upload-Defer-Length" = Option<u64>, Header, description = "1: the size is told later"),
        ("Upload-Metadata" = Option<String>, Header, description = "Pairs of key and base64"),
    ),
    responses(
        (status = 201, description = "Its address is in Location"),
        (status = 412, description = "Another version of tus", body = Problem, content_type = "application/problem+json"),
        AppendProblems
    )
)]
async fn create_upload(
    State(state): State<ServerState>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> TusResult<Response> {
    let actor = caller.who_may(Action::WriteRecordings)?;
    read::version(&headers)?;
    let new = NewUpload {
        bytes_total: read::length(&headers)?,
        recording: read::metadata(&headers)?,
        text: read::text(&headers, "upload-metadata").map(ToOwned::to_owned),
    };
    let upload = media::create_upload(&state.app, &actor, new).await?;
    let location = format!("/api/v1/uploads/{}", upload.id);
    let upload = if read::text(&headers, header::CONTENT_TYPE.as_str()) == Some(BYTES) {
        let id = upload.id;
        let more = Append {
            offset: 0,
            bytes_total: None,
            checksum: read::checksum(&headers)?,
        };
        match append(&state.app, actor, id, more, body).await {
            Ok(upload) => upload,
            // It is made all the same; the offset tells how much of it came.
            Err(AppError::Invalid { .. }) => upload,
            Err(error) => return Err(error.into()),
        }
    } else {
        upload
    };
    let mut response = answer(StatusCode::CREATED, &upload);
    response
        .headers_mut()
        .insert(header::LOCATION, answer::ascii(location));
    Ok(response)
}

/// Tells how far an upload is.
#[utoipa::path(
    head, path = "/api/v1/uploads/{id}", tag = "uploads",
    params(
        ("id" = String, Path, description = "The upload"),
        ("Tus-Resumable" = String, Header, description = "1.0.0"),
    ),
    responses(
        (status = 200, description = "In the headers Upload-Offset, Upload-Length, Upload-Expires"),
        (status = 412, description = "Another version of tus"),
        AppendProblems
    )
)]
async fn get_upload(
    State(state): State<ServerState>,
    caller: Caller,
    Path(id): Path<UploadId>,
    headers: HeaderMap,
) -> TusResult<Response> {
    let actor = caller.who_may(Action::WriteRecordings)?;
    read::version(&headers)?;
    let upload = media::get_upload(&state.app, &actor, id).await?;
    Ok(answer(StatusCode::OK, &upload))
}

/// Appends bytes. The last one makes the recording; its id is in `Candor-Recording-Id`.
#[utoipa::path(
    patch, path = "/api/v1/uploads/{id}", tag = "uploads",
    params(
        ("id" = String, Path, description = "The upload"),
        ("Tus-Resumable" = String, Header, description = "1.0.0"),
        ("Upload-Offset" = u64, Header, description = "Where the bytes begin"),
        ("Upload-Length" = Option<u64>, Header, description = "Size, where it was deferred"),
        ("Upload-Checksum" = Option<String>, Header, description = "`sha1` or `sha256` and base64"),
    ),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    responses(
        (status = 204, description = "Kept; Upload-Offset tells how far it is"),
        (status = 412, description = "Another version of tus", body = Problem, content_type = "application/problem+json"),
        (status = 460, description = "The bytes have another hash", body = Problem, content_type = "application/problem+json"),
        AppendProblems
    )
)]
async fn append_upload(
    State(state): State<ServerState>,
    caller: Caller,
    Path(id): Path<UploadId>,
    headers: HeaderMap,
    body: Body,
) -> TusResult<Response> {
    let actor = caller.who_may(Action::WriteRecordings)?;
    read::version(&headers)?;
    if read::text(&headers, header::CONTENT_TYPE.as_str()) != Some(BYTES) {
        return Err(AppError::Unsupported(format!("send the bytes as {BYTES}")).into());
    }
    let more = Append {
        offset: read::offset(&headers)?,
        bytes_total: read::deferred_length(&headers)?,
        checksum: read::checksum(&headers)?,
    };
    let upload = append(&state.app, actor, id, more, body).await?;
    Ok(answer(StatusCode::NO_CONTENT, &upload))
}

/// Ends an upload and removes its bytes.
#[utoipa::path(
    delete, path = "/api/v1/uploads/{id}", tag = "uploads",
    params(
        ("id" = String, Path, description = "The upload"),
        ("Tus-Resumable" = String, Header, description = "1.0.0"),
    ),
    responses(
        (status = 204, description = "Gone"),
        (status = 412, description = "Another version of tus", body = Problem, content_type = "application/problem+json"),
        AppendProblems
    )
)]
async fn delete_upload(
    State(state): State<ServerState>,
    caller: Caller,
    Path(id): Path<UploadId>,
    headers: HeaderMap,
) -> TusResult<Response> {
    let actor = caller.who_may(Action::WriteRecordings)?;
    read::version(&headers)?;
    media::delete_upload(&state.app, &actor, id).await?;
    Ok((StatusCode::NO_CONTENT, answer::resumable()).into_response())
}

/// What comes with bytes.
struct Append {
    offset: u64,
    bytes_total: Option<u64>,
    checksum: Option<media::Checksum>,
}

/// Runs on when the connection breaks: what came until then is kept.
async fn append(
    app: &Arc<App>,
    actor: Actor,
    id: UploadId,
    more: Append,
    body: Body,
) -> Result<Upload, AppError> {
    let app = Arc::clone(app);
    let appending = tokio::spawn(async move {
        let mut body = body.into_data_stream();
        let bytes = (&mut body).map_err(std::io::Error::other).boxed();
        let Append {
            offset,
            bytes_total,
            checksum,
        } = more;
        let appended =
            media::append_upload(&app, &actor, id, offset, bytes_total, checksum, bytes).await;
        if appended.is_err() {
            drain::body(body).await;
        }
        appended
    });
    appending.await.map_err(AppError::internal)?
}
