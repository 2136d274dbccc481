//! What clients ask for, checked, in the words of the product.

use candor_core::purpose::Purpose;
pub use candor_signals::scores::pipeline_r2::ScoreWeights;
use jiff::Timestamp;
use serde_json::Value;
use url::Url;

use super::facts::QuestionFacts;
use crate::{App, AppError, consent::ConsentStatement};

/// A consent as it comes with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatedConsent {
    /// Version of the text that was agreed to.
    pub version: String,
    /// When it was given.
    pub obtained_at: Timestamp,
    /// Who gave it.
    pub by: String,
    /// Whether it covers observations of face and voice.
    pub covers_behaviour: bool,
}

impl StatedConsent {
    /// What is recorded of it.
    pub fn statement(&self) -> ConsentStatement {
        ConsentStatement {
            version: self.version.clone(),
            obtained_at: self.obtained_at,
            by: self.by.clone(),
        }
    }
}

/// A record with its questions.
#[derive(Debug, Clone, PartialEq)]
pub struct NewRecord {
    /// Version of the interface that the client speaks.
    pub api_version: String,
    /// The client's id of this request; a repeat answers the same record.
    pub request_id: Option<String>,
    /// Where the outcome of each question is told.
    pub callback_url: Option<String>,
    /// Who agreed.
    pub consent: Option<StatedConsent>,
    /// What it is for.
    pub purpose: Purpose,
    /// The client's id of the application.
    pub application_id: String,
    /// The candidate as sent.
    pub candidate: Option<Value>,
    /// Personality scores as sent: stored, never used.
    pub personality_test: Option<Value>,
    /// The client's id of the interview.
    pub interview_id: String,
    /// Title of the interview.
    pub title: Option<String>,
    /// Its questions; those with a video are analysed.
    pub questions: Vec<QuestionFacts>,
    /// How face, voice and content are weighed.
    pub weights: Option<ScoreWeights>,
}

/// Checks the address of a recording: `https`, a host, no credentials. Whether it answers shows when it
/// is fetched. Plain `http` is taken for this machine alone, where the settings allow it.
///
/// # Errors
/// [`AppError::Invalid`] that names `field`.
pub fn check_video_url(app: &App, field: &str, url: &str) -> Result<(), AppError> {
    check_url(field, url, app.config.fetch.allow_loopback)
}

/// Checks the address that an outcome is told to, like [`check_video_url`].
///
/// # Errors
/// [`AppError::Invalid`] that names `field`.
pub fn check_callback_url(app: &App, field: &str, url: &str) -> Result<(), AppError> {
    check_url(field, url, app.config.webhooks.allow_private)
}

fn check_url(field: &str, url: &str, allow_loopback: bool) -> Result<(), AppError> {
    let wrong = |what: &str| {
        Err(AppError::invalid(
            "invalid_url",
            field,
            format!("{field} {what}"),
        ))
    };
    let Ok(parsed) = Url::parse(url) else {
        return wrong("must be an https address");
    };
    let loopback = match parsed.host() {
        None => return wrong("must be an https address with a host"),
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
    };
    match parsed.scheme() {
        "https" => {}
        "http" if loopback && allow_loopback => {}
        _ => return wrong("must be an https address"),
    }
    if !parsed.username().is_empty() || parsed.password().is_some() {
        return wrong("must not hold a user name or password");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_https_with_a_host_and_without_credentials() {
        let check = |url: &str| check_url("url", url, false);
        assert!(check("https://media.example.org/a.mp4?sig=x").is_ok());
        assert!(check("https://unreachable.invalid/a.mp4").is_ok());
        for wrong in [
            "",
            "a.mp4",
            "http://media.example.org/a.mp4",
            "http://127.0.0.1/a.mp4",
            "ftp://media.example.org/a.mp4",
            "file:///etc/passwd",
            "https://",
            "https://user:secret@media.example.org/a.mp4",
            "javascript:alert(1)",
        ] {
            assert!(check(wrong).is_err(), "{wrong}");
        }
        assert!(check_url("url", "http://127.0.0.1:9/a.mp4", true).is_ok());
        assert!(check_url("url", "http://192.0.2.1/a.mp4", true).is_err());
    }
}
