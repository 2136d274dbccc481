//! When somebody who is listened to has finished an answer: five documented rules over the words that were
//! heard so far, in order. The interviewer's own question, heard back by the microphone, is no answer.

use std::collections::BTreeSet;

use crate::words::normalised;

/// Fewest words of an answer unless the caller asks for another number.
pub const DEFAULT_MIN_WORDS: usize = 6;
/// Fewest words of an answer whatever the caller asks for.
const FEWEST_WORDS: usize = 3;
/// Share of the answer's words that stand in the question from which it is an echo.
const ECHO_OVERLAP: f64 = 0.74;
/// An echo has no more words than this.
const ECHO_MOST_WORDS: usize = 20;
/// Silence that ends an answer, in milliseconds.
const ENDING_SILENCE_MS: f64 = 1200.0;
/// Listening for so long ends an answer of [`LONG_WORDS`], in milliseconds.
const LONG_LISTENING_MS: f64 = 30_000.0;
const LONG_WORDS: usize = 5;

/// What was heard so far.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Heard<'a> {
    /// The question that was asked.
    pub question: &'a str,
    /// The words.
    pub transcript: &'a str,
    /// How long it has been listened, in milliseconds; unknown counts as not long.
    pub listening_ms: Option<f64>,
    /// Silence since the last word, in milliseconds; unknown counts as none.
    pub silence_ms: Option<f64>,
    /// Whether the recogniser calls the words final.
    pub is_final: bool,
    /// Fewest words of an answer; [`DEFAULT_MIN_WORDS`] unless given.
    pub min_words: Option<usize>,
}

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// The answer goes on.
    KeepListening,
    /// It is an answer.
    Submit,
    /// It is the question, heard back.
    IgnoreEcho,
}

impl Action {
    /// As clients read it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::KeepListening => "keep_listening",
            Self::Submit => "submit",
            Self::IgnoreEcho => "ignore_echo",
        }
    }
}

/// What to do, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// What to do.
    pub action: Action,
    /// Why, in a word.
    pub reason: &'static str,
    /// The words as they were compared.
    pub normalized: String,
    /// Their number.
    pub n_words: usize,
    /// A documented hint of how sure it is, 0 to 1; set by hand, not measured.
    pub confidence_hint: f64,
}

/// Applies the rules.
pub fn evaluate(heard: &Heard<'_>) -> Verdict {
    let normalized = normalised(heard.transcript);
    let n_words = normalized.split_whitespace().count();
    let (action, reason, confidence_hint) = rule(heard, &normalized, n_words);
    Verdict {
        action,
        reason,
        normalized,
        n_words,
        confidence_hint,
    }
}

fn rule(heard: &Heard<'_>, normalized: &str, n_words: usize) -> (Action, &'static str, f64) {
    if n_words == 0 {
        return (Action::KeepListening, "no_speech", 0.0);
    }
    if n_words <= ECHO_MOST_WORDS
        && overlap(normalized, &normalised(heard.question)) >= ECHO_OVERLAP
    {
        return (Action::IgnoreEcho, "echo_of_question", 0.1);
    }
    let enough = heard
        .min_words
        .unwrap_or(DEFAULT_MIN_WORDS)
        .max(FEWEST_WORDS);
    let is_silent = heard.silence_ms.is_some_and(|ms| ms >= ENDING_SILENCE_MS);
    if n_words >= enough && (is_silent || heard.is_final) {
        let hint = match n_words {
            24.. => 0.90,
            14.. => 0.82,
            _ => 0.68,
        };
        let reason = if is_silent { "silence" } else { "final" };
        return (Action::Submit, reason, hint);
    }
    let is_long = heard.listening_ms.is_some_and(|ms| ms >= LONG_LISTENING_MS);
    if is_long && n_words >= LONG_WORDS {
        return (Action::Submit, "long_answer", 0.72);
    }
    (Action::KeepListening, "answer_goes_on", 0.45)
}

