//! What a documented total may rest on.

use candor_core::{measured::NotMeasured, purpose::Purpose};

/// What a documented total may rest on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScorePolicy {
    /// The content of the answers alone.
    ContentOnly,
    /// The documented formula without its emotion terms.
    DocumentedWithoutEmotion,
    /// The documented formula in full; only where somebody practises for themselves.
    Documented,
}

impl ScorePolicy {
    /// The policy of an analysis: practice gets the documented formulas; hiring gets content alone,
    /// unless the organisation's policy is `documented` and the candidate agreed to being observed.
    pub fn of(purpose: Purpose, documented: bool, consent_to_behaviour: bool) -> Self {
        match purpose {
            Purpose::Practice => Self::Documented,
            Purpose::Hiring if documented && consent_to_behaviour => Self::DocumentedWithoutEmotion,
            Purpose::Hiring => Self::ContentOnly,
        }
    }

    /// As documents write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ContentOnly => "content_only",
            Self::DocumentedWithoutEmotion => "documented_without_emotion",
            Self::Documented => "documented",
        }
    }

    /// Whether face and voice may give points.
    ///
    /// # Errors
    /// The reason that stands where they may not.
    pub fn allow_behaviour(self) -> Result<(), NotMeasured> {
        match self {
            Self::ContentOnly => Err(NotMeasured::new(
                "policy_content_only",
                "only the content of the answers counts when the purpose is hiring",
            )),
            Self::DocumentedWithoutEmotion | Self::Documented => Ok(()),
        }
    }

    /// Whether emotions may give points.
    ///
    /// # Errors
    /// The reason that stands where they may not.
    pub fn allow_emotion(self) -> Result<(), NotMeasured> {
        match self {
            Self::Documented => Ok(()),
            Self::ContentOnly | Self::DocumentedWithoutEmotion => Purpose::Hiring.allow_emotion(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hiring_never_scores_emotions_and_needs_policy_and_consent_for_behaviour() {
        for documented in [false, true] {
            for consent in [false, true] {
                let policy = ScorePolicy::of(Purpose::Hiring, documented, consent);
                assert!(policy.allow_emotion().is_err());
                assert_eq!(policy.allow_behaviour().is_ok(), documented && consent);
            }
        }
        let practice = ScorePolicy::of(Purpose::Practice, false, false);
        assert!(practice.allow_emotion().is_ok() && practice.allow_behaviour().is_ok());
    }
}
