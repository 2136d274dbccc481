//! What is asked and answered in an interview: families of roles, phases, questions, turns, evaluations.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::measured::NotMeasured;

mod evaluation;
mod report;

pub use evaluation::*;
pub use report::*;

/// The kind of work that an interview is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoleFamily {
    /// Building and running technical systems.
    Technical,
    /// Any work, asked about by situations.
    Behavioral,
    /// Selling.
    Sales,
    /// Looking after customers.
    CustomerSuccess,
}

impl RoleFamily {
    /// All families.
    pub const ALL: [Self; 4] = [
        Self::Technical,
        Self::Behavioral,
        Self::Sales,
        Self::CustomerSuccess,
    ];

    /// As the database and the interfaces write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Technical => "technical",
            Self::Behavioral => "behavioral",
            Self::Sales => "sales",
            Self::CustomerSuccess => "customer_success",
        }
    }

    /// Reads [`RoleFamily::as_str`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|family| family.as_str() == name)
    }

    /// Its phases, in their order.
    pub fn phases(self) -> &'static [Phase] {
        match self {
            Self::Technical => &Phase::ALL,
            _ => &[
                Phase::Intro,
                Phase::Technical,
                Phase::Behavioral,
                Phase::WrapUp,
            ],
        }
    }
}

/// What an interview gives its time to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InterviewType {
    /// As usual for the family of roles.
    #[default]
    Mixed,
    /// Most of it to the craft.
    Technical,
    /// Most of it to situations from the past.
    Behavioral,
    /// A first talk: background and motivation, and a little of everything.
    Screening,
}

impl InterviewType {
    /// All types.
    pub const ALL: [Self; 4] = [
        Self::Mixed,
        Self::Technical,
        Self::Behavioral,
        Self::Screening,
    ];

    /// As the database and the interfaces write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mixed => "mixed",
            Self::Technical => "technical",
            Self::Behavioral => "behavioral",
            Self::Screening => "screening",
        }
    }

    /// Reads [`InterviewType::as_str`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }

    /// Whether it is the usual one.
    pub fn is_mixed(&self) -> bool {
        *self == Self::Mixed
    }

    /// Whether nothing is asked in a phase but what a recruiter wrote.
    pub fn leaves_out(self, phase: Phase) -> bool {
        phase == Phase::Coding && matches!(self, Self::Behavioral | Self::Screening)
    }
}

/// A part of an interview.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Background and motivation.
    Intro,
    /// The craft of the role.
    Technical,
    /// Small programming problems; only for technical roles.
    Coding,
    /// Situations from the past.
    Behavioral,
    /// What was missed, and what comes next.
    WrapUp,
}

impl Phase {
    /// All phases, in their order.
    pub const ALL: [Self; 5] = [
        Self::Intro,
        Self::Technical,
        Self::Coding,
        Self::Behavioral,
        Self::WrapUp,
    ];

    /// As the database and the interfaces write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Intro => "intro",
            Self::Technical => "technical",
            Self::Coding => "coding",
            Self::Behavioral => "behavioral",
            Self::WrapUp => "wrap_up",
        }
    }

    /// Reads [`Phase::as_str`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|phase| phase.as_str() == name)
    }
}

/// How hard a question is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Difficulty {
    /// For everybody in the role.
    Easy,
    /// For people with some years.
    Medium,
    /// For experts.
    Hard,
}

impl Difficulty {
    /// All levels, easiest first.
    pub const ALL: [Self; 3] = [Self::Easy, Self::Medium, Self::Hard];

    /// As the database and the interfaces write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Easy => "easy",
            Self::Medium => "medium",
            Self::Hard => "hard",
        }
    }

    /// Reads [`Difficulty::as_str`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == name)
    }

    /// 0, 1 or 2.
    pub fn level(self) -> usize {
        self as usize
    }

    /// One level up; the hardest stays.
    #[must_use]
    pub fn harder(self) -> Self {
        Self::ALL[(self.level() + 1).min(2)]
    }

    /// One level down; the easiest stays.
    #[must_use]
    pub fn easier(self) -> Self {
        Self::ALL[self.level().saturating_sub(1)]
    }
}

