//! Gaze counts and face scores of the `pipeline` contract (§9).
//!
//! The original took the roll of the line through the eye corners for gaze. Here a sample counts by the
//! measured direction of the gaze; the documented bounds (0.2 rad to either side), the sampling and the
//! score formulas are kept.

use candor_core::{
    emotion::Expression,
    measured::{Measured, NotMeasured},
};

use super::{policy::ScorePolicy, weighted::finite};

/// Identifier and version of the formulas.
pub const FORMULA: &str = "pipeline-gaze.v1";

/// Seconds between samples unless the client says otherwise (documented).
pub const SAMPLING_RATE_S: f64 = 1.0;
/// Most samples unless the client says otherwise (documented).
pub const MAX_FRAMES: usize = 30;
/// A gaze further to a side than this is `left` or `right` (documented), in radians.
pub const SIDE_RAD: f64 = 0.2;

/// Most that the documented formulas can give.
const MAX_CONFIDENCE: f64 = 70.0;
const MAX_ENGAGEMENT: f64 = 75.0;

/// What one sample shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GazeSample {
    /// Whether a face was found.
    pub face: bool,
    /// Whether the gaze rests on the camera; `None` where it could not be told.
    pub contact: Option<bool>,
    /// Sideways angle of the gaze in degrees; `None` where it could not be told.
    pub yaw_deg: Option<f64>,
}

/// Counts over the samples.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GazeCounts {
    /// Samples looked at.
    pub n_processed: u32,
    /// Samples with a face.
    pub n_with_face: u32,
    /// Share of the samples with eye contact, 0–1, two decimals.
    pub eye_contact_ratio: f64,
    /// Samples with the gaze to the left or to the right.
    pub n_avoidances: u32,
}

/// Counts samples.
///
/// # Errors
/// `no_frames` without a sample, `no_face` without a face, `no_gaze` where no gaze could be told.
pub fn count(samples: &[GazeSample]) -> Measured<GazeCounts> {
    if samples.is_empty() {
        return Err(NotMeasured::new("no_frames", "no picture was looked at"));
    }
    let number = |test: fn(&GazeSample) -> bool| {
        u32::try_from(samples.iter().filter(|sample| test(sample)).count()).unwrap_or(u32::MAX)
    };
    let n_with_face = number(|sample| sample.face);
    if n_with_face == 0 {
        return Err(NotMeasured::new("no_face", "no face was seen"));
    }
    if samples.iter().all(|sample| sample.contact.is_none()) {
        return Err(NotMeasured::new("no_gaze", "the gaze could not be told"));
    }
    let ratio = f64::from(number(|sample| sample.contact == Some(true))) / samples.len() as f64;
    Ok(GazeCounts {
        n_processed: number(|_| true),
        n_with_face,
        eye_contact_ratio: (ratio * 100.0).round() / 100.0,
        n_avoidances: number(|sample| {
            sample
                .yaw_deg
                .is_some_and(|yaw| yaw.to_radians().abs() > SIDE_RAD)
        }),
    })
}

/// `max(0, 60·eye − 5·avoidances + 10·[happy in top 3])`, at most 70.
///
/// Where emotions may not count or were not measured, the rest is rescaled to the documented maximum.
///
/// # Errors
/// What is missing of the counts.
pub fn confidence_score(
    counts: &Measured<GazeCounts>,
    top_expressions: &Measured<Vec<Expression>>,
    policy: ScorePolicy,
) -> Measured<f64> {
    let counts = counts.as_ref().map_err(NotMeasured::clone)?;
    let base = 60.0 * counts.eye_contact_ratio - 5.0 * f64::from(counts.n_avoidances);
    let bonus = bonus(top_expressions, Expression::Happiness, policy).map(|shown| 10.0 * shown);
    finite(Ok(with_bonus(base, 60.0, &bonus, MAX_CONFIDENCE)))
}

/// `max(0, 70·eye + 5·[surprise in top 3])`, at most 75.
///
/// Where emotions may not count or were not measured, the rest is rescaled to the documented maximum.
///
/// # Errors
/// What is missing of the counts.
pub fn engagement_score(
    counts: &Measured<GazeCounts>,
    top_expressions: &Measured<Vec<Expression>>,
    policy: ScorePolicy,
) -> Measured<f64> {
    let counts = counts.as_ref().map_err(NotMeasured::clone)?;
    let bonus = bonus(top_expressions, Expression::Surprise, policy).map(|shown| 5.0 * shown);
    let base = 70.0 * counts.eye_contact_ratio;
    finite(Ok(with_bonus(base, 70.0, &bonus, MAX_ENGAGEMENT)))
}