/// Share of the different words of an answer that stand in the question; 0 without words. Both are
/// [`normalised`].
pub(crate) fn overlap(answer: &str, question: &str) -> f64 {
    let answer: BTreeSet<&str> = answer.split_whitespace().collect();
    let question: BTreeSet<&str> = question.split_whitespace().collect();
    if answer.is_empty() {
        return 0.0;
    }
    answer.intersection(&question).count() as f64 / answer.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUESTION: &str = "Which trade-off did you make in your last project, and why?";

    /// `n` different words that are not in the question.
    fn words(n: usize) -> String {
        let words: Vec<String> = (0..n).map(|i| format!("word{i}")).collect();
        words.join(" ")
    }

    fn heard(transcript: &str) -> Heard<'_> {
        Heard {
            question: QUESTION,
            transcript,
            ..Heard::default()
        }
    }

    #[test]
    fn nothing_said_is_waited_for() {
        for transcript in ["", "  ", "… – !?"] {
            let verdict = evaluate(&Heard {
                silence_ms: Some(60_000.0),
                listening_ms: Some(60_000.0),
                is_final: true,
                ..heard(transcript)
            });
            assert_eq!(
                (verdict.action, verdict.n_words, verdict.confidence_hint),
                (Action::KeepListening, 0, 0.0),
                "{transcript:?}"
            );
        }
    }

    #[test]
    fn words_are_compared_without_case_and_marks() {
        let verdict = evaluate(&heard("Ja, ÇOK-güzel: 3 x!"));
        assert_eq!(verdict.normalized, "ja çok güzel 3 x");
        assert_eq!(verdict.n_words, 5);
    }

    #[test]
    fn the_question_heard_back_is_an_echo_up_to_twenty_words() {
        // 3 of 4 different words: 0.75.
        let verdict = evaluate(&Heard {
            is_final: true,
            ..heard("your last project matters")
        });
        assert_eq!(verdict.action, Action::IgnoreEcho);
        assert!((verdict.confidence_hint - 0.1).abs() < 1e-9);
        // 2 of 3: 0.67.
        let verdict = evaluate(&heard("last project matters"));
        assert_eq!(verdict.action, Action::KeepListening);
        // 14 of 19 words: 0.7368, just below; 17 of 22: more than twenty words.
        let asked = words(14);
        let below = format!("{asked} a b c d e");
        let verdict = evaluate(&Heard {
            question: &asked,
            is_final: true,
            ..heard(&below)
        });
        assert_eq!(verdict.action, Action::Submit);
        let asked = words(20);
        for (said, action) in [
            (words(20), Action::IgnoreEcho),
            (format!("{} again", words(20)), Action::Submit),
        ] {
            let verdict = evaluate(&Heard {
                question: &asked,
                silence_ms: Some(1200.0),
                ..heard(&said)
            });
            assert_eq!(verdict.action, action, "{said}");
        }
    }

    #[test]
    fn silence_or_the_recogniser_ends_an_answer_of_enough_words() {
        use Action::{KeepListening, Submit};
        for (n, min_words, silence_ms, is_final, action, hint) in [
            (6, None, Some(1200.0), false, Submit, 0.68),
            (6, None, Some(1199.9), false, KeepListening, 0.45),
            (6, None, None, true, Submit, 0.68),
            (6, None, None, false, KeepListening, 0.45),
            (5, None, Some(9000.0), true, KeepListening, 0.45),
            (13, None, None, true, Submit, 0.68),
            (14, None, None, true, Submit, 0.82),
            (23, None, None, true, Submit, 0.82),
            (24, None, None, true, Submit, 0.90),
            (3, Some(1), None, true, Submit, 0.68),
            (2, Some(1), None, true, KeepListening, 0.45),
            (4, Some(4), Some(1200.0), false, Submit, 0.68),
            (31, Some(32), None, true, KeepListening, 0.45),
            (32, Some(32), None, true, Submit, 0.90),
        ] {
            let said = words(n);
            let verdict = evaluate(&Heard {
                min_words,
                silence_ms,
                is_final,
                ..heard(&said)
            });
            let about = format!("{n} words of {min_words:?}, {silence_ms:?} ms, {is_final}");
            assert_eq!(verdict.action, action, "{about}");
            assert!((verdict.confidence_hint - hint).abs() < 1e-9, "{about}");
            assert_eq!(verdict.n_words, n);
        }
    }

    #[test]
    fn long_listening_ends_an_answer_of_five_words() {
        use Action::{KeepListening, Submit};
        for (n, listening_ms, action, hint) in [
            (5, Some(30_000.0), Submit, 0.72),
            (5, Some(29_999.0), KeepListening, 0.45),
            (4, Some(90_000.0), KeepListening, 0.45),
            (5, None, KeepListening, 0.45),
        ] {
            let said = words(n);
            let verdict = evaluate(&Heard {
                listening_ms,
                ..heard(&said)
            });
            assert_eq!(verdict.action, action, "{n} {listening_ms:?}");
            assert!((verdict.confidence_hint - hint).abs() < 1e-9);
        }
    }
}
