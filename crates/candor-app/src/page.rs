//! The report as one self-contained web page that also works from a folder, without a server.
//!
//! The page carries the report as JSON and builds itself from it in the browser; text of the
//! report never becomes markup. It fetches nothing but the recording beside it.

mod assets;
mod embed;

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod tests;

use candor_core::report::Report;
use serde::Serialize;

/// What kind of recording the page plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaKind {
    /// A recording with a picture.
    Video,
    /// Sound alone.
    Audio,
}

/// Where the page finds the recording, as URLs relative to the page; see [`relative_url`].
///
/// An address that is not relative (another host, a scheme, an absolute path) is ignored: a
/// report that is passed on must neither call home nor tell where it was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PageMedia {
    /// The extracted sound, e.g. `audio.wav`; played where the original can't be.
    pub audio: Option<String>,
    /// The original recording, where it can be reached from the page.
    pub video: Option<String>,
    /// What was recorded.
    pub kind: MediaKind,
}

impl PageMedia {
    fn without_foreign_addresses(&self) -> Self {
        let local = |url: &Option<String>| url.clone().filter(|url| embed::is_relative(url));
        Self {
            audio: local(&self.audio),
            video: local(&self.video),
            kind: self.kind,
        }
    }
}

/// Renders the page of one report as a complete HTML document.
///
/// The same report and media give the same page, byte for byte.
pub fn render(report: &Report, media: &PageMedia) -> String {
    let style = assets::style();
    let script = assets::script();
    let policy = embed::content_security_policy(&style, &script);
    let title = embed::escape_html(&report.candor.source.file_name);
    embed::fill(
        assets::TEMPLATE,
        &[
            ("policy", &policy),
            ("title", &title),
            ("style", &style),
            ("media", &embed::json(&media.without_foreign_addresses())),
            ("report", &embed::json(report)),
            ("script", &script),
        ],
    )
}

/// Turns a relative file path with `/` separators into a URL for [`PageMedia`]: every byte that
/// has a meaning in a URL is percent-encoded.
pub fn relative_url(path: &str) -> String {
    embed::percent_encode(path)
}
