//! What a candidate with the token of an interview sees of it: what they are asked and what they answered, not
//! what a good answer is, how they did, or what staff keep besides.

use candor_core::access::{Actor, Powers};
use serde_json::{Map, Value};

use super::{Interview, Question, Response};

fn is_candidate(actor: &Actor) -> bool {
    matches!(actor.powers, Powers::Interview(_))
}

fn nothing() -> Value {
    Value::Object(Map::new())
}

/// An interview as this actor sees it.
pub(super) fn interview(actor: &Actor, interview: Interview) -> Interview {
    if !is_candidate(actor) {
        return interview;
    }
    Interview {
        details: nothing(),
        overall_score: None,
        ..interview
    }
}

/// A question as this actor sees it.
pub(super) fn question(actor: &Actor, question: Question) -> Question {
    if !is_candidate(actor) {
        return question;
    }
    Question {
        expected_answer: None,
        keywords: Vec::new(),
        details: nothing(),
        ..question
    }
}

/// An answer as this actor sees it.
pub(super) fn response(actor: &Actor, response: Response) -> Response {
    if !is_candidate(actor) {
        return response;
    }
    Response {
        details: nothing(),
        ..response
    }
}
