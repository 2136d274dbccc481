//! One interview as it is held: the strategy's state and every turn. Serialised whole, it goes on anywhere;
//! nothing here does IO.

use candor_core::{
    interview::{
        Coding, Difficulty, InterviewReport, Judged, Phase, Question, Speaker, Turn, TurnKind,
    },
    measured::NotMeasured,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    report::{self, Scoring},
    strategy::{Answered, EndReason, Findings, Move, Plan, Prompt, State, Status, StrategyError},
};

/// Longest answer in characters; what is longer is refused, never cut.
pub const LONGEST_ANSWER: usize = 20_000;

/// What an evaluator found in an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessment {
    /// The evaluation, or why there is none.
    pub judged: Judged,
    /// What the strategy needs to know.
    pub findings: Findings,
}

impl Assessment {
    /// An answer that could not be judged. The strategy goes on; nothing is marked.
    pub fn none(reason: NotMeasured, answer: &str) -> Self {
        Self {
            judged: Judged::NotEvaluated(reason),
            findings: Findings {
                is_empty: !answer.chars().any(char::is_alphanumeric),
                ..Findings::default()
            },
        }
    }
}

/// What the interviewer says.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// The turn.
    pub turn: Turn,
    /// Starter code of a programming question.
    pub coding: Option<Coding>,
    /// Why the interview is over, where it is.
    pub end: Option<EndReason>,
}

/// The last answer to a question, with all that was answered to it before.
#[derive(Debug, Clone, PartialEq)]
pub struct LastAnswer {
    /// Its turn, whose judgement is the one that counts.
    pub turn_id: String,
    /// What was asked.
    pub question: Question,
    /// All answers to it, one below the other.
    pub text: String,
    /// How it is judged so far.
    pub judged: Option<Judged>,
}

/// An interview.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Session {
    /// What it sets out with.
    pub plan: Plan,
    /// Where it stands.
    pub state: State,
    /// Everything that was said.
    pub turns: Vec<Turn>,
}

impl Session {
    /// An interview that has not begun.
    pub fn new(plan: Plan) -> Self {
        Self {
            state: State::new(&plan),
            plan,
            turns: Vec::new(),
        }
    }

    /// Begins it.
    ///
    /// # Errors
    /// [`StrategyError::HasBegun`].
    pub fn begin(&mut self, at: Timestamp) -> Result<Reply, StrategyError> {
        let step = self.state.begin(&self.plan, at)?;
        Ok(self.say(step, at))
    }

    /// The question that is to be answered now, and all that was answered to it so far with `more` behind it:
    /// what an evaluator judges.
    pub fn pending_answer(&self, more: &str) -> Option<(&Question, String)> {
        let id = &self.state.pending.as_ref()?.question_id;
        let question = self.plan.questions.iter().find(|q| q.id == *id)?;
        let so_far = self
            .turns
            .iter()
            .filter(|turn| turn.kind == TurnKind::Answer && turn.question_id.as_ref() == Some(id))
            .map(|turn| turn.text.as_str());
        let all: Vec<&str> = so_far.chain([more]).collect();
        Some((question, all.join("\n")))
    }

    /// The last answer to each question that was answered, in the order in which they were asked: what a report rests on.
    pub fn last_answers(&self) -> Vec<LastAnswer> {
        let last = |id: &String| {
            let answers: Vec<&Turn> = self
                .turns
                .iter()
                .filter(|turn| {
                    turn.speaker == Speaker::Candidate
                        && turn.kind == TurnKind::Answer
                        && turn.question_id.as_ref() == Some(id)
                })
                .collect();
            let last = answers.last()?;
            let question = self.plan.questions.iter().find(|q| q.id == *id)?;
            let texts: Vec<&str> = answers.iter().map(|turn| turn.text.as_str()).collect();
            Some(LastAnswer {
                turn_id: last.id.clone(),
                question: question.clone(),
                text: texts.join("\n"),
                judged: last.evaluation.clone(),
            })
        };
        let asked = self.state.asked.iter();
        asked.filter_map(|asked| last(&asked.question_id)).collect()
    }

    /// Puts another judgement in the place of an answer's; the place of its turn, counted from 0. `None`: there is no
    /// such answer.
    pub fn judge_again(&mut self, turn_id: &str, judged: Judged) -> Option<usize> {
        let at = self
            .turns
            .iter()
            .position(|turn| turn.id == turn_id && turn.kind == TurnKind::Answer)?;
        self.turns[at].evaluation = Some(judged);
        Some(at)
    }

