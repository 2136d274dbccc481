//! Words as the text measurements see them: folded, with their neighbourhood and their time.

use candor_core::{
    span::Span,
    transcript::{Transcript, Word},
};

/// Silence between two words that counts as a break where nothing is punctuated, in seconds.
/// Pauses of 250 ms and more are perceived as such (de Jong & Bosker 2013).
const BREAK_PAUSE_S: f64 = 0.25;

/// One token: a run of letters and digits with inner apostrophes, hyphens and decimal points.
#[derive(Debug, Clone, PartialEq)]
pub struct Token {
    /// As it was written.
    pub raw: String,
    /// Lower case by the rules of the language, straight apostrophes.
    pub folded: String,
    /// Index of the transcript's word that holds it.
    pub word: usize,
    /// Index of the transcript's segment that holds it.
    pub segment: usize,
    /// When the word that holds it was said.
    pub span: Option<Span>,
    /// Punctuation, or a pause where nothing is punctuated, stands before it.
    pub break_before: bool,
    /// Punctuation, or a pause where nothing is punctuated, stands after it.
    pub break_after: bool,
    /// Punctuation that ends a sentence and follows it.
    pub terminal: Option<Terminal>,
}

/// How a sentence ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Terminal {
    /// Full stop or exclamation mark.
    Stop,
    /// Question mark.
    Question,
    /// Dots: the speaker trails off; a sentence ends only when a capital follows.
    Trailing,
}

/// Number of words as the `lab` contract counts them: runs of letters, digits and underscores.
pub fn count_words(text: &str) -> u32 {
    let mut n_words = 0;
    let mut inside = false;
    for c in text.chars() {
        let is_word = c.is_alphanumeric() || c == '_';
        if is_word && !inside {
            n_words += 1;
        }
        inside = is_word;
    }
    n_words
}

/// Lower-cases `text` by the rules of `language` (Turkish keeps dotless ı apart from i) and makes
/// apostrophes straight.
pub fn fold(text: &str, language: Option<&str>) -> String {
    let turkish = language == Some("tr");
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            'I' if turkish => folded.push('ı'),
            'İ' => folded.push('i'),
            '’' | 'ʼ' | '‘' => folded.push('\''),
            '‑' => folded.push('-'),
            _ => folded.extend(c.to_lowercase()),
        }
    }
    folded
}

/// The tokens of a transcript, in order, folded for `language`.
pub fn tokens_of(transcript: &Transcript, language: Option<&str>) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut pending_break = true;
    let mut word = 0;
    for (segment, part) in transcript.segments.iter().enumerate() {
        for spoken in &part.words {
            let at = Place { word, segment };
            cut_word(spoken, at, language, &mut pending_break, &mut tokens);
            word += 1;
        }
    }
    if let Some(last) = tokens.last_mut() {
        last.break_after = true;
    }
    if !tokens.iter().any(|token| token.terminal.is_some()) {
        break_at_pauses(&mut tokens);
    }
    tokens
}

/// The folded tokens of a phrase, without times.
pub fn fold_phrase(phrase: &str, language: Option<&str>) -> Vec<String> {
    tokens_of(&plain(phrase, language), language)
        .into_iter()
        .map(|token| token.folded)
        .collect()
}

/// A transcript without times that holds `text` as one segment; for phrases, questions and tests.
pub fn plain(text: &str, language: Option<&str>) -> Transcript {
    use candor_core::transcript::{Accuracy, TranscriptSegment};
    let words = text
        .split_whitespace()
        .map(|text| Word {
            text: text.to_owned(),
            span: None,
            confidence: None,
        })
        .collect();
    Transcript {
        language: language.map(str::to_owned),
        segments: vec![TranscriptSegment { span: None, words }],
        engine: "given".to_owned(),
        model: None,
        accuracy: Accuracy::Given,
        verbatim: true,
    }
}

