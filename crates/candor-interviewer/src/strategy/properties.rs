//! What holds for every interview, whatever candidates do.

use std::collections::BTreeSet;

use candor_core::interview::{
    Coding, Difficulty, InterviewType, Phase, Question, QuestionSource, RoleFamily, TurnKind,
};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::*;

pub(super) fn question(
    id: usize,
    phase: Phase,
    difficulty: Difficulty,
    source: QuestionSource,
) -> Question {
    Question {
        id: format!("q-{id}"),
        phase,
        difficulty,
        text: format!("What is your view on subject number {id}?"),
        competencies: vec!["communication".to_owned()],
        key_points: vec![
            format!("mentions cause {id}"),
            format!("mentions effect {id}"),
        ],
        follow_ups: vec![
            format!("Which cause of {id} matters most?"),
            format!("What effect of {id} surprised you?"),
            format!("Who else cares about {id}?"),
        ],
        language: "en".to_owned(),
        source,
        coding: (phase == Phase::Coding).then(|| Coding {
            starter_code: "def f(x):\n    pass".to_owned(),
            language: "python".to_owned(),
        }),
    }
}

fn plans() -> impl Strategy<Value = Plan> {
    let questions =
        prop::collection::vec((0_usize..5, 0_usize..3, prop::bool::weighted(0.2)), 0..60);
    let language = prop::sample::select(vec!["en", "tr", "fr", "id", "xx"]);
    (
        0_usize..4,
        60.0..5400.0_f64,
        0_usize..3,
        questions,
        language,
    )
        .prop_map(|(family, duration_s, level, questions, language)| Plan {
            family: RoleFamily::ALL[family],
            interview_type: InterviewType::default(),
            language: language.to_owned(),
            duration_s,
            difficulty: Difficulty::ALL[level],
            background: Background::default(),
            questions: questions
                .into_iter()
                .enumerate()
                .map(|(id, (phase, level, is_own))| {
                    let source = if is_own {
                        QuestionSource::Recruiter
                    } else {
                        QuestionSource::Bank
                    };
                    question(id, Phase::ALL[phase], Difficulty::ALL[level], source)
                })
                .collect(),
        })
}

#[derive(Debug, Clone)]
enum Deed {
    Answer {
        mark: Option<f64>,
        is_empty: bool,
        is_off_topic: bool,
        misses: bool,
    },
    Skip,
    Repeat,
    Break {
        seconds: f64,
    },
}

fn deeds() -> impl Strategy<Value = Vec<(Deed, f64)>> {
    let answer = (
        prop::option::of(0.0..=1.0_f64),
        prop::bool::weighted(0.15),
        prop::bool::weighted(0.15),
        any::<bool>(),
    )
        .prop_map(|(mark, is_empty, is_off_topic, misses)| Deed::Answer {
            mark,
            is_empty,
            is_off_topic,
            misses,
        });
    let deed = prop_oneof![
        8 => answer,
        1 => Just(Deed::Skip),
        1 => Just(Deed::Repeat),
        1 => (5.0..4000.0_f64).prop_map(|seconds| Deed::Break { seconds }),
    ];
    prop::collection::vec((deed, 0.0..300.0_f64), 1..30)
}

/// One interview to its end, the deeds again and again.
struct Held {
    plan: Plan,
    state: State,
    prompts: Vec<(Prompt, Phase, Difficulty, f64)>,
    close: String,
    /// Seconds from the beginning to the end.
    took_s: f64,
    /// Seconds that the last deed took.
    last_s: f64,
}

fn hold(plan: Plan, deeds: &[(Deed, f64)]) -> Held {
    hold_across(plan, deeds, |state| state)
}

