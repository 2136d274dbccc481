//! What an organisation allows itself: scores, observations of behaviour, how long recordings are kept.
//!
//! EU AI Act Art. 5(1)(f) forbids inferring emotions at work and in education; observing behaviour needs a
//! legal basis (GDPR Art. 6, 9), so it is off until an admin records one.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{measured::NotMeasured, purpose::Purpose};

/// Longest legal basis, in characters.
pub const LONGEST_BASIS: usize = 2000;

/// Longest name of a processor, in characters.
pub const LONGEST_PROCESSOR: usize = 200;

/// Longest retention, in days: a hundred years.
pub const LONGEST_RETENTION_DAYS: u32 = 36_500;

/// What an organisation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrganisationKind {
    /// One person's own workspace.
    Personal,
    /// It employs people.
    Employer,
    /// It teaches people.
    Education,
    /// Anything else.
    #[default]
    Other,
}

impl OrganisationKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Personal, Self::Employer, Self::Education, Self::Other];

    /// As the database and the interface write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Personal => "personal",
            Self::Employer => "employer",
            Self::Education => "education",
            Self::Other => "other",
        }
    }

    /// Reads [`OrganisationKind::as_str`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// What the totals of an interview held for hiring rest on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scoring {
    /// Content alone, with renormalised weights.
    #[default]
    ContentOnly,
    /// The documented formulas without their emotion terms.
    Documented,
}

/// Why behaviour may be observed, who says so and since when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegalBasis {
    /// The legal basis in the admin's words.
    pub basis: String,
    /// Pseudonymous id of the admin.
    pub recorded_by: String,
    /// When it was recorded.
    pub recorded_at: Timestamp,
}

/// Who runs the chat model that answers of candidates may be sent to, who says so and since when (GDPR Art. 28).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Processor {
    /// Its name, as candidates are told.
    pub name: String,
    /// Pseudonymous id of the admin.
    pub recorded_by: String,
    /// When it was recorded.
    pub recorded_at: Timestamp,
}

/// The policy of an organisation. The default allows the least.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Policy {
    /// What the organisation is.
    pub kind: OrganisationKind,
    /// What hiring scores rest on.
    pub scoring: Scoring,
    /// Why face and voice may be observed in hiring; none: they may not.
    pub behavioural_observations: Option<LegalBasis>,
    /// Days that recordings are kept; none: until deleted.
    pub retention_days: Option<u32>,
    /// Who runs the chat model that may be asked; none: no chat model is.
    pub chat_processor: Option<Processor>,
}

/// A policy that contradicts itself or the law.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPolicy {
    /// Documented formulas use behaviour.
    #[error(
        "scoring \"documented\" rests on behaviour: record a legal basis for behavioural_observations first"
    )]
    ScoringWithoutBasis,
    /// A legal basis without words.
    #[error("a legal basis of 1 to {LONGEST_BASIS} characters is needed")]
    Basis,
    /// A processor without a name, or with one that nobody can read.
    #[error("a processor's name has 1 to {LONGEST_PROCESSOR} characters on one line")]
    Processor,
    /// No days, or too many.
    #[error("retention_days must be between 1 and {LONGEST_RETENTION_DAYS}")]
    Retention,
}

impl Policy {
    /// Whether it is consistent.
    ///
    /// # Errors
    /// The first contradiction.
    pub fn check(&self) -> Result<(), InvalidPolicy> {
        if let Some(basis) = &self.behavioural_observations {
            let words = basis.basis.trim();
            if words.is_empty() || words.chars().count() > LONGEST_BASIS {
                return Err(InvalidPolicy::Basis);
            }
        } else if self.scoring == Scoring::Documented {
            return Err(InvalidPolicy::ScoringWithoutBasis);
        }
        if let Some(processor) = &self.chat_processor {
            let name = processor.name.trim();
            let n = name.chars().count();
            if n == 0 || n > LONGEST_PROCESSOR || name.chars().any(char::is_control) {
                return Err(InvalidPolicy::Processor);
            }
        }
        match self.retention_days {
            Some(days) if days == 0 || days > LONGEST_RETENTION_DAYS => {
                Err(InvalidPolicy::Retention)
            }
            _ => Ok(()),
        }
    }