/// Where a word stands in the transcript.
#[derive(Clone, Copy)]
struct Place {
    word: usize,
    segment: usize,
}

/// Cuts one written word into tokens and notes the punctuation around them.
fn cut_word(
    spoken: &Word,
    at: Place,
    language: Option<&str>,
    pending_break: &mut bool,
    tokens: &mut Vec<Token>,
) {
    let chars: Vec<char> = spoken.text.chars().collect();
    let before = tokens.len();
    let mut i = 0;
    while i < chars.len() {
        if !is_core(chars[i]) {
            let start = i;
            while i < chars.len() && !is_core(chars[i]) {
                i += 1;
            }
            punctuate(&chars[start..i], pending_break, tokens, before);
            continue;
        }
        let start = i;
        while i < chars.len() && (is_core(chars[i]) || joins(&chars, i)) {
            i += 1;
            if language == Some("fr") && is_apostrophe(chars[i - 1]) && elides(&chars[start..i]) {
                break;
            }
        }
        let raw: String = chars[start..i].iter().collect();
        tokens.push(Token {
            folded: fold(&raw, language),
            raw,
            word: at.word,
            segment: at.segment,
            span: spoken.span,
            break_before: std::mem::take(pending_break),
            break_after: false,
            terminal: None,
        });
    }
}

/// Notes what a run of characters between tokens means for its neighbours.
fn punctuate(run: &[char], pending_break: &mut bool, tokens: &mut [Token], word_start: usize) {
    let dots = run.iter().filter(|&&c| c == '.').count();
    let terminal = if run.iter().any(|c| matches!(c, '?' | '？' | '؟')) {
        Some(Terminal::Question)
    } else if run.contains(&'…') || dots >= 2 {
        Some(Terminal::Trailing)
    } else if run.iter().any(|c| matches!(c, '!' | '。' | '！')) {
        Some(Terminal::Stop)
    } else if dots == 1 {
        let abbreviated = tokens.len() > word_start
            && !ends_with_unit(tokens)
            && tokens
                .last()
                .is_some_and(|token| is_abbreviation(&token.folded, &token.raw));
        (!abbreviated).then_some(Terminal::Stop)
    } else {
        None
    };
    let breaks = terminal.is_some()
        || run.iter().any(|c| {
            matches!(
                c,
                ',' | ';'
                    | ':'
                    | '-'
                    | '–'
                    | '—'
                    | '('
                    | ')'
                    | '['
                    | ']'
                    | '"'
                    | '«'
                    | '»'
                    | '“'
                    | '”'
                    | '„'
                    | '¿'
                    | '¡'
                    | '!'
                    | '،'
                    | '、'
            )
        });
    if let Some(last) = tokens.last_mut() {
        last.break_after |= breaks;
        last.terminal = last.terminal.or(terminal);
    }
    *pending_break |= breaks;
}

/// Letters, digits, underscores and signs that belong to a figure.
fn is_core(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '%' | '+' | '#' | '\u{300}'..='\u{36f}')
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | 'ʼ' | '‘')
}

/// Whether the character at `i` joins the core characters on both sides into one token.
fn joins(chars: &[char], i: usize) -> bool {
    let inner = i > 0 && is_core(chars[i - 1]) && chars.get(i + 1).is_some_and(|&c| is_core(c));
    if !inner {
        // An elided article keeps its apostrophe: l'équipe → l' + équipe.
        return false;
    }
    match chars[i] {
        '-' | '‑' | '.' => true,
        ',' => chars[i - 1].is_ascii_digit() && chars[i + 1].is_ascii_digit(),
        c => is_apostrophe(c),
    }
}

/// Whether the beginning of a French token, up to its apostrophe, is an elided word.
fn elides(start: &[char]) -> bool {
    let start: String = start[..start.len() - 1]
        .iter()
        .flat_map(|c| c.to_lowercase())
        .collect();
    matches!(
        start.as_str(),
        "l" | "d"
            | "j"
            | "m"
            | "t"
            | "s"
            | "c"
            | "n"
            | "qu"
            | "jusqu"
            | "lorsqu"
            | "puisqu"
            | "quoiqu"
    )
}