    /// Takes an answer with what was found in it.
    ///
    /// # Errors
    /// See [`StrategyError`]; nothing changes then.
    pub fn answer(
        &mut self,
        text: &str,
        assessment: Assessment,
        at: Timestamp,
    ) -> Result<Reply, StrategyError> {
        let question_id = self.pending_id();
        let answered = Answered::Words(assessment.findings);
        let step = self.state.answer(&self.plan, &answered, at)?;
        self.hear(
            TurnKind::Answer,
            text,
            question_id,
            Some(assessment.judged),
            at,
        );
        Ok(self.say(step, at))
    }

    /// The candidate would rather not answer.
    ///
    /// # Errors
    /// See [`StrategyError`].
    pub fn skip(&mut self, at: Timestamp) -> Result<Reply, StrategyError> {
        let question_id = self.pending_id();
        let step = self.state.answer(&self.plan, &Answered::Skipped, at)?;
        self.hear(TurnKind::Skip, "", question_id, None, at);
        Ok(self.say(step, at))
    }

    /// Says the pending question again.
    ///
    /// # Errors
    /// See [`StrategyError`].
    pub fn repeat(&mut self, at: Timestamp) -> Result<Reply, StrategyError> {
        let step = self.state.repeat(&self.plan, at)?;
        Ok(self.say(step, at))
    }

    /// Ends it because somebody wishes so.
    ///
    /// # Errors
    /// [`StrategyError::HasEnded`].
    pub fn stop(&mut self, at: Timestamp) -> Result<Reply, StrategyError> {
        let step = self.state.stop(&self.plan, at)?;
        Ok(self.say(step, at))
    }

    /// Ends it where its time is up.
    pub fn expire(&mut self, at: Timestamp) -> Option<Reply> {
        let step = self.state.expire(&self.plan, at)?;
        Some(self.say(step, at))
    }

    /// Replaces the words of the last turn, which nobody has seen yet; a greeting before them stays. `false`, and
    /// nothing changes, where the words were said before or the last turn asks nothing.
    pub fn reword(&mut self, text: &str) -> bool {
        let Some(turn) = self.turns.last_mut() else {
            return false;
        };
        let asks = turn.speaker == Speaker::Interviewer
            && !matches!(turn.kind, TurnKind::Closing | TurnKind::Repeat);
        if !asks || !self.state.reword(text) {
            return false;
        }
        if let Some(pending) = &self.state.pending {
            turn.text = pending.spoken();
        }
        true
    }

    /// Whether it is over.
    pub fn has_ended(&self) -> bool {
        self.state.status == Status::Ended
    }

    /// The present phase.
    pub fn phase(&self) -> Phase {
        self.state.phase
    }

    /// The present level.
    pub fn difficulty(&self) -> Difficulty {
        self.state.difficulty
    }

    /// Its report as of now.
    pub fn report(&self, scoring: &Scoring) -> InterviewReport {
        report::assemble(&self.plan, &self.state, &self.turns, scoring)
    }

    fn pending_id(&self) -> Option<String> {
        let pending = self.state.pending.as_ref()?;
        Some(pending.question_id.clone())
    }

    fn hear(
        &mut self,
        kind: TurnKind,
        text: &str,
        question_id: Option<String>,
        evaluation: Option<Judged>,
        at: Timestamp,
    ) {
        self.turns.push(Turn {
            id: self.next_id(),
            speaker: Speaker::Candidate,
            kind,
            text: text.to_owned(),
            question_id,
            at,
            evaluation,
        });
    }

    fn say(&mut self, step: Move, at: Timestamp) -> Reply {
        let (kind, text, question_id, coding, end) = match step {
            Move::Ask(Prompt {
                question_id,
                kind,
                text,
                coding,
            }) => (kind, text, Some(question_id), coding, None),
            Move::Close { text, reason } => (TurnKind::Closing, text, None, None, Some(reason)),
        };
        let turn = Turn {
            id: self.next_id(),
            speaker: Speaker::Interviewer,
            kind,
            text,
            question_id,
            at,
            evaluation: None,
        };
        self.turns.push(turn.clone());
        Reply { turn, coding, end }
    }

    /// Turns are numbered from 1.
    fn next_id(&self) -> String {
        format!("turn-{}", self.turns.len() + 1)
    }
}

#[cfg(test)]
mod simulated;
#[cfg(test)]
mod tests;
