//! Examples by hand, bounds and slopes.

use candor_core::{emotion::Expression, measured::NotMeasured};
use proptest::prelude::*;
use rstest::rstest;

use super::*;

fn missing<T>() -> Measured<T> {
    Err(NotMeasured::new("no_face", "no face was seen"))
}

fn face() -> FaceInputs {
    FaceInputs {
        engagement: Ok(60.0),
        eye_contact: Ok(0.8),
        n_avoidances: Ok(5.0),
        dominant_expression: Ok(Expression::Happiness),
        n_frames: 30,
        n_frames_with_face: 28,
        confidence: Ok(55.0),
    }
}

fn voice() -> VoiceInputs {
    VoiceInputs {
        fluency: Ok(70.0),
        dominant_emotion: Ok(Expression::Neutral),
        words_per_s: Ok(2.0),
        snr_db: Ok(20.0),
        pitch_sd_hz: Ok(40.0),
        mean_rms: Ok(0.05),
    }
}

fn content() -> ContentInputs {
    ContentInputs {
        answer_relevance: Ok(80.0),
        keyword_coverage: Ok(50.0),
        technical: Ok(70.0),
        clarity: Ok(90.0),
        completeness: Ok(60.0),
        initiative: Ok(40.0),
    }
}

fn full() -> R2Inputs {
    R2Inputs {
        face: face(),
        voice: voice(),
        content: content(),
        weights: ScoreWeights::default(),
    }
}

fn close(a: &Measured<f64>, b: f64) -> bool {
    a.as_ref().is_ok_and(|a| (a - b).abs() < 1e-9)
}

#[test]
fn the_documented_formula_adds_up() {
    let found = score(&full(), ScorePolicy::Documented);
    // 0.4·0.6 + 0.3·0.8 + 0.2·0.75 + 0.1·1
    assert!(close(&found.face, 73.0));
    // 0.4·0.7 + 0.2·0.7 + 0.2·1 + 0.2·1
    assert!(close(&found.voice, 82.0));
    // 24 + 7.5 + 14 + 9 + 9 + 4
    assert!(close(&found.llm, 67.5));
    // 14.6 + 16.4 + 40.5 = 71.5
    assert_eq!(found.final_score, Ok(72.0));
    assert!(found.is_reliable);
    assert_eq!(found.warnings, Vec::<String>::new());
}

#[test]
fn engagement_reaches_the_score_on_its_whole_scale() {
    let at = |engagement| {
        let inputs = FaceInputs {
            engagement: Ok(engagement),
            ..face()
        };
        face_score(&inputs, ScorePolicy::Documented).score.unwrap()
    };
    assert!((at(100.0) - at(0.0) - 40.0).abs() < 1e-9);
    assert!((at(75.0) - at(70.0) - 2.0).abs() < 1e-9);
}

#[test]
fn surprise_is_known_by_the_one_name_it_has() {
    assert_eq!(emotion_points(Expression::Surprise), 0.5);
    assert_eq!(emotion_points(Expression::Anger), 0.3);
}

#[test]
fn hiring_counts_content_alone_and_says_so() {
    let found = score(&full(), ScorePolicy::ContentOnly);
    assert_eq!(found.final_score, Ok(68.0));
    assert_eq!(found.face.unwrap_err().code, "policy_content_only");
    assert_eq!(found.voice.unwrap_err().code, "policy_content_only");
    assert!(found.is_reliable);
    assert_eq!(found.warnings, [CONTENT_ONLY]);
}

#[test]
fn the_documented_formula_in_hiring_has_no_emotion_terms() {
    let calm = score(&full(), ScorePolicy::DocumentedWithoutEmotion);
    let mut inputs = full();
    inputs.face.dominant_expression = Ok(Expression::Anger);
    inputs.voice.dominant_emotion = Ok(Expression::Sadness);
    let upset = score(&inputs, ScorePolicy::DocumentedWithoutEmotion);
    assert_eq!(calm.final_score, upset.final_score);
    // 63 of 90 and 68 of 80
    assert!(close(&calm.face, 70.0));
    assert!(close(&calm.voice, 85.0));
    assert_eq!(calm.warnings[0], WITHOUT_EMOTION);
}