/// How an interview is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Written, turn by turn.
    Text,
    /// Spoken, live.
    Voice,
    /// One recording per question.
    Recorded,
    /// A rehearsal.
    Practice,
}

/// Where a question comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuestionSource {
    /// The bank.
    Bank,
    /// A recruiter wrote it for this interview.
    Recruiter,
    /// It was made from the position or the résumé.
    Generated,
}

/// What a programming question starts with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coding {
    /// Code that the candidate goes on from.
    pub starter_code: String,
    /// Its language, e.g. `python`.
    pub language: String,
}

/// A question that may be asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Stable id within its bank or interview.
    pub id: String,
    /// The phase that it belongs to.
    pub phase: Phase,
    /// How hard it is.
    pub difficulty: Difficulty,
    /// Its words.
    pub text: String,
    /// Keys of the competencies that an answer shows.
    pub competencies: Vec<String>,
    /// What a good answer contains, a clause each.
    pub key_points: Vec<String>,
    /// What may be asked after it.
    pub follow_ups: Vec<String>,
    /// Language (BCP 47 primary subtag).
    pub language: String,
    /// Where it comes from.
    pub source: QuestionSource,
    /// Starter code of a programming question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coding: Option<Coding>,
}

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    /// The interviewer.
    Interviewer,
    /// The candidate.
    Candidate,
}

/// What a turn is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TurnKind {
    /// A new question.
    Question,
    /// A question about the last answer.
    FollowUp,
    /// A request to answer again, in other words.
    Clarification,
    /// The pending question once more, because the candidate asked for it.
    Repeat,
    /// The end of the interview.
    Closing,
    /// An answer.
    Answer,
    /// The candidate would rather not answer.
    Skip,
}

/// What was said once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Turn {
    /// Unique within the interview.
    pub id: String,
    /// Who.
    pub speaker: Speaker,
    /// What it is.
    pub kind: TurnKind,
    /// The words.
    pub text: String,
    /// The question that it asks or answers; follow-ups and clarifications name theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question_id: Option<String>,
    /// When.
    pub at: Timestamp,
    /// How an answer was judged; absent for everything else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evaluation: Option<Judged>,
}

/// An evaluation, or why there is none. Never a zero in its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Judged {
    /// It was judged.
    Evaluated(Box<Evaluation>),
    /// It was not, and why.
    NotEvaluated(NotMeasured),
}

impl Judged {
    /// The evaluation, where there is one.
    pub fn evaluation(&self) -> Option<&Evaluation> {
        match self {
            Self::Evaluated(evaluation) => Some(evaluation),
            Self::NotEvaluated(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for phase in Phase::ALL {
            assert_eq!(Phase::from_name(phase.as_str()), Some(phase));
        }
        for level in Difficulty::ALL {
            assert_eq!(Difficulty::from_name(level.as_str()), Some(level));
        }
        for family in RoleFamily::ALL {
            assert_eq!(RoleFamily::from_name(family.as_str()), Some(family));
        }
        for one in InterviewType::ALL {
            assert_eq!(InterviewType::from_name(one.as_str()), Some(one));
        }
    }

    #[test]
    fn only_technical_interviews_have_a_coding_phase() {
        for family in RoleFamily::ALL {
            let codes = family.phases().contains(&Phase::Coding);
            assert_eq!(codes, family == RoleFamily::Technical);
            assert!(family.phases().is_sorted());
        }
    }

    #[test]
    fn difficulty_stays_within_its_bounds() {
        assert_eq!(Difficulty::Hard.harder(), Difficulty::Hard);
        assert_eq!(Difficulty::Easy.easier(), Difficulty::Easy);
        assert_eq!(Difficulty::Easy.harder(), Difficulty::Medium);
    }
}
