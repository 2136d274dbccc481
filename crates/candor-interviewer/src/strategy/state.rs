//! Where an interview stands, and how it moves on.

use std::collections::BTreeSet;

use candor_core::interview::{Difficulty, Phase, Question, TurnKind};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Answered, Asked, EndReason, Findings, MAX_FOLLOW_UPS, MAX_REPEATS, Move, Pending, Plan, Prompt,
    Status, StrategyError, choose, follow_up,
    quotas::{FOLLOW_UP_S, Quotas},
};
use crate::{phrases, words};

mod clock;

/// Answers on one level before it may change, and how many count.
const MARKS_NEEDED: usize = 2;
/// Mean of the recent marks from which on the level rises.
const RISE_AT: f64 = 0.75;
/// Mean of the recent marks at which the level falls.
const FALL_AT: f64 = 0.4;

/// Where an interview stands. Serialised whole, it goes on anywhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// Whether it runs.
    pub status: Status,
    /// Why it is over.
    pub end: Option<EndReason>,
    /// The present phase.
    pub phase: Phase,
    /// The present level.
    pub difficulty: Difficulty,
    /// Questions so far, in their order.
    pub asked: Vec<Asked>,
    /// What is to be answered now.
    pub pending: Option<Pending>,
    /// Seconds used; of pauses only what was too long of them.
    pub used_s: f64,
    /// Seconds paused.
    #[serde(default)]
    pub paused_s: f64,
    /// Marks since the level last changed.
    marks: Vec<f64>,
    /// What the interviewer said, or keeps for the end, as it is compared.
    said: BTreeSet<String>,
    /// The last event.
    last_at: Option<Timestamp>,
}

impl State {
    /// An interview that has not begun.
    pub fn new(plan: &Plan) -> Self {
        let phrases = phrases::of(&plan.language);
        let last_words = [phrases.closing, phrases.out_of_time, phrases.ended];
        Self {
            status: Status::Ready,
            end: None,
            phase: Phase::Intro,
            difficulty: plan.difficulty,
            asked: Vec::new(),
            pending: None,
            used_s: 0.0,
            paused_s: 0.0,
            marks: Vec::new(),
            said: last_words.into_iter().map(words::normalised).collect(),
            last_at: None,
        }
    }

    /// Begins with a greeting and the first question.
    ///
    /// # Errors
    /// [`StrategyError::HasBegun`].
    pub fn begin(&mut self, plan: &Plan, at: Timestamp) -> Result<Move, StrategyError> {
        if self.status != Status::Ready {
            return Err(StrategyError::HasBegun);
        }
        self.status = Status::Running;
        self.last_at = Some(at);
        let mut step = self.ask_next(plan);
        if let (Move::Ask(prompt), Some(pending)) = (&mut step, &mut self.pending) {
            phrases::of(&plan.language)
                .greeting
                .clone_into(&mut pending.lead);
            prompt.text = pending.spoken();
            self.said.insert(words::normalised(&prompt.text));
        }
        Ok(step)
    }

    /// Takes the candidate's turn.
    ///
    /// # Errors
    /// See [`StrategyError`]; nothing changes then.
    pub fn answer(
        &mut self,
        plan: &Plan,
        answered: &Answered,
        at: Timestamp,
    ) -> Result<Move, StrategyError> {
        self.must_run()?;
        self.pass_time(at);
        let pending = self.pending.take();
        let found = match answered {
            Answered::Skipped => {
                // Who skips a follow-up has answered the question.
                let is_answered = pending.is_some_and(|it| it.kind == TurnKind::FollowUp);
                if let Some(asked) = self.asked.last_mut() {
                    asked.is_skipped = !is_answered;
                }
                return Ok(self.ask_next(plan));
            }
            Answered::Words(found) => found,
        };
        self.mark(found);
        let question = pending
            .as_ref()
            .and_then(|pending| plan.questions.iter().find(|q| q.id == pending.question_id));
        let more = match question {
            Some(question) if self.has_time_for_more(plan, question) => self
                .clarification(plan, question, found)
                .or_else(|| self.follow_up(plan, question, found)),
            _ => None,
        };
        Ok(match more {
            Some(prompt) => self.ask(prompt),
            None => self.ask_next(plan),
        })
    }

