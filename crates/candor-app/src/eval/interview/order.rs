//! Whether answers come out in the order of their worth: pairs of kinds, of all questions, halves and languages.

use candor_core::ports::EngineError;
use candor_interviewer::{bank, evaluation::Evaluator};

use super::{Figure, Item, percent, score};

/// Kinds of answers, best first.
pub(super) const KINDS: [&str; 5] = ["excellent", "adequate", "vague", "off-topic", "empty"];

/// Totals by item, in the order of [`KINDS`].
pub(super) fn scores(
    items: &[Item],
    evaluator: &Evaluator,
) -> Result<Vec<[Option<f64>; 5]>, EngineError> {
    items
        .iter()
        .enumerate()
        .map(|(at, item)| {
            let role: Vec<usize> = (0..items.len())
                .filter(|&other| {
                    items[other].family == item.family
                        && items[other].question.language == item.question.language
                })
                .collect();
            let place = role.iter().position(|&other| other == at).unwrap_or(0);
            let other = &items[role[(place + role.len() / 2) % role.len()]]
                .written
                .excellent;
            let written = &item.written;
            let texts = [
                &written.excellent,
                &written.adequate,
                &written.vague,
                other,
                "",
            ];
            let mut totals = [None; 5];
            for (total, text) in totals.iter_mut().zip(texts) {
                *total = score(evaluator, item, text)?;
            }
            Ok(totals)
        })
        .collect()
}

/// Whether the better of two kinds got the higher total, for each chosen item.
fn in_order(
    scores: &[[Option<f64>; 5]],
    chosen: &[usize],
    better: usize,
    worse: usize,
) -> Vec<bool> {
    let scores = chosen.iter().map(|&at| &scores[at]);
    scores
        .map(|totals| matches!((totals[better], totals[worse]), (Some(a), Some(b)) if a > b))
        .collect()
}

fn all_pairs(scores: &[[Option<f64>; 5]], chosen: &[usize]) -> Vec<bool> {
    let pairs = (0..KINDS.len())
        .flat_map(|better| (better + 1..KINDS.len()).map(move |worse| (better, worse)));
    pairs
        .flat_map(|(better, worse)| in_order(scores, chosen, better, worse))
        .collect()
}

/// Shares of pairs in order: of all, of each half, by language.
pub(super) fn figures(items: &[Item], scores: &[[Option<f64>; 5]]) -> Vec<Figure> {
    let is_odd = |at: usize| {
        items[at]
            .question
            .id
            .bytes()
            .last()
            .is_some_and(|digit| digit % 2 == 1)
    };
    let chosen = |holds: &dyn Fn(usize) -> bool| {
        (0..items.len()).filter(|&at| holds(at)).collect::<Vec<_>>()
    };
    let figure = |name: &str, chosen: &[usize]| {
        let pairs = all_pairs(scores, chosen);
        Figure::new(
            &format!("pairs in order ({name})"),
            percent(&pairs),
            "%",
            pairs.len(),
        )
    };
    let mut figures = vec![
        figure("all", &chosen(&|_| true)),
        figure("odd", &chosen(&is_odd)),
        figure("even, the check", &chosen(&|at| !is_odd(at))),
    ];
    for language in bank::LANGUAGES {
        figures.push(figure(
            language,
            &chosen(&|at| items[at].question.language == language),
        ));
    }
    figures.extend(pairs(scores, &chosen(&|_| true)));
    let totals = scores.iter().flatten();
    let n_unjudged = totals.clone().filter(|total| total.is_none()).count();
    figures.push(Figure::new(
        "answers not evaluated",
        Some(n_unjudged as f64),
        "",
        totals.count(),
    ));
    figures
}

/// Shares by pair of kinds, and the mean total of each kind.
pub(super) fn pairs(scores: &[[Option<f64>; 5]], chosen: &[usize]) -> Vec<Figure> {
    let mut figures = Vec::new();
    for (better, name_of_better) in KINDS.iter().enumerate() {
        for (worse, name_of_worse) in KINDS.iter().enumerate().skip(better + 1) {
            let held = in_order(scores, chosen, better, worse);
            let name = format!("{name_of_better} > {name_of_worse}");
            figures.push(Figure::new(&name, percent(&held), "%", held.len()));
        }
    }
    for (kind, name) in KINDS.iter().enumerate() {
        let totals: Vec<f64> = chosen.iter().filter_map(|&at| scores[at][kind]).collect();
        let mean = (!totals.is_empty()).then(|| totals.iter().sum::<f64>() / totals.len() as f64);
        figures.push(Figure::new(
            &format!("mean total, {name}"),
            mean,
            "of 10",
            totals.len(),
        ));
    }
    figures
}
