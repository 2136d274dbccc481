//! Worked examples by hand, and the bounds and slopes that the contract documents.

use proptest::prelude::*;
use rstest::rstest;

use super::*;

fn missing<T>() -> Measured<T> {
    Err(NotMeasured::new("no_face", "no face was seen"))
}

fn full() -> LabInputs {
    LabInputs {
        purpose: Purpose::Practice,
        content_only: false,
        accuracy: Some(Accuracy::Good),
        n_words: Ok(150),
        wpm: Ok(100.0),
        silence_ratio: Ok(0.3),
        fillers_per_min: Ok(4.5),
        eye_contact_ratio: Ok(0.58),
        nods_per_min: Ok(5.0),
        emotion_distribution: Ok(vec![0.5, 0.5]),
        emotions_in_score: false,
        verbal_from_qa: None,
    }
}

fn close(a: Option<f64>, b: f64) -> bool {
    a.is_some_and(|a| (a - b).abs() < 1e-9)
}

#[rstest]
#[case(80.0, 0.0)]
#[case(100.0, 6.0)]
#[case(120.0, 12.0)]
#[case(160.0, 12.0)]
#[case(180.0, 6.0)]
#[case(200.0, 0.0)]
fn words_per_minute_follow_the_documented_corners(#[case] wpm: f64, #[case] points: f64) {
    assert!((wpm_points(wpm) - points).abs() < 1e-9);
}

#[test]
fn every_component_meets_its_documented_corners() {
    let pairs = [
        (silence_points(0.05), 5.0),
        (silence_points(0.10), 5.0),
        (silence_points(0.30), 2.5),
        (silence_points(0.50), 0.0),
        (filler_points(1.0), 3.0),
        (filler_points(4.5), 1.5),
        (filler_points(8.0), 0.0),
        (eye_contact_points(0.58), 11.6),
        (nod_points(0.0), 0.0),
        (nod_points(2.0), 5.0),
        (nod_points(5.0), 7.5),
        (nod_points(8.0), 10.0),
        (nod_points(16.0), 5.0),
        (nod_points(24.0), 0.0),
        (verbal_points(50), 0.0),
        (verbal_points(150), 20.0),
        (verbal_points(250), 40.0),
        (verbal_points(9000), 40.0),
        (variability_points(&[0.5, 0.5]), 10.0),
        (variability_points(&[1.0, 0.0]), 0.0),
        (variability_points(&[0.5, 0.5, 0.0, 0.0]), 5.0),
    ];
    for (i, (got, expected)) in pairs.into_iter().enumerate() {
        assert!((got - expected).abs() < 1e-9, "{i}: {got} {expected}");
    }
}

#[test]
fn a_full_recording_adds_up() {
    // paraverbal 6 + 2.5 + 1.5 of 20; nonverbal (11.6 + 7.5) of 30 → 40.
    let found = score(&full());
    assert!(close(found.block.verbal, 20.0));
    assert!(close(found.block.paraverbal, 10.0));
    assert!(close(found.block.nonverbal, 25.5));
    assert!(close(found.block.total, 55.5));
    assert!(found.not_measured.is_empty());
    assert_eq!(found.details.formula, "lab-a.v1");
    assert_eq!(found.details.policy, "documented");
    assert_eq!(found.details.components.len(), 6);
}

#[test]
fn expression_counts_only_when_it_is_switched_on() {
    let mut inputs = full();
    inputs.emotions_in_score = true;
    let found = score(&inputs);
    // 11.6 + 7.5 + 10 of 40.
    assert!(close(found.block.nonverbal, 29.1));
    assert!(!found.details.basis.contains("rescaled"));
}

#[test]
fn what_was_not_measured_is_left_out_and_the_rest_rescaled() {
    let mut inputs = full();
    inputs.eye_contact_ratio = missing();
    inputs.nods_per_min = missing();
    inputs.fillers_per_min = Err(NotMeasured::new("not_verbatim", "no hesitations written"));
    let found = score(&inputs);
    // (6 + 2.5) of 17 → 20; total (20 + 10) of 60 → 100.
    assert!(close(found.block.paraverbal, 10.0));
    assert_eq!(found.block.nonverbal, None);
    assert!(close(found.block.total, 50.0));
    assert_eq!(found.not_measured["scores.nonverbal"].code, "no_face");
    assert!(found.details.basis.contains("no hesitations written"));
}

