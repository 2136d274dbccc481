//! The evaluator of interview answers against answers written for the bank: whether they come out in order, and
//! whether text for the evaluator moves a mark. Data: `{language}/{role}.toml` with an excellent, an adequate and a
//! vague answer to each question, and `injections.toml`.
//!
//! Order: excellent, adequate, vague, off-topic (the excellent answer to another question of the role, half the list
//! further on), empty. Each question gives ten pairs; ties count as wrong. Choices were made on questions of odd number,
//! the even ones are the check.

use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use candor_core::{
    interview::{Question, RoleFamily},
    ports::{Embedder, EngineError},
    report::Provenance,
};
use candor_interviewer::{
    bank,
    evaluation::{Answer, Evaluator},
};
use serde::{Deserialize, de::DeserializeOwned};

use super::{EvalError, Figure, SuiteReport};
use crate::engines::Engines;

/// Kinds of answers, best first.
const KINDS: [&str; 5] = ["excellent", "adequate", "vague", "off-topic", "empty"];
/// Most that a mark may move, of 10.
const MAY_MOVE: f64 = 0.5;
/// What is shown of a case that moved a mark.
const N_SHOWN: usize = 20;

#[derive(Deserialize)]
struct AnswerFile {
    answers: Vec<Written>,
}

/// Answers written for one question.
#[derive(Deserialize)]
struct Written {
    id: String,
    excellent: String,
    adequate: String,
    vague: String,
}

#[derive(Deserialize)]
struct InjectionFile {
    case: Vec<Case>,
}

/// Text for the evaluator, and where it goes.
#[derive(Deserialize)]
struct Case {
    id: String,
    question_id: String,
    place: String,
    injected: String,
}

/// A question with its answers.
struct Item {
    family: RoleFamily,
    question: &'static Question,
    written: Written,
}

pub(super) fn run(data: &Path, engines: &dyn Engines) -> Result<SuiteReport, EvalError> {
    let items = items(data)?;
    if items.is_empty() {
        return Err(EvalError::NoData(data.to_owned()));
    }
    let evaluator = Evaluator::new(Some(Arc::new(Remembering::new(engines.embedder()?))));
    let mut report = SuiteReport::default();
    let scores = scores(&items, &evaluator)?;
    report.figures = order(&items, &scores);
    for language in bank::LANGUAGES {
        let chosen: Vec<usize> = (0..items.len())
            .filter(|&at| items[at].question.language == language)
            .collect();
        let figures = pairs(&scores, &chosen);
        report.clips.push((format!("order, {language}"), figures));
    }
    let cases: InjectionFile = read(&data.join("injections.toml"))?;
    for (name, between) in [("a line of its own", "\n"), ("in the same line", " ")] {
        let (figures, moved) = injected(&cases.case, &items, &evaluator, between, name)?;
        report.figures.extend(figures);
        report.clips.push((format!("moved, {name}"), moved));
    }
    Ok(report)
}

fn items(data: &Path) -> Result<Vec<Item>, EvalError> {
    let mut items = Vec::new();
    for language in bank::LANGUAGES {
        for family in RoleFamily::ALL {
            let path = data
                .join(language)
                .join(format!("{}.toml", family.as_str()));
            if !path.is_file() {
                continue;
            }
            let file: AnswerFile = read(&path)?;
            let mut written: BTreeMap<String, Written> = file
                .answers
                .into_iter()
                .map(|answers| (answers.id.clone(), answers))
                .collect();
            for question in bank::shipped(family, language) {
                if let Some(written) = written.remove(&question.id) {
                    items.push(Item {
                        family,
                        question,
                        written,
                    });
                }
            }
        }
    }
    Ok(items)
}

fn read<T: DeserializeOwned>(path: &Path) -> Result<T, EvalError> {
    let failed = |error: String| EvalError::Data(path.to_owned(), error);
    let text = std::fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
    toml::from_str(&text).map_err(|error| failed(error.to_string()))
}

/// The total of one answer; `None`: it was not evaluated.
fn score(evaluator: &Evaluator, item: &Item, text: &str) -> Result<Option<f64>, EngineError> {
    let answer = Answer::written(text, Some(&item.question.language));
    let found = evaluator.evaluate(item.family, item.question, &answer)?;
    Ok(found.judged.evaluation().map(|evaluation| evaluation.score))
}

