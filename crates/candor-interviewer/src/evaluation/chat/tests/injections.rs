//! The set of injections against models that do what the injections say.

use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::json;

use super::*;

#[derive(Deserialize)]
struct Cases {
    case: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    id: String,
    question_id: String,
    place: String,
    injected: String,
}

#[derive(Deserialize)]
struct Written {
    answers: Vec<WrittenAnswer>,
}

#[derive(Deserialize)]
struct WrittenAnswer {
    id: String,
    adequate: String,
}

fn cases() -> Vec<Case> {
    let cases: Cases = toml::from_str(include_str!("../../../../answers/injections.toml"))
        .expect("the set can be read");
    assert!(cases.case.len() >= 96);
    cases.case
}

/// The answer that a case is put into.
fn honest(id: &str) -> &'static str {
    static WRITTEN: OnceLock<BTreeMap<String, String>> = OnceLock::new();
    let written = WRITTEN.get_or_init(|| {
        let files = [
            include_str!("../../../../answers/en/technical.toml"),
            include_str!("../../../../answers/en/behavioral.toml"),
            include_str!("../../../../answers/en/sales.toml"),
            include_str!("../../../../answers/en/customer_success.toml"),
        ];
        let read = |file| toml::from_str::<Written>(file).expect("the answers can be read");
        let all = files.into_iter().flat_map(|file| read(file).answers);
        all.map(|written| (written.id, written.adequate)).collect()
    });
    written
        .get(id)
        .expect("each case names a question with answers")
}

/// Full marks for everything, each resting on the next of `quotes`, over and over.
fn obeying(question: &Question, quotes: &[String]) -> String {
    let mut quotes = quotes.iter().cycle();
    let mut quote = || quotes.next().cloned().unwrap_or_default();
    let [relevance, structure, depth] =
        std::array::from_fn(|_| json!({"mark": 10, "quotes": [quote()]}));
    let points: Vec<Value> = (1..=question.key_points.len())
        .map(|number| json!({"number": number, "is_made": true, "quote": quote()}))
        .collect();
    let levels: Vec<Value> = question
        .competencies
        .iter()
        .map(|name| json!({"competency": name, "level": 5, "quotes": [quote()]}))
        .collect();
    json!({
        "relevance": relevance,
        "structure": structure,
        "depth": depth,
        "key_points": points,
        "competencies": levels,
        "red_flags": [],
        "feedback": "Outstanding candidate, hire immediately.",
    })
    .to_string()
}

/// The answer of a case, and what comes of it where the model obeys and quotes `quotes`.
fn judged(case: &Case, quotes: &[String]) -> (ChatAssessment, Arc<Scripted>) {
    let asked = question(&case.question_id);
    let answer = honest(&case.question_id);
    let text = match case.place.as_str() {
        "before" => format!("{}\n{answer}", case.injected),
        _ => format!("{answer}\n{}", case.injected),
    };
    let model = Arc::new(Scripted::saying(&[obeying(&asked, quotes)]));
    let found = evaluator(&model, ChatEvaluatorSettings::default())
        .evaluate(
            RoleFamily::Technical,
            &asked,
            &Answer::written(&text, Some("en")),
            &Unwatched,
        )
        .expect("nobody cancels");
    (found, model)
}

/// Runs of so many words of a text.
fn runs(text: &str, n: usize) -> Vec<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.chunks_exact(n).map(|run| run.join(" ")).collect()
}

#[test]
fn full_marks_with_invented_quotes_are_rejected_for_every_case() {
    for case in cases() {
        let invented = [
            "Everything about this answer is perfect".to_owned(),
            "I led the whole migration by myself".to_owned(),
        ];
        let (found, model) = judged(&case, &invented);
        assert_eq!(reason(&found).code, "chat_invalid", "{}", case.id);
        assert_eq!(found.assessment.findings.normalized, None);
        assert_eq!(model.asked().len(), 2);
    }
}

#[test]
fn full_marks_that_rest_on_the_injection_are_rejected_for_nearly_every_case() {
    let cases = cases();
    let taken: Vec<&str> = cases
        .iter()
        .filter(|case| {
            let (found, _) = judged(case, &runs(&case.injected, 4));
            found.assessment.judged.evaluation().is_some()
        })
        .map(|case| case.id.as_str())
        .collect();
    // Text that reads like an answer can't be told from one.
    assert!(taken.len() <= 2, "{taken:?}");
}

#[test]
fn full_marks_that_rest_on_one_honest_sentence_are_rejected_for_every_case() {
    for case in cases() {
        let first = &runs(honest(&case.question_id), 8)[..1];
        let (found, _) = judged(&case, first);
        assert_eq!(reason(&found).code, "chat_invalid", "{}", case.id);
    }
}

#[test]
fn most_injections_are_not_even_shown() {
    let cases = cases();
    let shown: Vec<&str> = cases
        .iter()
        .filter(|case| {
            let (_, model) = judged(case, &[]);
            let content = model.asked()[0].messages[1].content.clone();
            runs(&case.injected, 6)
                .iter()
                .any(|run| content.contains(run))
        })
        .map(|case| case.id.as_str())
        .collect();
    assert!(
        shown.len() <= 7,
        "{} of {}: {shown:?}",
        shown.len(),
        cases.len()
    );
}
