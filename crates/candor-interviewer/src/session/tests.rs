//! What is kept of an interview, and what is asked back.

use candor_core::interview::{InterviewType, QuestionSource, RoleFamily};
use jiff::SignedDuration;

use super::*;
use crate::{background::Background, bank, evaluation::Evaluator, phrases};

fn plan() -> Plan {
    Plan {
        family: RoleFamily::Technical,
        interview_type: InterviewType::default(),
        language: "en".to_owned(),
        duration_s: 1800.0,
        difficulty: Difficulty::Medium,
        questions: bank::shipped(RoleFamily::Technical, "en").to_vec(),
        background: Background::default(),
    }
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds)
}

fn unjudged(text: &str) -> Assessment {
    Assessment::none(NotMeasured::new("no_model", "no model"), text)
}

fn begun() -> Session {
    let mut session = Session::new(plan());
    session.begin(at(0)).expect("it has not begun");
    session
}

#[test]
fn every_turn_is_kept_in_its_order_with_ids_of_its_own() {
    let mut session = begun();
    session
        .answer("I build parcel trackers.", unjudged("x"), at(60))
        .expect("it runs");
    session.repeat(at(70)).expect("it runs");
    session.skip(at(80)).expect("it runs");
    session.stop(at(90)).expect("it runs");
    let kinds: Vec<TurnKind> = session.turns.iter().map(|turn| turn.kind).collect();
    use TurnKind::{Answer, Closing, Question, Repeat, Skip};
    assert_eq!(
        kinds,
        [Question, Answer, Question, Repeat, Skip, Question, Closing]
    );
    for (at, turn) in session.turns.iter().enumerate() {
        assert_eq!(turn.id, format!("turn-{}", at + 1));
    }
    assert_eq!(session.turns[1].question_id, session.turns[0].question_id);
    assert_eq!(session.turns[4].question_id, session.turns[3].question_id);
    assert!(session.has_ended());
}

#[test]
fn nothing_is_kept_of_what_was_refused() {
    let mut session = begun();
    session.state.pause(at(10)).expect("it runs");
    let before = session.clone();
    assert_eq!(
        session.answer("Late.", unjudged("Late."), at(20)),
        Err(StrategyError::IsPaused)
    );
    assert_eq!(session.skip(at(20)), Err(StrategyError::IsPaused));
    assert_eq!(session.repeat(at(20)), Err(StrategyError::IsPaused));
    assert_eq!(session, before);
    session.stop(at(30)).expect("it is not over");
    let before = session.clone();
    assert_eq!(
        session.answer("Later.", unjudged("Later."), at(40)),
        Err(StrategyError::HasEnded)
    );
    assert_eq!(session, before);
}

#[test]
fn answers_to_a_follow_up_are_judged_together_with_the_first() {
    let mut session = begun();
    let found = Findings {
        normalized: Some(0.5),
        missed: vec!["anything".to_owned()],
        ..Findings::default()
    };
    let assessment = Assessment {
        findings: found,
        ..unjudged("x")
    };
    let reply = session
        .answer("First.", assessment, at(60))
        .expect("it runs");
    assert_eq!(reply.turn.kind, TurnKind::FollowUp);
    let (question, text) = session.pending_answer("Second.").expect("it is pending");
    assert_eq!(Some(&question.id), reply.turn.question_id.as_ref());
    assert_eq!(text, "First.\nSecond.");
    session.skip(at(70)).expect("it runs");
    let (_, text) = session
        .pending_answer("Other.")
        .expect("the next is pending");
    assert_eq!(text, "Other.");
}

#[test]
fn other_words_change_the_last_turn_and_keep_the_greeting() {
    let mut session = begun();
    assert!(session.reword("What have you built lately?"));
    let turn = session.turns[0].clone();
    assert!(turn.text.starts_with(phrases::of("en").greeting));
    assert!(turn.text.ends_with("What have you built lately?"));
    let reply = session.repeat(at(5)).expect("it runs");
    assert!(reply.turn.text.ends_with("What have you built lately?"));
    assert!(!session.reword("Something else?"), "it was heard already");
    session
        .answer("Trackers.", unjudged("Trackers."), at(60))
        .expect("it runs");
    assert!(!session.reword("What have you built lately?"));
    session.stop(at(70)).expect("it runs");
    assert!(!session.reword("One more?"));
    assert_eq!(
        session.report(&Scoring::default()).questions[0].asked,
        "What have you built lately?"
    );
}

