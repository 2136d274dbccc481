//! Score of the `pipeline` contract, first revision (§9): relevance of the answer and communication.
//!
//! `communication = round(0.4·face + 0.4·voice + 0.2·fluency)`, `overall = round(0.6·relevance +
//! 0.4·communication)`. A missing input is left out and the other weights are renormalised; under
//! [`ScorePolicy::ContentOnly`] the relevance alone counts.

use candor_core::measured::Measured;

use super::{
    policy::ScorePolicy,
    weighted::{ANY, Weighted, within},
};

/// Identifier and version of the formula.
pub const FORMULA: &str = "pipeline-r1.v1";

/// What goes into the score; everything 0–100.
#[derive(Debug, Clone, PartialEq)]
pub struct R1Inputs {
    /// How far the answer answers the question.
    pub answer_relevance: Measured<f64>,
    /// [`confidence_score`](super::pipeline_gaze::confidence_score).
    pub face_confidence: Measured<f64>,
    /// Mean confidence of the recognised words.
    pub voice_confidence: Measured<f64>,
    /// [`Prosody::fluency`](super::pipeline_prosody::Prosody::fluency).
    pub fluency: Measured<f64>,
}

/// The score with everything that explains it.
#[derive(Debug, Clone, PartialEq)]
pub struct R1Score {
    /// 0–100, whole.
    pub communication: Measured<f64>,
    /// 0–100, whole.
    pub overall: Measured<f64>,
    /// What it rests on.
    pub policy: ScorePolicy,
    /// What was left out and why.
    pub warnings: Vec<String>,
}

/// Computes the score.
pub fn score(inputs: &R1Inputs, policy: ScorePolicy) -> R1Score {
    let counts = |name: &str, value: &Measured<f64>| {
        policy
            .allow_behaviour()
            .and_then(|()| within(0.0..=100.0, name, value.clone()))
    };
    let communication = Weighted::mean(
        0.0..=100.0,
        ANY,
        [
            (
                "face_confidence",
                0.4,
                counts("face confidence", &inputs.face_confidence),
            ),
            (
                "voice_confidence",
                0.4,
                counts("voice confidence", &inputs.voice_confidence),
            ),
            ("fluency", 0.2, counts("fluency", &inputs.fluency)),
        ],
    );
    let communication_points = communication.value.clone().map(f64::round);
    let overall = Weighted::mean(
        0.0..=100.0,
        ANY,
        [
            (
                "answer_relevance",
                0.6,
                within(
                    0.0..=100.0,
                    "answer relevance",
                    inputs.answer_relevance.clone(),
                ),
            ),
            ("communication", 0.4, communication_points.clone()),
        ],
    );
    let mut warnings = Vec::new();
    match policy {
        ScorePolicy::ContentOnly => {
            warnings.push(super::pipeline_r2::CONTENT_ONLY.to_owned());
            warnings.extend(
                overall
                    .warnings("overall")
                    .into_iter()
                    .filter(|warning| !warning.starts_with("overall: communication")),
            );
        }
        ScorePolicy::DocumentedWithoutEmotion | ScorePolicy::Documented => {
            if policy == ScorePolicy::DocumentedWithoutEmotion {
                warnings.push(super::pipeline_r2::WITHOUT_EMOTION.to_owned());
            }
            warnings.extend(communication.warnings("communication"));
            warnings.extend(overall.warnings("overall"));
        }
    }
    // Without the answer there is no overall score: how somebody looks and sounds is no substitute for it.
    let overall = within(
        0.0..=100.0,
        "answer relevance",
        inputs.answer_relevance.clone(),
    )
    .and(overall.value.map(f64::round));
    R1Score {
        communication: communication_points,
        overall,
        policy,
        warnings,
    }
}

#[cfg(test)]
mod tests {
    use candor_core::measured::NotMeasured;
    use proptest::prelude::*;

    use super::*;

    fn inputs() -> R1Inputs {
        R1Inputs {
            answer_relevance: Ok(80.0),
            face_confidence: Ok(48.0),
            voice_confidence: Ok(90.0),
            fluency: Ok(61.0),
        }
    }

    fn missing() -> Measured<f64> {
        Err(NotMeasured::new("no_face", "no face was seen"))
    }

    #[test]
    fn the_documented_formula_adds_up() {
        let found = score(&inputs(), ScorePolicy::Documented);
        // 0.4·48 + 0.4·90 + 0.2·61 = 67.4 → 67; 0.6·80 + 0.4·67 = 74.8 → 75
        assert_eq!(found.communication, Ok(67.0));
        assert_eq!(found.overall, Ok(75.0));
        assert!(found.warnings.is_empty());
    }

    #[test]
    fn a_missing_face_leaves_its_weight_to_voice_and_fluency() {
        let mut inputs = inputs();
        inputs.face_confidence = missing();
        let found = score(&inputs, ScorePolicy::Documented);
        // (0.4·90 + 0.2·61)/0.6 = 80.33 → 80; 0.6·80 + 0.4·80 = 80
        assert_eq!(found.communication, Ok(80.0));
        assert_eq!(found.overall, Ok(80.0));
        assert!(found.warnings[0].contains("no face was seen"));
    }

    #[test]
    fn hiring_counts_the_relevance_alone_and_says_so() {
        let found = score(&inputs(), ScorePolicy::ContentOnly);
        assert_eq!(found.overall, Ok(80.0));
        assert_eq!(found.communication.unwrap_err().code, "policy_content_only");
        assert_eq!(found.warnings.len(), 1);
    }

    #[test]
    fn without_an_answer_there_is_no_overall_score() {
        let mut inputs = inputs();
        inputs.answer_relevance = missing();
        let found = score(&inputs, ScorePolicy::Documented);
        assert_eq!(found.communication, Ok(67.0));
        assert!(found.overall.is_err());
    }

    #[test]
    fn a_value_on_the_wrong_scale_is_told_and_not_used() {
        let mut inputs = inputs();
        inputs.fluency = Ok(640.0);
        let found = score(&inputs, ScorePolicy::Documented);
        // (0.4·48 + 0.4·90)/0.8
        assert_eq!(found.communication, Ok(69.0));
        assert!(found.warnings[0].contains("between 0 and 100"));
    }

    fn maybe() -> impl Strategy<Value = Measured<f64>> {
        proptest::option::of(-20.0f64..130.0)
            .prop_map(|value| value.ok_or_else(|| NotMeasured::new("x", "x")))
    }

    proptest! {
        #[test]
        fn scores_stay_within_bounds(a in maybe(), b in maybe(), c in maybe(), d in maybe(), which in 0usize..3) {
            let policy = [ScorePolicy::ContentOnly, ScorePolicy::DocumentedWithoutEmotion, ScorePolicy::Documented][which];
            let found = score(&R1Inputs { answer_relevance: a, face_confidence: b, voice_confidence: c, fluency: d }, policy);
            for value in [found.communication, found.overall].into_iter().flatten() {
                prop_assert!((0.0..=100.0).contains(&value));
                prop_assert_eq!(value, value.round());
            }
        }

        #[test]
        fn more_of_anything_never_lowers_the_score(
            base in proptest::array::uniform4(0.0f64..90.0), which in 0usize..4, more in 0.0f64..10.0,
        ) {
            let at = |v: [f64; 4]| score(&R1Inputs {
                answer_relevance: Ok(v[0]), face_confidence: Ok(v[1]), voice_confidence: Ok(v[2]), fluency: Ok(v[3]),
            }, ScorePolicy::Documented).overall.unwrap();
            let mut higher = base;
            higher[which] += more;
            prop_assert!(at(higher) >= at(base));
        }
    }
}
