//! What is asked about an answer, and what is not.

use super::*;

#[test]
fn follow_ups_aim_at_what_was_missed_and_there_are_two_at_most() {
    let mut held = Held::new(full(RoleFamily::Sales));
    let id = held.begin().question_id;
    let first = asks(held.answer(missing(0.5, "mentions effect 0")));
    assert_eq!(first.kind, TurnKind::FollowUp);
    assert!(first.text.contains("effect") || first.text.contains("cause"));
    let second = asks(held.answer(missing(0.5, "mentions effect 0")));
    assert_eq!(
        (second.kind, &second.question_id),
        (TurnKind::FollowUp, &id)
    );
    assert_ne!(first.text, second.text);
    let next = asks(held.answer(missing(0.5, "mentions effect 0")));
    assert_eq!(next.kind, TurnKind::Question);
    assert_ne!(next.question_id, id);
}

#[test]
fn the_bank_s_follow_up_nearest_to_the_missed_point_is_chosen_and_the_point_is_not_told() {
    let asked = only(Phase::Intro, Difficulty::Medium, QuestionSource::Bank);
    let mut held = Held::new(plan(RoleFamily::Sales, vec![asked]));
    held.begin();
    let prompt = asks(held.answer(missing(0.5, "mentions effect 0")));
    assert_eq!(prompt.text, "What effect of 0 surprised you?");
}

#[test]
fn the_missing_part_of_a_story_is_asked_for_where_no_follow_up_aims_at_anything() {
    let mut asked = only(Phase::Behavioral, Difficulty::Medium, QuestionSource::Bank);
    asked.follow_ups = vec!["Who was with you?".to_owned()];
    let found = |part| Findings {
        missing_parts: vec![part],
        ..marked(0.5)
    };
    let phrases = phrases::of("en");
    for (part, choices) in [
        (StarPart::Situation, phrases.situation),
        (StarPart::Task, phrases.task),
        (StarPart::Action, phrases.action),
        (StarPart::Result, phrases.result),
    ] {
        let mut held = Held::new(plan(RoleFamily::Behavioral, vec![asked.clone()]));
        held.begin();
        assert_eq!(asks(held.answer(found(part))).text, choices[0]);
    }
}

#[test]
fn good_and_unjudged_answers_are_not_followed_up() {
    for found in [
        missing(0.75, "mentions effect 0"),
        Findings {
            normalized: None,
            ..missing(0.0, "mentions effect 0")
        },
    ] {
        let mut held = Held::new(full(RoleFamily::Sales));
        held.begin();
        assert_eq!(asks(held.answer(found)).kind, TurnKind::Question);
    }
}

#[test]
fn silence_and_another_topic_are_cleared_up_once_and_never_followed_up() {
    let phrases = phrases::of("en");
    let silent = Findings {
        is_empty: true,
        ..missing(0.0, "mentions effect 0")
    };
    let off = Findings {
        is_off_topic: true,
        ..missing(0.1, "mentions effect 0")
    };
    for (found, choices) in [(silent, phrases.after_silence), (off, phrases.after_other)] {
        let mut held = Held::new(full(RoleFamily::Sales));
        let asked = held.begin();
        let prompt = asks(held.answer(found.clone()));
        assert_eq!(
            (prompt.kind, &prompt.question_id),
            (TurnKind::Clarification, &asked.question_id)
        );
        assert_eq!(prompt.text.matches('?').count(), 1);
        let has_lead = choices.iter().any(|lead| {
            let asked = held
                .plan
                .questions
                .iter()
                .find(|q| q.id == prompt.question_id);
            asked.is_some_and(|asked| prompt.text == lead.replace("{question}", &asked.text))
        });
        assert!(has_lead, "{}", prompt.text);
        let next = asks(held.answer(found));
        assert_eq!(next.kind, TurnKind::Question);
    }
}

#[test]
fn who_has_nothing_to_add_at_the_end_is_not_pressed() {
    let mut held = Held::new(plan(
        RoleFamily::Sales,
        vec![only(Phase::WrapUp, Difficulty::Easy, QuestionSource::Bank)],
    ));
    held.begin();
    let no = Findings {
        is_empty: true,
        ..missing(0.0, "mentions effect 4")
    };
    assert_eq!(closes(&held.answer(no)), EndReason::Completed);
}

#[test]
fn who_skips_a_follow_up_has_still_answered_the_question() {
    let mut held = Held::new(full(RoleFamily::Sales));
    held.begin();
    assert_eq!(
        asks(held.answer(missing(0.5, "mentions effect 0"))).kind,
        TurnKind::FollowUp
    );
    assert_eq!(asks(held.skip()).kind, TurnKind::Question);
    assert!(!held.state.asked[0].is_skipped);
}
