//! Joins Whisper's tokens to words with times.

use candor_core::{span::Span, transcript::Word};

/// A piece of text as Whisper gave it.
#[derive(Debug, Clone, PartialEq)]
pub struct Token {
    /// UTF-8, possibly only a part of a character.
    pub bytes: Vec<u8>,
    /// Probability, 0 to 1.
    pub probability: f32,
    /// Logarithm of the probability.
    pub log_probability: f32,
    /// Start by Whisper's own time marks, in seconds from the start of the chunk.
    pub start_s: f64,
    /// End by Whisper's own time marks.
    pub end_s: f64,
    /// End by the alignment of attention with the audio (DTW), where it was computed. whisper.cpp
    /// stores the moment at which the path leaves a token, so this is its end, not its start.
    pub aligned_end_s: Option<f64>,
}

/// Languages that are written without spaces.
const UNSPACED: [&str; 7] = ["zh", "ja", "th", "lo", "my", "km", "yue"];

struct Draft {
    bytes: Vec<u8>,
    span: Option<Span>,
    probability_sum: f32,
    n_tokens: u32,
}

/// Words of `tokens` with times on the recording's clock. A word that seems to begin in a pause
/// begins with the speech after it: alignment gives pauses to the next word.
pub fn words(tokens: &[Token], chunk: Span, speech: &[Span], language: &str) -> Vec<Word> {
    let mut drafts: Vec<Draft> = Vec::new();
    let mut before_s: f64 = 0.0;
    for token in tokens {
        let span = match token.aligned_end_s {
            Some(end_s) => Span::new(before_s.min(end_s), end_s),
            None => Span::new(token.start_s, token.end_s),
        };
        before_s = before_s.max(span.end_s);
        let is_complete = drafts
            .last()
            .is_none_or(|draft| std::str::from_utf8(&draft.bytes).is_ok());
        let is_text = is_text(&token.bytes);
        let starts_word = token.bytes.starts_with(b" ")
            || (UNSPACED.contains(&language) && is_complete && is_text);
        if drafts.is_empty() || (starts_word && is_complete) {
            drafts.push(Draft {
                bytes: Vec::new(),
                span: None,
                probability_sum: 0.0,
                n_tokens: 0,
            });
        }
        let draft = drafts
            .last_mut()
            .expect("just pushed one when there was none");
        draft.bytes.extend(&token.bytes);
        if is_text {
            // Punctuation is often placed at the end of the pause that follows.
            draft.span = Some(Span::new(
                draft.span.map_or(span.start_s, |before| before.start_s),
                span.end_s,
            ));
            draft.probability_sum += token.probability;
            draft.n_tokens += 1;
        }
    }
    let mut words: Vec<Word> = Vec::new();
    for draft in drafts {
        let text = String::from_utf8_lossy(&draft.bytes).trim().to_owned();
        if text.is_empty() {
            continue;
        }
        match (draft.span, words.last_mut()) {
            // Lone punctuation belongs to the word before it.
            (None, Some(last)) => last.text.push_str(&text),
            (None, None) => {}
            (Some(span), _) => words.push(Word {
                text,
                span: Some(in_speech(span, chunk, speech)),
                confidence: Some(draft.probability_sum / draft.n_tokens as f32),
            }),
        }
    }
    words
}

fn is_text(bytes: &[u8]) -> bool {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.chars().any(char::is_alphanumeric),
        // A part of a character beyond ASCII.
        Err(_) => true,
    }
}

/// `span` on the recording's clock, cut to the chunk, and its start moved to the speech in which
/// most of its end lies.
fn in_speech(span: Span, chunk: Span, speech: &[Span]) -> Span {
    let on_clock = |time_s: f64| (chunk.start_s + time_s).min(chunk.end_s);
    let span = Span::new(on_clock(span.start_s), on_clock(span.end_s));
    let overlapping = speech.iter().filter(|speech| speech.overlap_s(span) > 0.0);
    match overlapping.max_by(|a, b| a.overlap_s(span).total_cmp(&b.overlap_s(span))) {
        Some(speech) => Span::new(
            span.start_s.max(speech.start_s),
            span.end_s.min(speech.end_s),
        ),
        None => span,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(text: &str, end_s: f64) -> Token {
        Token {
            bytes: text.as_bytes().to_vec(),
            probability: 0.5,
            log_probability: -0.7,
            start_s: 0.0,
            end_s: 0.0,
            aligned_end_s: Some(end_s),
        }
    }

    fn texts(words: &[Word]) -> Vec<&str> {
        words.iter().map(|word| word.text.as_str()).collect()
    }

    fn close(span: Option<Span>, start_s: f64, end_s: f64) -> bool {
        let span = span.unwrap();
        (span.start_s - start_s).abs() < 1e-9 && (span.end_s - end_s).abs() < 1e-9
    }

    #[test]
    fn tokens_join_to_words_with_their_punctuation() {
        let tokens = [
            token(" fell", 0.4),
            token("ow", 0.6),
            token(",", 1.4),
            token(" Amer", 1.6),
            token("icans", 2.0),
        ];
        let chunk = Span::new(10.0, 20.0);
        let words = words(&tokens, chunk, &[chunk], "en");
        assert_eq!(texts(&words), ["fellow,", "Americans"]);
        assert!(close(words[0].span, 10.0, 10.6), "{words:?}");
        assert!(close(words[1].span, 11.4, 12.0), "{words:?}");
    }

    #[test]
    fn a_word_after_a_pause_begins_with_the_speech() {
        let tokens = [token(" one", 0.5), token(" two", 3.0)];
        let speech = [Span::new(0.1, 0.6), Span::new(2.5, 3.1)];
        let words = words(&tokens, Span::new(0.0, 4.0), &speech, "en");
        assert!(close(words[0].span, 0.1, 0.5), "{words:?}");
        assert!(close(words[1].span, 2.5, 3.0), "{words:?}");
    }

    #[test]
    fn a_character_in_two_tokens_is_put_together() {
        let mut first = token("", 0.2);
        first.bytes = vec![0xE6, 0xBC];
        let mut second = token("", 0.3);
        second.bytes = vec![0xA2];
        let words = words(
            &[first, second, token("字", 0.5)],
            Span::new(0.0, 1.0),
            &[],
            "zh",
        );
        assert_eq!(texts(&words), ["漢", "字"]);
    }

    #[test]
    fn without_alignment_the_time_marks_are_used() {
        let mut only = token(" hi", 0.0);
        only.aligned_end_s = None;
        (only.start_s, only.end_s) = (0.3, 0.7);
        let words = words(&[only], Span::new(1.0, 3.0), &[], "en");
        assert!(close(words[0].span, 1.3, 1.7));
    }
}
