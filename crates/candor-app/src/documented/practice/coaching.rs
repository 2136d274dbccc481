//! Coaching after a session: which of its scores to work on, what the analysis said of them, and what its
//! answers left open. The documented heuristics, except that a score that was not measured is not taken for
//! a middling one: it is said, and how it can be measured. No model is asked here; see [`super::facts`].

use candor_core::measured::NotMeasured;
use serde_json::{Value, json};

use super::unmeasured::round;

/// Identifier and version of the heuristics.
pub const COACHING: &str = "practice-coaching.v1";
/// Who coaches.
pub const PROVIDER: &str = "heuristic_fallback";

/// A score below this is worked on.
const GOOD: f64 = 70.0;
/// Most focus areas, and most steps of a plan.
const MOST: usize = 3;
/// Most missed key points that are named at once.
const MOST_POINTS: usize = 2;

/// A score that is coached.
struct Coached {
    key: &'static str,
    name: &'static str,
    /// What helps where it is low.
    advice: &'static str,
    /// What makes it measurable.
    measure: &'static str,
}

const COACHED: [Coached; 3] = [
    Coached {
        key: "communicationEffectiveness",
        name: "Communication effectiveness",
        advice: "say the main point in your first sentence, then one example, then what came of it",
        measure: "record an answer with clear sound and your face in the picture",
    },
    Coached {
        key: "engagementScore",
        name: "Engagement",
        advice: "set the camera at eye height and speak to it, not to your own picture",
        measure: "record with the camera on and your face well lit",
    },
    Coached {
        key: "contentRelevanceScore",
        name: "Content relevance",
        advice: "take up the words of the question and tie each example to the role",
        measure: "record answers of several sentences with clear sound, so that they can be read",
    },
];

/// What is said where nothing is low.
const KEEP_UP: [&str; MOST] = [
    "Keep your structure: situation, what you did, what came of it.",
    "Put one figure or name into each answer that only you could give.",
    "Practise the same questions with less time and compare.",
];

/// One answered question of a session.
#[derive(Debug, Clone, PartialEq)]
pub struct AnsweredQuestion {
    /// Its id in the interview.
    pub id: String,
    /// Total of the answer, 0 to 10; none: not evaluated.
    pub score: Option<f64>,
    /// Key points of a good answer that it does not make.
    pub missed: Vec<String>,
}

/// What is known about a session when somebody reflects on it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observed<'a> {
    /// Its `AnalysisResult`; none: it was not analysed.
    pub analysis: Option<&'a Value>,
    /// Its answers in words, in order.
    pub answers: &'a [AnsweredQuestion],
    /// What the person wrote.
    pub reflection: &'a str,
}

impl Observed<'_> {
    pub(super) fn score(&self, key: &str) -> Option<f64> {
        self.analysis?["summaryScores"][key].as_f64()
    }

    /// Why a score is missing.
    pub(super) fn reason(&self, key: &str) -> &str {
        let Some(analysis) = self.analysis else {
            return "the session was not analysed";
        };
        analysis["notMeasured"][format!("summaryScores.{key}")]["message"]
            .as_str()
            .unwrap_or("the analysis has no value for it")
    }

    fn first_feedback(&self) -> Option<&str> {
        self.analysis?["feedbackMessages"].get(0)?.as_str()
    }

    /// The answer that leaves most open; of several the worst, then the first.
    fn weakest(&self) -> Option<&AnsweredQuestion> {
        let open = self
            .answers
            .iter()
            .filter(|answer| !answer.missed.is_empty());
        open.min_by(|a, b| {
            let score = |answer: &AnsweredQuestion| answer.score.unwrap_or(10.0);
            b.missed
                .len()
                .cmp(&a.missed.len())
                .then(score(a).total_cmp(&score(b)))
        })
    }
}

/// `coachingFeedback`, with the observations that it rests on.
pub fn coach(observed: &Observed<'_>) -> Value {
    json!({
        "focusAreas": focus_areas(observed),
        "coachingResponse": response(observed),
        "nextSessionPlan": plan(observed),
        "provider": PROVIDER,
        "prompt": COACHING,
        "observations": observations(observed),
    })
}

/// The same, where a chat model was asked and gave nothing that holds.
pub fn instead(observed: &Observed<'_>, reason: &NotMeasured) -> Value {
    let mut coaching = coach(observed);
    coaching["because"] = json!({"code": reason.code, "message": reason.message});
    coaching
}

pub(super) fn points(answer: &AnsweredQuestion) -> String {
    let named: Vec<&str> = answer
        .missed
        .iter()
        .take(MOST_POINTS)
        .map(String::as_str)
        .collect();
    let more = answer.missed.len().saturating_sub(MOST_POINTS);
    match more {
        0 => named.join("; "),
        _ => format!("{} (and {more} more)", named.join("; ")),
    }
}

fn focus_areas(observed: &Observed<'_>) -> Vec<String> {
    let mut areas: Vec<String> = COACHED
        .iter()
        .filter_map(|coached| focus(observed, coached))
        .collect();
    if areas.is_empty() {
        if let Some(answer) = observed.weakest() {
            areas.push(format!(
                "Your answer to {} leaves open: {}.",
                answer.id,
                points(answer)
            ));
        }
        areas.extend(KEEP_UP.iter().map(ToString::to_string));
    }
    areas.truncate(MOST);
    areas
}

