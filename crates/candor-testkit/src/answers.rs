//! What good candidates say to shipped questions.

use candor_core::interview::RoleFamily;
use candor_interviewer::bank;

/// A good answer to the shipped English question that `asked` puts; empty where it puts none.
pub fn good_answer(asked: &str) -> String {
    RoleFamily::ALL
        .into_iter()
        .flat_map(|family| bank::shipped(family, "en"))
        .find(|question| asked.contains(&question.text))
        .and_then(|question| bank::reference(&question.id, "en"))
        .map(|reference| reference.answers[0].join(" "))
        .unwrap_or_default()
}
