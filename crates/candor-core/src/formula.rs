//! A position's own formula for the total of an interview, e.g. `0.7 * judgment + 0.3 * min(communication, ownership)`.
//!
//! It knows numbers, `+ - * /`, parentheses, `min`, `max`, `mean` and `if(a < b, then, else)`, the marks of the
//! rubric's competencies by their keys, and the [`MEASURES`] of an interview. All of them rest on what was said alone.
//! Reading and working out are bounded by [`LONGEST`], [`MOST_PARTS`] and [`DEEPEST`], and end in a finite number or an
//! error.

use std::collections::BTreeSet;

mod evaluate;
mod parse;
mod plausible;
mod sum;
mod tokens;

pub use evaluate::Undefined;

/// Identifier and version of these rules.
pub const RULES: &str = "formula-total.v1";
/// Longest text, in characters.
pub const LONGEST: usize = 1000;
/// Most numbers, names and signs.
pub const MOST_PARTS: usize = 200;
/// Deepest nesting.
pub const DEEPEST: usize = 24;
/// Largest number that may be written.
pub const LARGEST: f64 = 1_000_000.0;

/// Mean of the marks of all judged questions, 0 to 10.
pub const QUESTION_MEAN: &str = "question_mean";
/// The total that the weights of the rubric give, 0 to 10.
pub const WEIGHTED_MEAN: &str = "weighted_mean";
/// Answered questions, of those that were asked: 0 to 1.
pub const ANSWERED_SHARE: &str = "answered_share";
/// Key points that were made, of those that the judged questions name: 0 to 1.
pub const KEY_POINT_SHARE: &str = "key_point_share";
/// Number of red flags.
pub const RED_FLAGS: &str = "red_flags";
/// What a formula knows of an interview beside the marks of the competencies.
pub const MEASURES: [&str; 5] = [
    QUESTION_MEAN,
    WEIGHTED_MEAN,
    ANSWERED_SHARE,
    KEY_POINT_SHARE,
    RED_FLAGS,
];

/// A formula that was read and can be worked out.
#[derive(Debug, Clone, PartialEq)]
pub struct Formula {
    root: Node,
    /// Each name once, in the order in which they occur; a [`Node::Name`] is an index into them.
    names: Vec<String>,
}

/// Why a text is no formula for a rubric.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum FormulaError {
    /// Longer than [`LONGEST`].
    #[error("must not be longer than {LONGEST} characters")]
    TooLong,
    /// More than [`MOST_PARTS`] parts.
    #[error("must not have more than {MOST_PARTS} numbers, names and signs")]
    TooManyParts,
    /// Deeper than [`DEEPEST`].
    #[error("must not be nested deeper than {DEEPEST} levels")]
    TooDeep,
    /// A number above [`LARGEST`].
    #[error("must not hold a number above {LARGEST}")]
    TooLarge,
    /// It ends before it is whole.
    #[error("ends too early: {wanted} is missing")]
    EndsEarly {
        /// What should come.
        wanted: &'static str,
    },
    /// Something stands where it can't.
    #[error("has {found:?} at character {at}, where {wanted} should be")]
    Unexpected {
        /// What stands there.
        found: String,
        /// Where, from 1.
        at: usize,
        /// What should be there.
        wanted: &'static str,
    },
    /// A function that there is none of.
    #[error("calls `{name}`, which is unknown; known are min, max, mean and if")]
    UnknownFunction {
        /// Its name.
        name: String,
    },
    /// A name that is neither a competency's nor a measure's.
    #[error("names `{name}`, which is unknown; known are {}", known.join(", "))]
    UnknownName {
        /// The name.
        name: String,
        /// Those that could be meant.
        known: Vec<String>,
    },
    /// A name that is a competency's and a measure's.
    #[error(
        "names `{name}`, which is a competency of this rubric and a measure: give the competency another key"
    )]
    Ambiguous {
        /// The name.
        name: String,
    },
    /// It gives the same for everybody.
    #[error("must name a competency or a measure; known are {}", known.join(", "))]
    Constant {
        /// What it could name.
        known: Vec<String>,
    },
    /// It can't be worked out, whatever the marks.
    #[error("can't be worked out: {0}")]
    Undefined(Undefined),
    /// What it gives is no mark.
    #[error("gives {gives:.2} where every competency has the mark {mark}; a total is from 0 to 10")]
    OutOfRange {
        /// The mark of every competency.
        mark: f64,
        /// What it gives.
        gives: f64,
    },
}

#[derive(Debug, Clone, PartialEq)]
enum Node {
    Number(f64),
    Name(usize),
    Negative(Box<Node>),
    Binary(Operator, Box<Node>, Box<Node>),
    Call(Function, Vec<Node>),
    If(Box<Condition>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Plus,
    Minus,
    Times,
    By,
}

/// Each takes one value or more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Function {
    Min,
    Max,
    Mean,
}

#[derive(Debug, Clone, PartialEq)]
struct Condition {
    comparison: Comparison,
    left: Node,
    right: Node,
    then: Node,
    otherwise: Node,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Below,
    AtMost,
    Above,
    AtLeast,
}

impl Formula {
    /// Reads a formula. Which names there are is not looked at, see [`Formula::check`].
    ///
    /// # Errors
    /// [`FormulaError`] about the first place where the text is none.
    pub fn parse(text: &str) -> Result<Self, FormulaError> {
        let (root, names) = parse::parse(text)?;
        Ok(Self { root, names })
    }

    /// Every name once, in the order in which they occur.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Looks whether it can give the total of interviews that are judged by these competencies: it names only what
    /// there is, depends on it, and gives a mark where all competencies have the same one, be that none, half or all
    /// of what can be reached.
    ///
    /// # Errors
    /// [`FormulaError`] about the first of these that does not hold.
    pub fn check(&self, competencies: &BTreeSet<&str>) -> Result<(), FormulaError> {
        let known = || {
            let keys = competencies.iter().copied();
            keys.chain(MEASURES).map(str::to_owned).collect()
        };
        for name in &self.names {
            let is_measure = MEASURES.contains(&name.as_str());
            match (competencies.contains(name.as_str()), is_measure) {
                (true, true) => return Err(FormulaError::Ambiguous { name: name.clone() }),
                (false, false) => {
                    let (name, known) = (name.clone(), known());
                    return Err(FormulaError::UnknownName { name, known });
                }
                _ => {}
            }
        }
        if self.names.is_empty() {
            return Err(FormulaError::Constant { known: known() });
        }
        plausible::check(self)
    }
}

#[cfg(test)]
mod tests;
