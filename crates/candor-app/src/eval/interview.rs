//! The evaluator of interview answers against answers written for the bank: whether they come out in order, and whether
//! text for the evaluator moves a mark; and whether this material is what it is taken for. Data:
//! `{language}/{role}.toml` with an excellent, an adequate and a vague answer to each question, `injections.toml`, and
//! `injections_check.toml`, which no rule was mended after.
//!
//! Order: excellent, adequate, vague, off-topic (the excellent answer to another question of the role, half the list
//! further on), empty. Each question gives ten pairs; ties count as wrong. Choices were made on questions of odd number,
//! the even ones are the check.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use candor_core::{
    interview::{Question, RoleFamily},
    ports::EngineError,
};
use candor_interviewer::{
    bank,
    evaluation::{Answer, Evaluator},
};
use serde::{Deserialize, de::DeserializeOwned};

use self::{injections::InjectionFile, remembering::Remembering};
use super::{EvalError, Figure, SuiteReport};
use crate::engines::Engines;

mod injections;
mod likeness;
mod order;
mod remembering;

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
    let embedder = Arc::new(Remembering::new(engines.embedder()?));
    let (questions, alike) = likeness::questions(&*embedder)?;
    let (answers, shared) = likeness::answers(&items);
    let evaluator = Evaluator::new(Some(embedder));
    let scores = order::scores(&items, &evaluator)?;
    let mut report = SuiteReport {
        figures: order::figures(&items, &scores),
        ..SuiteReport::default()
    };
    for language in bank::LANGUAGES {
        let chosen: Vec<usize> = (0..items.len())
            .filter(|&at| items[at].question.language == language)
            .collect();
        let figures = order::pairs(&scores, &chosen);
        report.clips.push((format!("order, {language}"), figures));
    }
    for (file, set) in [
        ("injections.toml", "first set"),
        ("injections_check.toml", "check"),
    ] {
        let cases: InjectionFile = read(&data.join(file))?;
        for (place, between) in [("a line of its own", "\n"), ("in the same line", " ")] {
            let name = format!("{set}, {place}");
            let (figures, moved) =
                injections::injected(&cases.case, &items, &evaluator, between, &name)?;
            report.figures.extend(figures);
            report.clips.push((format!("moved, {name}"), moved));
        }
    }
    report.figures.extend(questions);
    report.clips.extend(alike);
    report.figures.extend(answers);
    report.clips.extend(shared);
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

/// Share of what held, in per cent; `None` without anything.
fn percent(held: &[bool]) -> Option<f64> {
    super::statistics::share(held, |held| *held).map(|share| 100.0 * share)
}
