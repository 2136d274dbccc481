//! Coaching after a practice session, written by a chat model from observations that are given to it. Each piece of
//! advice names the observations that it rests on; what rests on none, or holds a figure that none of them has, is not
//! told. A model that finds nothing better leaves the word to whoever asked.

#[cfg(test)]
mod tests;

use std::time::Duration;

use candor_core::{
    measured::NotMeasured,
    ports::{ChatModel, ChatRequest, ChatRole, ReplySchema, Watch},
    report::Provenance,
};
use serde::Deserialize;
use serde_json::json;

use crate::{
    citing,
    evaluation::chat::shape,
    mending::Asking,
    prompt::{Prompt, fence, json_in, language_name},
};

pub use crate::citing::{Advice, Observation};

/// The prompt. Its version changes with its words.
const PROMPT: Prompt = Prompt {
    version: "coaching.v1",
    text: include_str!("../prompts/coaching.v1.md"),
};
/// Name and version of the prompt.
pub const PROMPT_VERSION: &str = PROMPT.version;
/// Tokens of a reply.
const TOKENS: u32 = 1200;
/// Most focus areas, and most steps of a plan.
const MOST: usize = 3;
/// Longest focus area or step, and longest response, in characters; more than the model is told.
const LONGEST: usize = 500;
const LONGEST_RESPONSE: usize = 1500;
/// Longest part of a reflection that is sent, in characters.
const LONGEST_REFLECTION: usize = 4000;

/// What is coached.
#[derive(Debug, Clone, Copy)]
pub struct Practised<'a> {
    /// All that is known.
    pub observations: &'a [Observation],
    /// What the person wrote.
    pub reflection: &'a str,
    /// The language to write in.
    pub language: &'a str,
}

/// Coaching as a model wrote it, checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Coaching {
    /// One to three things to work on.
    pub focus_areas: Vec<Advice>,
    /// What is said to the person.
    pub response: Advice,
    /// One to three steps.
    pub plan: Vec<Advice>,
    /// Who wrote it.
    pub provenance: Provenance,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reply {
    focus_areas: Vec<Advice>,
    response: Advice,
    plan: Vec<Advice>,
}

/// Lets `model` coach, within `timeout`. A reply that does not hold may be mended once; of the second one, items that do
/// not hold are left out.
///
/// # Errors
/// Why there is none: what the model said wrong, or that it said nothing.
pub fn write(
    model: &dyn ChatModel,
    practised: &Practised<'_>,
    timeout: Duration,
    watch: &dyn Watch,
) -> Result<Coaching, NotMeasured> {
    if practised.observations.is_empty() {
        return Err(NotMeasured::new(
            "no_observations",
            "there is nothing that coaching could rest on",
        ));
    }
    let asking = Asking {
        model,
        prompt: &PROMPT,
        code: "coaching_invalid",
        watch,
    };
    let (reply, provenance) = asking.ask(request(practised, timeout), |reply, can_mend| {
        checked(reply, practised, can_mend)
    })?;
    Ok(Coaching {
        focus_areas: reply.focus_areas,
        response: reply.response,
        plan: reply.plan,
        provenance,
    })
}

fn request(practised: &Practised<'_>, timeout: Duration) -> ChatRequest {
    let listed = citing::listed(practised.observations);
    let reflection: String = practised
        .reflection
        .chars()
        .take(LONGEST_REFLECTION)
        .collect();
    let fence = fence(&format!("{listed}\n{reflection}"));
    let values = [
        ("fence", fence.as_str()),
        ("language", language_name(practised.language)),
        ("observations", &listed),
        ("reflection", &reflection),
    ];
    let advice = citing::shape(practised.observations);
    let several = json!({"type": "array", "items": advice});
    ChatRequest {
        messages: vec![
            PROMPT.message(ChatRole::System, "system", &values),
            PROMPT.message(ChatRole::User, "observed", &values),
        ],
        schema: Some(ReplySchema {
            name: "coaching".to_owned(),
            schema: shape::object(&json!({
                "focus_areas": several, "response": advice, "plan": several,
            })),
        }),
        temperature: Some(0.0),
        max_tokens: TOKENS,
        timeout,
    }
}

fn checked(reply: &str, practised: &Practised<'_>, can_mend: bool) -> Result<Reply, String> {
    let mut reply: Reply = serde_json::from_str(json_in(reply))
        .map_err(|_| "- it is not of the shape asked for".to_owned())?;
    let given = citing::Given {
        observations: practised.observations,
        open: &[practised.reflection],
        rules: PROMPT.part("system"),
        language: practised.language,
    };
    let holds = |advice: &Advice, longest| advice.holds(&given, longest);
    let mut wrong = Vec::new();
    for (name, list) in [
        ("focus_areas", &mut reply.focus_areas),
        ("plan", &mut reply.plan),
    ] {
        let mut kept = Vec::new();
        for (at, advice) in std::mem::take(list).into_iter().enumerate() {
            match holds(&advice, LONGEST) {
                Ok(()) => kept.push(advice),
                Err(why) => wrong.push(format!("- item {} of `{name}` {why}", at + 1)),
            }
        }
        let n = kept.len();
        if n == 0 || (can_mend && n > MOST) {
            wrong.push(format!("- `{name}` has one to {MOST} items"));
        }
        if n == 0 && !can_mend {
            return Err(wrong.join("\n"));
        }
        kept.truncate(MOST);
        *list = kept;
    }
    if let Err(why) = holds(&reply.response, LONGEST_RESPONSE) {
        wrong.push(format!("- `response` {why}"));
        return Err(wrong.join("\n"));
    }
    if can_mend && !wrong.is_empty() {
        return Err(wrong.join("\n"));
    }
    Ok(reply)
}
