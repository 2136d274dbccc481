//! Forms with a video, perhaps a separate audio recording, and small fields in any order.

use axum::{
    extract::{FromRequest, Multipart, Request, multipart::Field},
    http::StatusCode,
    response::Response,
};
use candor_app::{App, AppError, media, practice::Media};
use candor_core::{access::Actor, ids::RecordingId};
use futures::{StreamExt, TryStreamExt};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::fields::{Fields, answer, refusal};
use crate::drain;

/// Largest field that is no file, in bytes, and most such fields.
const FIELD_BYTES: usize = 64 << 10;
const FIELDS: usize = 32;

/// What a form for a recording holds.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a form that is read field by field")]
pub struct PracticeUploadForm {
    /// An .mp4 or .webm file; the type is found by content.
    #[schema(value_type = String, format = Binary)]
    video: Vec<u8>,
    /// A separate recording of the sound.
    #[schema(value_type = Option<String>, format = Binary)]
    audio: Option<Vec<u8>>,
    /// `true`, or `{version, obtainedAt, by}` as JSON; needed unless it was given when the session began.
    consent: Option<String>,
}

/// A form that arrived.
pub struct Form {
    /// The video.
    pub video: Media,
    /// The separate audio.
    pub audio: Option<Media>,
    /// Everything else.
    pub fields: Fields,
}

/// Takes a form in; recordings go straight to the media store, with limits and type checked on the way.
///
/// # Errors
/// The documented answer; nothing is kept then.
pub async fn receive(app: &App, actor: &Actor, request: Request) -> Result<Form, Response> {
    let mut form = Multipart::from_request(request, &())
        .await
        .map_err(|_| missing("send multipart/form-data with a field video"))?;
    let read = read(app, actor, &mut form).await;
    if read.is_err() {
        drain::form(&mut form).await;
    }
    read
}

async fn read(app: &App, actor: &Actor, form: &mut Multipart) -> Result<Form, Response> {
    let (mut video, mut audio): (Option<Media>, Option<Media>) = (None, None);
    let mut fields = Map::new();
    while let Some(field) = form.next_field().await.map_err(|error| broken(&error))? {
        match field.name().map(ToOwned::to_owned).as_deref() {
            Some("video") if video.is_none() => video = Some(stage(app, actor, field).await?),
            Some("audio") if audio.is_none() => audio = Some(stage(app, actor, field).await?),
            Some(name) if fields.len() < FIELDS && name != "video" && name != "audio" => {
                let text = text(field).await?;
                fields.insert(name.to_owned(), Value::String(text));
            }
            _ => {
                return Err(refusal(AppError::invalid(
                    "invalid_form",
                    "body",
                    "the form has one video, at most one audio and a few small fields",
                )));
            }
        }
    }
    Ok(Form {
        video: video.ok_or_else(|| missing("Field required"))?,
        audio,
        fields: Fields::of(fields),
    })
}

fn missing(message: &str) -> Response {
    refusal(AppError::invalid("missing", "video", message))
}

async fn stage(app: &App, actor: &Actor, field: Field<'_>) -> Result<Media, Response> {
    let id = RecordingId::generate();
    let file_name = field
        .file_name()
        .map(|name| name.chars().take(255).collect());
    let name = field.name().unwrap_or("video").to_owned();
    let body = field.map_err(std::io::Error::other).boxed();
    let limit = app.config.limits.upload_bytes;
    match media::stage(app, actor.organisation, id, body, limit).await {
        Ok(staged) => Ok(Media {
            id,
            file_name,
            staged,
        }),
        // Wrong content is 400 here, as documented.
        Err(AppError::Unsupported(why)) => {
            Err(answer(StatusCode::BAD_REQUEST, format!("{name}: {why}")))
        }
        Err(error) => Err(refusal(error)),
    }
}

async fn text(mut field: Field<'_>) -> Result<String, Response> {
    let mut text = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|error| broken(&error))? {
        if text.len() + chunk.len() > FIELD_BYTES {
            let limit = FIELD_BYTES as u64;
            return Err(refusal(AppError::TooLarge { limit }));
        }
        text.extend_from_slice(&chunk);
    }
    String::from_utf8(text).map_err(|_| {
        refusal(AppError::invalid(
            "invalid_form",
            "body",
            "fields of the form are UTF-8 text",
        ))
    })
}

fn broken(error: &axum::extract::multipart::MultipartError) -> Response {
    refusal(AppError::invalid(
        "invalid_form",
        "body",
        format!("the form can't be read: {}", error.body_text()),
    ))
}

/// The documented form of an error after the form was read: wrong content is 400.
pub fn refused(error: AppError) -> Response {
    match error {
        AppError::Invalid {
            code: "invalid_video" | "invalid_media",
            message,
            ..
        } => answer(StatusCode::BAD_REQUEST, message),
        AppError::ConsentRequired => refusal(AppError::invalid(
            "consent_required",
            "consent",
            "agree to being recorded and analysed: send consent=true here or when the session begins, or \
             consent as {version, obtainedAt, by}",
        )),
        error => refusal(error),
    }
}
