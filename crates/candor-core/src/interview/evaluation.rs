//! How one answer was judged.

use serde::{Deserialize, Serialize};

use crate::report::Provenance;

/// Highest value of a mark.
pub const MAX_MARK: f64 = 10.0;

/// Words of the answer that bear something out. They stand in the answer to the letter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The words.
    pub quote: String,
    /// Where they begin and end in the answer, in characters.
    pub start: usize,
    /// One past their last character.
    pub end: usize,
    /// When they begin, in seconds, where the answer was spoken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_s: Option<f64>,
    /// When they end, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_s: Option<f64>,
    /// What they bear out: a key point's text, `relevance`, `structure`, `depth`, a competency or `red_flag`.
    pub supports: String,
}

/// A key point, and what the answer says of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeyPointFound {
    /// The key point.
    pub text: String,
    /// How clearly the answer makes it, 0 to 1.
    pub degree: f64,
    /// Whether it counts as made.
    pub is_made: bool,
}

/// The level that an answer shows of a competency.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CompetencyLevel {
    /// Key of the competency.
    pub competency: String,
    /// 1 to 5, see the anchors of the rubric.
    pub level: f64,
}

/// A concrete statement that speaks against the candidate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RedFlag {
    /// What it is, in a sentence.
    pub statement: String,
    /// Where it was said.
    pub evidence: Evidence,
}

/// The smallest, largest and mean total of repeated judgements.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// How often it was judged.
    pub n: usize,
    /// Smallest total.
    pub min: f64,
    /// Largest total.
    pub max: f64,
    /// Standard deviation of the totals; 0 for one.
    pub deviation: f64,
}

/// How one answer was judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// Total, 0 to 10.
    pub score: f64,
    /// Whether it answers the question, 0 to 10.
    pub relevance: f64,
    /// Whether it is built so that one can follow, 0 to 10.
    pub structure: f64,
    /// How far it goes beyond the surface, 0 to 10.
    pub depth: f64,
    /// Each key point of the question.
    pub key_points: Vec<KeyPointFound>,
    /// Levels of the question's competencies, of those alone that the evaluator has a measure of.
    pub competencies: Vec<CompetencyLevel>,
    /// Concrete statements that speak against the candidate.
    pub red_flags: Vec<RedFlag>,
    /// A sentence or two about the answer.
    pub feedback: String,
    /// What the marks rest on.
    pub evidence: Vec<Evidence>,
    /// How far repeated judgements lie apart.
    pub spread: Spread,
    /// Engine, model, prompt and formula.
    pub provenance: Provenance,
}

impl Evaluation {
    /// The total as a share, 0 to 1.
    pub fn normalized(&self) -> f64 {
        self.score / MAX_MARK
    }

    /// Key points that the answer misses.
    pub fn missed(&self) -> impl Iterator<Item = &KeyPointFound> {
        self.key_points.iter().filter(|point| !point.is_made)
    }
}
