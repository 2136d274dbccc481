//! `/interview/join/{token}`: where links in mail lead. A page without scripts that tells what the link is for, whether
//! it can be used now, and what to do with it; it holds no interview and names nobody.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use candor_app::{
    App, AppError,
    invitations::{
        LANGUAGES,
        join::{Joinable, find_joinable},
    },
    mail,
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{AdaptiveError, join::unjoinable};
use crate::{
    ServerState,
    api::auth::page::{escape, page_in},
    path::Path,
    problem::ApiError,
};

mod wording;

use wording::wording;

/// Routes of this file.
pub(super) fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new().routes(routes!(adaptive_join_page))
}

/// The page behind a join link, in a language of the browser, or else of the invitation.
#[utoipa::path(
    get, path = "/interview/join/{token}", tag = "adaptive", security(()),
    params(("token" = String, Path, description = "End of the join link")),
    responses(
        (status = 200, body = String, content_type = "text/html"),
        (status = 404, body = String, content_type = "text/html", description = "Nothing is behind it"),
        (status = 410, body = String, content_type = "text/html", description = "Cancelled, or closed"),
        (status = 503, body = AdaptiveError)
    )
)]
async fn adaptive_join_page(
    State(state): State<ServerState>,
    headers: HeaderMap,
    token: Result<Path<String>, ApiError>,
) -> Result<Response, Response> {
    let spoken = preferred(&headers);
    let found = match token {
        Ok(Path(token)) => find_joinable(&state.app, &token).await,
        Err(error) => Err(error.0),
    };
    let mut response = match found {
        Ok(found) => {
            let language = spoken.unwrap_or(found.invitation.language.as_str());
            told(&state.app, &found, language)
        }
        Err(error) => {
            let language = spoken.unwrap_or(LANGUAGES[0]);
            let words = wording(language);
            let (status, told) = match error {
                // What can't be a token leads nowhere.
                AppError::NotFound(_) | AppError::Invalid { .. } => {
                    (StatusCode::NOT_FOUND, words.unknown)
                }
                AppError::Gone {
                    code: "invitation_cancelled",
                    ..
                } => (StatusCode::GONE, words.cancelled),
                AppError::Gone { .. } => (StatusCode::GONE, words.closed),
                error => return Err(unjoinable(error)),
            };
            page_in(language, status, words.title, &paragraphs(&[told]))
        }
    };
    response
        .headers_mut()
        .insert(header::VARY, HeaderValue::from_static("accept-language"));
    Ok(response)
}

/// What is told of an invitation. Neither the candidate's name nor the address stands on it: whoever has the link sees it.
fn told(app: &App, found: &Joinable, language: &str) -> Response {
    let words = wording(language);
    let invitation = &found.invitation;
    let time = |at| mail::time_in_words(language, at, &invitation.time_zone);
    let stands = match invitation.status.as_str() {
        "completed" => words.done.to_owned(),
        "in_progress" => words.running.to_owned(),
        _ if app.clock.now() < invitation.opens_at => words
            .planned
            .replace("{time}", &time(invitation.scheduled_at))
            .replace("{opens}", &time(invitation.opens_at)),
        _ => words
            .ready
            .replace("{time}", &time(invitation.scheduled_at))
            .replace("{closes}", &time(invitation.closes_at)),
    };
    let title = mail::title(language, &found.organisation);
    let page = |body: String| page_in(language, StatusCode::OK, &title, &body);
    if invitation.status == "completed" {
        return page(paragraphs(&[&stands]));
    }
    let how = words.how.replace("{organisation}", &found.organisation);
    let processor = found.chat_processor.as_deref();
    let notice = mail::notice(language, &found.organisation, processor);
    page(paragraphs(&[
        &stands,
        &how,
        mail::personal(language),
        &notice,
    ]))
}

fn paragraphs(texts: &[&str]) -> String {
    let paragraphs = texts.iter();
    paragraphs
        .map(|text| format!("<p>{}</p>", escape(text)))
        .collect()
}

/// The first language that the browser names and the page has.
fn preferred(headers: &HeaderMap) -> Option<&'static str> {
    let named = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    named.split(',').find_map(|part| {
        let (tag, weight) = part.split_once(';').unwrap_or((part, ""));
        let primary = tag.trim().split('-').next().unwrap_or_default();
        let weight = weight.trim().trim_start_matches("q=");
        let is_refused = weight.parse::<f64>().is_ok_and(|weight| weight <= 0.0);
        LANGUAGES
            .into_iter()
            .find(|language| !is_refused && primary.eq_ignore_ascii_case(language))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_that_the_page_has_is_taken() {
        for (named, language) in [
            ("fr-BE,fr;q=0.9,en;q=0.8", Some("fr")),
            ("de, TR;q=0.7", Some("tr")),
            ("en;q=0, id", Some("id")),
            ("de", None),
            ("", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, named.parse().unwrap());
            assert_eq!(preferred(&headers), language, "{named}");
        }
        assert_eq!(preferred(&HeaderMap::new()), None);
    }

    #[test]
    fn words_are_no_markup() {
        assert_eq!(
            paragraphs(&["a & b", "<b>"]),
            "<p>a &amp; b</p><p>&lt;b&gt;</p>"
        );
    }

    #[test]
    fn every_language_has_every_place() {
        for language in LANGUAGES {
            let words = wording(language);
            assert!(words.how.contains("{organisation}"), "{language}");
            assert!(words.planned.contains("{time}") && words.planned.contains("{opens}"));
            assert!(words.ready.contains("{time}") && words.ready.contains("{closes}"));
        }
    }
}