    /// Whether emotions may be inferred: in practice only, and never for employers and in education.
    ///
    /// # Errors
    /// The reason that stands in the report.
    pub fn allow_emotion(&self, purpose: Purpose) -> Result<(), NotMeasured> {
        purpose.allow_emotion()?;
        match self.kind {
            OrganisationKind::Employer | OrganisationKind::Education => Err(NotMeasured::new(
                "policy_emotion",
                "emotions are not inferred in organisations that employ or teach people",
            )),
            OrganisationKind::Personal | OrganisationKind::Other => Ok(()),
        }
    }

    /// Whether face and voice may be observed beyond recording quality and the presence of one face. In
    /// hiring the candidate must also have agreed to it separately.
    ///
    /// # Errors
    /// The reason that stands in the report.
    pub fn allow_behaviour(
        &self,
        purpose: Purpose,
        candidate_agreed: bool,
    ) -> Result<(), NotMeasured> {
        if purpose.allow_behaviour().is_ok() {
            return Ok(());
        }
        if self.behavioural_observations.is_none() {
            return purpose.allow_behaviour();
        }
        if !candidate_agreed {
            return Err(NotMeasured::new(
                "consent_behaviour",
                "the candidate did not agree to observations of face and voice",
            ));
        }
        Ok(())
    }

    /// What the scores of an interview rest on.
    pub fn scoring(&self, purpose: Purpose) -> Scoring {
        match purpose {
            Purpose::Practice => Scoring::Documented,
            Purpose::Hiring => self.scoring,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn observing(kind: OrganisationKind) -> Policy {
        Policy {
            kind,
            behavioural_observations: Some(LegalBasis {
                basis: "works agreement of 2026".to_owned(),
                recorded_by: "usr_1".to_owned(),
                recorded_at: Timestamp::UNIX_EPOCH,
            }),
            ..Policy::default()
        }
    }

    #[test]
    fn the_default_observes_nothing_in_hiring_and_scores_content() {
        let policy = Policy::default();
        assert!(policy.allow_behaviour(Purpose::Hiring, true).is_err());
        assert!(policy.allow_emotion(Purpose::Hiring).is_err());
        assert_eq!(policy.scoring(Purpose::Hiring), Scoring::ContentOnly);
        assert_eq!(policy.scoring(Purpose::Practice), Scoring::Documented);
        assert_eq!(policy.check(), Ok(()));
    }

    #[test]
    fn behaviour_in_hiring_needs_a_basis_and_the_candidate() {
        let policy = observing(OrganisationKind::Employer);
        assert!(policy.allow_behaviour(Purpose::Hiring, false).is_err());
        assert!(policy.allow_behaviour(Purpose::Hiring, true).is_ok());
    }

    #[test]
    fn employers_and_schools_never_infer_emotions() {
        for kind in OrganisationKind::ALL {
            let allowed = observing(kind).allow_emotion(Purpose::Practice).is_ok();
            let forbidden = [OrganisationKind::Employer, OrganisationKind::Education];
            assert_eq!(allowed, !forbidden.contains(&kind), "{kind:?}");
            assert!(observing(kind).allow_emotion(Purpose::Hiring).is_err());
        }
    }

    #[test]
    fn documented_scores_need_a_basis() {
        let mut policy = Policy {
            scoring: Scoring::Documented,
            ..Policy::default()
        };
        assert_eq!(policy.check(), Err(InvalidPolicy::ScoringWithoutBasis));
        policy.behavioural_observations =
            observing(OrganisationKind::Other).behavioural_observations;
        assert_eq!(policy.check(), Ok(()));
    }

    #[test]
    fn a_processor_has_a_name_that_people_can_read() {
        let named = |name: &str| Policy {
            chat_processor: Some(Processor {
                name: name.to_owned(),
                recorded_by: "usr_1".to_owned(),
                recorded_at: Timestamp::UNIX_EPOCH,
            }),
            ..Policy::default()
        };
        assert_eq!(named("Example Models Ltd, Dublin").check(), Ok(()));
        for name in ["", "  ", "two\nlines", &"x".repeat(201)] {
            assert_eq!(named(name).check(), Err(InvalidPolicy::Processor));
        }
        assert_eq!(Policy::default().chat_processor, None);
    }

    #[test]
    fn a_basis_has_words_and_a_retention_days() {
        let mut policy = observing(OrganisationKind::Other);
        policy.retention_days = Some(0);
        assert_eq!(policy.check(), Err(InvalidPolicy::Retention));
        if let Some(basis) = &mut policy.behavioural_observations {
            basis.basis = "  ".to_owned();
        }
        assert_eq!(policy.check(), Err(InvalidPolicy::Basis));
    }
}
