//! Parts words into the segments of a transcript: at ends of sentences and at pauses.

use candor_core::{
    span::Span,
    transcript::{TranscriptSegment, Word},
};

/// A pause that parts two segments, in seconds.
const PAUSE_S: f64 = 0.7;
/// Most words in a segment without an end of sentence.
const MAX_WORDS: usize = 60;

/// The segments of `words`: one for each sentence, or less where the speaker pauses.
pub fn split(words: Vec<Word>) -> Vec<TranscriptSegment> {
    let mut segments = Vec::new();
    let mut current: Vec<Word> = Vec::new();
    for word in words {
        if let Some(last) = current.last() {
            let pause_s = match (last.span, word.span) {
                (Some(last), Some(next)) => next.start_s - last.end_s,
                _ => 0.0,
            };
            if ends_sentence(&last.text) || pause_s >= PAUSE_S || current.len() >= MAX_WORDS {
                segments.push(segment(std::mem::take(&mut current)));
            }
        }
        current.push(word);
    }
    if !current.is_empty() {
        segments.push(segment(current));
    }
    segments
}

/// A segment from the first to the last word that has a time.
pub fn segment(words: Vec<Word>) -> TranscriptSegment {
    let spans = || words.iter().filter_map(|word| word.span);
    let span = spans()
        .next()
        .zip(spans().next_back())
        .map(|(first, last)| Span::new(first.start_s, last.end_s));
    TranscriptSegment { span, words }
}

fn ends_sentence(word: &str) -> bool {
    word.trim_end_matches(['"', '\'', '”', '’', ')', '»'])
        .ends_with(['.', '!', '?', '…', '。', '？', '！'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str, start_s: f64) -> Word {
        Word {
            text: text.to_owned(),
            span: Some(Span::new(start_s, start_s + 0.3)),
            confidence: None,
        }
    }

    #[test]
    fn sentences_and_pauses_part_segments() {
        let segments = split(vec![
            word("Yes.", 0.0),
            word("I", 0.4),
            word("did", 0.8),
            word("that", 3.0),
        ]);
        let texts: Vec<String> = segments.iter().map(TranscriptSegment::text).collect();
        assert_eq!(texts, ["Yes.", "I did", "that"]);
        assert_eq!(segments[1].span, Some(Span::new(0.4, 0.8 + 0.3)));
    }

    #[test]
    fn no_words_give_no_segment() {
        assert!(split(Vec::new()).is_empty());
    }
}
