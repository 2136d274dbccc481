//! An answer that comes a second time, because a button was pressed twice or the reply was late: it is told again what
//! came of it, and is no answer to a question that nobody has read yet.

use candor_core::interview::{Speaker, TurnKind};
use candor_interviewer::session::Session;
use jiff::Timestamp;

use super::act::NewAnswer;

/// The place of the answer, counted from 0, that `new` is once more; the turn after it is its reply. What names the turn
/// or the question that it answers is taken by its word; anything else is the same answer only where it arrived before
/// the next question was asked, for people may say the same to two questions.
pub(super) fn find(session: &Session, new: &NewAnswer, at: Timestamp) -> Option<usize> {
    if !new.may_be_resent {
        return None;
    }
    let [before @ .., answer, reply] = session.turns.as_slice() else {
        return None;
    };
    let is_same = answer.speaker == Speaker::Candidate
        && answer.kind == TurnKind::Answer
        && answer.text == new.text
        && reply.speaker == Speaker::Interviewer;
    if !is_same {
        return None;
    }
    let index = before.len();
    if let Some(turn) = &new.turn_id {
        return (before.last()?.id == *turn).then_some(index);
    }
    // A follow-up has the question's id: then the time decides.
    if new.question_id.is_some() && answer.question_id != reply.question_id {
        return (new.question_id == answer.question_id).then_some(index);
    }
    (at < session.state.last_at()?).then_some(index)
}

#[cfg(test)]
mod tests {
    use candor_core::{
        interview::{Difficulty, Phase, Question, QuestionSource, RoleFamily},
        measured::NotMeasured,
    };
    use candor_interviewer::{session::Assessment, strategy::Plan};
    use jiff::SignedDuration;

    use super::*;

    const ANSWER: &str = "I measured the queries first and found the index that was missing.";

    fn question(id: usize, phase: Phase) -> Question {
        Question {
            id: format!("q-{id}"),
            phase,
            difficulty: Difficulty::Medium,
            text: format!("What is your view on subject number {id}?"),
            competencies: vec!["communication".to_owned()],
            key_points: Vec::new(),
            follow_ups: Vec::new(),
            language: "en".to_owned(),
            source: QuestionSource::Bank,
            coding: None,
        }
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds)
    }

    /// Begun at 0, answered with `text` at 60, and the next question asked at 70.
    fn answered(text: &str) -> Session {
        let mut session = Session::new(Plan {
            family: RoleFamily::Sales,
            interview_type: candor_core::interview::InterviewType::Mixed,
            language: "en".to_owned(),
            duration_s: 3600.0,
            difficulty: Difficulty::Medium,
            questions: vec![
                question(1, Phase::Intro),
                question(2, Phase::Behavioral),
                question(3, Phase::WrapUp),
            ],
            background: candor_interviewer::background::Background::default(),
        });
        session.begin(at(0)).expect("it has not begun");
        let assessment = Assessment::none(NotMeasured::new("no_evaluator", "none"), text);
        session.answer(text, assessment, at(60)).expect("it runs");
        session.state.take_up(at(70));
        session
    }

    fn again(text: &str) -> NewAnswer {
        NewAnswer {
            text: text.to_owned(),
            may_be_resent: true,
            ..NewAnswer::default()
        }
    }

    #[test]
    fn the_same_words_before_the_next_question_are_the_same_answer() {
        let session = answered(ANSWER);
        assert_eq!(find(&session, &again(ANSWER), at(61)), Some(1));
        assert_eq!(find(&session, &again(ANSWER), at(69)), Some(1));
        let other = again("I would rather measure the queries again.");
        assert_eq!(find(&session, &other, at(61)), None);
        let strict = NewAnswer {
            may_be_resent: false,
            ..again(ANSWER)
        };
        assert_eq!(find(&session, &strict, at(61)), None);
    }

    #[test]
    fn who_says_no_twice_says_it_to_two_questions() {
        let session = answered("No.");
        assert_eq!(find(&session, &again("No."), at(70)), None);
        assert_eq!(find(&session, &again("No."), at(80)), None);
    }

    #[test]
    fn what_names_its_turn_or_its_question_is_taken_by_its_word() {
        let session = answered(ANSWER);
        let named = |turn: &str| NewAnswer {
            turn_id: Some(turn.to_owned()),
            ..again(ANSWER)
        };
        assert_eq!(find(&session, &named("turn-1"), at(3000)), Some(1));
        assert_eq!(find(&session, &named("turn-3"), at(71)), None);
        let asked = |id: Option<&String>| NewAnswer {
            question_id: id.cloned(),
            ..again(ANSWER)
        };
        let (first, next) = (&session.turns[0], &session.turns[2]);
        assert_ne!(first.question_id, next.question_id);
        let of = |id| find(&session, &asked(id), at(71));
        assert_eq!(of(first.question_id.as_ref()), Some(1));
        assert_eq!(of(next.question_id.as_ref()), None);
    }
}
