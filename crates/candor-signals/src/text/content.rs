//! What an answer says about its question: nearness in meaning, keywords, points of the expected answer.
//!
//! Only what words and their embeddings can show is measured. Whether something is technically right,
//! clear or shows initiative needs somebody who understands it: that stays unmeasured here.

use candor_core::{
    measured::{Measured, NotMeasured},
    ports::{Embedder, EngineError},
    report::Quote,
    transcript::Transcript,
};
use serde::{Deserialize, Serialize};

use super::{
    coverage, language,
    sentences::Script,
    similarity::{self, Basis, Vectors},
    tokens::plain,
};

/// Identifier and version of the measures.
pub const FORMULA: &str = "answer-content.v1";

/// An expected point counts as made from this similarity on, by the basis of the comparison.
fn made_from(basis: Basis) -> f64 {
    match basis {
        Basis::Embedding => 0.5,
        Basis::Lexical => 0.3,
    }
}

/// What was asked, and what a good answer says.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Question {
    /// The question.
    pub text: Option<String>,
    /// What a good answer says.
    pub expected_answer: Option<String>,
    /// Words that a good answer uses.
    pub keywords: Vec<String>,
}

/// A keyword and where it was mentioned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeywordFound {
    /// The keyword as it was given.
    pub term: String,
    /// The first sentence that mentions it; `None`: it was not mentioned.
    pub quote: Option<Quote>,
}

/// A sentence of the expected answer and what comes nearest to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PointFound {
    /// The expected sentence.
    pub point: String,
    /// The sentence of the answer that is most like it.
    pub quote: Option<Quote>,
    /// Their cosine, 0 to 1.
    pub similarity: f64,
    /// Whether the point counts as made.
    pub is_made: bool,
}

/// How an answer fits its question. Scores are 0–100.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Content {
    /// Hundred times the similarity of the answer's best third with the question (with the expected answer
    /// where there is no question).
    pub relevance: Measured<f64>,
    /// Sentences of the answer that are nearest to the question, nearest first.
    pub evidence: Vec<Quote>,
    /// Share of the keywords that were mentioned.
    pub keyword_coverage: Measured<f64>,
    /// Every keyword.
    pub keywords: Vec<KeywordFound>,
    /// Mean similarity of the expected answer's sentences with what comes nearest to each.
    pub completeness: Measured<f64>,
    /// The expected answer, sentence by sentence.
    pub points: Vec<PointFound>,
    /// `embedding` or `lexical`: what similarities rest on.
    pub basis: String,
    /// How far similarities may be trusted, 0 to 1.
    pub confidence: f64,
}

/// Measures `answer`, which must be fit for scoring content (see
/// [`Transcript::may_score_content`]).
///
/// # Errors
/// What the embedder says.
pub fn measure(
    answer: &Transcript,
    question: &Question,
    embedder: Option<&dyn Embedder>,
) -> Result<Content, EngineError> {
    let language = language::of(answer);
    let language = language.as_deref();
    let script = Script::new(answer, language);
    let said: Vec<&str> = script
        .sentences
        .iter()
        .map(|sentence| sentence.text.as_str())
        .collect();
    let expected = question.expected_answer.as_deref().and_then(given);
    let asked = question.text.as_deref().and_then(given).or(expected);
    let points = expected.map_or_else(Vec::new, |text| sentences(text, language));
    // One call: only vectors of the same call may be compared.
    let mut texts = said.clone();
    texts.extend(points.iter().map(String::as_str));
    texts.extend(asked);
    let vectors = similarity::vectors(&texts, language, embedder)?;
    let (answer_rows, rest) = vectors.rows.split_at(said.len());
    let (point_rows, asked_row) = rest.split_at(points.len());
    let basis = vectors.basis;
    let (relevance, evidence) = relevance(&script, asked_row.first(), answer_rows, basis);
    let (keyword_coverage, keywords) = keywords(&script, &question.keywords);
    let points = point_rows
        .iter()
        .zip(similarity::best_matches(point_rows, answer_rows))
        .zip(&points)
        .map(|((_, best), point)| PointFound {
            point: point.clone(),
            quote: best.map(|(index, _)| script.quote_sentence(&script.sentences[index])),
            similarity: best.map_or(0.0, |(_, cosine)| cosine.clamp(0.0, 1.0)),
            is_made: best.is_some_and(|(_, cosine)| cosine >= made_from(basis)),
        })
        .collect::<Vec<_>>();
    Ok(Content {
        completeness: completeness(&points, said.is_empty()),
        relevance,
        evidence,
        keyword_coverage,
        keywords,
        points,
        basis: basis.name().to_owned(),
        confidence: basis.confidence() * super::trust(answer),
    })
}