    /// Says the pending question again, in other words around it.
    ///
    /// # Errors
    /// See [`StrategyError`]; nothing but the time changes then.
    pub fn repeat(&mut self, plan: &Plan, at: Timestamp) -> Result<Move, StrategyError> {
        self.must_run()?;
        self.pass_time(at);
        if self.used_s >= plan.duration_s {
            return Ok(self.close(plan, EndReason::OutOfTime));
        }
        let pending = self.pending.as_mut().ok_or(StrategyError::NotBegun)?;
        if pending.repeats >= MAX_REPEATS {
            return Err(StrategyError::TooManyRepeats);
        }
        let leads = phrases::of(&plan.language).again.iter();
        let text = leads
            .map(|lead| format!("{lead} {}", pending.text))
            .find(|text| !self.said.contains(&words::normalised(text)))
            .ok_or(StrategyError::TooManyRepeats)?;
        pending.repeats += 1;
        let question = plan.questions.iter().find(|q| q.id == pending.question_id);
        self.said.insert(words::normalised(&text));
        Ok(Move::Ask(Prompt {
            question_id: pending.question_id.clone(),
            kind: TurnKind::Repeat,
            text,
            coding: question.and_then(|question| question.coding.clone()),
        }))
    }

    /// Ends it because somebody wishes so.
    ///
    /// # Errors
    /// [`StrategyError::HasEnded`].
    pub fn stop(&mut self, plan: &Plan, at: Timestamp) -> Result<Move, StrategyError> {
        if self.status == Status::Ended {
            return Err(StrategyError::HasEnded);
        }
        self.pass_time(at);
        Ok(self.close(plan, EndReason::Stopped))
    }

    /// Replaces the words of the pending question, before they are said; what is said before them stays. `false`,
    /// and nothing changes, where they were said before. What they replace is not said later either: it would ask
    /// the same.
    pub fn reword(&mut self, text: &str) -> bool {
        let Some(pending) = self.pending.as_mut() else {
            return false;
        };
        let new = Pending {
            text: text.to_owned(),
            ..pending.clone()
        };
        let keys = [text, &new.spoken()].map(words::normalised);
        if keys.iter().any(|key| self.said.contains(key)) {
            return false;
        }
        *pending = new;
        self.said.extend(keys);
        true
    }

    /// Whether the interviewer has said it, or keeps it for the end.
    pub fn has_said(&self, text: &str) -> bool {
        self.said.contains(&words::normalised(text))
    }

    /// Whether a question was asked.
    pub fn has_asked(&self, id: &str) -> bool {
        self.asked.iter().any(|asked| asked.question_id == id)
    }

    /// Questions of a phase so far.
    pub fn n_asked(&self, phase: Phase) -> usize {
        self.asked
            .iter()
            .filter(|asked| asked.phase == phase)
            .count()
    }

    fn must_run(&self) -> Result<(), StrategyError> {
        match self.status {
            Status::Running => Ok(()),
            Status::Ready => Err(StrategyError::NotBegun),
            Status::Paused => Err(StrategyError::IsPaused),
            Status::Ended => Err(StrategyError::HasEnded),
        }
    }

    fn mark(&mut self, found: &Findings) {
        let Some(mark) = found.normalized else { return };
        self.marks.push(mark);
        if self.marks.len() < MARKS_NEEDED {
            return;
        }
        let recent = &self.marks[self.marks.len() - MARKS_NEEDED..];
        let mean = recent.iter().sum::<f64>() / MARKS_NEEDED as f64;
        let level = match mean {
            mean if mean >= RISE_AT => self.difficulty.harder(),
            mean if mean <= FALL_AT => self.difficulty.easier(),
            _ => self.difficulty,
        };
        if level != self.difficulty {
            self.difficulty = level;
            self.marks.clear();
        }
    }

