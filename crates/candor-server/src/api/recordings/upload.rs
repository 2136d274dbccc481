//! A recording in one request.

use axum::{
    extract::{
        DefaultBodyLimit, FromRequest, Multipart, Request, State,
        multipart::{Field, MultipartRejection},
    },
    http::header,
};
use candor_app::{
    App, AppError,
    media::{self, NewRecording, Recording, Staged},
};
use candor_core::{
    access::{Action, Actor},
    ids::RecordingId,
};
use futures::{StreamExt, TryStreamExt};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    created,
    wire::{CreateRecordingForm, RecordingMeta, RecordingResponse},
};
use crate::{
    ServerState, auth::Caller, drain, etag::Versioned, problem::ApiResult,
    responses::AppendProblems,
};

/// Largest description, in bytes.
const META_BYTES: usize = 64 << 10;

/// What a form needs besides the file, in bytes.
const FORM_BYTES: u64 = 1 << 20;

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    // The recording has a limit of its own, that holds while it arrives.
    OpenApiRouter::new()
        .routes(routes!(create_recording))
        .layer(DefaultBodyLimit::disable())
}

/// Uploads a recording: a form with `file` and, in any order, `meta` (JSON). Its type is found by content.
#[utoipa::path(
    post, path = "/api/v1/recordings", tag = "recordings",
    request_body(content = CreateRecordingForm, content_type = "multipart/form-data"),
    responses((status = 201, body = RecordingResponse), AppendProblems)
)]
async fn create_recording(
    State(state): State<ServerState>,
    caller: Caller,
    request: Request,
) -> ApiResult<Versioned<RecordingResponse>> {
    let actor = caller.who_may(Action::WriteRecordings)?;
    let limit = state.app.config.limits.upload_bytes;
    let announced: Option<u64> = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse().ok());
    if announced.is_some_and(|bytes| bytes > limit.saturating_add(FORM_BYTES)) {
        drain::body(request.into_body().into_data_stream()).await;
        return Err(AppError::TooLarge { limit }.into());
    }
    let mut form = Multipart::from_request(request, &())
        .await
        .map_err(|rejection| no_form(&rejection))?;
    match read(&state.app, &actor, &mut form).await {
        Ok(made) => Ok(created(made)),
        Err(error) => {
            drain::form(&mut form).await;
            Err(error.into())
        }
    }
}

async fn read(app: &App, actor: &Actor, form: &mut Multipart) -> Result<Recording, AppError> {
    let mut new: Option<NewRecording> = None;
    let mut file: Option<(RecordingId, Option<String>, Staged)> = None;
    while let Some(field) = form.next_field().await.map_err(|error| broken(&error))? {
        match field.name() {
            Some("meta") if new.is_none() => {
                let meta = read_meta(field).await?;
                // What can't be kept is refused before it is sent.
                media::check_new(app, actor, meta.clone()).await?;
                new = Some(meta);
            }
            Some("file") if file.is_none() => {
                let id = RecordingId::generate();
                let name = field.file_name().map(ToOwned::to_owned);
                let body = field.map_err(std::io::Error::other).boxed();
                let limit = app.config.limits.upload_bytes;
                let staged = media::stage(app, actor.organisation, id, body, limit).await?;
                file = Some((id, name, staged));
            }
            name => {
                return Err(AppError::invalid(
                    "invalid_form",
                    name.unwrap_or("form"),
                    "the form has one file and at most one meta, nothing else",
                ));
            }
        }
    }
    let (id, file_name, staged) =
        file.ok_or_else(|| AppError::invalid("missing_file", "file", "the form has no file"))?;
    let mut new = new.unwrap_or_default();
    new.file_name = new.file_name.or(file_name);
    media::keep(app, actor, id, new, staged).await
}

async fn read_meta(mut field: Field<'_>) -> Result<NewRecording, AppError> {
    let mut text = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|error| broken(&error))? {
        if text.len() + chunk.len() > META_BYTES {
            return Err(AppError::TooLarge {
                limit: META_BYTES as u64,
            });
        }
        text.extend_from_slice(&chunk);
    }
    meta(&text)
}

/// Reads a description.
pub fn meta(text: &[u8]) -> Result<NewRecording, AppError> {
    serde_json::from_slice::<RecordingMeta>(text)
        .map(Into::into)
        .map_err(|error| {
            AppError::invalid(
                "invalid_meta",
                "meta",
                format!("meta can't be read: {error}"),
            )
        })
}

fn no_form(rejection: &MultipartRejection) -> AppError {
    AppError::Unsupported(format!(
        "send multipart/form-data with file and meta: {}",
        rejection.body_text()
    ))
}

fn broken(error: &axum::extract::multipart::MultipartError) -> AppError {
    AppError::invalid(
        "invalid_form",
        "form",
        format!("the form can't be read: {}", error.body_text()),
    )
}
