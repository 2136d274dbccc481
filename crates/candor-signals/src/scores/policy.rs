//! What a documented total may rest on.

use candor_core::{
    measured::NotMeasured,
    policy::{Policy, Scoring},
    purpose::Purpose,
};

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
    /// The policy of an analysis. Practice gets the documented formulas, without emotions where the
    /// organisation may not infer any; hiring gets content alone, unless the organisation scores by the
    /// documented formulas and the candidate agreed to being observed.
    pub fn of(policy: &Policy, purpose: Purpose, candidate_agreed: bool) -> Self {
        match purpose {
            Purpose::Practice if policy.allow_emotion(purpose).is_ok() => Self::Documented,
            Purpose::Practice => Self::DocumentedWithoutEmotion,
            Purpose::Hiring
                if policy.scoring == Scoring::Documented
                    && policy.allow_behaviour(purpose, candidate_agreed).is_ok() =>
            {
                Self::DocumentedWithoutEmotion
            }
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
            Self::ContentOnly | Self::DocumentedWithoutEmotion => Err(NotMeasured::new(
                "policy_emotion",
                "emotions may not be inferred here",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use candor_core::policy::OrganisationKind;

    use super::*;

    fn observing(scoring: Scoring) -> Policy {
        let basis = serde_json::json!({
            "basis": "consent", "recorded_by": "usr_1", "recorded_at": "2026-01-01T00:00:00Z",
        });
        Policy {
            scoring,
            behavioural_observations: Some(serde_json::from_value(basis).unwrap()),
            ..Policy::default()
        }
    }

    #[test]
    fn hiring_never_scores_emotions_and_needs_policy_and_consent_for_behaviour() {
        let of = |policy: &Policy, agreed| ScorePolicy::of(policy, Purpose::Hiring, agreed);
        for policy in [Policy::default(), observing(Scoring::ContentOnly)] {
            for agreed in [false, true] {
                assert_eq!(of(&policy, agreed), ScorePolicy::ContentOnly);
            }
        }
        let documented = observing(Scoring::Documented);
        assert_eq!(of(&documented, false), ScorePolicy::ContentOnly);
        assert_eq!(of(&documented, true), ScorePolicy::DocumentedWithoutEmotion);
    }

    #[test]
    fn practice_scores_in_full_except_emotions_where_people_are_employed() {
        let mut policy = Policy::default();
        let of = |policy: &Policy| ScorePolicy::of(policy, Purpose::Practice, false);
        assert_eq!(of(&policy), ScorePolicy::Documented);
        policy.kind = OrganisationKind::Employer;
        assert_eq!(of(&policy), ScorePolicy::DocumentedWithoutEmotion);
    }
}
