//! Rubrics made from templates, without a chat model: what answers show at each level of a competency, and of a question
//! by its key points.

use std::collections::BTreeMap;

use candor_core::{
    interview::Question,
    rubric::{CompetencyRubric, Levels, MOST_COMPETENCIES, MOST_QUESTIONS, QuestionRubric, Rubric},
};

use crate::{bank::COMPETENCIES, evaluation::chat};

/// Identifier and version of the templates.
pub const FORMULA: &str = "rubric-template.v1";

/// Most key points that a level quotes, and characters of one.
const QUOTED: usize = 5;
const QUOTE: usize = 300;

/// A rubric for interviews with these questions: the competencies that they are about, those with the most questions
/// first, all of one weight; and levels of every question that has key points. Questions without any are judged by the
/// competencies alone. Without questions the competencies of the shipped bank stand.
pub fn generate(questions: &[Question]) -> Rubric {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for key in questions.iter().flat_map(|question| &question.competencies) {
        *counts.entry(key).or_default() += 1;
    }
    let mut keys: Vec<(&str, usize)> = counts.into_iter().collect();
    // Stable: of those with equally many the first by name.
    keys.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let mut keys: Vec<&str> = keys.into_iter().map(|(key, _)| key).collect();
    if keys.is_empty() {
        keys = COMPETENCIES.to_vec();
    }
    keys.truncate(MOST_COMPETENCIES);
    let with_points = questions.iter().filter_map(|question| {
        Some(QuestionRubric {
            question_key: question.id.clone(),
            levels: question_levels(&question.key_points)?,
        })
    });
    Rubric {
        competencies: keys.into_iter().map(competency).collect(),
        questions: with_points.take(MOST_QUESTIONS).collect(),
        formula: None,
    }
}

/// What a chat model is told of a position's competencies and questions; competencies that it does not name keep the
/// shipped anchors.
pub fn anchors(rubric: &Rubric) -> chat::Rubric {
    let mut anchors = chat::Rubric::default();
    for competency in &rubric.competencies {
        let levels = competency.levels.clone();
        let key = competency.key.clone();
        anchors.competencies.insert(key, chat::Anchors { levels });
    }
    let questions = rubric.questions.iter();
    anchors.questions = questions
        .map(|one| (one.question_key.clone(), one.levels.clone()))
        .collect();
    anchors
}

/// One competency by its template; keys that there is none for get the general one.
fn competency(key: &str) -> CompetencyRubric {
    CompetencyRubric {
        key: key.to_owned(),
        name: name(key),
        weight: 1.0,
        levels: chat::Rubric::default().levels(key).map(str::to_owned),
    }
}

/// `problem_solving` is shown as "Problem solving".
fn name(key: &str) -> String {
    let words = key.split('_').filter(|word| !word.is_empty());
    let words = words.collect::<Vec<_>>().join(" ");
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => key.to_owned(),
    }
}

/// Levels by how many of the key points an answer makes, and whether with own deeds; none without key points.
fn question_levels(points: &[String]) -> Option<Levels> {
    let n = points.len();
    let all = quoted(points);
    Some(match n {
        0 => return None,
        1 => [
            format!("does not come to the point ({all})"),
            format!("touches the point in passing, without an own example: {all}"),
            format!("makes the point in general terms: {all}"),
            format!("makes the point with an own example: {all}"),
            format!("makes the point with an own example, its reasons and what came of it: {all}"),
        ],
        _ => {
            let half = n.div_ceil(2);
            [
                format!("makes none of the {n} points ({all})"),
                format!("makes 1 of the {n} points, without an own example ({all})"),
                format!("makes {half} of the {n} points, in part with an example ({all})"),
                format!(
                    "makes {} of the {n} points with an own example and reasons ({all})",
                    (half + 1).min(n)
                ),
                format!(
                    "makes all {n} points with own deeds, their reasons and what came of them ({all})"
                ),
            ]
        }
    })
}

fn quoted(points: &[String]) -> String {
    let cut = |point: &String| point.chars().take(QUOTE).collect::<String>();
    let mut quoted: Vec<String> = points.iter().take(QUOTED).map(cut).collect();
    if points.len() > QUOTED {
        quoted.push("…".to_owned());
    }
    quoted.join("; ")
}

#[cfg(test)]
mod tests {
    use candor_core::interview::RoleFamily;

    use super::*;
    use crate::bank::{LANGUAGES, shipped};

    #[test]
    fn every_shipped_bank_gives_a_rubric_that_holds() {
        for family in RoleFamily::ALL {
            for language in LANGUAGES {
                let questions = shipped(family, language);
                let rubric = generate(questions);
                assert_eq!(rubric.check(), Ok(()), "{family:?} {language}");
                assert_eq!(rubric.questions.len(), questions.len());
                let known = |key: &str| COMPETENCIES.contains(&key);
                assert!(rubric.competencies.iter().all(|one| known(&one.key)));
            }
        }
    }

    #[test]
    fn levels_quote_the_key_points_and_differ_with_their_number() {
        let mut question = shipped(RoleFamily::Sales, "en")[0].clone();
        for n in [1, 2, 3, 12] {
            question.key_points = (0..n).map(|at| format!("point {at}")).collect();
            question.competencies = vec!["cold_calls".to_owned()];
            let rubric = generate(std::slice::from_ref(&question));
            assert_eq!(rubric.check(), Ok(()), "{n}");
            assert!(rubric.questions[0].levels[4].contains("point 0"));
            assert_eq!(rubric.competencies[0].name, "Cold calls");
        }
        question.key_points.clear();
        assert!(generate(&[question]).questions.is_empty());
        assert_eq!(generate(&[]).competencies.len(), COMPETENCIES.len());
    }

    #[test]
    fn a_chat_model_is_told_the_anchors_of_the_position_and_its_questions() {
        let questions = shipped(RoleFamily::Sales, "en");
        let mut rubric = generate(&questions[..1]);
        rubric.questions[0].levels[4] = "closes on the first call".to_owned();
        rubric.competencies[0].levels[0] = "says nothing at all".to_owned();
        let key = rubric.competencies[0].key.clone();
        let anchors = anchors(&rubric);
        assert_eq!(anchors.levels(&key)[0], "says nothing at all");
        let own = &anchors.questions[&questions[0].id];
        assert_eq!(own[4], "closes on the first call");
        assert_eq!(
            anchors.levels("judgment"),
            chat::Rubric::default().levels("judgment")
        );
    }
}