/// Each state goes through `carry` before the next deed.
fn hold_across(plan: Plan, deeds: &[(Deed, f64)], carry: impl Fn(State) -> State) -> Held {
    let mut state = State::new(&plan);
    let mut now = Timestamp::UNIX_EPOCH;
    let mut prompts = Vec::new();
    let mut step = Some(state.begin(&plan, now).expect("it has not begun"));
    let mut deeds = deeds.iter().cycle();
    let (mut turns, mut last_s) = (0, 0.0);
    let close = loop {
        match step {
            Some(Move::Ask(prompt)) => {
                prompts.push((prompt, state.phase, state.difficulty, state.used_s));
            }
            Some(Move::Close { text, .. }) => break text,
            None => {}
        }
        turns += 1;
        assert!(turns < 4000, "it does not end");
        state = carry(state);
        let (deed, seconds) = deeds.next().expect("a cycle has no end");
        now += SignedDuration::from_secs_f64(*seconds);
        last_s = *seconds;
        if let Deed::Break { seconds } = deed {
            last_s += seconds;
            now = rest(&mut state, now, *seconds);
            // Nothing is answered: who only rests comes to the end as well.
            step = state.expire(&plan, now);
            continue;
        }
        let next = match deed {
            Deed::Answer {
                mark,
                is_empty,
                is_off_topic,
                misses,
            } => {
                let question = &state
                    .pending
                    .as_ref()
                    .expect("something was asked")
                    .question_id;
                let question = plan.questions.iter().find(|q| q.id == *question).unwrap();
                let found = Findings {
                    normalized: *mark,
                    is_empty: *is_empty,
                    is_off_topic: *is_off_topic,
                    missed: if *misses {
                        question.key_points.clone()
                    } else {
                        Vec::new()
                    },
                    missing_parts: if *misses {
                        StarPart::ALL.to_vec()
                    } else {
                        Vec::new()
                    },
                };
                state
                    .answer(&plan, &Answered::Words(found), now)
                    .expect("it runs")
            }
            Deed::Skip => state
                .answer(&plan, &Answered::Skipped, now)
                .expect("it runs"),
            Deed::Repeat => match state.repeat(&plan, now) {
                Ok(step) => step,
                Err(StrategyError::TooManyRepeats) => state
                    .answer(&plan, &Answered::Skipped, now)
                    .expect("it runs"),
                Err(error) => panic!("{error}"),
            },
            Deed::Break { .. } => unreachable!("a break is no turn"),
        };
        step = Some(next);
    };
    Held {
        plan,
        state,
        prompts,
        close,
        took_s: now.duration_since(Timestamp::UNIX_EPOCH).as_secs_f64(),
        last_s,
    }
}

