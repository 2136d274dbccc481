//! The contract's heuristic judge of the words: length, variety, key terms and sentence length.

use std::collections::BTreeSet;

use candor_core::measured::{Measured, NotMeasured};

use crate::text::{
    sentences::Script,
    tokens::{count_words, fold, fold_phrase},
};

/// Identifier and version of the judge.
pub const JUDGE_FORMULA: &str = "practice-judge-heuristic.v1";

/// Terms that technical answers tend to use; the contract gives their number only.
const TECHNICAL_TERMS: [&str; 14] = [
    "api",
    "architecture",
    "algorithm",
    "database",
    "cache",
    "deployment",
    "latency",
    "scalability",
    "security",
    "testing",
    "monitoring",
    "performance",
    "pipeline",
    "design",
];
/// Role and domain words this short say nothing.
const MIN_LETTERS: usize = 3;

/// What the judge reads.
#[derive(Debug, Clone, Copy)]
pub struct JudgeInputs<'a> {
    /// The answer.
    pub script: &'a Script,
    /// Role that is practised for.
    pub job_role: &'a str,
    /// Field of the role.
    pub domain: &'a str,
}

/// The judge's scores, each 0 to 100.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// `55·min(words, 500)/500 + 45·share of different words`.
    pub depth: f64,
    /// `.7·key terms used + .3·sentence length`.
    pub correctness: f64,
    /// Key terms used, against half of them.
    pub relevance: f64,
    /// Mean of the three.
    pub overall: f64,
    /// Words of the answer.
    pub n_words: u32,
    /// Key terms that were used, sorted.
    pub matched: Vec<String>,
    /// How many key terms there are.
    pub n_terms: usize,
}

/// Judges the words.
///
/// # Errors
/// `no_words` without any.
pub fn judge(inputs: &JudgeInputs) -> Measured<Judged> {
    let script = inputs.script;
    let language = script.language.as_deref();
    let said: BTreeSet<&str> = script
        .tokens
        .iter()
        .map(|token| token.folded.as_str())
        .collect();
    let n_words = script.n_words();
    if said.is_empty() || n_words == 0 {
        return Err(NotMeasured::new(
            "no_words",
            "no words were found in the recording",
        ));
    }
    let mut terms: BTreeSet<String> = TECHNICAL_TERMS.map(|term| fold(term, language)).into();
    for word in [inputs.job_role, inputs.domain] {
        terms.extend(
            fold_phrase(word, language)
                .into_iter()
                .filter(|word| word.chars().count() >= MIN_LETTERS),
        );
    }
    let matched: Vec<String> = terms
        .iter()
        .filter(|term| said.contains(term.as_str()))
        .cloned()
        .collect();
    let diversity = said.len() as f64 / script.tokens.len() as f64;
    let depth = 55.0 * f64::from(n_words.min(500)) / 500.0 + 45.0 * diversity;
    let hits = matched.len() as f64;
    let keyword = 100.0 * hits / terms.len().max(8) as f64;
    let structure = (100.0 * sentence_words(script) / 20.0).min(100.0);
    let relevance = (100.0 * hits / (terms.len() / 2).max(5) as f64).clamp(0.0, 100.0);
    let depth = depth.clamp(0.0, 100.0);
    let correctness = (0.7 * keyword + 0.3 * structure).clamp(0.0, 100.0);
    Ok(Judged {
        depth,
        correctness,
        relevance,
        overall: (depth + correctness + relevance) / 3.0,
        n_words,
        matched,
        n_terms: terms.len(),
    })
}

/// Mean words of a sentence.
fn sentence_words(script: &Script) -> f64 {
    let lengths: Vec<f64> = script
        .sentences
        .iter()
        .map(|sentence| f64::from(count_words(&sentence.text)))
        .filter(|n| *n > 0.0)
        .collect();
    super::mean(&lengths).unwrap_or(0.0)
}
