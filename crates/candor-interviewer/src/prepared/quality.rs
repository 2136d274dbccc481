//! Whether an answer says enough to go on: the documented rule. It decides about a clarification and nothing
//! else; it is no mark.

use serde::{Deserialize, Serialize};

use crate::{turn_taking::overlap, words::normalised};

/// Below this the answer is asked about once more.
const ENOUGH: f64 = 0.42;
/// Words of an answer that is not too short.
const FEWEST_WORDS: usize = 8;
/// Words after which length counts no further.
const FULL_WORDS: f64 = 24.0;
/// Words that show substance, as [`normalised`] writes their beginnings.
const SIGNALS: [&str; 13] = [
    "because",
    "for example",
    "for instance",
    "tradeoff",
    "trade off",
    "result",
    "impact",
    "improved",
    "reduced",
    "increased",
    "measured",
    "learned",
    "challenge",
];
/// Whole phrases that show that there is none.
const LOW_SIGNALS: [&str; 9] = [
    "i do not know",
    "i don t know",
    "not sure",
    "no idea",
    "can t say",
    "cannot say",
    "nothing much",
    "na",
    "n a",
];

/// Why an answer is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// It says that there is nothing to say.
    AnswerLackedSubstance,
    /// It has a handful of words.
    AnswerTooShort,
    /// It gives no reason, example or outcome.
    AnswerNeedsSpecifics,
    /// It names one in a handful of words.
    AnswerWasConcise,
}

impl Reason {
    /// As clients read it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AnswerLackedSubstance => "answer_lacked_substance",
            Self::AnswerTooShort => "answer_too_short",
            Self::AnswerNeedsSpecifics => "answer_needs_specifics",
            Self::AnswerWasConcise => "answer_was_concise",
        }
    }

    /// What the interviewer says.
    pub fn request(self) -> &'static str {
        match self {
            Self::AnswerLackedSubstance => {
                "That is all right. Is there something close to it that you have done or seen, and could tell me about?"
            }
            Self::AnswerTooShort => {
                "Could you tell me a little more about that, in three or four sentences?"
            }
            Self::AnswerNeedsSpecifics => {
                "Could you make that more concrete: what exactly did you do, and what came of it?"
            }
            Self::AnswerWasConcise => {
                "Thank you, that is to the point. How did you go about it, step by step?"
            }
        }
    }
}

/// How much an answer says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quality {
    /// `0.55·min(words/24, 1) + 0.2·overlap + 0.25·[signal word]`, times 0.4 with a phrase of no substance.
    pub score: f64,
    /// Why it is asked about; none: it says enough.
    pub reason: Option<Reason>,
}

/// Applies the rule to an answer.
pub fn assess(answer: &str, question: &str) -> Quality {
    let answer = normalised(answer);
    let n_words = answer.split_whitespace().count();
    let padded = format!(" {answer} ");
    let has_signal = SIGNALS
        .iter()
        .any(|signal| padded.contains(&format!(" {signal}")));
    let is_low = LOW_SIGNALS
        .iter()
        .any(|phrase| padded.contains(&format!(" {phrase} ")));
    let mut score = 0.55 * (n_words as f64 / FULL_WORDS).min(1.0)
        + 0.2 * overlap(&answer, &normalised(question))
        + if has_signal { 0.25 } else { 0.0 };
    if is_low {
        score *= 0.4;
    }
    let reason = if is_low {
        Some(Reason::AnswerLackedSubstance)
    } else if n_words < FEWEST_WORDS && has_signal {
        Some(Reason::AnswerWasConcise)
    } else if n_words < FEWEST_WORDS {
        Some(Reason::AnswerTooShort)
    } else if score < ENOUGH {
        Some(Reason::AnswerNeedsSpecifics)
    } else {
        None
    };
    Quality { score, reason }
}
