//! What an analysis is for, and what follows from it (EU AI Act Art. 5(1)(f)).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::measured::NotMeasured;

/// What an interview is held for. It decides which inferences are allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// A person practises for themselves: everything that can be measured may be shown to them.
    #[default]
    Practice,
    /// Somebody decides about a candidate: content counts, emotions are never inferred.
    Hiring,
}

impl Purpose {
    /// As the database and the interface write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Practice => "practice",
            Self::Hiring => "hiring",
        }
    }

    /// Reads [`Purpose::as_str`]. What is no name of a purpose falls under the stricter one.
    pub fn from_name(name: &str) -> Self {
        match name {
            "practice" => Self::Practice,
            _ => Self::Hiring,
        }
    }

    /// Whether emotions may be inferred from the face or the voice.
    ///
    /// # Errors
    /// The reason that stands in the report where it is refused.
    pub fn allow_emotion(self) -> Result<(), NotMeasured> {
        match self {
            Self::Practice => Ok(()),
            Self::Hiring => Err(NotMeasured::new(
                "purpose_hiring",
                "emotions are not inferred when the purpose is hiring",
            )),
        }
    }

    /// Whether observations of face and voice beyond recording quality and the presence of one
    /// face may be made without an organisation's recorded policy.
    ///
    /// # Errors
    /// The reason that stands in the report where it is refused.
    pub fn allow_behaviour(self) -> Result<(), NotMeasured> {
        match self {
            Self::Practice => Ok(()),
            Self::Hiring => Err(NotMeasured::new(
                "purpose_hiring",
                "face and voice behaviour is not observed when the purpose is hiring, \
                 unless the organisation's policy and the candidate's consent allow it",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_purpose_is_the_stricter_one() {
        for purpose in [Purpose::Practice, Purpose::Hiring] {
            assert_eq!(Purpose::from_name(purpose.as_str()), purpose);
        }
        assert_eq!(Purpose::from_name("fun"), Purpose::Hiring);
    }

    #[test]
    fn hiring_refuses_emotion_and_behaviour() {
        assert!(Purpose::Hiring.allow_emotion().is_err());
        assert!(Purpose::Hiring.allow_behaviour().is_err());
        assert!(Purpose::Practice.allow_emotion().is_ok());
    }
}
