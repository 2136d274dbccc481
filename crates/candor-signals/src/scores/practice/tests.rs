//! Worked examples of every formula.

use candor_core::measured::{Measured, NotMeasured};
use rstest::rstest;

use super::*;
use crate::text::{sentences::Script, tokens::plain};

fn missing() -> Measured<f64> {
    Err(NotMeasured::new("no_face", "no face was seen"))
}

fn near(found: &Measured<f64>, expected: f64) {
    let found = found.as_ref().expect("measured");
    assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");
}

#[test]
fn engagement_weighs_eyes_gaze_and_head() {
    let mut inputs = EngagementInputs {
        eye_contact_ratio: Ok(0.8),
        gaze: Ok(GazeShares {
            dominant: 0.7,
            center: 0.7,
        }),
        head_angles_deg: Ok(20.0),
    };
    near(
        &engagement(&inputs).value,
        0.4 * 80.0 + 0.35 * 70.0 + 0.25 * 70.0,
    );
    // Without a gaze .4 and .25 are scaled up to 1.
    inputs.gaze = Err(NotMeasured::new("no_face", "no face was seen"));
    let found = engagement(&inputs);
    near(&found.value, (0.4 * 80.0 + 0.25 * 70.0) / 0.65);
    let left_out: Vec<_> = found
        .terms
        .iter()
        .filter(|term| term.value.is_err())
        .map(|term| term.name)
        .collect();
    assert_eq!(left_out, ["gazeStabilityScore"]);
}

#[test]
fn nothing_measured_gives_no_score_but_the_reason() {
    let found = overall(missing(), missing(), missing(), missing());
    assert_eq!(found.value.expect_err("nothing in").code, "no_face");
    assert_eq!(found.terms.len(), 4);
}

#[test]
fn one_small_input_speaks_for_no_score() {
    let found = overall_engagement(missing(), missing(), Ok(140.0));
    assert_eq!(
        found.value.expect_err("a fifth of the weight").code,
        "no_face"
    );
}

#[test]
fn summary_formulas_give_the_worked_values() {
    near(
        &overall_engagement(Ok(0.5), Ok(0.1), Ok(70.0)).value,
        0.5 * 0.5 + 0.3 * 0.1 + 0.2 * 0.5,
    );
    near(
        &overall_engagement(Ok(0.5), Ok(0.1), Ok(300.0)).value,
        0.25 + 0.03 + 0.2,
    );
    assert!((emotional_stability(0.1, 0.05) - (100.0 - 28.0 - 11.0)).abs() < 1e-9);
    assert!(emotional_stability(1.0, 1.0).abs() < 1e-9);
    let speech = speech_fluency(&SpeechInputs {
        mean_pause_s: Ok(0.6),
        wpm: Ok(108.0),
        pitch_variance: Ok(180.0),
    });
    near(&speech.value, 0.35 * 61.0 + 0.45 * 80.0 + 0.2 * 80.0);
    assert_eq!(speech.terms[0].value, Ok(61.0));
    near(&content_relevance(&[0.2, 0.6]), 40.0);
    near(
        &overall(Ok(70.0), Ok(80.0), Ok(60.0), Ok(40.0)).value,
        0.3 * 70.0 + 0.2 * 80.0 + 0.25 * 60.0 + 0.25 * 40.0,
    );
    near(
        &overall(Ok(70.0), missing(), Ok(60.0), Ok(40.0)).value,
        (0.3 * 70.0 + 0.25 * 60.0 + 0.25 * 40.0) / 0.8,
    );
}

#[rstest]
#[case(0.0, 100.0)]
#[case(20.0, 70.0)]
#[case(90.0, 0.0)]
fn head_motion_is_clamped(#[case] degrees: f64, #[case] expected: f64) {
    assert!((head_motion(degrees) - expected).abs() < 1e-12);
}

#[test]
fn parts_and_timeline_give_the_worked_values() {
    let scores = segment(&SegmentInputs {
        wpm: Ok(135.0),
        pause_s: Ok(0.75),
        happy: Ok(0.5),
        neutral: Ok(0.4),
        sentiment: Ok(0.2),
        relevance: Ok(-0.1),
    });
    near(&scores.fluency, 100.0 * (0.8 + 0.2 * 0.5));
    near(&scores.engagement, 100.0 * (0.2 + 0.12 + 0.3 * 0.6));
    near(&scores.relevance, 0.0);
    near(&timeline_engagement(Ok(0.9), Ok(0.9)), 1.0);
    assert!(timeline_engagement(Ok(0.9), missing()).is_err());
    let confidence = timeline_confidence(&TimelineInputs {
        center: Ok(1.0),
        yaw_deg: Ok(-9.0),
        sentiment: Ok(0.0),
    });
    near(&confidence.value, 0.4 + 0.2 * 0.8 + 0.4 * 0.5);
}

