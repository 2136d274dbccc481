//! The score in plain words: what it rests on, what is missing, what was rescaled.

use candor_core::{measured::Measured, report::ScoreComponent};

use super::LabInputs;

/// One plain paragraph: what the total rests on, what is missing, what was rescaled.
pub(super) fn explain(
    inputs: &LabInputs,
    components: &[Vec<ScoreComponent>; 3],
    blocks: &[Measured<f64>; 3],
    total: &Measured<f64>,
) -> String {
    if total.is_err() {
        let reason = blocks.iter().find_map(|block| block.as_ref().err());
        let why = reason.map_or_else(String::new, |reason| format!(": {}", reason.message));
        return format!("No score, because none of its inputs was measured{why}.");
    }
    let all = || components.iter().flatten();
    let used: Vec<&str> = all()
        .filter(|component| component.points.is_some())
        .map(|component| spoken(&component.name))
        .collect();
    let missing = missing(components);
    let mut sentences = vec![format!("Rests on {}.", listed(&used))];
    if inputs.content_only {
        sentences.push(
            "Only the content of the answers counts because the purpose is hiring; voice and \
             picture give no points."
                .to_owned(),
        );
    }
    if !missing.is_empty() {
        sentences.push(format!("Missing: {}.", missing.join("; ")));
    }
    let full = blocks.iter().all(Result::is_ok) && missing.is_empty();
    let nonverbal_full = inputs.emotions_in_score;
    if !full || !nonverbal_full {
        sentences.push(
            "Points are rescaled to the documented maxima over what was measured.".to_owned(),
        );
    }
    if used.contains(&spoken("words")) {
        sentences.push(
            "The verbal points follow the documented formula, which counts words and does not \
             judge what they say."
                .to_owned(),
        );
    }
    sentences.join(" ")
}

/// What was not measured, each reason given once for all that it concerns.
fn missing(components: &[Vec<ScoreComponent>; 3]) -> Vec<String> {
    let mut by_reason: Vec<(&str, Vec<&str>)> = Vec::new();
    for component in components.iter().flatten() {
        let Some(reason) = &component.reason else {
            continue;
        };
        if reason.code == "policy_content_only" {
            continue;
        }
        let name = spoken(&component.name);
        match by_reason
            .iter_mut()
            .find(|(message, _)| *message == reason.message)
        {
            Some((_, names)) => names.push(name),
            None => by_reason.push((&reason.message, vec![name])),
        }
    }
    by_reason
        .iter()
        .map(|(message, names)| format!("{} ({message})", listed(names)))
        .collect()
}

/// Name of a component for readers.
fn spoken(name: &str) -> &str {
    match name {
        "words" => "the number of words",
        "answers" => "graded answers",
        "wpm" => "words per minute",
        "silence" => "the share of silence",
        "fillers" => "hesitations per minute",
        "eye_contact" => "eye contact",
        "nods" => "nods per minute",
        "emotion_variability" => "variability of expression",
        other => other,
    }
}

fn listed(names: &[&str]) -> String {
    match names {
        [] => "nothing".to_owned(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