#[test]
fn hiring_counts_content_only() {
    let mut inputs = full();
    inputs.purpose = Purpose::Hiring;
    inputs.content_only = true;
    inputs.emotions_in_score = true;
    let found = score(&inputs);
    assert!(close(found.block.verbal, 20.0));
    assert_eq!(found.block.paraverbal, None);
    assert_eq!(found.block.nonverbal, None);
    assert!(close(found.block.total, 50.0));
    assert_eq!(found.details.policy, "content_only");
    assert_eq!(
        found.not_measured["scores.paraverbal"].code,
        "policy_content_only"
    );
    assert!(
        found
            .details
            .components
            .iter()
            .all(|c| c.name != "emotion_variability")
    );
}

#[test]
fn a_transcript_of_low_accuracy_feeds_no_score() {
    let mut inputs = full();
    inputs.accuracy = Some(Accuracy::Low);
    let found = score(&inputs);
    assert_eq!(found.block.verbal, None);
    assert_eq!(
        found.not_measured["scores.verbal"].code,
        "low_accuracy_transcript"
    );
    // Silence alone: 2.5 of 5 → 20.
    assert!(close(found.block.paraverbal, 10.0));
}

#[test]
fn graded_answers_replace_the_count_of_words() {
    let mut inputs = full();
    inputs.verbal_from_qa = Some(31.54);
    inputs.n_words = missing();
    assert!(close(score(&inputs).block.verbal, 31.5));
    inputs.verbal_from_qa = Some(90.0);
    assert!(close(score(&inputs).block.verbal, 40.0));
}

#[test]
fn nothing_measured_gives_no_number_at_all() {
    let inputs = LabInputs {
        n_words: missing(),
        wpm: missing(),
        silence_ratio: missing(),
        fillers_per_min: missing(),
        eye_contact_ratio: missing(),
        nods_per_min: missing(),
        ..full()
    };
    let found = score(&inputs);
    assert_eq!(found.block.total, None);
    assert_eq!(found.not_measured.len(), 4);
    assert!(found.details.basis.starts_with("No score"));
}

fn maybe(range: std::ops::Range<f64>) -> impl Strategy<Value = Measured<f64>> {
    proptest::option::of(range).prop_map(|value| value.ok_or_else(|| NotMeasured::new("x", "x")))
}

proptest! {
    #[test]
    fn scores_stay_within_their_bounds(
        n_words in proptest::option::of(0u32..5000),
        wpm in maybe(0.0..1000.0),
        silence in maybe(-0.5..2.0),
        fillers in maybe(0.0..100.0),
        eye in maybe(-1.0..2.0),
        nods in maybe(0.0..100.0),
        shares in proptest::collection::vec(0.0f64..1.0, 0..9),
        emotions_in_score: bool,
    ) {
        let found = score(&LabInputs {
            n_words: n_words.ok_or_else(|| NotMeasured::new("x", "x")),
            wpm,
            silence_ratio: silence,
            fillers_per_min: fillers,
            eye_contact_ratio: eye,
            nods_per_min: nods,
            emotion_distribution: Ok(shares),
            emotions_in_score,
            ..full()
        });
        for (points, max) in [
            (found.block.verbal, 40.0),
            (found.block.paraverbal, 20.0),
            (found.block.nonverbal, 40.0),
            (found.block.total, 100.0),
        ] {
            if let Some(points) = points {
                prop_assert!((0.0..=max).contains(&points));
                prop_assert!(((points * 10.0) - (points * 10.0).round()).abs() < 1e-6);
            }
        }
        for component in &found.details.components {
            prop_assert_eq!(component.points.is_some(), component.reason.is_none());
        }
    }

    #[test]
    fn more_words_and_eye_contact_never_lower_and_more_fillers_and_silence_never_raise(
        a in 0.0f64..1.0,
        b in 0.0f64..1.0,
    ) {
        let (low, high) = if a < b { (a, b) } else { (b, a) };
        prop_assert!(verbal_points((low * 400.0) as u32) <= verbal_points((high * 400.0) as u32));
        prop_assert!(eye_contact_points(low) <= eye_contact_points(high));
        prop_assert!(filler_points(low * 10.0) >= filler_points(high * 10.0));
        prop_assert!(silence_points(low) >= silence_points(high));
    }
}
