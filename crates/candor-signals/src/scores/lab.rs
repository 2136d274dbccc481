//! Score of the `lab` contract, variant A: verbal 40, paraverbal 20, nonverbal 40, total 100.
//!
//! The corners of every component are the contract's. Two rules of this project replace "missing
//! inputs → 0": a block is its points over the most that its measured components can give, rescaled
//! to the block's maximum, and `null` when none was measured; the total is rescaled to 100 over the
//! measured blocks. A transcript of low accuracy feeds no component, and for hiring only the
//! content of the words counts.

mod basis;
mod points;

use std::collections::BTreeMap;

use candor_core::{
    measured::{Measured, NotMeasured},
    purpose::Purpose,
    report::{ScoreBlock, ScoreComponent, ScoreDetails},
    transcript::Accuracy,
};

pub use points::{
    eye_contact_points, filler_points, nod_points, silence_points, variability_points,
    verbal_points, wpm_points,
};

use points::normalised_entropy;

/// Identifier and version of the formula.
pub const FORMULA: &str = "lab-a.v1";

/// Most points of each block.
pub const MAX_VERBAL: f64 = 40.0;
/// Most points of pace, silence and hesitations together.
pub const MAX_PARAVERBAL: f64 = 20.0;
/// Most points of gaze, nods and, when enabled, expression together.
pub const MAX_NONVERBAL: f64 = 40.0;

/// What goes into the score.
#[derive(Debug, Clone, PartialEq)]
pub struct LabInputs {
    /// What the analysis is for; decides about expression.
    pub purpose: Purpose,
    /// Whether only the content of the words counts: in hiring, unless the organisation's policy is the
    /// documented formula.
    pub content_only: bool,
    /// Accuracy of the transcript behind the words; `None` without one.
    pub accuracy: Option<Accuracy>,
    /// Words by the contract's count.
    pub n_words: Measured<u32>,
    /// Words per minute of the whole recording.
    pub wpm: Measured<f64>,
    /// Share of the recording without speech, 0 to 1.
    pub silence_ratio: Measured<f64>,
    /// Hesitations per minute of the whole recording.
    pub fillers_per_min: Measured<f64>,
    /// Share of the frames with a face in which the gaze rests on the camera, 0 to 1.
    pub eye_contact_ratio: Measured<f64>,
    /// Nods per minute.
    pub nods_per_min: Measured<f64>,
    /// Share of each expression label; used only with `emotions_in_score` and for practice.
    pub emotion_distribution: Measured<Vec<f64>>,
    /// Whether variability of expression counts (contract `EMOTIONS_IN_SCORE`).
    pub emotions_in_score: bool,
    /// Verbal points from graded answers, 0 to 40; replaces the count of words.
    pub verbal_from_qa: Option<f64>,
}

/// The score with everything that explains it.
#[derive(Debug, Clone, PartialEq)]
pub struct LabScore {
    /// Points by block, one decimal.
    pub block: ScoreBlock,
    /// Components and the basis in words.
    pub details: ScoreDetails,
    /// Why a field of `block` is `None`, by its path in the report, e.g. `scores.verbal`.
    pub not_measured: BTreeMap<String, NotMeasured>,
}

/// Computes the score.
pub fn score(inputs: &LabInputs) -> LabScore {
    let components = [
        verbal_components(inputs),
        paraverbal_components(inputs),
        nonverbal_components(inputs),
    ];
    let blocks = [
        block_points(&components[0], MAX_VERBAL),
        block_points(&components[1], MAX_PARAVERBAL),
        block_points(&components[2], MAX_NONVERBAL),
    ];
    let maxima = [MAX_VERBAL, MAX_PARAVERBAL, MAX_NONVERBAL];
    let total = total_points(&blocks, &maxima);
    let mut not_measured = BTreeMap::new();
    for (name, block) in ["verbal", "paraverbal", "nonverbal", "total"]
        .into_iter()
        .zip(blocks.iter().chain([&total]))
    {
        if let Err(reason) = block {
            not_measured.insert(format!("scores.{name}"), reason.clone());
        }
    }
    let basis = basis::explain(inputs, &components, &blocks, &total);
    let [verbal, paraverbal, nonverbal] = blocks;
    LabScore {
        block: ScoreBlock {
            verbal: verbal.ok(),
            paraverbal: paraverbal.ok(),
            nonverbal: nonverbal.ok(),
            total: total.ok(),
        },
        details: ScoreDetails {
            formula: FORMULA.to_owned(),
            policy: policy(inputs.content_only).to_owned(),
            components: components.into_iter().flatten().collect(),
            basis,
        },
        not_measured,
    }
}

fn policy(content_only: bool) -> &'static str {
    if content_only {
        "content_only"
    } else {
        "documented"
    }
}

