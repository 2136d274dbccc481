//! Reads the cues of WebVTT and SubRip files.

use candor_core::{
    span::Span,
    transcript::{Transcript, TranscriptSegment, Word},
};

use super::{
    TranscriptError,
    parse::{given, plain_words, untimed},
};

/// Formatting that SubRip files hold; other angle brackets there are text.
const SRT_TAGS: [&str; 8] = [
    "<i>", "</i>", "<b>", "</b>", "<u>", "</u>", "</font>", "<font",
];

/// Whether `line` gives the times of a cue.
pub(super) fn is_timing(line: &str) -> bool {
    timing(line).is_some()
}

/// Reads a WebVTT file.
pub(super) fn parse_vtt(text: &str) -> Result<Transcript, TranscriptError> {
    let language = text
        .lines()
        .take_while(|line| !line.trim().is_empty())
        .find_map(|line| line.strip_prefix("Language:"))
        .map(|tag| primary_subtag(tag.trim()))
        .filter(|tag| !tag.is_empty());
    let mut segments = Vec::new();
    for cue in cues(text, false)? {
        segments.extend(vtt_segment(cue.span, &cue.payload));
    }
    Ok(finish(language, segments))
}

/// Reads a SubRip file.
pub(super) fn parse_srt(text: &str) -> Result<Transcript, TranscriptError> {
    let mut segments = Vec::new();
    for cue in cues(text, true)? {
        segments.extend(untimed(cue.span, &without_srt_tags(&cue.payload)));
    }
    Ok(finish(None, segments))
}

fn finish(language: Option<String>, mut segments: Vec<TranscriptSegment>) -> Transcript {
    segments.sort_by(|a, b| {
        let start = |segment: &TranscriptSegment| segment.span.map_or(0.0, |span| span.start_s);
        start(a).total_cmp(&start(b))
    });
    given(language, segments)
}

struct Cue {
    span: Span,
    payload: String,
}

/// The cues of `text`. In SubRip files a text may hold blank lines: it goes on to the number of
/// the next cue.
fn cues(text: &str, is_srt: bool) -> Result<Vec<Cue>, TranscriptError> {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let mut cues = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let line = at + 1;
        if !lines[at].contains("-->") {
            at += 1;
            continue;
        }
        let Some((start_s, end_s)) = timing(lines[at]) else {
            let what = "the times of the cue are not understood";
            return Err(TranscriptError::Cue { line, what });
        };
        if end_s < start_s {
            let what = "the cue ends before it begins";
            return Err(TranscriptError::Cue { line, what });
        }
        let begin = at + 1;
        let next_timing = (begin..lines.len())
            .find(|&index| is_timing(lines[index]))
            .unwrap_or(lines.len());
        let blank = (begin..next_timing)
            .find(|&index| lines[index].trim().is_empty())
            .unwrap_or(next_timing);
        let mut end = blank;
        if is_srt {
            end = next_timing;
            // The number of the next cue is no text.
            if next_timing < lines.len() && end > blank && is_number(lines[end - 1]) {
                end -= 1;
            }
        }
        cues.push(Cue {
            span: Span::new(start_s, end_s),
            payload: lines[begin..end].join("\n"),
        });
        at = next_timing.max(begin);
        // A malformed timing line between here and there is still found.
        if let Some(bad) = (end..at).find(|&index| lines[index].contains("-->")) {
            at = bad;
        }
    }
    if cues.is_empty() {
        let what = "no cue with times was found";
        return Err(TranscriptError::Cue { line: 1, what });
    }
    Ok(cues)
}

fn is_number(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit())
}

/// Start and end of a timing line, in seconds.
fn timing(line: &str) -> Option<(f64, f64)> {
    let (start, rest) = line.split_once("-->")?;
    let end = rest.split_whitespace().next()?;
    Some((time(start.trim())?, time(end)?))
}

/// `[hh:]mm:ss.fff` or with a comma, in seconds.
fn time(text: &str) -> Option<f64> {
    let (clock, fraction) = text.split_once(['.', ',']).unwrap_or((text, "0"));
    if fraction.is_empty() || fraction.len() > 6 || !is_number(fraction) {
        return None;
    }
    let mut parts = clock.rsplit(':');
    let mut unit_s = 1.0;
    let mut time_s = format!("0.{fraction}").parse::<f64>().ok()?;
    let mut n_parts = 0;
    for part in parts.by_ref().take(3) {
        if part.len() > 4 || !is_number(part) {
            return None;
        }
        time_s += part.parse::<f64>().ok()? * unit_s;
        unit_s *= 60.0;
        n_parts += 1;
    }
    (n_parts >= 2 && parts.next().is_none()).then_some(time_s)
}

/// The text of a WebVTT cue; time tags within it give its words times.
fn vtt_segment(span: Span, payload: &str) -> Option<TranscriptSegment> {
    let mut text = String::new();
    let mut parts: Vec<(Option<f64>, String)> = Vec::new();
    let mut marked_s = None;
    let mut rest = payload;
    while let Some(open) = rest.find('<') {
        text.push_str(&rest[..open]);
        let Some(length) = rest[open..].find('>') else {
            break;
        };
        if let Some(time_s) = time(&rest[open + 1..open + length]) {
            parts.push((marked_s, std::mem::take(&mut text)));
            marked_s = Some(time_s.clamp(span.start_s, span.end_s));
        }
        rest = &rest[open + length + 1..];
    }
    text.push_str(rest);
    if marked_s.is_none() {
        return untimed(span, &unescape(&text));
    }
    parts.push((marked_s, text));
    let mut words: Vec<Word> = Vec::new();
    for (index, (start_s, text)) in parts.iter().enumerate() {
        let start_s = start_s.unwrap_or(span.start_s);
        let end_s = parts
            .get(index + 1)
            .and_then(|(next_s, _)| *next_s)
            .unwrap_or(span.end_s);
        let mut part = plain_words(&unescape(text));
        // A time for several words is no time for any one of them.
        if let [word] = part.as_mut_slice() {
            word.span = Some(Span::new(start_s, end_s));
        }
        words.append(&mut part);
    }
    (!words.is_empty()).then_some(TranscriptSegment {
        span: Some(span),
        words,
    })
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&nbsp;", " ")
        .replace("&lrm;", "")
        .replace("&rlm;", "")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

fn without_srt_tags(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find(['<', '{']) {
        plain.push_str(&rest[..open]);
        rest = &rest[open..];
        let close = if rest.starts_with('<') { '>' } else { '}' };
        let lower = rest.get(..7.min(rest.len())).unwrap_or("").to_lowercase();
        let is_tag = rest.starts_with("{\\") || SRT_TAGS.iter().any(|tag| lower.starts_with(tag));
        match rest.find(close).filter(|_| is_tag) {
            Some(length) => rest = &rest[length + 1..],
            None => {
                plain.push_str(&rest[..1]);
                rest = &rest[1..];
            }
        }
    }
    plain.push_str(rest);
    plain
}

fn primary_subtag(tag: &str) -> String {
    let primary = tag.split(['-', '_']).next().unwrap_or_default();
    primary.to_ascii_lowercase()
}
