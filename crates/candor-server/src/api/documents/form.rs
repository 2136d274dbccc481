//! Forms with one file of at most 5 MB and a few small fields.

use std::collections::BTreeMap;

use axum::{
    extract::{FromRequest, Multipart, Request, multipart::Field},
    http::header,
};
use bytes::{Bytes, BytesMut};
use candor_app::{
    AppError,
    documents::{MOST_BYTES, NewDocument},
};

use crate::drain;

/// Largest field that is no file, and what a form needs besides the file, in bytes.
const FIELD_BYTES: usize = 4 << 10;
const FORM_BYTES: u64 = 64 << 10;

/// Fields that say what a file is about.
pub const ABOUT: [&str; 4] = ["kind", "candidate_id", "application_id", "position_id"];

/// A form that arrived.
pub struct Form {
    /// The file.
    pub bytes: Bytes,
    /// The client's name for it.
    pub file_name: Option<String>,
    fields: BTreeMap<String, String>,
}

impl Form {
    /// What [`ABOUT`] says of the file.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for what is no id.
    pub fn about(&self) -> Result<NewDocument, AppError> {
        fn id<T: std::str::FromStr>(form: &Form, name: &str) -> Result<Option<T>, AppError> {
            let text = form.fields.get(name).filter(|text| !text.is_empty());
            text.map(|text| text.parse()).transpose().map_err(|_| {
                AppError::invalid(
                    "invalid_value",
                    name,
                    format!("{name} is no id of its kind"),
                )
            })
        }
        Ok(NewDocument {
            kind: self.fields.get("kind").cloned().unwrap_or_default(),
            candidate: id(self, "candidate_id")?,
            application: id(self, "application_id")?,
            position: id(self, "position_id")?,
            file_name: self.file_name.clone(),
        })
    }
}

/// Takes a form in whose file is the field `file`; the limit holds while it arrives.
///
/// # Errors
/// [`AppError::TooLarge`], [`AppError::Unsupported`] for what is no form, [`AppError::Invalid`] (`invalid_form` or
/// `missing_file`).
pub async fn receive(request: Request, file: &str, fields: &[&str]) -> Result<Form, AppError> {
    let announced: Option<u64> = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse().ok());
    if announced.is_some_and(|bytes| bytes > MOST_BYTES + FORM_BYTES) {
        drain::body(request.into_body().into_data_stream()).await;
        return Err(AppError::TooLarge { limit: MOST_BYTES });
    }
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| {
        AppError::Unsupported(format!(
            "send multipart/form-data with a file in the field {file}"
        ))
    })?;
    let read = read(&mut form, file, fields).await;
    if read.is_err() {
        drain::form(&mut form).await;
    }
    read
}

async fn read(form: &mut Multipart, file: &str, known: &[&str]) -> Result<Form, AppError> {
    let mut found: Option<(Bytes, Option<String>)> = None;
    let mut fields = BTreeMap::new();
    while let Some(field) = form.next_field().await.map_err(|error| broken(&error))? {
        let name = field.name().unwrap_or_default().to_owned();
        if name == file && found.is_none() {
            let file_name = field.file_name().map(ToOwned::to_owned);
            let most = usize::try_from(MOST_BYTES).unwrap_or(usize::MAX);
            found = Some((take(field, most).await?, file_name));
        } else if known.contains(&name.as_str()) && !fields.contains_key(&name) {
            let text = take(field, FIELD_BYTES).await?;
            let text = String::from_utf8(text.into())
                .map_err(|_| wrong("fields of the form are UTF-8 text".to_owned()))?;
            fields.insert(name, text.trim().to_owned());
        } else {
            let known = known.join(", ");
            return Err(wrong(format!(
                "the form has one {file}, and at most once each: {known}"
            )));
        }
    }
    let (bytes, file_name) = found.ok_or_else(|| {
        AppError::invalid("missing_file", file, format!("the form has no file {file}"))
    })?;
    Ok(Form {
        bytes,
        file_name,
        fields,
    })
}

async fn take(mut field: Field<'_>, most: usize) -> Result<Bytes, AppError> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = field.chunk().await.map_err(|error| broken(&error))? {
        if bytes.len() + chunk.len() > most {
            let limit = most as u64;
            return Err(AppError::TooLarge { limit });
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

fn broken(error: &axum::extract::multipart::MultipartError) -> AppError {
    wrong(format!("the form can't be read: {}", error.body_text()))
}

fn wrong(message: String) -> AppError {
    AppError::invalid("invalid_form", "form", message)
}
