//! Safe ways for foreign text into an HTML document: JSON blocks, escaped text, hashes, addresses.

use std::fmt::Write as _;

use serde::Serialize;
use sha2::{Digest, Sha256};

/// Serialises `value` so that it can stand inside a `<script>` element: no character in it can
/// end the element or a line of script.
pub(super) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value)
        .expect("report types have string keys and no failing serialiser")
        .replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

/// Escapes text for HTML content and quoted attributes.
pub(super) fn escape_html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// The content security policy: nothing but this style, this script, and media beside the page
/// or chosen by the reader. `file:` is named because a page opened from a folder has no origin
/// that `'self'` could match.
pub(super) fn content_security_policy(style: &str, script: &str) -> String {
    format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; \
         media-src 'self' file: blob: data:; img-src data:; base-uri 'none'; form-action 'none'",
        sha256_base64(script),
        sha256_base64(style),
    )
}

/// Puts `values` in the `{{name}}` places of `template`. Values are never searched for places.
pub(super) fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut page = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, tail) = after
            .split_once("}}")
            .expect("the template closes its places");
        let (_, value) = values
            .iter()
            .find(|(known, _)| *known == name)
            .expect("the template names known places only");
        page.push_str(before);
        page.push_str(value);
        rest = tail;
    }
    page.push_str(rest);
    page
}

/// Whether `url` can only lead to a file near the page.
pub(super) fn is_relative(url: &str) -> bool {
    let first_segment = url.split(['/', '?', '#']).next().unwrap_or_default();
    !url.is_empty()
        && !url.starts_with('/')
        && !first_segment.contains(':')
        && !url.contains(|character: char| character == '\\' || character.is_control())
}

/// Percent-encodes every byte but letters, digits, `-._~` and `/` (RFC 3986, unreserved).
pub(super) fn percent_encode(path: &str) -> String {
    let mut url = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            url.push(char::from(byte));
        } else {
            write!(url, "%{byte:02X}").expect("writing to a string never fails");
        }
    }
    url
}

/// SHA-256 of `text` in base64 (RFC 4648), as a content security policy names an inline block.
pub(super) fn sha256_base64(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let hash = Sha256::digest(text.as_bytes());
    let mut encoded = String::with_capacity(44);
    for chunk in hash.chunks(3) {
        let bits = chunk
            .iter()
            .fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte))
            << (8 * (3 - chunk.len()));
        for place in 0..4 {
            if place <= chunk.len() {
                let digit = bits >> (18 - 6 * place) & 63;
                encoded.push(char::from(DIGITS[digit as usize]));
            } else {
                encoded.push('=');
            }
        }
    }
    encoded
}
