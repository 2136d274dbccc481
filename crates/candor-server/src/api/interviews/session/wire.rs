//! An interview in words, as clients read it.

use candor_app::conduct::{Done, EndReason, Held, Status};
use candor_core::{
    access::Actor,
    ids::InterviewId,
    interview::{Coding, Speaker, Turn, TurnKind},
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::judged::EvaluationResponse;

/// Code that a programming question starts with.
#[derive(Debug, Serialize, ToSchema)]
pub struct StarterCodeResponse {
    /// The code.
    starter_code: String,
    /// Its language.
    language: String,
}

impl From<&Coding> for StarterCodeResponse {
    fn from(coding: &Coding) -> Self {
        Self {
            starter_code: coding.starter_code.clone(),
            language: coding.language.clone(),
        }
    }
}

/// What was said once.
#[derive(Debug, Serialize, ToSchema)]
pub struct InterviewTurnResponse {
    /// Unique within the interview.
    id: String,
    /// `interviewer` or `candidate`.
    speaker: &'static str,
    /// `question`, `follow_up`, `clarification`, `repeat`, `closing`, `answer` or `skip`.
    kind: &'static str,
    /// The words.
    text: String,
    /// The question that it asks or answers.
    question_id: Option<String>,
    /// When.
    at: Timestamp,
    /// Starter code, with the question that has some.
    coding: Option<StarterCodeResponse>,
    /// How the answer was judged; `null` for everything else, and for candidates.
    evaluation: Option<EvaluationResponse>,
}

/// How an interview stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct InterviewSessionResponse {
    /// The interview.
    #[schema(value_type = String)]
    interview_id: InterviewId,
    /// `ready`, `running`, `paused` or `ended`.
    status: &'static str,
    /// `completed`, `out_of_time` or `stopped`, where it has ended.
    end: Option<&'static str>,
    /// What it is about.
    role_family: &'static str,
    /// What it gives its time to.
    interview_type: &'static str,
    /// Language.
    language: String,
    /// The present phase.
    phase: &'static str,
    /// The present level.
    difficulty: &'static str,
    /// Time budget in seconds.
    duration_s: f64,
    /// Seconds used up to the last turn; pauses count once they took half an hour in all.
    used_s: f64,
    /// Questions asked so far.
    n_questions: usize,
    /// Who runs the chat model that answers may be sent to, for the candidate to be told before the first answer;
    /// `null`: none is asked.
    chat_processor: Option<String>,
    /// Everything that was said.
    turns: Vec<InterviewTurnResponse>,
    /// Grows by one with every change.
    version: i32,
}

/// What came of a step.
#[derive(Debug, Serialize, ToSchema)]
pub struct InterviewStepResponse {
    /// `ready`, `running`, `paused` or `ended`.
    status: &'static str,
    /// `completed`, `out_of_time` or `stopped`, where it has ended.
    end: Option<&'static str>,
    /// The interviewer's last words: to be answered unless the interview has ended.
    turn: Option<InterviewTurnResponse>,
    /// The present phase.
    phase: &'static str,
    /// The present level.
    difficulty: &'static str,
    /// Seconds used; pauses count once they took half an hour in all.
    used_s: f64,
    /// How the answer was judged; `null` for other steps, and for candidates.
    evaluation: Option<EvaluationResponse>,
    /// Grows by one with every change.
    version: i32,
}

impl InterviewSessionResponse {
    /// As `actor` sees it.
    pub fn of(held: &Held, actor: &Actor) -> Self {
        let session = &held.session;
        let shows_marks = held.shows_marks_to(actor);
        Self {
            interview_id: held.id(),
            status: status(session.state.status),
            end: session.state.end.map(end),
            role_family: session.plan.family.as_str(),
            interview_type: session.plan.interview_type.as_str(),
            language: session.plan.language.clone(),
            phase: session.phase().as_str(),
            difficulty: session.difficulty().as_str(),
            duration_s: session.plan.duration_s,
            used_s: session.state.used_s,
            n_questions: session.state.asked.len(),
            chat_processor: held.chat_processor().map(str::to_owned),
            turns: session
                .turns
                .iter()
                .map(|turn| self::turn(held, turn, shows_marks))
                .collect(),
            version: held.version,
        }
    }
}

impl InterviewStepResponse {
    /// As `actor` sees it.
    pub fn of(done: &Done, actor: &Actor) -> Self {
        let held = &done.held;
        let session = &held.session;
        let shows_marks = held.shows_marks_to(actor);
        Self {
            status: status(session.state.status),
            end: session.state.end.map(end),
            turn: held.last_words().map(|last| turn(held, last, false)),
            phase: session.phase().as_str(),
            difficulty: session.difficulty().as_str(),
            used_s: session.state.used_s,
            evaluation: done.judged.as_ref().filter(|_| shows_marks).map(Into::into),
            version: held.version,
        }
    }
}

fn turn(held: &Held, turn: &Turn, shows_marks: bool) -> InterviewTurnResponse {
    let question = turn.question_id.as_deref().and_then(|id| {
        let mut questions = held.session.plan.questions.iter();
        questions.find(|question| question.id == id)
    });
    let has_code = matches!(turn.kind, TurnKind::Question | TurnKind::Repeat);
    InterviewTurnResponse {
        id: turn.id.clone(),
        speaker: match turn.speaker {
            Speaker::Interviewer => "interviewer",
            Speaker::Candidate => "candidate",
        },
        kind: kind(turn.kind),
        text: turn.text.clone(),
        question_id: turn.question_id.clone(),
        at: turn.at,
        coding: question
            .filter(|_| has_code)
            .and_then(|question| question.coding.as_ref())
            .map(Into::into),
        evaluation: turn
            .evaluation
            .as_ref()
            .filter(|_| shows_marks)
            .map(Into::into),
    }
}

fn kind(kind: TurnKind) -> &'static str {
    match kind {
        TurnKind::Question => "question",
        TurnKind::FollowUp => "follow_up",
        TurnKind::Clarification => "clarification",
        TurnKind::Repeat => "repeat",
        TurnKind::Closing => "closing",
        TurnKind::Answer => "answer",
        TurnKind::Skip => "skip",
    }
}

fn status(status: Status) -> &'static str {
    match status {
        Status::Ready => "ready",
        Status::Running => "running",
        Status::Paused => "paused",
        Status::Ended => "ended",
    }
}

fn end(reason: EndReason) -> &'static str {
    match reason {
        EndReason::Completed => "completed",
        EndReason::OutOfTime => "out_of_time",
        EndReason::Stopped => "stopped",
    }
}