/// Words that carry a full stop of their own; also single initials such as `J.`.
fn is_abbreviation(folded: &str, raw: &str) -> bool {
    let initial = raw.chars().count() == 1 && raw.chars().all(char::is_uppercase) && raw != "I";
    initial
        || folded.contains('.') && !folded.chars().any(|c| c.is_ascii_digit()) && folded.len() <= 4
        || matches!(
            folded,
            "mr" | "mrs" | "ms" | "dr" | "prof" | "vs" | "z.b" | "bzw" | "mme" | "sra" | "dra"
        )
}

/// Whether a number with its unit was read last: the full stop of "40 ms." is no title's.
fn ends_with_unit(tokens: &[Token]) -> bool {
    matches!(tokens, [.., number, unit]
        if unit.folded == "ms" && number.folded.ends_with(|c: char| c.is_ascii_digit()))
}

/// Marks pauses as breaks in an unpunctuated transcript.
fn break_at_pauses(tokens: &mut [Token]) {
    for i in 1..tokens.len() {
        let new_segment = tokens[i].segment != tokens[i - 1].segment;
        let paused = match (tokens[i - 1].span, tokens[i].span) {
            (Some(a), Some(b)) => b.start_s - a.end_s >= BREAK_PAUSE_S,
            _ => false,
        };
        if new_segment || paused {
            tokens[i - 1].break_after = true;
            tokens[i].break_before = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn folded(text: &str, language: &str) -> Vec<String> {
        fold_phrase(text, Some(language))
    }

    #[test]
    fn contract_words_are_runs_of_letters_and_digits() {
        assert_eq!(count_words("Don't stop: it's 3.5 well-known_things"), 9);
        assert_eq!(count_words(" — … !"), 0);
        assert_eq!(count_words("ığdır şey"), 2);
    }

    #[test]
    fn tokens_keep_inner_marks_and_split_french_elisions() {
        assert_eq!(
            folded("It’s well-known, 3.5 times", "en"),
            ["it's", "well-known", "3.5", "times"]
        );
        assert_eq!(
            folded("J'ai l'équipe d’aujourd'hui", "fr"),
            ["j'", "ai", "l'", "équipe", "d'", "aujourd'hui"]
        );
        assert_eq!(folded("um...uh", "en"), ["um", "uh"]);
    }

    #[test]
    fn turkish_folding_keeps_dotless_i() {
        assert_eq!(fold("IŞIK İŞ", Some("tr")), "ışık iş");
        assert_eq!(fold("IT", Some("en")), "it");
    }

    #[test]
    fn punctuation_marks_breaks_on_both_sides() {
        let tokens = tokens_of(
            &plain("I was, like, there. Dr. Who?", Some("en")),
            Some("en"),
        );
        let like = &tokens[2];
        assert!(like.break_before && like.break_after);
        assert_eq!(tokens[3].terminal, Some(Terminal::Stop));
        assert_eq!(tokens[4].terminal, None);
        assert_eq!(tokens[5].terminal, Some(Terminal::Question));
    }

    proptest! {
        #[test]
        fn joining_texts_adds_their_word_counts(a in "\\PC{0,60}", b in "\\PC{0,60}") {
            let joined = format!("{a} {b}");
            prop_assert_eq!(count_words(&joined), count_words(&a) + count_words(&b));
        }

        #[test]
        fn any_text_is_cut_without_panic(text in "\\PC{0,120}") {
            for language in ["en", "fr", "tr"] {
                let tokens = tokens_of(&plain(&text, None), Some(language));
                prop_assert!(tokens.iter().all(|token| !token.raw.is_empty()));
            }
        }
    }
}