fn verbal_components(inputs: &LabInputs) -> Vec<ScoreComponent> {
    if let Some(points) = inputs.verbal_from_qa.filter(|points| points.is_finite()) {
        let points = points.clamp(0.0, MAX_VERBAL);
        let given = component("verbal", "answers", Ok(points), "points", MAX_VERBAL);
        return vec![given(|points| points)];
    }
    let words = trusted(inputs.accuracy, inputs.n_words.clone());
    let words = words.map(f64::from);
    vec![component("verbal", "words", words, "count", MAX_VERBAL)(
        |n_words| verbal_points(n_words.round() as u32),
    )]
}

fn paraverbal_components(inputs: &LabInputs) -> Vec<ScoreComponent> {
    let counts = |input: Measured<f64>| behaviour_counts(inputs).and(input);
    let wpm = trusted(inputs.accuracy, inputs.wpm.clone());
    let fillers = trusted(inputs.accuracy, inputs.fillers_per_min.clone());
    vec![
        component("paraverbal", "wpm", counts(wpm), "1/min", 12.0)(wpm_points),
        component(
            "paraverbal",
            "silence",
            counts(inputs.silence_ratio.clone()),
            "ratio",
            5.0,
        )(silence_points),
        component("paraverbal", "fillers", counts(fillers), "1/min", 3.0)(filler_points),
    ]
}

fn nonverbal_components(inputs: &LabInputs) -> Vec<ScoreComponent> {
    let counts = |input: Measured<f64>| behaviour_counts(inputs).and(input);
    let mut components = vec![
        component(
            "nonverbal",
            "eye_contact",
            counts(inputs.eye_contact_ratio.clone()),
            "ratio",
            20.0,
        )(eye_contact_points),
        component(
            "nonverbal",
            "nods",
            counts(inputs.nods_per_min.clone()),
            "1/min",
            10.0,
        )(nod_points),
    ];
    if inputs.emotions_in_score && inputs.purpose.allow_emotion().is_ok() {
        let entropy = inputs
            .emotion_distribution
            .as_ref()
            .map(|shares| normalised_entropy(shares))
            .map_err(NotMeasured::clone);
        components.push(component(
            "nonverbal",
            "emotion_variability",
            entropy,
            "ratio",
            10.0,
        )(|entropy| 10.0 * entropy));
    }
    components
}

/// The value, unless it rests on a transcript that may not feed a score.
fn trusted<T>(accuracy: Option<Accuracy>, value: Measured<T>) -> Measured<T> {
    match accuracy {
        Some(Accuracy::Low) => Err(NotMeasured::new(
            "low_accuracy_transcript",
            "the transcript comes from a fallback recogniser of low accuracy and feeds no score",
        )),
        _ => value,
    }
}

/// Refuses what is no content where only content counts.
fn behaviour_counts(inputs: &LabInputs) -> Measured<()> {
    if inputs.content_only {
        return Err(NotMeasured::new(
            "policy_content_only",
            "only the content of the answers counts when the purpose is hiring",
        ));
    }
    Ok(())
}

/// A component from its input and its points; an input that is no number counts as missing.
fn component<'a>(
    block: &'a str,
    name: &'a str,
    input: Measured<f64>,
    unit: &'a str,
    max: f64,
) -> impl FnOnce(fn(f64) -> f64) -> ScoreComponent + 'a {
    move |points| {
        let input = input.and_then(|value| {
            if value.is_finite() {
                Ok(value)
            } else {
                Err(NotMeasured::new("not_a_number", "the input is no number"))
            }
        });
        ScoreComponent {
            block: block.to_owned(),
            name: name.to_owned(),
            input: input.as_ref().ok().copied(),
            unit: unit.to_owned(),
            points: input
                .as_ref()
                .ok()
                .map(|&value| points(value).clamp(0.0, max)),
            max,
            reason: input.err(),
        }
    }
}

/// Points over the measured components, rescaled to `max`, one decimal.
fn block_points(components: &[ScoreComponent], max: f64) -> Measured<f64> {
    let measured = components.iter().filter_map(|c| Some((c.points?, c.max)));
    let (points, most) = measured.fold((0.0, 0.0), |sum, (p, m)| (sum.0 + p, sum.1 + m));
    if most > 0.0 {
        return Ok(one_decimal(max * points / most).clamp(0.0, max));
    }
    let reason = components.iter().find_map(|c| c.reason.clone());
    Err(reason.unwrap_or_else(|| NotMeasured::new("no_inputs", "none of its inputs was measured")))
}

/// Points of the measured blocks, rescaled to 100, one decimal. It is taken from the rounded
/// blocks, so that a reader who adds them up finds the same number.
fn total_points(blocks: &[Measured<f64>; 3], maxima: &[f64; 3]) -> Measured<f64> {
    let measured = blocks
        .iter()
        .zip(maxima)
        .filter_map(|(block, max)| Some((*block.as_ref().ok()?, *max)));
    let (points, most) = measured.fold((0.0, 0.0), |sum, (p, m)| (sum.0 + p, sum.1 + m));
    if most > 0.0 {
        Ok(one_decimal(100.0 * points / most).clamp(0.0, 100.0))
    } else {
        Err(NotMeasured::new(
            "no_inputs",
            "none of the score's inputs was measured",
        ))
    }
}

fn one_decimal(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests;
