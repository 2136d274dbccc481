//! Forms of *lab*: a recording, taken as it arrives, and a few words about it.

use axum::{
    extract::{FromRequest, Multipart, Request, multipart::Field},
    http::header,
};
use candor_app::{
    App, AppError,
    documented::{lab::interviews::NewVideo, pipeline::intake::StatedConsent},
    media,
};
use candor_core::{access::Actor, ids::RecordingId, purpose::Purpose};
use futures::{StreamExt, TryStreamExt};
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::{
    compat::pipeline::{
        reader::{Node, parse},
        requests,
    },
    drain,
};

/// Longest name, in characters (documented).
const NAME: usize = 200;
/// Largest field that is no recording, in bytes.
const FIELD_BYTES: usize = 64 << 10;
/// What a form needs besides the recording, in bytes.
const FORM_BYTES: u64 = 1 << 20;

/// A form, for the description of the interface.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "it only describes the form")]
pub struct InterviewForm {
    /// The recording; its type is found by content.
    #[schema(format = Binary, value_type = String)]
    video: String,
    /// Who is interviewed; at most 200 characters.
    #[schema(required = false, max_length = 200)]
    candidate_name: String,
    /// Consent as JSON `{version, obtainedAt, by}`.
    #[schema(required = false)]
    consent: String,
    /// `hiring`, unless it is `practice`.
    #[schema(required = false)]
    purpose: String,
}

/// What a form held.
#[derive(Debug, Default)]
pub struct Form {
    pub candidate_name: Option<String>,
    pub consent: Option<StatedConsent>,
    pub purpose: Option<Purpose>,
    pub video: Option<NewVideo>,
}

/// The form has no recording.
pub fn no_video() -> AppError {
    AppError::invalid("missing_video", "video", "no file was submitted")
}

impl Form {
    /// Reads a form, or the same fields without a recording as JSON.
    ///
    /// # Errors
    /// [`AppError::Invalid`] that names the field, [`AppError::TooLarge`], [`AppError::Unsupported`] for
    /// other bodies. What was taken of a recording is removed.
    pub async fn read(app: &App, actor: &Actor, request: Request) -> Result<Self, AppError> {
        let kind = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .unwrap_or_default()
            .to_ascii_lowercase();
        if kind.starts_with("application/json") {
            return json_fields(app, request).await;
        }
        if !kind.starts_with("multipart/form-data") {
            return Err(AppError::Unsupported(
                "send multipart/form-data, or application/json without a video".to_owned(),
            ));
        }
        let limit = app.config.limits.upload_bytes;
        let announced: Option<u64> = request
            .headers()
            .get(header::CONTENT_LENGTH)
            .and_then(|length| length.to_str().ok()?.parse().ok());
        if announced.is_some_and(|bytes| bytes > limit.saturating_add(FORM_BYTES)) {
            return Err(AppError::TooLarge { limit });
        }
        let mut form = Multipart::from_request(request, &())
            .await
            .map_err(|_| broken())?;
        let read = fields(app, actor, &mut form).await;
        if read.is_err() {
            drain::form(&mut form).await;
        }
        read
    }

    fn name(&mut self, name: &str) -> Result<(), AppError> {
        let name = name.trim();
        let wrong = |what: &str| Err(AppError::invalid("invalid_field", "candidate_name", what));
        if name.chars().count() > NAME {
            return wrong("candidate_name must not be longer than 200 characters");
        }
        if name.chars().any(char::is_control) {
            return wrong("candidate_name must not hold control characters");
        }
        self.candidate_name = Some(name.to_owned());
        Ok(())
    }

    fn agreed(&mut self, consent: &Value) -> Result<(), AppError> {
        let body = json!({"consent": consent});
        self.consent = requests::consent(&Node::root(&body)).map_err(about("consent"))?;
        Ok(())
    }

    fn meant(&mut self, purpose: &Value) -> Result<(), AppError> {
        let body = json!({"purpose": purpose});
        self.purpose = Some(requests::purpose(&Node::root(&body))?);
        Ok(())
    }
}

async fn fields(app: &App, actor: &Actor, form: &mut Multipart) -> Result<Form, AppError> {
    let mut read = Form::default();
    while let Some(field) = form.next_field().await.map_err(|_| broken())? {
        match field.name() {
            Some("video") if read.video.is_none() => {
                read.video = Some(video(app, actor, field).await?);
            }
            Some("candidate_name") => {
                let name = text(field).await?;
                read.name(&name)?;
            }
            Some("consent") => {
                let consent = text(field).await?;
                read.agreed(&parse(consent.as_bytes()).map_err(about("consent"))?)?;
            }
            Some("purpose") => {
                let purpose = text(field).await?;
                read.meant(&json!(purpose))?;
            }
            // Fields that nobody asked for are passed over, as the original did.
            _ => {
                text(field).await?;
            }
        }
    }
    Ok(read)
}

async fn video(app: &App, actor: &Actor, field: Field<'_>) -> Result<NewVideo, AppError> {
    let id = RecordingId::generate();
    let file_name = field.file_name().map(ToOwned::to_owned);
    let body = field.map_err(std::io::Error::other).boxed();
    let limit = app.config.limits.upload_bytes;
    let staged = media::stage(app, actor.organisation, id, body, limit).await;
    let staged = staged.map_err(|error| match error {
        AppError::Unsupported(message) => AppError::invalid("unsupported", "video", message),
        error => about("video")(error),
    })?;
    Ok(NewVideo {
        id,
        file_name,
        staged,
    })
}

async fn text(mut field: Field<'_>) -> Result<String, AppError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|_| broken())? {
        if bytes.len() + chunk.len() > FIELD_BYTES {
            return Err(AppError::TooLarge {
                limit: FIELD_BYTES as u64,
            });
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|_| broken())
}

async fn json_fields(app: &App, request: Request) -> Result<Form, AppError> {
    let limit = app.config.server.body_limit_bytes;
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let bytes = axum::body::to_bytes(request.into_body(), most)
        .await
        .map_err(|_| AppError::TooLarge { limit })?;
    let body = parse(&bytes)?;
    let mut read = Form::default();
    let root = Node::root(&body);
    if let Some(name) = root.field("candidate_name").text(usize::MAX)? {
        read.name(&name)?;
    }
    if !root.field("consent").is_absent() {
        read.agreed(&body["consent"])?;
    }
    if !root.field("purpose").is_absent() {
        read.meant(&body["purpose"])?;
    }
    if !root.field("video").is_absent() {
        return Err(root
            .field("video")
            .wrong("must be a file in multipart/form-data"));
    }
    Ok(read)
}

/// Tells a mistake under the name of the form's field.
fn about(name: &'static str) -> impl Fn(AppError) -> AppError {
    move |error| match error {
        AppError::Invalid { code, message, .. } => AppError::Invalid {
            code,
            message,
            field: Some(name.to_owned()),
        },
        error => error,
    }
}

fn broken() -> AppError {
    AppError::Invalid {
        code: "invalid_form",
        message: "the form can't be read".to_owned(),
        field: None,
    }
}