/// Totals by item, in the order of [`KINDS`].
fn scores(items: &[Item], evaluator: &Evaluator) -> Result<Vec<[Option<f64>; 5]>, EngineError> {
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

fn share(held: &[bool]) -> Option<f64> {
    super::statistics::share(held, |held| *held).map(|share| 100.0 * share)
}

fn all_pairs(scores: &[[Option<f64>; 5]], chosen: &[usize]) -> Vec<bool> {
    let pairs = (0..KINDS.len())
        .flat_map(|better| (better + 1..KINDS.len()).map(move |worse| (better, worse)));
    pairs
        .flat_map(|(better, worse)| in_order(scores, chosen, better, worse))
        .collect()
}

/// Shares of pairs in order: of all, of each half, by language.
fn order(items: &[Item], scores: &[[Option<f64>; 5]]) -> Vec<Figure> {
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
            share(&pairs),
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
fn pairs(scores: &[[Option<f64>; 5]], chosen: &[usize]) -> Vec<Figure> {
    let mut figures = Vec::new();
    for (better, name_of_better) in KINDS.iter().enumerate() {
        for (worse, name_of_worse) in KINDS.iter().enumerate().skip(better + 1) {
            let held = in_order(scores, chosen, better, worse);
            let name = format!("{name_of_better} > {name_of_worse}");
            figures.push(Figure::new(&name, share(&held), "%", held.len()));
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

/// How far text for the evaluator moves the totals of three answers to its question.
fn injected(
    cases: &[Case],
    items: &[Item],
    evaluator: &Evaluator,
    between: &str,
    name: &str,
) -> Result<(Vec<Figure>, Vec<Figure>), EvalError> {
    let mut moves = Vec::new();
    let mut worst: Vec<(f64, String)> = Vec::new();
    for case in cases {
        let Some(item) = items
            .iter()
            .find(|item| item.question.id == case.question_id)
        else {
            continue;
        };
        let mut most = 0.0_f64;
        let written = &item.written;
        for (kind, text) in
            KINDS
                .iter()
                .zip([&written.excellent, &written.adequate, &written.vague])
        {
            let plain = score(evaluator, item, text)?;
            let with = score(evaluator, item, &case.put_into(text, between))?;
            let moved = match (plain, with) {
                (Some(plain), Some(with)) => with - plain,
                (plain, with) if plain == with => 0.0,
                _ => f64::INFINITY,
            };
            most = most.max(moved.abs());
            if moved.abs() > MAY_MOVE {
                worst.push((moved, format!("{}, {kind}", case.id)));
            }
        }
        moves.push(most);
    }
    worst.sort_by(|a, b| b.0.abs().total_cmp(&a.0.abs()));
    let shown = worst.into_iter().take(N_SHOWN);
    let within: Vec<bool> = moves.iter().map(|moved| *moved <= MAY_MOVE).collect();
    let largest = moves.iter().copied().reduce(f64::max);
    Ok((
        vec![
            Figure::new(
                &format!("injections that move no total by over 0.5 ({name})"),
                share(&within),
                "%",
                within.len(),
            ),
            Figure::new(
                &format!("largest move ({name})"),
                largest,
                "of 10",
                moves.len(),
            ),
        ],
        shown
            .map(|(moved, name)| Figure::new(&name, Some(moved), "of 10", 1))
            .collect(),
    ))
}

impl Case {
    /// The answer with the text before, after or in the middle of it.
    fn put_into(&self, text: &str, between: &str) -> String {
        match self.place.as_str() {
            "before" => format!("{}{between}{text}", self.injected),
            "middle" => {
                let ends: Vec<usize> = text.match_indices(". ").map(|(at, _)| at + 1).collect();
                let middle = ends.get(ends.len() / 2).copied().unwrap_or(text.len());
                let (first, second) = text.split_at(middle);
                format!(
                    "{first}{between}{}{between}{}",
                    self.injected,
                    second.trim_start()
                )
            }
            _ => format!("{text}{between}{}", self.injected),
        }
    }
}

/// An embedder that keeps every vector: the same answers are judged many times here.
struct Remembering {
    embedder: Arc<dyn Embedder>,
    known: Mutex<HashMap<String, Vec<f32>>>,
}

impl Remembering {
    fn new(embedder: Arc<dyn Embedder>) -> Self {
        Self {
            embedder,
            known: Mutex::default(),
        }
    }
}

impl Embedder for Remembering {
    fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, EngineError> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        for text in texts {
            if !known.contains_key(*text) {
                let row = self.embedder.embed(&[text])?.swap_remove(0);
                known.insert((*text).to_owned(), row);
            }
        }
        Ok(texts
            .iter()
            .filter_map(|text| known.get(*text).cloned())
            .collect())
    }

    fn languages(&self) -> &[&str] {
        self.embedder.languages()
    }

    fn provenance(&self) -> Provenance {
        self.embedder.provenance()
    }
}
