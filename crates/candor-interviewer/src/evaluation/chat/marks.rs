//! Marks of an answer from one or several judgements of it.
//!
//! `share = 0.98 · min(relevance, quality) + 0.02 · quality`, all from 0 to 1: an answer earns no more than it has to do
//! with the question. `quality = 0.45 · depth + 0.20 · structure + 0.35 · made key points`; without key points the other
//! two share their weight. The model never gives the total. Of several judgements, the total is the mean, and what is
//! said of single points is what more than half of them say.

use std::collections::BTreeSet;

use candor_core::interview::{
    CompetencyLevel, Evaluation, Evidence, KeyPointFound, MAX_MARK, Question, RedFlag, Spread,
};
use candor_core::report::Provenance;

use super::check::Checked;

/// Identifier and version of the formula.
pub const FORMULA: &str = "answer-chat.v2";

/// Weights of depth, structure and made key points.
const QUALITY: [f64; 3] = [0.45, 0.2, 0.35];
/// Share of quality that counts whatever the relevance.
const UNTIED: f64 = 0.02;

/// The total of one judgement, 0 to 1.
pub(super) fn share(checked: &Checked) -> f64 {
    let [depth, structure, points] = QUALITY;
    let marks = (depth * checked.depth + structure * checked.structure) / MAX_MARK;
    let quality = if checked.made.is_empty() {
        marks / (depth + structure)
    } else {
        let n_made = checked.made.iter().filter(|made| **made).count();
        marks + points * n_made as f64 / checked.made.len() as f64
    };
    let relevance = checked.relevance / MAX_MARK;
    ((1.0 - UNTIED) * relevance.min(quality) + UNTIED * quality).clamp(0.0, 1.0)
}

/// One evaluation of all judgements, of which there is at least one.
pub(super) fn evaluation(
    all: &[Checked],
    question: &Question,
    provenance: Provenance,
) -> Evaluation {
    let totals: Vec<f64> = all.iter().map(|one| MAX_MARK * share(one)).collect();
    let score = mean(&totals);
    let mean_of = |mark: fn(&Checked) -> f64| mean(&all.iter().map(mark).collect::<Vec<_>>());
    // Its words fit the total best.
    let nearest = (0..all.len()).min_by(|a, b| {
        (totals[*a] - score)
            .abs()
            .total_cmp(&(totals[*b] - score).abs())
    });
    let key_points = key_points(all, question);
    let competencies = competencies(all, question);
    Evaluation {
        score,
        relevance: mean_of(|one| one.relevance),
        structure: mean_of(|one| one.structure),
        depth: mean_of(|one| one.depth),
        evidence: evidence(all, &key_points, &competencies),
        key_points,
        competencies,
        red_flags: red_flags(all),
        feedback: nearest
            .map(|at| all[at].feedback.clone())
            .unwrap_or_default(),
        spread: spread(&totals, score),
        provenance,
    }
}

fn key_points(all: &[Checked], question: &Question) -> Vec<KeyPointFound> {
    let points = question.key_points.iter().enumerate();
    points
        .map(|(at, text)| {
            let n_made = all.iter().filter(|one| one.made[at]).count();
            KeyPointFound {
                text: text.clone(),
                degree: n_made as f64 / all.len() as f64,
                is_made: is_most(n_made, all),
            }
        })
        .collect()
}

fn competencies(all: &[Checked], question: &Question) -> Vec<CompetencyLevel> {
    let mut levels = Vec::new();
    for competency in &question.competencies {
        let found: Vec<f64> = all
            .iter()
            .filter_map(|one| {
                one.competencies
                    .iter()
                    .find(|level| level.competency == *competency)
            })
            .map(|level| level.level)
            .collect();
        if is_most(found.len(), all) {
            levels.push(CompetencyLevel {
                competency: competency.clone(),
                level: mean(&found),
            });
        }
    }
    levels
}

/// Red flags that more than half of the judgements raise at the same words.
fn red_flags(all: &[Checked]) -> Vec<RedFlag> {
    let mut kept: Vec<RedFlag> = Vec::new();
    for flag in all.iter().flat_map(|one| &one.red_flags) {
        let raises = |other: &RedFlag| {
            other.evidence.start < flag.evidence.end && flag.evidence.start < other.evidence.end
        };
        let n = all
            .iter()
            .filter(|one| one.red_flags.iter().any(raises))
            .count();
        if is_most(n, all) && !kept.iter().any(raises) {
            kept.push(flag.clone());
        }
    }
    kept
}

/// What the marks rest on, each place once; nothing for what did not hold in the end.
fn evidence(
    all: &[Checked],
    key_points: &[KeyPointFound],
    competencies: &[CompetencyLevel],
) -> Vec<Evidence> {
    let holds: BTreeSet<&str> = ["relevance", "structure", "depth"]
        .into_iter()
        .chain(
            key_points
                .iter()
                .filter(|point| point.is_made)
                .map(|point| point.text.as_str()),
        )
        .chain(competencies.iter().map(|level| level.competency.as_str()))
        .collect();
    let mut kept: Vec<Evidence> = Vec::new();
    for found in all.iter().flat_map(|one| &one.evidence) {
        if holds.contains(found.supports.as_str()) && !kept.contains(found) {
            kept.push(found.clone());
        }
    }
    kept
}

fn spread(totals: &[f64], score: f64) -> Spread {
    let squares: f64 = totals.iter().map(|total| (total - score).powi(2)).sum();
    Spread {
        n: totals.len(),
        min: totals.iter().copied().fold(f64::INFINITY, f64::min),
        max: totals.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        deviation: match totals.len() {
            0 | 1 => 0.0,
            n => (squares / (n - 1) as f64).sqrt(),
        },
    }
}

fn is_most(n: usize, all: &[Checked]) -> bool {
    2 * n > all.len()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(relevance: f64, depth: f64, structure: f64, made: &[bool]) -> Checked {
        Checked {
            relevance,
            structure,
            depth,
            made: made.to_vec(),
            competencies: Vec::new(),
            red_flags: Vec::new(),
            feedback: String::new(),
            evidence: Vec::new(),
            n_dropped: 0,
        }
    }

    #[test]
    fn the_total_follows_from_the_marks() {
        let all = share(&checked(10.0, 10.0, 10.0, &[true, true]));
        assert!((all - 1.0).abs() < 1e-9);
        let half = share(&checked(10.0, 6.0, 5.0, &[true, false]));
        assert!((half - (0.27 + 0.1 + 0.175)).abs() < 1e-9, "{half}");
        let other = share(&checked(0.0, 8.0, 8.0, &[false, false]));
        assert!(other < 0.02, "{other}");
        let pointless = share(&checked(10.0, 6.5, 6.5, &[]));
        assert!((pointless - 0.65).abs() < 1e-9, "{pointless}");
    }

    #[test]
    fn the_spread_tells_how_far_judgements_lie_apart() {
        let totals = [4.0, 5.0, 6.0];
        let found = spread(&totals, mean(&totals));
        assert_eq!((found.n, found.min, found.max), (3, 4.0, 6.0));
        assert!((found.deviation - 1.0).abs() < 1e-9);
        assert!(spread(&[4.0], 4.0).deviation.abs() < 1e-12);
    }
}
