//! Measurements on text: fillers, structure, specificity, sentiment, keywords, coverage.

mod analysis;
pub mod content;
pub mod coverage;
pub mod fillers;
pub mod hedges;
pub mod keywords;
pub mod language;
mod lexicon;
mod phrases;
pub mod sentences;
pub mod sentiment;
pub mod similarity;
pub mod specificity;
pub mod stem;
pub mod structure;
pub mod summary;
pub mod tokens;

pub(crate) use analysis::trust;
pub use analysis::{Figure, TextAnalysis, analyze, per_minute};

use candor_core::measured::{Measured, NotMeasured};

/// The word lists of `language`, or the reason why there are none.
fn require_lexicon(language: Option<&str>) -> Measured<&'static lexicon::Lexicon> {
    let Some(language) = language else {
        return Err(NotMeasured::new(
            "language_unknown",
            "the language of the words could not be told",
        ));
    };
    lexicon::of(Some(language)).ok_or_else(|| {
        NotMeasured::new(
            "language_unsupported",
            format!("there are no word lists for the language {language}"),
        )
    })
}