/// Pauses for a while, where that may be; the time after it.
fn rest(state: &mut State, now: Timestamp, seconds: f64) -> Timestamp {
    let before = state.clone();
    match state.pause(now) {
        Ok(()) => {}
        Err(StrategyError::NoPauseLeft) => {
            assert!(state.paused_s >= MAX_PAUSED_S);
            assert_eq!(*state, before);
            return now + SignedDuration::from_secs_f64(seconds);
        }
        Err(error) => panic!("{error}"),
    }
    assert_eq!(state.pause(now), Err(StrategyError::IsPaused));
    let used_s = state.used_s;
    let left_s = MAX_PAUSED_S - state.paused_s;
    let after = now + SignedDuration::from_secs_f64(seconds);
    state.resume(after).expect("it is paused");
    let counted_s = (seconds - left_s).max(0.0);
    assert!((state.used_s - used_s - counted_s).abs() < 1e-6);
    assert!(used_s >= before.used_s);
    after
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_interview_ends_and_says_nothing_twice(plan in plans(), deeds in deeds()) {
        let held = hold(plan, &deeds);
        prop_assert_eq!(held.state.status, Status::Ended);
        let said: BTreeSet<String> = held
            .prompts
            .iter()
            .map(|(prompt, ..)| crate::words::normalised(&prompt.text))
            .chain([crate::words::normalised(&held.close)])
            .collect();
        prop_assert_eq!(said.len(), held.prompts.len() + 1);
        let ids: BTreeSet<&str> = held.state.asked.iter().map(|a| a.question_id.as_str()).collect();
        prop_assert_eq!(ids.len(), held.state.asked.len());
    }

    #[test]
    fn no_interview_takes_longer_than_its_time_and_the_pauses_it_may_have(plan in plans(), deeds in deeds()) {
        let held = hold(plan, &deeds);
        // What was begun in time may be finished.
        let limit_s = held.plan.duration_s + MAX_PAUSED_S + held.last_s;
        prop_assert!(held.took_s <= limit_s + 1e-6, "{} > {limit_s}", held.took_s);
    }

    #[test]
    fn phases_come_in_their_order_and_within_their_quotas(plan in plans(), deeds in deeds()) {
        let held = hold(plan, &deeds);
        let phases: Vec<Phase> = held.state.asked.iter().map(|asked| asked.phase).collect();
        prop_assert!(phases.is_sorted());
        let quotas = Quotas::of(&held.plan);
        for phase in Phase::ALL {
            prop_assert!(held.state.n_asked(phase) <= quotas.questions(phase));
        }
        if held.plan.family != RoleFamily::Technical {
            prop_assert_eq!(held.state.n_asked(Phase::Coding), 0);
        }
    }

    #[test]
    fn the_level_moves_one_step_at_a_time(plan in plans(), deeds in deeds()) {
        let held = hold(plan, &deeds);
        let levels = held.prompts.iter().map(|(_, _, level, _)| level.level());
        let levels: Vec<usize> = levels.collect();
        prop_assert!(levels.windows(2).all(|two| two[0].abs_diff(two[1]) <= 1));
    }

    #[test]
    fn nothing_is_asked_after_time_is_up_and_only_wrap_up_uses_its_reserve(plan in plans(), deeds in deeds()) {
        let held = hold(plan, &deeds);
        let duration_s = held.plan.duration_s;
        let reserve_s = Quotas::new(held.plan.family, duration_s).reserve_s();
        for (prompt, phase, _, used_s) in held.prompts.iter().skip(1) {
            prop_assert!(*used_s < duration_s, "{prompt:?}");
            // What is repeated was begun in time.
            if *phase != Phase::WrapUp && prompt.kind != TurnKind::Repeat {
                prop_assert!(duration_s - used_s >= reserve_s, "{prompt:?} at {used_s}");
            }
        }
    }

    #[test]
    fn who_keeps_to_the_time_of_a_question_reaches_wrap_up(plan in plans(), deeds in deeds()) {
        let mut plan = plan;
        plan.questions.push(question(1000, Phase::WrapUp, Difficulty::Medium, QuestionSource::Bank));
        let limit_s = plan.duration_s / 4.0;
        let deeds: Vec<(Deed, f64)> = deeds
            .into_iter()
            .filter(|(deed, _)| matches!(deed, Deed::Answer { .. } | Deed::Skip))
            .map(|(deed, seconds)| (deed, seconds.min(limit_s).min(75.0)))
            .chain([(Deed::Skip, 1.0)])
            .collect();
        let held = hold(plan, &deeds);
        prop_assert!(held.state.n_asked(Phase::WrapUp) > 0);
    }

    #[test]
    fn a_question_has_two_follow_ups_and_one_clarification_at_most(plan in plans(), deeds in deeds()) {
        let held = hold(plan, &deeds);
        for asked in &held.state.asked {
            prop_assert!(asked.follow_ups <= MAX_FOLLOW_UPS);
            let n = |kind| held
                .prompts
                .iter()
                .filter(|(prompt, ..)| prompt.question_id == asked.question_id && prompt.kind == kind)
                .count();
            prop_assert!(n(TurnKind::Clarification) <= 1);
            prop_assert!(n(TurnKind::FollowUp) <= MAX_FOLLOW_UPS);
            prop_assert!(n(TurnKind::Clarification) == 0 || n(TurnKind::FollowUp) <= MAX_FOLLOW_UPS);
        }
    }

    #[test]
    fn an_interview_that_is_read_back_after_every_turn_goes_on_the_same(plan in plans(), deeds in deeds()) {
        let held = hold(plan.clone(), &deeds);
        let again = hold_across(plan, &deeds, |state| {
            let text = serde_json::to_string(&state).expect("a state can be written");
            serde_json::from_str(&text).expect("a state can be read")
        });
        prop_assert_eq!(held.state, again.state);
        prop_assert_eq!(held.prompts, again.prompts);
    }
}
