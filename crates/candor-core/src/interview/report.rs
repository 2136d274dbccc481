//! What an interview came to.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Difficulty, Evidence, Phase, RedFlag, RoleFamily, Spread};
use crate::{
    measured::{Measured, NotMeasured, two_fields},
    report::Provenance,
};

/// What the marks speak for. A person decides; see [`InterviewReport::recommendation`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recommendation {
    /// Less than 0.4 of what can be reached, or more than two red flags.
    NoHire,
    /// From 0.4 on.
    Borderline,
    /// From 0.6 on.
    Hire,
    /// From 0.8 on.
    StrongHire,
}

impl Recommendation {
    /// As the database and the interfaces write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoHire => "no_hire",
            Self::Borderline => "borderline",
            Self::Hire => "hire",
            Self::StrongHire => "strong_hire",
        }
    }
}

/// A mark with what it rests on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    /// 0 to 10.
    pub score: f64,
    /// Half the width of the interval that holds the score in two of three repeats (one standard error);
    /// absent for a single answer that was judged once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uncertainty: Option<f64>,
    /// Questions that it rests on.
    pub n: usize,
}

/// A competency over all questions that are about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CompetencyResult {
    /// Its key.
    pub key: String,
    /// Its name in the rubric; absent where that does not name it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its share in the total, before what was not assessed is left out; 0 where the rubric does not name it.
    pub weight: f64,
    /// The mark; or why there is none. In JSON `mark` and, where that is `null`, `not_assessed`.
    #[serde(flatten, with = "assessed")]
    pub mark: Measured<Mark>,
    /// Mean level, 1 to 5.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<f64>,
    /// Why there is a mark and no level.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_level: Option<NotMeasured>,
    /// Words that it rests on, at most three, each with the turn that they stand in.
    pub evidence: Vec<CitedEvidence>,
}

/// Evidence and the turn that it stands in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CitedEvidence {
    /// The answer's turn.
    pub turn_id: String,
    /// The words.
    pub evidence: Evidence,
}

/// A strength or something to improve, with the words that it rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Remark {
    /// The question that it is about.
    pub question_id: String,
    /// What it is, in a sentence.
    pub text: String,
    /// The words; empty for what was missing.
    pub evidence: Vec<CitedEvidence>,
}

/// A question with everything that was asked and answered about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct QuestionResult {
    /// Its id.
    pub question_id: String,
    /// Its phase.
    pub phase: Phase,
    /// Its difficulty.
    pub difficulty: Difficulty,
    /// The words in which it was asked.
    pub asked: String,
    /// The answers, oldest first, follow-ups included.
    pub answers: Vec<String>,
    /// Whether the candidate would rather not answer.
    pub is_skipped: bool,
    /// The mark of all its answers together; or why there is none. In JSON `score` and, where that is `null`,
    /// `not_scored`.
    #[serde(flatten, with = "scored")]
    pub score: Measured<f64>,
    /// How far repeated judgements lie apart; absent where it was judged once, or not at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spread: Option<Spread>,
    /// Key points that were made, of how many.
    pub key_points: Option<(usize, usize)>,
    /// What the evaluator said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feedback: Option<String>,
}

two_fields! {
    assessed: mark, not_assessed;
    scored: score, not_scored;
    totalled: overall, not_scored;
    valued: value, not_measured;
}

/// How a position's own formula came to the total.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FormulaResult {
    /// The formula, as it was written.
    pub text: String,
    /// Every value that it names, in the order in which it names them.
    pub drivers: Vec<Driver>,
    /// Competencies that were not assessed, where the formula is a weighted sum: their weights went to the others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
    /// The total that the rubric's weights alone would give, 0 to 10.
    pub by_weights: Option<f64>,
    /// What drove the total, in a sentence or two.
    pub explanation: String,
}

/// A value that a formula names, and what it did to the total.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Driver {
    /// A competency's key, or one of [`MEASURES`](crate::formula::MEASURES).
    pub name: String,
    /// The value; or why there is none. In JSON `value` and, where that is `null`, `not_measured`.
    #[serde(flatten, with = "valued")]
    pub value: Measured<f64>,
    /// What it is compared with: 5 for marks, 1 for shares, 0 for red flags.
    pub neutral: f64,
    /// The total less what it would be with the neutral value; absent where either can't be worked out.
    pub contribution: Option<f64>,
}

/// What an interview came to. Rests on what was said alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InterviewReport {
    /// Version of this shape: 1.
    pub version: u32,
    /// What it was about.
    pub family: RoleFamily,
    /// Language of the interview.
    pub language: String,
    /// Begin.
    pub started_at: Option<Timestamp>,
    /// End.
    pub ended_at: Option<Timestamp>,
    /// Seconds used, pauses not counted.
    pub used_s: f64,
    /// The total, 0 to 10; or why there is none. In JSON `overall` and, where that is `null`, `not_scored`.
    #[serde(flatten, with = "totalled")]
    pub overall: Measured<Mark>,
    /// How the position's own formula came to the total; absent where the weights of the competencies did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub formula: Option<FormulaResult>,
    /// What the marks speak for; absent where nothing or too little could be judged. A person decides.
    pub recommendation: Option<Recommendation>,
    /// One or two sentences.
    pub summary: String,
    /// Every competency of the rubric and of the questions.
    pub competencies: Vec<CompetencyResult>,
    /// At most five.
    pub strengths: Vec<Remark>,
    /// At most five.
    pub improvements: Vec<Remark>,
    /// Concrete statements that speak against the candidate, none twice.
    pub red_flags: Vec<RedFlag>,
    /// Every question, in the order in which they were asked.
    pub questions: Vec<QuestionResult>,
    /// What was not measured, and why.
    pub not_measured: Vec<NotMeasured>,
    /// Evaluators, models, prompts and formulas that were at work.
    pub provenance: Vec<Provenance>,
}
