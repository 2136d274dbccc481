//! What was observed in a session, as a chat model is given it to coach from, and its coaching as it is told. Nothing
//! that was read in a face's expression is among it.

use candor_interviewer::coaching::{Advice, Coaching, Observation};
use serde_json::{Value, json};

use super::coaching::{AnsweredQuestion, Observed, points};

/// Who coaches, in the contract's word for a chat model.
pub const MODEL: &str = "openai";
/// Most messages of the analysis, and most answers, that are given.
const MOST_MESSAGES: usize = 3;
const MOST_ANSWERS: usize = 10;
/// What a message about expressions says.
const OF_EXPRESSIONS: &str = "expression";

/// Scores that are given.
const SCORES: [(&str, &str); 5] = [
    ("communicationEffectiveness", "Communication effectiveness"),
    ("engagementScore", "Engagement"),
    ("contentRelevanceScore", "Content relevance"),
    ("speechFluency", "Speech fluency"),
    ("overallPerformanceScore", "Overall performance"),
];

/// Something that was observed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// `score`, `not_measured`, `measure`, `feedback` or `answer`.
    pub kind: &'static str,
    /// In one sentence.
    pub text: String,
}

/// Everything that is given to coach from, in the order of its ids.
pub fn facts(observed: &Observed<'_>) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut add = |kind, text| facts.push(Fact { kind, text });
    match observed.analysis {
        None => add(
            "not_measured",
            "The session was not analysed: nothing was measured of how it was said.".to_owned(),
        ),
        Some(analysis) => {
            for (key, name) in SCORES {
                match observed.score(key) {
                    Some(score) => add("score", format!("{name} was {score:.1} of 100.")),
                    None => {
                        let reason = observed.reason(key);
                        add(
                            "not_measured",
                            format!("{name} was not measured: {reason}."),
                        );
                    }
                }
            }
            for text in measures(analysis) {
                add("measure", text);
            }
            let messages = analysis["feedbackMessages"]
                .as_array()
                .into_iter()
                .flatten();
            messages
                .filter_map(Value::as_str)
                .filter(|text| !text.to_lowercase().contains(OF_EXPRESSIONS))
                .take(MOST_MESSAGES)
                .for_each(|text| add("feedback", text.to_owned()));
        }
    }
    for answer in observed.answers.iter().take(MOST_ANSWERS) {
        add("answer", answered(answer));
    }
    facts
}

fn measures(analysis: &Value) -> Vec<String> {
    let speech = &analysis["speechQualityMetrics"];
    let wpm = speech["speakingRateWpm"].as_f64().map(|wpm| {
        format!(
            "The speaking rate was {wpm:.0} words per minute; 110 to 160 is the documented band."
        )
    });
    let pause = speech["averagePauseDuration"]
        .as_f64()
        .map(|pause_s| format!("Pauses took {pause_s:.2} seconds on average."));
    let eyes = analysis["engagementMetrics"]["eyeContactRatio"]
        .as_f64()
        .map(|share| {
            let percent = 100.0 * share;
            format!("The eyes were towards the camera for {percent:.0} % of the time.")
        });
    [wpm, pause, eyes].into_iter().flatten().collect()
}

fn answered(answer: &AnsweredQuestion) -> String {
    let id = &answer.id;
    match (answer.score, answer.missed.is_empty()) {
        (None, _) => format!("The answer to question {id} was not evaluated."),
        (Some(score), true) => {
            format!("The answer to question {id} got {score:.1} of 10 and made every key point.")
        }
        (Some(score), false) => format!(
            "The answer to question {id} got {score:.1} of 10 and did not make these points: {}.",
            points(answer)
        ),
    }
}

fn id(at: usize) -> String {
    format!("o{}", at + 1)
}

/// The facts with the ids that they are cited by.
pub fn to_cite(facts: &[Fact]) -> Vec<Observation> {
    let facts = facts.iter().enumerate();
    facts
        .map(|(at, fact)| Observation {
            id: id(at),
            text: match fact.kind {
                "feedback" => format!("The analysis noted: {}", fact.text),
                _ => fact.text.clone(),
            },
        })
        .collect()
}

/// `coachingFeedback` as a model wrote it, with the observations that it cites.
pub fn told(facts: &[Fact], coaching: &Coaching, processor: &str) -> Value {
    let texts = |advice: &[Advice]| -> Vec<String> {
        let texts = advice.iter().map(|one| one.text.trim().to_owned());
        texts.collect()
    };
    let cites = |advice: &[Advice]| -> Vec<Vec<String>> {
        advice.iter().map(|one| one.cites.clone()).collect()
    };
    let observations: Vec<Value> = facts
        .iter()
        .enumerate()
        .map(|(at, fact)| json!({"id": id(at), "kind": fact.kind, "text": fact.text}))
        .collect();
    json!({
        "focusAreas": texts(&coaching.focus_areas),
        "coachingResponse": coaching.response.text.trim(),
        "nextSessionPlan": texts(&coaching.plan),
        "provider": MODEL,
        "prompt": coaching.provenance.formula,
        "processor": processor,
        "provenance": coaching.provenance,
        "observations": observations,
        "citations": {
            "focusAreas": cites(&coaching.focus_areas),
            "coachingResponse": coaching.response.cites,
            "nextSessionPlan": cites(&coaching.plan),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_hold_what_was_measured_and_why_the_rest_was_not() {
        let analysis = json!({
            "summaryScores": {"contentRelevanceScore": 41.25, "emotionalStability": 12.0},
            "speechQualityMetrics": {"speakingRateWpm": 171.6, "averagePauseDuration": null},
            "engagementMetrics": {"eyeContactRatio": 0.42},
            "feedbackMessages": ["Your expression changes a lot.", "Look at the camera."],
            "notMeasured": {"summaryScores.engagementScore": {"message": "no face was seen"}},
        });
        let answers = [AnsweredQuestion {
            id: "q2".to_owned(),
            score: Some(3.0),
            missed: vec!["a reason".to_owned(), "a field".to_owned()],
        }];
        let found = facts(&Observed {
            analysis: Some(&analysis),
            answers: &answers,
            reflection: "",
        });
        let texts: Vec<&str> = found.iter().map(|fact| fact.text.as_str()).collect();
        assert!(texts.contains(&"Engagement was not measured: no face was seen."));
        assert!(texts.contains(&"The eyes were towards the camera for 42 % of the time."));
        assert!(texts.contains(&"Look at the camera."));
        assert!(
            texts
                .last()
                .is_some_and(|text| text.ends_with("a reason; a field."))
        );
        let all = texts.join(" ").to_lowercase();
        assert!(
            !all.contains("expression") && !all.contains("emotion"),
            "{all}"
        );
        assert!(!all.contains("12.0") && !all.contains("pauses"), "{all}");
        let observations = to_cite(&found);
        assert_eq!(observations[0].id, "o1");
        let noted = observations
            .iter()
            .find(|one| one.text.starts_with("The analysis noted"));
        assert!(noted.is_some());
    }

    #[test]
    fn without_an_analysis_that_is_the_fact() {
        let found = facts(&Observed {
            analysis: None,
            answers: &[],
            reflection: "",
        });
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].kind, "not_measured");
    }
}