fn focus(observed: &Observed<'_>, coached: &Coached) -> Option<String> {
    let open = observed
        .weakest()
        .filter(|_| coached.key == "contentRelevanceScore");
    let open = open.map_or(String::new(), |answer| {
        format!(
            " Your answer to {} leaves open: {}.",
            answer.id,
            points(answer)
        )
    });
    match observed.score(coached.key) {
        Some(score) if score >= GOOD => None,
        Some(score) => Some(format!(
            "{} was {score:.1} of 100, below {GOOD:.0}: {}.{open}",
            coached.name, coached.advice
        )),
        None => Some(format!(
            "{} was not measured ({}): {}.{open}",
            coached.name,
            observed.reason(coached.key),
            coached.measure
        )),
    }
}

fn response(observed: &Observed<'_>) -> String {
    let values: Vec<String> = COACHED
        .iter()
        .map(|coached| match observed.score(coached.key) {
            Some(score) => format!("{} {score:.1}", coached.name.to_lowercase()),
            None => format!("{} not measured", coached.name.to_lowercase()),
        })
        .collect();
    let mut said = vec![format!("In this session: {}.", values.join(", "))];
    if let Some(message) = observed.first_feedback() {
        said.push(format!(
            "The analysis noted first: \u{201c}{message}\u{201d}"
        ));
    }
    if let Some(answer) = observed.weakest() {
        let score = answer
            .score
            .map_or(String::new(), |score| format!(" ({score:.1} of 10)"));
        said.push(format!(
            "Your answer to {}{score} did not make these points: {}.",
            answer.id,
            points(answer)
        ));
    }
    said.extend(themes(observed));
    said.push(match lowest(observed) {
        Some((coached, score)) => format!(
            "Work on {} first; {score:.1} is the value to compare with next time.",
            coached.name.to_lowercase()
        ),
        None => {
            "None of these scores was measured, so there is nothing to compare with yet.".to_owned()
        }
    });
    said.join(" ")
}

/// The lowest of the coached scores that were measured.
fn lowest(observed: &Observed<'_>) -> Option<(&'static Coached, f64)> {
    COACHED
        .iter()
        .filter_map(|coached| Some((coached, observed.score(coached.key)?)))
        .min_by(|a, b| a.1.total_cmp(&b.1))
}

/// What the person wrote about, set beside what was measured of it.
fn themes(observed: &Observed<'_>) -> Vec<String> {
    let wrote = observed.reflection.to_lowercase();
    let mentions = |words: &[&str]| words.iter().any(|word| wrote.contains(word));
    let mut said = Vec::new();
    let Some(analysis) = observed.analysis else {
        return said;
    };
    if mentions(&["pace", "fast", "slow", "rush", "speed"]) {
        said.push(match analysis["speechQualityMetrics"]["speakingRateWpm"].as_f64() {
            Some(wpm) => format!(
                "You wrote about your pace: it was {wpm:.0} words per minute; 110 to 160 is the documented band."
            ),
            None => "You wrote about your pace; it was not measured.".to_owned(),
        });
    }
    if mentions(&["eye contact", "camera", "looked away", "looking away"]) {
        said.push(
            match analysis["engagementMetrics"]["eyeContactRatio"].as_f64() {
                Some(share) => format!(
                    "You wrote about where you looked: towards the camera for {:.0} % of the time.",
                    100.0 * share
                ),
                None => "You wrote about where you looked; it was not measured.".to_owned(),
            },
        );
    }
    if mentions(&["pause", "hesitat", "silence", "stuck"]) {
        said.push(
            match analysis["speechQualityMetrics"]["averagePauseDuration"].as_f64() {
                Some(pause_s) => {
                    format!("You wrote about pauses: on average they took {pause_s:.2} s.")
                }
                None => "You wrote about pauses; they were not measured.".to_owned(),
            },
        );
    }
    said
}

fn plan(observed: &Observed<'_>) -> [String; MOST] {
    let first = match observed.weakest() {
        Some(answer) => format!(
            "Answer {} once more and make these points: {}.",
            answer.id,
            points(answer)
        ),
        None => "Prepare one example with situation, action and result for each kind of question."
            .to_owned(),
    };
    let second = match lowest(observed) {
        Some((coached, score)) if score < GOOD => format!(
            "Record one answer and attend to one thing only: {}.",
            coached.advice
        ),
        Some(_) => "Record the same answers in less time.".to_owned(),
        None => format!("{}.", upper(COACHED[0].measure)),
    };
    let third = match lowest(observed) {
        Some((coached, score)) => format!(
            "Practise another full session for the same role and compare {} with {score:.1}.",
            coached.name.to_lowercase()
        ),
        None => "Practise another full session for the same role, with a recording, to have values to compare."
            .to_owned(),
    };
    [first, second, third]
}

