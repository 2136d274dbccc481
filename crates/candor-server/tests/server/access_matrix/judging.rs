//! What a caller must be told, and what is wrong with what they were told.

use serde_json::Value;

use super::{
    callers::{CANDIDATES, UNKNOWN},
    table::{Rule, who_may},
    things::Thing,
};
use crate::{calls::Answer, surface::Operation};

/// What must come of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// No server error; the rest is not for this table.
    Anything,
    /// 401.
    Unauthenticated,
    /// 403.
    Denied,
    /// The same as for a thing that nobody ever made.
    Hidden,
    /// Neither 401 nor 403 nor, where a thing is named, 404.
    Answered,
}

impl Expected {
    /// Whether nothing may be changed by it.
    pub fn is_refusal(self) -> bool {
        matches!(self, Self::Unauthenticated | Self::Denied | Self::Hidden)
    }
}

/// What must come of this caller's request about this thing.
pub fn expected(rule: Rule, caller: &str, thing: Option<&Thing>) -> Expected {
    if rule == Rule::Public {
        return Expected::Anything;
    }
    if UNKNOWN.contains(&caller) {
        return Expected::Unauthenticated;
    }
    let is_candidate = CANDIDATES.contains(&caller);
    let action = match rule {
        Rule::Public => return Expected::Anything,
        Rule::Signed | Rule::Practise(_) | Rule::Reflect(_) if is_candidate => {
            return Expected::Denied;
        }
        Rule::Reflect(_) if caller.ends_with(" key") => return Expected::Denied,
        // Keys are no persons, and not everybody is an admin: that is told by 403 as well.
        Rule::Signed => return Expected::Anything,
        Rule::May(action) | Rule::Practise(action) | Rule::Reflect(action) => action,
    };
    // In their own organisation they may do everything.
    let role = if caller == "foreign admin" {
        "admin"
    } else {
        caller
    };
    if !who_may(action).contains(&role) {
        return Expected::Denied;
    }
    match thing {
        Some(thing) if !thing.seen_by.contains(&caller) => Expected::Hidden,
        _ => Expected::Answered,
    }
}

/// How an operation says that there is no such thing: 404, unless a contract wants it otherwise.
fn hidden(operation: &Operation) -> u16 {
    match operation.id.as_str() {
        // `{"status": "unknown"}`, `{"error": "job not found"}`.
        "get_face_status" | "get_voice_status" => 200,
        "analyze_face" | "analyze_voice" => 422,
        // Documented so; of what nobody ever made the same is told.
        "create_practice_reflection"
        | "summarise_practice_reflections"
        | "get_performance_history" => 403,
        // One 400 for all that can't be answered, documented so; `code` tells which.
        "adaptive_answer" => 400,
        _ => 404,
    }
}

/// What is wrong with an answer; `nowhere` is the answer about a thing that nobody ever made.
pub fn wrong(
    operation: &Operation,
    expected: Expected,
    thing: Option<&Thing>,
    answer: &Answer,
    nowhere: Option<&Answer>,
) -> Option<&'static str> {
    let status = answer.status.as_u16();
    if status >= 500 {
        return Some("a server error");
    }
    let is_right = match expected {
        Expected::Anything => true,
        Expected::Unauthenticated => status == 401,
        Expected::Denied => status == 403,
        Expected::Hidden => status == hidden(operation),
        Expected::Answered if thing.is_none() => !matches!(status, 401 | 403),
        // What is not ready, or can't be done any more, is told with 409.
        Expected::Answered if operation.method.is_safe() => status < 300 || status == 409,
        Expected::Answered => !matches!(status, 401 | 403 | 404),
    };
    if !is_right {
        return Some("not what is expected");
    }
    match nowhere {
        Some(nowhere) if body(nowhere) != body(answer) => {
            Some("not what is told of a thing that never was")
        }
        _ => None,
    }
}

/// The body without what differs from request to request.
fn body(answer: &Answer) -> Value {
    let mut body = answer.json();
    if let Some(fields) = body.as_object_mut() {
        fields.remove("request_id");
    }
    body
}