#[test]
fn a_variance_needs_two_values() {
    assert_eq!(variance(&[3.0]), None);
    assert_eq!(variance(&[1.0, 3.0]), Some(1.0));
}

#[test]
fn model_heads_use_the_documented_weights_on_raw_units() {
    let vector: FusedVector = [
        Some(0.3),
        Some(0.5),
        Some(0.1),
        Some(140.0),
        Some(120.0),
        Some(0.4),
        Some(0.6),
        Some(0.2),
        Some(0.5),
        Some(0.8),
    ];
    let sum = 0.45 * 0.3 + 0.32 * 0.5 - 0.3 * 0.1 + 0.004 * 140.0 + 0.001 * 120.0 - 0.25 * 0.4
        + 0.28 * 0.6
        + 0.35 * 0.2
        + 0.24 * 0.5
        + 0.42 * 0.8
        - 0.15;
    let found = model_predictions(&vector);
    near(&found.confidence.value, 100.0 / (1.0 + f64::exp(-sum)));
    assert_eq!(found.confidence.contributions.len(), 10);
    assert!(found.readiness.value != found.communication.value);
}

#[test]
fn a_head_scales_up_what_is_left_and_refuses_when_too_little_is() {
    let mut vector: FusedVector = [Some(0.0); 10];
    vector[3] = Some(135.0);
    vector[4] = None;
    let all = 0.45 + 0.32 + 0.3 + 0.004 * 135.0 + 0.001 * 165.0 + 0.25 + 0.28 + 0.35 + 0.24 + 0.42;
    let share = (all - 0.001 * 165.0) / all;
    let found = model_predictions(&vector).confidence;
    near(
        &found.value,
        100.0 / (1.0 + f64::exp(-(0.004 * 135.0 / share - 0.15))),
    );
    assert_eq!(found.missing, ["pitchHz"]);
    let alone = model_predictions(&[
        None,
        None,
        None,
        Some(135.0),
        None,
        None,
        None,
        None,
        None,
        None,
    ]);
    assert_eq!(
        alone.confidence.value.expect_err("one input").code,
        "too_few_inputs"
    );
}

#[test]
fn windows_are_averaged_over_what_was_measured() {
    let mut first: FusedVector = [None; 10];
    let mut second: FusedVector = [None; 10];
    first[0] = Some(0.2);
    second[0] = Some(0.4);
    second[3] = Some(100.0);
    let mean = mean_vector(&[first, second]);
    assert!((mean[0].expect("known") - 0.3).abs() < 1e-12);
    assert_eq!(mean[3], Some(100.0));
    assert_eq!(mean[1], None);
}

fn advanced_inputs() -> AdvancedInputs {
    AdvancedInputs {
        eye_contact_ratio: Ok(0.8),
        overall_engagement: Ok(0.6),
        center_ratio: Ok(0.7),
        head_angles_deg: Ok(15.0),
        wpm: Ok(108.0),
        mean_pause_s: Ok(0.7),
        prosody: Ok(0.4),
        pitch_variance: Ok(55.0),
        content_relevance: Ok(0.5),
        semantic_relevance: Ok(0.45),
        coherence: Ok(0.6),
        sentiment: Ok(0.2),
    }
}

#[test]
fn advanced_scores_are_the_linear_heads_alone() {
    let places = [0.8, 0.6, 0.7, 0.5, 0.8, 0.5, 0.4, 0.75, 0.5, 0.45, 0.6, 0.6];
    let weights = [
        0.9, 0.65, 0.55, 0.25, 0.15, 0.18, 0.08, 0.12, 0.2, 0.15, 0.2, 0.18,
    ];
    let sum: f64 = places.iter().zip(weights).map(|(p, w)| p * w).sum();
    let found = advanced(&advanced_inputs());
    near(
        &found.engagement.value,
        100.0 / (1.0 + f64::exp(-(sum - 0.72))),
    );
    assert!(found.engagement.missing.is_empty());
}

#[test]
fn advanced_scores_without_a_picture_say_what_is_missing() {
    let inputs = AdvancedInputs {
        eye_contact_ratio: missing(),
        overall_engagement: missing(),
        center_ratio: missing(),
        head_angles_deg: missing(),
        ..advanced_inputs()
    };
    let found = advanced(&inputs);
    assert_eq!(
        found.engagement.value.expect_err("mostly picture").code,
        "too_few_inputs"
    );
    assert_eq!(found.comprehension.missing.len(), 4);
    assert!(found.comprehension.value.is_ok());
}