#[test]
fn missing_inputs_are_left_out_instead_of_guessed() {
    let mut inputs = full();
    inputs.face = FaceInputs {
        engagement: missing(),
        eye_contact: missing(),
        n_avoidances: missing(),
        dominant_expression: missing(),
        n_frames: 30,
        n_frames_with_face: 0,
        confidence: missing(),
    };
    inputs.voice.snr_db = missing();
    inputs.content.technical = missing();
    let found = score(&inputs, ScorePolicy::Documented);
    assert_eq!(found.face.unwrap_err().code, "no_face");
    // (0.28 + 0.14 + 0.2) of 0.8, 53.5 of 0.8
    assert!(close(&found.voice, 77.5));
    assert!(close(&found.llm, 66.875));
    // (0.2·77.5 + 0.6·66.875)/0.8
    assert_eq!(found.final_score, Ok(70.0));
    assert!(!found.is_reliable);
    for part in [
        "final: face (20 %)",
        "voice: signal_quality",
        "llm: technical (20 %)",
    ] {
        assert!(found.warnings.iter().any(|w| w.starts_with(part)), "{part}");
    }
}

#[test]
fn without_words_there_is_no_total() {
    let mut inputs = full();
    inputs.content = ContentInputs {
        answer_relevance: missing(),
        keyword_coverage: missing(),
        technical: missing(),
        clarity: missing(),
        completeness: missing(),
        initiative: missing(),
    };
    let found = score(&inputs, ScorePolicy::Documented);
    assert!(found.final_score.is_err() && !found.is_reliable);
    assert!(found.face.is_ok());
}

#[test]
fn a_value_on_the_wrong_scale_is_told_and_not_used() {
    let mut inputs = full();
    inputs.face.eye_contact = Ok(80.0);
    let found = score(&inputs, ScorePolicy::Documented);
    assert!(found.warnings[0].contains("between 0 and 1"));
    // 49 of 70
    assert!(close(&found.face, 70.0));
}

#[test]
fn weights_of_the_client_are_brought_to_a_sum_of_one() {
    let mut inputs = full();
    inputs.weights = ScoreWeights {
        face: 0.0,
        voice: 2.0,
        llm: 2.0,
    };
    // (82 + 67.5)/2
    assert_eq!(
        score(&inputs, ScorePolicy::Documented).final_score,
        Ok(75.0)
    );
}

#[rstest]
#[case(1.19, 0.4)]
#[case(1.2, 0.7)]
#[case(1.5, 1.0)]
#[case(2.7, 1.0)]
#[case(2.71, 0.85)]
#[case(3.5, 0.85)]
#[case(3.51, 0.5)]
fn speech_rate_meets_the_documented_steps(#[case] rate: f64, #[case] points: f64) {
    assert_eq!(rate_points(rate), points);
}

#[rstest]
#[case(10.1, 40.0, 0.05, 1.0)]
#[case(10.0, 40.0, 0.05, 0.8)]
#[case(7.0, 40.0, 0.05, 0.6)]
#[case(5.0, 40.0, 0.05, 0.3)]
#[case(20.0, 29.9, 0.05, 0.8)]
#[case(20.0, 40.0, 0.029, 0.8)]
#[case(20.0, 29.9, 0.029, 0.64)]
fn signal_meets_the_documented_steps(
    #[case] snr_db: f64,
    #[case] pitch_sd_hz: f64,
    #[case] rms: f64,
    #[case] points: f64,
) {
    assert!((signal_points(snr_db, &Ok(pitch_sd_hz), &Ok(rms)) - points).abs() < 1e-12);
}