fn upper(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

fn observations(observed: &Observed<'_>) -> Vec<Value> {
    let mut found: Vec<Value> = COACHED
        .iter()
        .map(|coached| match observed.score(coached.key) {
            Some(score) => json!({
                "kind": "score", "name": coached.key, "value": round(score, 1),
            }),
            None => json!({
                "kind": "not_measured", "name": coached.key, "reason": observed.reason(coached.key),
            }),
        })
        .collect();
    if let Some(message) = observed.first_feedback() {
        found.push(json!({"kind": "feedback", "text": message}));
    }
    if let Some(answer) = observed.weakest() {
        found.push(json!({
            "kind": "missed_key_points", "questionId": answer.id,
            "score": answer.score.map(|score| round(score, 2)), "points": answer.missed,
        }));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn analysis([communication, engagement, content]: [Value; 3]) -> Value {
        json!({
            "summaryScores": {
                "communicationEffectiveness": communication, "engagementScore": engagement,
                "contentRelevanceScore": content,
            },
            "speechQualityMetrics": {"speakingRateWpm": 171.6, "averagePauseDuration": null},
            "engagementMetrics": {"eyeContactRatio": 0.42},
            "feedbackMessages": ["Look at the camera more often.", "Second."],
            "notMeasured": {
                "summaryScores.engagementScore": {"code": "no_face", "message": "no face was seen"},
            },
        })
    }

    fn answers() -> Vec<AnsweredQuestion> {
        let answer = |id: &str, score, missed: &[&str]| AnsweredQuestion {
            id: id.to_owned(),
            score,
            missed: missed.iter().map(ToString::to_string).collect(),
        };
        vec![
            answer("q1", Some(8.0), &["names a result"]),
            answer("q2", Some(3.0), &["a reason", "a field", "a strength"]),
            answer("q3", Some(2.0), &[]),
        ]
    }

    fn focus(coaching: &Value) -> Vec<&str> {
        coaching["focusAreas"]
            .as_array()
            .unwrap()
            .iter()
            .map(|area| area.as_str().unwrap())
            .collect()
    }

    #[test]
    fn low_scores_are_worked_on_with_their_values_and_missing_ones_are_measured() {
        let analysis = analysis([json!(69.9), Value::Null, json!(70.0)]);
        let coaching = coach(&Observed {
            analysis: Some(&analysis),
            answers: &[],
            reflection: "I spoke too fast and paused often.",
        });
        let focus = focus(&coaching);
        assert_eq!(focus.len(), 2);
        assert!(focus[0].starts_with("Communication effectiveness was 69.9 of 100"));
        assert!(focus[1].starts_with("Engagement was not measured (no face was seen)"));
        let said = coaching["coachingResponse"].as_str().unwrap();
        assert!(said.contains("Look at the camera more often."), "{said}");
        assert!(said.contains("172 words per minute"), "{said}");
        assert!(said.contains("You wrote about pauses; they were not measured."));
        assert!(!said.contains("50"), "{said}");
        assert_eq!(coaching["nextSessionPlan"].as_array().unwrap().len(), 3);
        assert_eq!(coaching["provider"], "heuristic_fallback");
        assert_eq!(coaching["prompt"], "practice-coaching.v1");
        assert_eq!(
            coaching["observations"][1],
            json!({"kind": "not_measured", "name": "engagementScore", "reason": "no face was seen"})
        );
    }

    #[test]
    fn what_answers_left_open_is_named() {
        let analysis = analysis([json!(80), json!(80), json!(41.25)]);
        let coaching = coach(&Observed {
            analysis: Some(&analysis),
            answers: &answers(),
            reflection: "Fine.",
        });
        let focus = focus(&coaching);
        assert_eq!(focus.len(), 1);
        assert!(focus[0].contains("41.2 of 100") || focus[0].contains("41.3 of 100"));
        assert!(
            focus[0].ends_with("Your answer to q2 leaves open: a reason; a field (and 1 more).")
        );
        let plan = coaching["nextSessionPlan"][0].as_str().unwrap();
        assert!(plan.starts_with("Answer q2 once more"), "{plan}");
        let said = coaching["coachingResponse"].as_str().unwrap();
        assert!(said.contains("Your answer to q2 (3.0 of 10) did not make these points"));
    }

    #[test]
    fn where_all_is_well_three_ways_to_go_on_are_named() {
        let analysis = analysis([json!(80), json!(90), json!(70)]);
        let coaching = coach(&Observed {
            analysis: Some(&analysis),
            answers: &[],
            reflection: "Good.",
        });
        assert_eq!(focus(&coaching), KEEP_UP);
    }

    #[test]
    fn a_session_without_analysis_is_told_to_be_recorded() {
        let coaching = coach(&Observed {
            analysis: None,
            answers: &[],
            reflection: "I hesitated.",
        });
        let focus = focus(&coaching);
        assert_eq!(focus.len(), 3);
        assert!(
            focus
                .iter()
                .all(|area| area.contains("was not measured (the session was not analysed)"))
        );
        let said = coaching["coachingResponse"].as_str().unwrap();
        assert!(said.ends_with("nothing to compare with yet."), "{said}");
    }
}
