//! Cuts a transcript into cues that can be read while they are shown: at most two lines of 42
//! characters and 7 seconds (the limits that broadcasters' guidelines share), none over another.

use candor_core::{
    span::Span,
    transcript::{Transcript, TranscriptSegment},
};

/// Most characters in a line.
pub const MAX_LINE: usize = 42;
/// Most lines in a cue.
const MAX_LINES: usize = 2;
/// Longest time that a cue is shown, in milliseconds.
const MAX_CUE_MS: u64 = 7_000;
/// A pause that ends a cue, in milliseconds.
const PAUSE_MS: u64 = 1_000;

/// A cue: times in milliseconds, lines of words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cue {
    /// When it appears.
    pub start_ms: u64,
    /// When it disappears, later than it appears and not after the next one does.
    pub end_ms: u64,
    /// One or two lines.
    pub lines: Vec<String>,
}

struct Timed {
    text: String,
    start_ms: u64,
    end_ms: u64,
    is_first: bool,
}

/// The cues of `transcript`; `None` when nothing in it has a time. Words without times get a
/// share of their segment's time, or of the gap between their neighbours.
pub fn cues(transcript: &Transcript) -> Option<Vec<Cue>> {
    let words = timed_words(transcript)?;
    let mut cues: Vec<Vec<&Timed>> = Vec::new();
    for word in &words {
        match cues.last_mut() {
            Some(cue) if fits(cue, word) => cue.push(word),
            _ => cues.push(vec![word]),
        }
    }
    let mut shown: Vec<Cue> = Vec::with_capacity(cues.len());
    for (index, cue) in cues.iter().enumerate() {
        let (first, last) = (cue[0], cue[cue.len() - 1]);
        let before_ms = shown.last().map_or(0, |cue| cue.end_ms);
        let next_ms = cues
            .get(index + 1)
            .map_or(u64::MAX, |next| next[0].start_ms);
        let start_ms = first.start_ms.max(before_ms);
        let end_ms = last
            .end_ms
            .min(next_ms)
            .min(start_ms + MAX_CUE_MS)
            .max(start_ms + 1);
        shown.push(Cue {
            start_ms,
            end_ms,
            lines: lines(cue),
        });
    }
    Some(shown)
}

fn fits(cue: &[&Timed], word: &Timed) -> bool {
    let last = cue[cue.len() - 1];
    let mut longer = cue.to_vec();
    longer.push(word);
    !word.is_first
        && word.start_ms.saturating_sub(last.end_ms) < PAUSE_MS
        && word.end_ms.saturating_sub(cue[0].start_ms) <= MAX_CUE_MS
        && lines(&longer).len() <= MAX_LINES
}

/// Fills lines with words; a longer word has a line for itself.
fn lines(words: &[&Timed]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.text.chars().count() <= MAX_LINE => {
                line.push(' ');
                line.push_str(&word.text);
            }
            _ => lines.push(word.text.clone()),
        }
    }
    lines
}

/// Every word with a time, in order of time.
fn timed_words(transcript: &Transcript) -> Option<Vec<Timed>> {
    let mut words = Vec::new();
    for segment in &transcript.segments {
        let spans = spans(segment);
        for (index, (word, span)) in segment.words.iter().zip(spans).enumerate() {
            let text = word.text.split_whitespace().collect::<Vec<_>>().join(" ");
            if !text.is_empty() {
                words.push((text, span, index == 0));
            }
        }
    }
    let known: Vec<Option<Span>> = words.iter().map(|(_, span, _)| *span).collect();
    let spans = between_neighbours(&known)?;
    let mut latest_ms = 0;
    Some(
        words
            .into_iter()
            .zip(spans)
            .map(|((text, _, is_first), span)| {
                let start_ms = milliseconds(span.start_s).max(latest_ms);
                latest_ms = start_ms;
                Timed {
                    text,
                    start_ms,
                    end_ms: milliseconds(span.end_s).max(start_ms),
                    is_first,
                }
            })
            .collect(),
    )
}

/// Times of the segment's words: their own, or a share of the segment's by their length.
fn spans(segment: &TranscriptSegment) -> Vec<Option<Span>> {
    let own: Vec<Option<Span>> = segment.words.iter().map(|word| word.span).collect();
    let Some(whole) = segment.span.filter(|_| own.iter().all(Option::is_none)) else {
        return own;
    };
    let length = |text: &str| text.chars().count() as f64 + 1.0;
    let total: f64 = segment.words.iter().map(|word| length(&word.text)).sum();
    let mut before = 0.0;
    segment
        .words
        .iter()
        .map(|word| {
            let start_s = whole.start_s + whole.duration_s() * before / total;
            before += length(&word.text);
            Some(Span::new(
                start_s,
                whole.start_s + whole.duration_s() * before / total,
            ))
        })
        .collect()
}

/// Fills gaps evenly; before the first and after the last known time everything is at that time.
/// `None` when nothing is known.
fn between_neighbours(known: &[Option<Span>]) -> Option<Vec<Span>> {
    let first = known.iter().flatten().next()?;
    let mut filled: Vec<Span> = Vec::with_capacity(known.len());
    let mut index = 0;
    while index < known.len() {
        if let Some(span) = known[index] {
            filled.push(span);
            index += 1;
            continue;
        }
        let length = known[index..]
            .iter()
            .take_while(|span| span.is_none())
            .count();
        let next_s = known
            .get(index + length)
            .and_then(|span| *span)
            .map(|span| span.start_s);
        let start_s = filled.last().map_or(first.start_s, |span| span.end_s);
        let end_s = next_s.unwrap_or(start_s).max(start_s);
        let step_s = (end_s - start_s) / length as f64;
        for place in 0..length {
            filled.push(Span::new(
                start_s + step_s * place as f64,
                start_s + step_s * (place + 1) as f64,
            ));
        }
        index += length;
    }
    Some(filled)
}

fn milliseconds(time_s: f64) -> u64 {
    (time_s.max(0.0) * 1000.0).round() as u64
}