#[test]
fn the_judge_counts_words_variety_terms_and_sentences() {
    let text = "I designed the database and the cache. The latency fell.";
    let script = Script::new(&plain(text, Some("en")), Some("en"));
    let found = judge(&JudgeInputs {
        script: &script,
        job_role: "Cache Engineer",
        domain: "QA",
    })
    .expect("words");
    // 14 terms, "cache" among them already, and "engineer"; "qa" is too short.
    assert_eq!(found.n_terms, 15);
    assert_eq!(found.matched, ["cache", "database", "latency"]);
    let depth = 55.0 * 10.0 / 500.0 + 45.0 * 8.0 / 10.0;
    assert!((found.depth - depth).abs() < 1e-9, "{found:?}");
    let correctness = 0.7 * 100.0 * 3.0 / 15.0 + 0.3 * 100.0 * 5.0 / 20.0;
    assert!((found.correctness - correctness).abs() < 1e-9);
    let relevance = 100.0 * 3.0 / 7.0;
    assert!((found.relevance - relevance).abs() < 1e-9);
    assert!((found.overall - (depth + correctness + relevance) / 3.0).abs() < 1e-9);
}

#[test]
fn the_judge_has_nothing_to_say_without_words() {
    let script = Script::new(&plain("", Some("en")), Some("en"));
    let inputs = JudgeInputs {
        script: &script,
        job_role: "Engineer",
        domain: "Finance",
    };
    assert_eq!(judge(&inputs).expect_err("no words").code, "no_words");
}

#[test]
fn feedback_follows_the_documented_thresholds() {
    let found = feedback(&Ok(59.9), &Ok(60.0), &missing(), &Ok(64.9), &Ok(65.0));
    assert_eq!((found.strengths.len(), found.improvements.len()), (1, 2));
    assert_eq!(found.verdict, Some(Verdict::Solid));
    let found = feedback(&Ok(1.0), &Ok(1.0), &Ok(1.0), &Ok(1.0), &Ok(79.9));
    assert_eq!(found.improvements.len(), 3);
    assert_eq!(found.verdict, Some(Verdict::Solid));
    let found = feedback(&Ok(90.0), &Ok(90.0), &Ok(90.0), &Ok(90.0), &Ok(80.0));
    assert_eq!(
        (found.strengths.len(), found.verdict),
        (3, Some(Verdict::Strong))
    );
    let silent = feedback(&missing(), &missing(), &missing(), &missing(), &missing());
    assert_eq!(silent.verdict, None);
    assert!(silent.strengths.is_empty() && silent.improvements.is_empty());
}

#[rstest]
#[case(85.0, "Excellent")]
#[case(84.9, "Good")]
#[case(70.0, "Good")]
#[case(69.9, "Needs Improvement")]
fn levels_follow_the_documented_limits(#[case] score: f64, #[case] expected: &str) {
    assert_eq!(level(score).name(), expected);
}

#[test]
fn bands_follow_the_documented_limits() {
    use fairness::{eye_contact_band, pause_band, rate_band, relevance_band};
    assert_eq!(
        [75.0, 45.0, 44.0].map(eye_contact_band),
        ["high", "medium", "low"]
    );
    assert_eq!(
        [0.0, 109.0, 110.0, 160.0, 161.0].map(rate_band),
        ["unknown", "slow", "optimal", "optimal", "fast"]
    );
    assert_eq!(
        [0.0, 0.49, 0.5, 1.0].map(pause_band),
        ["minimal", "short", "moderate", "long"]
    );
    assert_eq!(
        [80.0, 60.0, 59.0].map(relevance_band),
        ["high", "medium", "low"]
    );
}

#[test]
fn audits_warn_only_of_wide_spreads_over_enough_samples() {
    use fairness::{BandMean, band_warnings, group_warnings, spreads};
    let row = |band: &str, n, mean| BandMean {
        metric: "rateBand".to_owned(),
        band: band.to_owned(),
        score: "engagement".to_owned(),
        n,
        mean,
    };
    let found = spreads(&[row("slow", 7, 50.0), row("fast", 8, 68.5)]);
    assert_eq!(found.len(), 1);
    assert!((found[0].spread - 18.5).abs() < 1e-9);
    assert_eq!(band_warnings(&found).len(), 1);
    assert!(group_warnings(&found).is_empty(), "15 samples are not 20");
    assert!(band_warnings(&spreads(&[row("slow", 7, 50.0), row("fast", 7, 90.0)])).is_empty());
    assert!(band_warnings(&spreads(&[row("slow", 40, 50.0)])).is_empty());
    assert_eq!(
        group_warnings(&spreads(&[row("a", 10, 50.0), row("b", 10, 65.1)])).len(),
        1
    );
}

#[test]
fn bands_of_a_few_are_in_no_mean_and_no_difference() {
    use fairness::{BandMean, band_warnings, spreads};
    let row = |band: &str, n, mean| BandMean {
        metric: "rateBand".to_owned(),
        band: band.to_owned(),
        score: "engagement".to_owned(),
        n,
        mean,
    };
    assert!(spreads(&[row("slow", 1, 50.0), row("fast", 4, 68.5)]).is_empty());
    let found = spreads(&[row("slow", 20, 50.0), row("fast", 4, 90.0)]);
    assert_eq!(found[0].means, [("slow".to_owned(), 50.0)]);
    assert_eq!(found[0].n, 20);
    assert!(band_warnings(&found).is_empty());
}