#[rstest]
#[case(10, 10, 55.0, false)]
#[case(11, 11, 55.0, true)]
#[case(20, 12, 55.0, false)]
#[case(20, 13, 55.0, true)]
#[case(20, 20, 50.0, false)]
#[case(20, 20, 0.6, true)]
fn the_face_is_reliable_as_documented(
    #[case] n_frames: u32,
    #[case] n_frames_with_face: u32,
    #[case] confidence: f64,
    #[case] reliable: bool,
) {
    let inputs = FaceInputs {
        n_frames,
        n_frames_with_face,
        confidence: Ok(confidence),
        ..face()
    };
    assert_eq!(
        face_score(&inputs, ScorePolicy::Documented).is_reliable,
        reliable
    );
}

fn maybe(range: std::ops::Range<f64>) -> impl Strategy<Value = Measured<f64>> {
    proptest::option::of(range).prop_map(|value| value.ok_or_else(|| NotMeasured::new("x", "x")))
}

fn any_policy() -> impl Strategy<Value = ScorePolicy> {
    prop_oneof![
        Just(ScorePolicy::ContentOnly),
        Just(ScorePolicy::DocumentedWithoutEmotion),
        Just(ScorePolicy::Documented),
    ]
}

fn any_expression() -> impl Strategy<Value = Measured<Expression>> {
    proptest::option::of(0usize..8).prop_map(|i| i.map_or_else(missing, |i| Ok(Expression::ALL[i])))
}

proptest! {
    #[test]
    fn scores_stay_within_bounds(
        policy in any_policy(),
        engagement in maybe(-10.0..120.0),
        eye in maybe(-0.2..1.3),
        avoid in maybe(-3.0..40.0),
        shown in any_expression(),
        heard in any_expression(),
        fluency in maybe(-10.0..120.0),
        rate in maybe(-1.0..9.0),
        snr in maybe(-10.0..60.0),
        pitch in maybe(0.0..200.0),
        rms in maybe(0.0..1.0),
        points in proptest::collection::vec(maybe(-10.0..120.0), 6),
        weights in proptest::array::uniform3(-1.0f64..5.0),
    ) {
        let found = score(&R2Inputs {
            face: FaceInputs {
                engagement, eye_contact: eye, n_avoidances: avoid, dominant_expression: shown, ..face()
            },
            voice: VoiceInputs {
                fluency, dominant_emotion: heard, words_per_s: rate, snr_db: snr, pitch_sd_hz: pitch,
                mean_rms: rms,
            },
            content: ContentInputs {
                answer_relevance: points[0].clone(), keyword_coverage: points[1].clone(),
                technical: points[2].clone(), clarity: points[3].clone(),
                completeness: points[4].clone(), initiative: points[5].clone(),
            },
            weights: ScoreWeights { face: weights[0], voice: weights[1], llm: weights[2] },
        }, policy);
        for value in [&found.final_score, &found.face, &found.voice, &found.llm].into_iter().flatten() {
            prop_assert!((0.0..=100.0).contains(value));
        }
        if policy == ScorePolicy::ContentOnly {
            prop_assert!(found.face.is_err() && found.voice.is_err());
        }
    }

    #[test]
    fn a_better_answer_or_gaze_never_lowers_the_score(
        base in proptest::array::uniform6(0.0f64..90.0), which in 0usize..6, more in 0.0f64..10.0,
        eye in 0.0f64..0.9, closer in 0.0f64..0.1, policy in any_policy(),
    ) {
        let at = |points: [f64; 6], eye: f64| {
            let mut inputs = full();
            inputs.face.eye_contact = Ok(eye);
            inputs.content = ContentInputs {
                answer_relevance: Ok(points[0]), keyword_coverage: Ok(points[1]), technical: Ok(points[2]),
                clarity: Ok(points[3]), completeness: Ok(points[4]), initiative: Ok(points[5]),
            };
            score(&inputs, policy).final_score.unwrap()
        };
        let mut higher = base;
        higher[which] += more;
        prop_assert!(at(higher, eye) >= at(base, eye));
        prop_assert!(at(base, eye + closer) >= at(base, eye));
    }
}