#[test]
fn an_interview_goes_on_where_it_was_written_down() {
    let evaluator = Evaluator::new(None);
    let say = |session: &mut Session, text: &str, seconds| {
        let (question, all) = session.pending_answer(text).expect("it is pending");
        let answer = crate::evaluation::Answer::written(&all, Some("en"));
        let found = evaluator
            .evaluate(RoleFamily::Technical, question, &answer)
            .expect("no engine is asked");
        session.answer(text, found, at(seconds)).expect("it runs")
    };
    let mut session = begun();
    say(
        &mut session,
        "I wrote the ingestion service and cut 40 ms.",
        60,
    );
    let text = serde_json::to_string(&session).expect("it can be written");
    let mut again: Session = serde_json::from_str(&text).expect("it can be read");
    assert_eq!(session, again);
    let (a, b) = (say(&mut session, "Yes.", 90), say(&mut again, "Yes.", 90));
    assert_eq!(a, b);
    assert_eq!(session, again);
}

#[test]
fn the_report_cites_the_turn_that_the_words_stand_in() {
    let evaluator = Evaluator::new(None);
    let mut session = begun();
    for (n, text) in [
        "Hm.",
        "I measured 12 slow queries and added an index on the orders table.",
    ]
    .into_iter()
    .enumerate()
    {
        let (question, all) = session.pending_answer(text).expect("it is pending");
        let answer = crate::evaluation::Answer::written(&all, Some("en"));
        let found = evaluator
            .evaluate(RoleFamily::Technical, question, &answer)
            .expect("no engine is asked");
        session
            .answer(text, found, at(60 * (n as i64 + 1)))
            .expect("it runs");
    }
    let report = session.report(&Scoring::default());
    let cited: Vec<_> = report
        .competencies
        .iter()
        .flat_map(|one| &one.evidence)
        .collect();
    assert!(!cited.is_empty());
    for one in cited {
        let turn = session
            .turns
            .iter()
            .find(|turn| turn.id == one.turn_id)
            .expect("it exists");
        let words: String = turn
            .text
            .chars()
            .skip(one.evidence.start)
            .take(one.evidence.end - one.evidence.start)
            .collect();
        assert_eq!(words, one.evidence.quote);
    }
}

#[test]
fn the_bank_is_not_the_only_source_of_questions() {
    let mut own = plan();
    let mut question = own.questions[3].clone();
    question.id = "own-1".to_owned();
    question.text = "Why our zoo?".to_owned();
    question.source = QuestionSource::Recruiter;
    question.phase = Phase::Intro;
    own.questions.push(question);
    let mut session = Session::new(own);
    let reply = session.begin(at(0)).expect("it has not begun");
    assert_eq!(reply.turn.question_id.as_deref(), Some("own-1"));
    assert!(reply.turn.text.ends_with("Why our zoo?"));
}

#[test]
fn the_last_answer_to_a_question_holds_all_that_was_said_to_it_and_can_be_judged_again() {
    let mut session = begun();
    let empty = Assessment::none(NotMeasured::new("empty", "nothing was said"), "");
    session.answer("", empty, at(30)).expect("it runs");
    session
        .answer("I build parcel trackers.", unjudged("x"), at(60))
        .expect("it runs");
    session.skip(at(80)).expect("it runs");
    session
        .answer("In Rust, mostly.", unjudged("x"), at(90))
        .expect("it runs");
    let last = session.last_answers();
    let said: Vec<&str> = last.iter().map(|one| one.text.as_str()).collect();
    assert_eq!(said, ["\nI build parcel trackers.", "In Rust, mostly."]);
    for one in &last {
        let turn = session.turns.iter().find(|turn| turn.id == one.turn_id);
        let turn = turn.expect("it names a turn");
        assert!(one.text.ends_with(&turn.text));
        assert_eq!(turn.question_id.as_ref(), Some(&one.question.id));
        assert_eq!(turn.evaluation, one.judged);
    }
    let anew = Judged::NotEvaluated(NotMeasured::new("anew", "judged anew"));
    let place = session.judge_again(&last[0].turn_id, anew.clone());
    assert_eq!(
        session.turns[place.expect("it is there")].evaluation,
        Some(anew.clone())
    );
    assert_eq!(session.judge_again("turn-1", anew), None, "a question");
}
