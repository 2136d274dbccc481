//! How far a short answer agrees with a desired one: its points made (see [`super::coverage`]), and how much it says
//! beyond the question's own words.

use candor_core::ports::{Embedder, EngineError};
use candor_signals::text::{sentences::Script, tokens::plain};

use super::coverage::{Asked, Stretches, Text};
use super::memory::Vector;
use crate::words;

/// Identifier and version of the formula.
pub const FORMULA: &str = "short-answer.v1";

/// Share of the points; the rest is for how much is said.
const POINTS: f64 = 0.7;
/// New content words after which some two thirds of what can be said are said.
const ENOUGH_WORDS: f64 = 8.0;
/// Fewest content words of a clause that is a point by itself.
const LEAST_STEMS: usize = 2;

/// Agreement of `answer` with `desired`, 0 to 1; only differences between answers mean something, so calibrate it.
///
/// # Errors
/// What the embedder says.
pub fn agreement(
    question: &str,
    desired: &str,
    answer: &str,
    language: &str,
    embedder: Option<&dyn Embedder>,
) -> Result<f64, EngineError> {
    let said = sentences(answer, language);
    if said.is_empty() {
        return Ok(0.0);
    }
    let points = points(desired, language);
    let texts: Vec<&str> = std::iter::once(question)
        .chain(points.iter().chain(&said).map(String::as_str))
        .collect();
    let embedder = embedder.filter(|embedder| embedder.languages().contains(&language));
    let vectors: Vec<Option<Vector>> = match embedder {
        Some(embedder) => embedder
            .embed(&texts)?
            .into_iter()
            .map(|row| Some(row.into()))
            .collect(),
        None => vec![None; texts.len()],
    };
    let mut all = texts
        .iter()
        .zip(vectors)
        .map(|(text, vector)| Text::new(text, vector, language));
    let Some(asked) = all.next() else {
        return Ok(0.0);
    };
    let points: Vec<Text> = all.by_ref().take(points.len()).collect();
    let said: Vec<Text> = all.collect();
    let stretches = Stretches::new(&said, Asked::new(asked));
    let asked = stretches.asked();
    let (mut sum, mut weights) = (0.0, 0.0);
    for point in &points {
        let weight = asked.new_stems(&point.stems).len().max(1) as f64;
        sum += weight * stretches.make(point).map_or(0.0, |made| made.agreement);
        weights += weight;
    }
    let n_new = asked
        .new_stems(said.iter().flat_map(|text| &text.stems))
        .len();
    let much = 1.0 - (-(n_new as f64) / ENOUGH_WORDS).exp();
    Ok(POINTS * sum / f64::max(weights, 1.0) + (1.0 - POINTS) * much)
}

/// The clauses of a desired answer; the whole of one that has none.
fn points(desired: &str, language: &str) -> Vec<String> {
    let mut points = Vec::new();
    let mut clause = String::new();
    for word in desired.split_whitespace() {
        if !clause.is_empty() {
            clause.push(' ');
        }
        clause.push_str(word);
        if word.ends_with([';', ':', ',', '.', '!', '?']) {
            points.push(std::mem::take(&mut clause));
        }
    }
    points.push(clause);
    points.retain(|point| words::stems(point, language).len() >= LEAST_STEMS);
    if points.is_empty() {
        points.push(desired.to_owned());
    }
    points
}

fn sentences(text: &str, language: &str) -> Vec<String> {
    let script = Script::new(&plain(text, Some(language)), Some(language));
    script
        .sentences
        .into_iter()
        .map(|sentence| sentence.text)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUESTION: &str = "Why does a database index make reads faster?";
    const DESIRED: &str =
        "It is a sorted structure, so the rows are found without scanning the whole table.";

    fn graded(answer: &str) -> f64 {
        agreement(QUESTION, DESIRED, answer, "en", None).expect("no engine is asked")
    }

    #[test]
    fn better_answers_agree_more() {
        let full = graded("The index is sorted, so it finds rows without a scan of the table.");
        let half = graded("You need not scan all of it.");
        let parrot =
            graded("A database index makes reads faster because reads of a database are faster.");
        assert!(full > half && half > parrot, "{full} {half} {parrot}");
        assert!(graded("").abs() < 1e-12);
    }

    #[test]
    fn clauses_are_points_unless_they_say_too_little() {
        assert_eq!(
            points("Sorted rows help reads, so, writes get slower.", "en").len(),
            2
        );
        assert_eq!(points("No.", "en"), ["No."]);
    }
}
