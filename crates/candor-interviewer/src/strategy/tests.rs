//! What candidates and recruiters rely on, one interview each.

mod follow_ups;
mod time;

use candor_core::interview::{
    Coding, Difficulty, InterviewType, Phase, Question, QuestionSource, RoleFamily, TurnKind,
};
use jiff::{SignedDuration, Timestamp};

use super::{properties::question, *};
use crate::phrases;

/// An interview with a clock.
struct Held {
    plan: Plan,
    state: State,
    now: Timestamp,
}

impl Held {
    fn new(plan: Plan) -> Self {
        let state = State::new(&plan);
        Self {
            plan,
            state,
            now: Timestamp::UNIX_EPOCH,
        }
    }

    fn begin(&mut self) -> Prompt {
        asks(
            self.state
                .begin(&self.plan, self.now)
                .expect("it has not begun"),
        )
    }

    fn wait(&mut self, seconds: i64) {
        self.now += SignedDuration::from_secs(seconds);
    }

    /// An answer after a minute.
    fn answer(&mut self, found: Findings) -> Move {
        self.wait(60);
        self.state
            .answer(&self.plan, &Answered::Words(found), self.now)
            .expect("it runs")
    }

    fn skip(&mut self) -> Move {
        self.wait(5);
        self.state
            .answer(&self.plan, &Answered::Skipped, self.now)
            .expect("it runs")
    }

    fn repeat(&mut self) -> Result<Move, StrategyError> {
        self.wait(5);
        self.state.repeat(&self.plan, self.now)
    }
}

fn asks(step: Move) -> Prompt {
    match step {
        Move::Ask(prompt) => prompt,
        Move::Close { reason, .. } => panic!("it closed: {reason:?}"),
    }
}

fn closes(step: &Move) -> EndReason {
    match step {
        Move::Close { reason, .. } => *reason,
        Move::Ask(prompt) => panic!("it asked: {prompt:?}"),
    }
}

fn plan(family: RoleFamily, questions: Vec<Question>) -> Plan {
    Plan {
        family,
        interview_type: InterviewType::default(),
        language: "en".to_owned(),
        duration_s: 3600.0,
        difficulty: Difficulty::Medium,
        questions,
        background: Background::default(),
    }
}

/// Questions of every level for every phase of the family.
fn full(family: RoleFamily) -> Plan {
    let phases = family.phases().iter().copied();
    let questions = phases
        .flat_map(|phase| (0..15).map(move |n| (phase, Difficulty::ALL[n % 3])))
        .enumerate()
        .map(|(id, (phase, level))| question(id, phase, level, QuestionSource::Bank))
        .collect();
    plan(family, questions)
}

fn only(phase: Phase, level: Difficulty, source: QuestionSource) -> Question {
    question(phase as usize, phase, level, source)
}

fn marked(mark: f64) -> Findings {
    Findings {
        normalized: Some(mark),
        ..Findings::default()
    }
}

fn missing(mark: f64, point: &str) -> Findings {
    Findings {
        missed: vec![point.to_owned()],
        ..marked(mark)
    }
}

#[test]
fn an_interview_greets_goes_through_its_phases_and_ends_by_itself() {
    for family in RoleFamily::ALL {
        let mut held = Held::new(full(family));
        let first = held.begin();
        assert!(first.text.starts_with(phrases::of("en").greeting));
        let last = loop {
            if let step @ Move::Close { .. } = held.answer(marked(0.5)) {
                break step;
            }
        };
        let mut phases: Vec<Phase> = held.state.asked.iter().map(|asked| asked.phase).collect();
        phases.dedup();
        assert_eq!(phases, family.phases());
        let Move::Close { text, reason } = last else {
            panic!("it closed");
        };
        assert_eq!(
            (text.as_str(), reason),
            (phrases::of("en").closing, EndReason::Completed)
        );
        assert!(held.state.used_s <= held.plan.duration_s);
        let error = held.state.answer(&held.plan, &Answered::Skipped, held.now);
        assert_eq!(error, Err(StrategyError::HasEnded));
        assert_eq!(
            held.state.stop(&held.plan, held.now),
            Err(StrategyError::HasEnded)
        );
    }
}

#[test]
fn the_level_rises_at_three_quarters_and_falls_at_two_fifths_after_two_answers() {
    use Difficulty::{Easy, Hard, Medium};
    for (marks, level) in [
        (vec![1.0], Medium),
        (vec![0.75, 0.75], Hard),
        (vec![0.9, 0.6], Hard),
        (vec![0.74, 0.75], Medium),
        (vec![0.0], Medium),
        (vec![0.4, 0.4], Easy),
        (vec![0.41, 0.4], Medium),
        // Two more answers on the new level before it moves again.
        (vec![0.8, 0.8, 0.1], Hard),
        (vec![0.8, 0.8, 0.1, 0.1], Medium),
        (vec![0.8, 0.8, 0.8, 0.8, 0.8], Hard),
        (vec![0.1, 0.1, 0.1, 0.1, 0.1], Easy),
    ] {
        let mut held = Held::new(full(RoleFamily::Sales));
        held.begin();
        for mark in &marks {
            held.answer(marked(*mark));
        }
        assert_eq!(held.state.difficulty, level, "{marks:?}");
    }
}

