use candor_core::interview::RoleFamily;
use proptest::prelude::*;

use super::*;

const GOOD: &str = "In my last job I rebuilt the payment service because it lost messages; I measured the queue, \
    moved it to the database and reduced lost payments to zero within two months.";

fn plan() -> Plan {
    super::plan("Backend Engineer", "FinTech")
}

#[test]
fn five_questions_are_asked_in_order_about_role_and_field() {
    let plan = plan();
    let mut standing = Standing::begin(&plan);
    let mut seen = Vec::new();
    while let Some(asked) = standing.asked.clone() {
        assert!(asked.text.ends_with('?'));
        seen.push((standing.index, asked.id));
        standing.answer(&plan, GOOD).unwrap();
    }
    let ids: Vec<&str> = seen.iter().map(|(_, id)| id.as_str()).collect();
    assert_eq!(ids, ["q1", "q2", "q3", "q4", "q5"]);
    assert_eq!(standing.index, TOTAL);
    assert_eq!(standing.answer(&plan, GOOD), Err(IsOver));
    assert_eq!(standing.skip(&plan), Err(IsOver));
    for place in [0, 1, 2, 4] {
        let text = &plan.questions[place].text;
        assert!(
            text.contains("Backend Engineer") && text.contains("FinTech"),
            "{text}"
        );
    }
    assert!(
        plan.questions
            .iter()
            .all(|question| question.key_points.len() == 4)
    );
}

#[test]
fn an_answer_that_says_little_is_asked_about_once() {
    let plan = plan();
    let mut standing = Standing::begin(&plan);
    standing.answer(&plan, "I build things.").unwrap();
    let asked = standing.asked.clone().unwrap();
    assert_eq!((standing.index, asked.id.as_str()), (0, "q1-clarify-1"));
    assert_eq!(asked.clarifies, Some(Reason::AnswerTooShort));
    standing.answer(&plan, "Things.").unwrap();
    assert_eq!(standing.asked.clone().unwrap().id, "q2");
    // A skipped question, and a skipped clarification, are not asked about.
    standing.skip(&plan).unwrap();
    standing.answer(&plan, "no idea").unwrap();
    assert_eq!(standing.asked.clone().unwrap().id, "q3-clarify-1");
    standing.skip(&plan).unwrap();
    assert_eq!(
        (standing.index, standing.asked.unwrap().id.as_str()),
        (3, "q4")
    );
}

#[test]
fn quality_follows_the_documented_rule() {
    let question = "How did you find the slow query?";
    let words = |n: usize| {
        (0..n)
            .map(|i| format!("w{i}"))
            .collect::<Vec<_>>()
            .join(" ")
    };
    for (answer, score, reason) in [
        // 0.55·24/24
        (words(24), 0.55, None),
        // 0.55·18/24 = 0.4125; 19 words are enough.
        (words(18), 0.4125, Some(Reason::AnswerNeedsSpecifics)),
        (words(19), 0.435_416, None),
        // A signal word: 0.55·8/24 + 0.25 = 0.4333.
        (format!("{} because", words(7)), 0.433_333, None),
        (
            format!("{} because", words(6)),
            0.410_416,
            Some(Reason::AnswerWasConcise),
        ),
        (
            format!("{} unimpacted", words(7)),
            0.183_333,
            Some(Reason::AnswerNeedsSpecifics),
        ),
        (format!("{} results", words(7)), 0.433_333, None),
        (format!("{} trade-off", words(7)), 0.456_25, None),
        (words(7), 0.160_416, Some(Reason::AnswerTooShort)),
        // (0.55 + 0.25)·0.4
        (
            format!("I am not sure because {}", words(30)),
            0.32 + 0.4 * 0.0,
            Some(Reason::AnswerLackedSubstance),
        ),
        (
            "N/A".to_owned(),
            0.018_333,
            Some(Reason::AnswerLackedSubstance),
        ),
        (
            "I can't say.".to_owned(),
            0.036_666,
            Some(Reason::AnswerLackedSubstance),
        ),
        (String::new(), 0.0, Some(Reason::AnswerTooShort)),
        // All words stand in the question: 0.55·4/24 + 0.2.
        (
            "the slow query you".to_owned(),
            0.291_666,
            Some(Reason::AnswerTooShort),
        ),
    ] {
        let quality = assess(&answer, question);
        assert!(
            (quality.score - score).abs() < 1e-5,
            "{answer}: {}",
            quality.score
        );
        assert_eq!(quality.reason, reason, "{answer}");
    }
    assert_eq!(
        assess("Banana nature unsure", question).reason,
        Some(Reason::AnswerTooShort)
    );
}

#[test]
fn what_is_practised_for_stands_in_the_questions_as_it_is() {
    let plan = super::plan("{domain} <b>", "{role}?");
    assert!(plan.questions[1].text.contains("as {domain} <b>, and"));
    assert!(plan.questions[1].text.contains("to {role}? in"));
}

#[test]
fn the_name_of_a_role_tells_its_family() {
    for (role, family) in [
        ("Backend Engineer", RoleFamily::Technical),
        ("Sales engineer", RoleFamily::Sales),
        ("Customer-Success Manager", RoleFamily::CustomerSuccess),
        ("Nurse", RoleFamily::Behavioral),
        ("", RoleFamily::Behavioral),
    ] {
        assert_eq!(family_of(role), family, "{role}");
    }
}

proptest! {
    #[test]
    fn every_interview_ends_and_asks_nothing_twice(
        steps in proptest::collection::vec(proptest::option::of(".{0,60}"), 12)
    ) {
        let plan = plan();
        let mut standing = Standing::begin(&plan);
        let mut ids = Vec::new();
        for step in &steps {
            let Some(asked) = standing.asked.clone() else { break };
            prop_assert!(!ids.contains(&asked.id));
            ids.push(asked.id);
            let before = standing.index;
            match step {
                Some(text) => standing.answer(&plan, text).unwrap(),
                None => standing.skip(&plan).unwrap(),
            }
            prop_assert!(standing.index == before || standing.index == before + 1);
        }
        prop_assert!(standing.is_over());
        prop_assert!((TOTAL..=2 * TOTAL).contains(&ids.len()));
    }
}
