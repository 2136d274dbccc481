//! The page's own files, joined into one style sheet and one script.

/// The skeleton with `{{name}}` places.
pub(super) const TEMPLATE: &str = include_str!("template.html");

const STYLES: &[&str] = &[
    include_str!("style/tokens.css"),
    include_str!("style/base.css"),
    include_str!("style/listen.css"),
    include_str!("style/figures.css"),
    include_str!("style/charts.css"),
    include_str!("style/content.css"),
    include_str!("style/print.css"),
];

// Later files use names of earlier ones; `main.js` starts the page.
const SCRIPTS: &[&str] = &[
    include_str!("script/text.js"),
    include_str!("script/text_names.js"),
    include_str!("script/dom.js"),
    include_str!("script/format.js"),
    include_str!("script/names.js"),
    include_str!("script/clock.js"),
    include_str!("script/header.js"),
    include_str!("script/player.js"),
    include_str!("script/dock.js"),
    include_str!("script/transcript.js"),
    include_str!("script/search.js"),
    include_str!("script/figures.js"),
    include_str!("script/lanes.js"),
    include_str!("script/plot.js"),
    include_str!("script/charts.js"),
    include_str!("script/moments.js"),
    include_str!("script/segments.js"),
    include_str!("script/content.js"),
    include_str!("script/scores.js"),
    include_str!("script/missing.js"),
    include_str!("script/keys.js"),
    include_str!("script/main.js"),
];

/// The style sheet.
pub(super) fn style() -> String {
    join(STYLES)
}

/// The script: all files in one strict function scope.
pub(super) fn script() -> String {
    format!("(() => {{\n\"use strict\";\n{}}})();\n", join(SCRIPTS))
}

/// Joins files and keeps line feeds only: browsers hash what they parsed, where `\r\n` is `\n`.
fn join(files: &[&str]) -> String {
    files.concat().replace("\r\n", "\n")
}