#[test]
fn what_was_not_evaluated_moves_no_level() {
    let mut held = Held::new(full(RoleFamily::Sales));
    held.begin();
    for found in [marked(0.9), Findings::default(), Findings::default()] {
        held.answer(found);
    }
    assert_eq!(held.state.difficulty, Difficulty::Medium);
    held.answer(marked(0.9));
    assert_eq!(held.state.difficulty, Difficulty::Hard);
}

#[test]
fn good_answers_lead_to_harder_questions_than_weak_ones() {
    let mean_level = |mark: f64| {
        let mut held = Held::new(full(RoleFamily::Technical));
        held.begin();
        while let Move::Ask(_) = held.answer(marked(mark)) {}
        let levels = held
            .state
            .asked
            .iter()
            .map(|asked| asked.difficulty.level() as f64);
        levels.sum::<f64>() / held.state.asked.len() as f64
    };
    assert!(mean_level(0.9) > 1.3, "{}", mean_level(0.9));
    assert!(mean_level(0.2) < 0.7, "{}", mean_level(0.2));
}

#[test]
fn a_recruiters_own_question_comes_first_in_its_phase_whatever_its_level() {
    let mut questions = full(RoleFamily::Sales).questions;
    questions.push(question(
        100,
        Phase::Technical,
        Difficulty::Hard,
        QuestionSource::Recruiter,
    ));
    let mut held = Held::new(plan(RoleFamily::Sales, questions));
    held.begin();
    while held.state.phase == Phase::Intro {
        held.answer(marked(0.5));
    }
    assert_eq!(
        held.state
            .asked
            .last()
            .map(|asked| asked.question_id.as_str()),
        Some("q-100")
    );
}

#[test]
fn a_question_that_says_the_same_as_an_earlier_one_is_not_asked() {
    let first = question(1, Phase::Intro, Difficulty::Medium, QuestionSource::Bank);
    let same = Question {
        id: "again".to_owned(),
        phase: Phase::Technical,
        text: first.text.to_uppercase(),
        ..first.clone()
    };
    let mut held = Held::new(plan(RoleFamily::Sales, vec![first, same]));
    held.begin();
    assert_eq!(closes(&held.answer(marked(0.9))), EndReason::Completed);
}

#[test]
fn a_skipped_question_is_recorded_and_left_behind() {
    let mut held = Held::new(full(RoleFamily::Sales));
    let first = held.begin();
    let next = asks(held.skip());
    assert_ne!(first.question_id, next.question_id);
    assert!(held.state.asked[0].is_skipped);
    assert_eq!(held.state.difficulty, Difficulty::Medium);
}

#[test]
fn a_question_is_repeated_twice_in_other_words_without_the_greeting() {
    let mut held = Held::new(full(RoleFamily::Sales));
    let first = held.begin();
    let once = asks(held.repeat().expect("once"));
    let twice = asks(held.repeat().expect("twice"));
    let question = held.state.pending.clone().expect("it is pending").text;
    for prompt in [&once, &twice] {
        assert_eq!(prompt.kind, TurnKind::Repeat);
        assert_eq!(prompt.question_id, first.question_id);
        assert!(prompt.text.ends_with(&question));
        assert!(!prompt.text.contains(phrases::of("en").greeting));
    }
    assert_ne!(once.text, twice.text);
    assert_eq!(held.repeat(), Err(StrategyError::TooManyRepeats));
    asks(held.skip());
    asks(
        held.repeat()
            .expect("the next question has repeats of its own"),
    );
}

#[test]
fn code_is_shown_with_its_question_and_with_a_repeat_of_it() {
    let asked = only(Phase::Coding, Difficulty::Easy, QuestionSource::Bank);
    let code: Option<Coding> = asked.coding.clone();
    assert!(code.is_some());
    let mut held = Held::new(plan(RoleFamily::Technical, vec![asked]));
    assert_eq!(held.begin().coding, code);
    assert_eq!(asks(held.repeat().expect("once")).coding, code);
    assert_eq!(
        asks(held.answer(missing(0.5, "mentions cause 2"))).coding,
        None
    );
}

#[test]
fn other_words_for_a_question_are_taken_unless_they_were_said() {
    let mut held = Held::new(full(RoleFamily::Sales));
    let first = held.begin();
    let old = held.state.pending.clone().expect("it is pending").text;
    assert!(held.state.reword("What brings you here?"));
    assert!(held.state.has_said("What brings you here?"));
    // The words that it replaced would ask the same.
    assert!(!held.state.reword(&old));
    assert_ne!(
        held.state.pending.clone().expect("it is pending").spoken(),
        first.text
    );
    asks(held.answer(marked(0.5)));
    assert!(!held.state.reword("what brings YOU here"));
    assert!(!held.state.reword(phrases::of("en").closing));
}