fn relevance(
    script: &Script,
    asked: Option<&Vec<f32>>,
    answer_rows: &[Vec<f32>],
    basis: Basis,
) -> (Measured<f64>, Vec<Quote>) {
    let Some(asked) = asked else {
        return (
            Err(NotMeasured::new(
                "no_question",
                "no question and no expected answer were given",
            )),
            Vec::new(),
        );
    };
    let sentences = Vectors {
        basis,
        rows: answer_rows.to_vec(),
    };
    let value = similarity::relevance(asked, &sentences)
        .map(|found| (100.0 * found.value).clamp(0.0, 100.0));
    let mut ranked: Vec<(usize, f64)> = answer_rows
        .iter()
        .enumerate()
        .map(|(index, row)| (index, similarity::cosine(asked, row)))
        .filter(|(_, cosine)| *cosine > 0.0)
        .collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
    let evidence = ranked
        .into_iter()
        .take(3)
        .map(|(index, _)| script.quote_sentence(&script.sentences[index]))
        .collect();
    (value, evidence)
}

fn keywords(script: &Script, terms: &[String]) -> (Measured<f64>, Vec<KeywordFound>) {
    let terms: Vec<&str> = terms.iter().filter_map(|term| given(term)).collect();
    match coverage::of(script, &terms) {
        Ok(found) => (
            Ok(100.0 * found.ratio),
            found
                .terms
                .into_iter()
                .map(|term| KeywordFound {
                    term: term.term,
                    quote: term.quote,
                })
                .collect(),
        ),
        Err(reason) => (Err(reason), Vec::new()),
    }
}

fn completeness(points: &[PointFound], is_silent: bool) -> Measured<f64> {
    if points.is_empty() {
        return Err(NotMeasured::new(
            "no_expected_answer",
            "no expected answer was given to compare with",
        ));
    }
    if is_silent {
        return Err(NotMeasured::new(
            "no_words",
            "there are no words to compare",
        ));
    }
    let sum: f64 = points.iter().map(|point| point.similarity).sum();
    Ok(100.0 * sum / points.len() as f64)
}

fn sentences(text: &str, language: Option<&str>) -> Vec<String> {
    Script::new(&plain(text, language), language)
        .sentences
        .into_iter()
        .map(|sentence| sentence.text)
        .collect()
}

fn given(text: &str) -> Option<&str> {
    let text = text.trim();
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &str = "Let me think about it. I measured the slow queries and added an index to the \
        database. The weather was nice.";

    fn content(question: &Question) -> Content {
        measure(&plain(ANSWER, Some("en")), question, None).expect("no engine is asked")
    }

    fn question(text: &str, expected: &str, keywords: &[&str]) -> Question {
        Question {
            text: given(text).map(str::to_owned),
            expected_answer: given(expected).map(str::to_owned),
            keywords: keywords.iter().map(|word| (*word).to_owned()).collect(),
        }
    }

    #[test]
    fn an_answer_to_the_question_is_nearer_than_one_to_another_question() {
        let right = content(&question(
            "How do you speed up a slow database query?",
            "",
            &[],
        ));
        let wrong = content(&question(
            "Which languages does your family speak?",
            "",
            &[],
        ));
        let (right_points, wrong_points) =
            (right.relevance.clone().unwrap(), wrong.relevance.unwrap());
        assert!(
            right_points > wrong_points + 20.0,
            "{right_points} {wrong_points}"
        );
        assert!(right.evidence[0].text.contains("slow queries"), "{right:?}");
    }

    #[test]
    fn keywords_are_quoted_where_they_were_said() {
        let found = content(&question("", "", &["indexes", "caching"]));
        assert_eq!(found.keyword_coverage, Ok(50.0));
        let quote = found.keywords[0].quote.as_ref().unwrap();
        assert!(ANSWER.contains(&quote.text));
        assert_eq!(found.keywords[1].quote, None);
    }

    #[test]
    fn expected_points_are_looked_for_one_by_one() {
        let expected = "You add an index to the database. You ask your manager.";
        let found = content(&question("", expected, &[]));
        assert_eq!(found.points.len(), 2);
        assert!(
            found.points[0].is_made && !found.points[1].is_made,
            "{found:?}"
        );
        let all = found.completeness.unwrap();
        let each: f64 = found.points.iter().map(|point| point.similarity).sum();
        assert!((all - 50.0 * each).abs() < 1e-9, "{all}");
    }

    #[test]
    fn without_question_nothing_is_made_up() {
        let found = content(&Question::default());
        assert_eq!(found.relevance.unwrap_err().code, "no_question");
        assert_eq!(found.keyword_coverage.unwrap_err().code, "no_key_terms");
        assert_eq!(found.completeness.unwrap_err().code, "no_expected_answer");
    }
}
