//! How certain a total by a formula is.

use super::{super::mean, Facts, Judgement};

/// One standard error of the total; none where a single answer was judged once, or where the total can't be worked out
/// beside these marks.
pub(super) fn uncertainty(
    facts: &Facts,
    scores: &[f64],
    total: impl Fn(&[f64]) -> Option<f64>,
) -> Option<f64> {
    let middle = total(scores)?;
    let carried = |move_by: &dyn Fn(&Judgement) -> f64| {
        let mut squares = 0.0;
        for (index, judgement) in facts.judgements.iter().enumerate() {
            let moved = |by: f64| {
                let mut scores = scores.to_vec();
                *scores.get_mut(index)? += by;
                total(&scores)
            };
            let by = move_by(judgement);
            let half = match (moved(by), moved(-by)) {
                (Some(above), Some(below)) => (above - below) / 2.0,
                (Some(one), None) | (None, Some(one)) => one - middle,
                (None, None) => return None,
            };
            squares += half.powi(2);
        }
        Some(squares.sqrt()).filter(|around| around.is_finite())
    };
    let between = deviation(scores).and_then(|by| carried(&|_| by));
    let is_repeated = facts.judgements.iter().any(|one| one.is_repeated);
    let within = is_repeated.then(|| carried(&|one| one.deviation)).flatten();
    match (between, within) {
        (Some(between), Some(within)) => Some(between.max(within)),
        (between, within) => between.or(within),
    }
}

/// Of two marks or more.
pub(super) fn deviation(scores: &[f64]) -> Option<f64> {
    let middle = mean(scores)?;
    let squares: f64 = scores.iter().map(|score| (score - middle).powi(2)).sum();
    (scores.len() > 1).then(|| (squares / (scores.len() - 1) as f64).sqrt())
}