/// The most frequent expressions, at most three, most frequent first.
pub fn top_three(shares: &[(Expression, f64)]) -> Vec<Expression> {
    let mut shown: Vec<(Expression, f64)> = shares
        .iter()
        .copied()
        .filter(|(_, share)| *share > 0.0)
        .collect();
    shown.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    shown.into_iter().take(3).map(|(label, _)| label).collect()
}

fn bonus(
    top: &Measured<Vec<Expression>>,
    wanted: Expression,
    policy: ScorePolicy,
) -> Measured<f64> {
    policy.allow_emotion()?;
    let top = top.as_ref().map_err(NotMeasured::clone)?;
    Ok(if top.iter().take(3).any(|label| *label == wanted) {
        1.0
    } else {
        0.0
    })
}

fn with_bonus(base: f64, max_base: f64, bonus: &Measured<f64>, max: f64) -> f64 {
    match bonus {
        Ok(bonus) => base + bonus,
        Err(_) => base * max / max_base,
    }
    .clamp(0.0, max)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(eye_contact_ratio: f64, n_avoidances: u32) -> Measured<GazeCounts> {
        Ok(GazeCounts {
            n_processed: 30,
            n_with_face: 30,
            eye_contact_ratio,
            n_avoidances,
        })
    }

    fn close(a: Measured<f64>, b: f64) -> bool {
        a.is_ok_and(|a| (a - b).abs() < 1e-9)
    }

    #[test]
    fn samples_are_counted_by_the_direction_of_the_gaze() {
        let sample = |contact, yaw_deg| GazeSample {
            face: true,
            contact: Some(contact),
            yaw_deg: Some(yaw_deg),
        };
        let nothing = GazeSample {
            face: false,
            contact: None,
            yaw_deg: None,
        };
        // 0.2 rad is 11.46°.
        let found = count(&[
            sample(true, 1.0),
            sample(false, 11.4),
            sample(false, -11.5),
            sample(false, 30.0),
            nothing,
            sample(true, 0.0),
        ])
        .unwrap();
        assert_eq!(found.n_processed, 6);
        assert_eq!(found.n_with_face, 5);
        assert_eq!(found.n_avoidances, 2);
        assert_eq!(found.eye_contact_ratio, 0.33);
        assert_eq!(count(&[nothing]).unwrap_err().code, "no_face");
        assert_eq!(count(&[]).unwrap_err().code, "no_frames");
    }

    #[test]
    fn face_scores_follow_the_documented_formulas() {
        let happy = Ok(vec![Expression::Neutral, Expression::Happiness]);
        let surprised = Ok(vec![Expression::Surprise]);
        let policy = ScorePolicy::Documented;
        // 60·0.8 − 5·2 + 10 and 70·0.8 + 5
        assert!(close(
            confidence_score(&counts(0.8, 2), &happy, policy),
            48.0
        ));
        assert!(close(
            engagement_score(&counts(0.8, 2), &surprised, policy),
            61.0
        ));
        assert!(close(
            confidence_score(&counts(0.1, 9), &surprised, policy),
            0.0
        ));
    }

    #[test]
    fn emotions_give_no_points_in_hiring_and_the_rest_keeps_the_maximum() {
        let happy = Ok(vec![Expression::Happiness, Expression::Surprise]);
        let policy = ScorePolicy::DocumentedWithoutEmotion;
        // (60·0.8 − 5·2)·70/60 and 70·0.8·75/70
        assert!(close(
            confidence_score(&counts(0.8, 2), &happy, policy),
            38.0 * 7.0 / 6.0
        ));
        assert!(close(
            engagement_score(&counts(0.8, 2), &happy, policy),
            60.0
        ));
    }

    #[test]
    fn the_three_most_frequent_expressions_are_named_once_each() {
        let top = top_three(&[
            (Expression::Sadness, 0.1),
            (Expression::Neutral, 0.5),
            (Expression::Surprise, 0.15),
            (Expression::Happiness, 0.25),
            (Expression::Fear, 0.0),
        ]);
        assert_eq!(
            top,
            [
                Expression::Neutral,
                Expression::Happiness,
                Expression::Surprise
            ]
        );
    }
}