    /// Whether there is time for one more turn on this question.
    fn has_time_for_more(&self, plan: &Plan, question: &Question) -> bool {
        let reserve_s = match question.phase {
            Phase::WrapUp => 0.0,
            _ => Quotas::new(plan.family, plan.duration_s).reserve_s(),
        };
        plan.duration_s - self.used_s - reserve_s >= FOLLOW_UP_S
    }

    fn clarification(
        &mut self,
        plan: &Plan,
        question: &Question,
        found: &Findings,
    ) -> Option<Prompt> {
        let asked = self.asked.last()?;
        // Who has nothing to add at the end has answered.
        if asked.is_clarified || asked.follow_ups > 0 || question.phase == Phase::WrapUp {
            return None;
        }
        let phrases = phrases::of(&plan.language);
        let choices = match (found.is_empty, found.is_off_topic) {
            (true, _) => phrases.after_silence,
            (_, true) => phrases.after_other,
            _ => return None,
        };
        // Another lead each time, so that clarifications of an interview differ in more than the question.
        let first = self.asked.iter().filter(|asked| asked.is_clarified).count();
        let text = (0..choices.len())
            .map(|n| choices[(first + n) % choices.len()].replace("{question}", &question.text))
            .find(|text| !self.has_said(text))?;
        self.asked.last_mut()?.is_clarified = true;
        Some(prompt(question, TurnKind::Clarification, text))
    }

    fn follow_up(&mut self, plan: &Plan, question: &Question, found: &Findings) -> Option<Prompt> {
        if found.is_empty || found.is_off_topic || self.asked.last()?.follow_ups >= MAX_FOLLOW_UPS {
            return None;
        }
        let text = follow_up::words_of(question, &plan.language, found, self)?;
        self.asked.last_mut()?.follow_ups += 1;
        Some(prompt(question, TurnKind::FollowUp, text))
    }

    fn ask_next(&mut self, plan: &Plan) -> Move {
        if self.used_s >= plan.duration_s {
            return self.close(plan, EndReason::OutOfTime);
        }
        let Some(question) = choose::next(plan, self) else {
            let is_done = self.n_asked(Phase::WrapUp) > 0 || self.has_time_left(plan);
            let reason = if is_done {
                EndReason::Completed
            } else {
                EndReason::OutOfTime
            };
            return self.close(plan, reason);
        };
        self.phase = question.phase;
        self.asked.push(Asked {
            question_id: question.id.clone(),
            phase: question.phase,
            difficulty: question.difficulty,
            follow_ups: 0,
            is_clarified: false,
            is_skipped: false,
        });
        self.ask(prompt(question, TurnKind::Question, question.text.clone()))
    }

    fn has_time_left(&self, plan: &Plan) -> bool {
        let reserve_s = Quotas::new(plan.family, plan.duration_s).reserve_s();
        plan.duration_s - self.used_s >= reserve_s / 2.0
    }

    fn ask(&mut self, prompt: Prompt) -> Move {
        self.said.insert(words::normalised(&prompt.text));
        self.pending = Some(Pending {
            question_id: prompt.question_id.clone(),
            kind: prompt.kind,
            lead: String::new(),
            text: prompt.text.clone(),
            repeats: 0,
        });
        Move::Ask(prompt)
    }

    fn close(&mut self, plan: &Plan, reason: EndReason) -> Move {
        self.status = Status::Ended;
        self.end = Some(reason);
        self.pending = None;
        let phrases = phrases::of(&plan.language);
        let text = match reason {
            EndReason::Completed => phrases.closing,
            EndReason::OutOfTime => phrases.out_of_time,
            EndReason::Stopped => phrases.ended,
        };
        Move::Close {
            text: text.to_owned(),
            reason,
        }
    }
}

fn prompt(question: &Question, kind: TurnKind, text: String) -> Prompt {
    Prompt {
        question_id: question.id.clone(),
        kind,
        text,
        coding: match kind {
            TurnKind::Question => question.coding.clone(),
            _ => None,
        },
    }
}
