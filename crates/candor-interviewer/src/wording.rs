//! Words a question anew with a chat model, so that it follows on from what the candidate said.
//!
//! What is asked stays the bank's: the model is shown what was said so far (see [`context`]) and what is known of the
//! position and the person, but neither key points nor rubric, and words that do not pass the checks (see [`check`]) are
//! not said. An interview never waits for them longer than it was told to.

mod check;
#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Duration};

use candor_core::{
    interview::{Question, Speaker, Turn, TurnKind},
    measured::NotMeasured,
    ports::{
        ChatError, ChatModel, ChatRequest, ChatRole, ChatUsage, ReplySchema, Watch,
        estimated_tokens,
    },
    report::Provenance,
};
use serde_json::json;

use crate::{
    background::Background,
    context,
    evaluation::{self, Answer, chat::shape},
    prompt::{Prompt, fence, language_name, one_line},
};
use check::Draft;

/// The prompt. Its version changes with its words.
const PROMPT: Prompt = Prompt {
    version: "wording.v2",
    text: include_str!("../prompts/wording.v2.md"),
};
/// Tokens of a reply.
const TOKENS: u32 = 400;

/// How a chat model is asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WordingSettings {
    /// 0 for the likeliest words; `None` for models that take no other than their own.
    pub temperature: Option<f32>,
    /// Longest wait; the candidate waits as long.
    pub timeout: Duration,
}

impl Default for WordingSettings {
    fn default() -> Self {
        Self {
            temperature: Some(0.4),
            timeout: Duration::from_secs(6),
        }
    }
}

/// A turn that is about to be said.
#[derive(Debug, Clone, Copy)]
pub struct Planned<'a> {
    /// The question that it belongs to.
    pub question: &'a Question,
    /// What it is.
    pub kind: TurnKind,
    /// Its words so far.
    pub text: &'a str,
    /// What was said before it, by both.
    pub turns: &'a [Turn],
    /// What is known of the position and the person beforehand.
    pub background: &'a Background,
    /// Time budget of the interview in seconds.
    pub duration_s: f64,
}

/// Who worded a turn.
#[derive(Debug, Clone, PartialEq)]
pub enum WordedBy {
    /// The model.
    Model(Box<Provenance>),
    /// The bank, and why not the model.
    Bank(NotMeasured),
}

/// The words of a turn.
#[derive(Debug, Clone, PartialEq)]
pub struct Worded {
    /// The words.
    pub text: String,
    /// Who worded them.
    pub by: WordedBy,
    /// Tokens that it took; zero where the model was not asked.
    pub usage: ChatUsage,
}

/// Words questions.
pub struct Wording {
    model: Arc<dyn ChatModel>,
    settings: WordingSettings,
}

impl Wording {
    /// Words questions with `model`.
    pub fn new(model: Arc<dyn ChatModel>, settings: WordingSettings) -> Self {
        Self { model, settings }
    }

    /// Words `planned` anew, or gives it as it is.
    pub fn word(&self, planned: &Planned<'_>, watch: &dyn Watch) -> Worded {
        let mut usage = ChatUsage::default();
        match self.try_word(planned, &mut usage, watch) {
            Ok((text, provenance)) => Worded {
                text,
                by: WordedBy::Model(Box::new(provenance)),
                usage,
            },
            Err(reason) => Worded {
                text: planned.text.to_owned(),
                by: WordedBy::Bank(reason),
                usage,
            },
        }
    }

    fn try_word(
        &self,
        planned: &Planned<'_>,
        usage: &mut ChatUsage,
        watch: &dyn Watch,
    ) -> Result<(String, Provenance), NotMeasured> {
        let is_asked = matches!(planned.kind, TurnKind::Question | TurnKind::FollowUp);
        if !is_asked || planned.question.coding.is_some() {
            return Err(NotMeasured::new(
                "wording_fixed",
                "such turns keep their words",
            ));
        }
        let language = planned.question.language.as_str();
        let last = last_answer(planned.turns)
            .map(|text| Answer::written(text, Some(language)))
            .and_then(|answer| evaluation::shown(&answer, language));
        let Some(shown) = last else {
            return Err(NotMeasured::new(
                "nothing_said",
                "there is nothing that the question could refer to",
            ));
        };
        let said = shown.text();
        let reply = match self.model.complete(&self.request(planned, &said), watch) {
            Ok(reply) => reply,
            Err(ChatError::Cancelled) => {
                return Err(NotMeasured::new("cancelled", "cancelled"));
            }
            Err(error) => {
                usage.add(error.usage().unwrap_or_default());
                return Err(NotMeasured::new(error.code(), error.to_string()));
            }
        };
        usage.add(reply.usage);
        let draft = Draft {
            planned,
            shown: &shown,
            said: &said,
        };
        let text = draft.check(&reply.text).map_err(|wrong| {
            NotMeasured::new(
                "wording_invalid",
                format!("the chat model's words can't be said: {wrong}"),
            )
        })?;
        let engine = self.model.provenance();
        let mut settings = engine.settings;
        settings.insert("prompt".to_owned(), PROMPT.version.to_owned());
        settings.insert("prompt_sha256".to_owned(), PROMPT.sha256());
        let provenance = Provenance {
            model: Some(reply.model),
            formula: Some(PROMPT.version.to_owned()),
            settings,
            ..engine
        };
        Ok((text, provenance))
    }

    fn request(&self, planned: &Planned<'_>, said: &str) -> ChatRequest {
        let language = planned.question.language.as_str();
        let known = planned.background;
        let paper = |text: Option<&str>| {
            let text = text.and_then(|text| cleared(text, language));
            or_nothing(text.unwrap_or_default())
        };
        let (position, resume) = (
            paper(known.position.as_deref()),
            paper(known.resume.as_deref()),
        );
        let areas: Vec<String> = known.focus_areas.iter().map(|one| one_line(one)).collect();
        let focus = or_nothing(areas.join("\n"));
        let around = [PROMPT.text, planned.text, said, &position, &resume, &focus];
        let taken: u64 = around.iter().map(|text| estimated_tokens(text)).sum();
        let talk = or_nothing(context::talk(before(planned.turns), language, taken));
        let data = [planned.text, said, &talk, &position, &resume, &focus];
        let (fence, minutes) = (fence(&data.join("\n")), planned.duration_s / 60.0);
        let minutes = format!("{minutes:.0}");
        let values = [
            ("fence", fence.as_str()),
            ("language", language_name(language)),
            ("minutes", &minutes),
            ("question", planned.text),
            ("said", said),
            ("talk", &talk),
            ("position", &position),
            ("resume", &resume),
            ("focus", &focus),
        ];
        ChatRequest {
            messages: vec![
                PROMPT.message(ChatRole::System, "system", &values),
                PROMPT.message(ChatRole::User, "matter", &values),
            ],
            schema: Some(ReplySchema {
                name: "wording".to_owned(),
                schema: shape::object(&json!({
                    "question": {"type": "string"},
                    "said": {"type": "string"},
                })),
            }),
            temperature: self.settings.temperature,
            max_tokens: TOKENS,
            timeout: self.settings.timeout,
        }
    }
}

/// What was said before the candidate's last answer.
fn before(turns: &[Turn]) -> &[Turn] {
    let last = turns
        .iter()
        .rposition(|turn| turn.speaker == Speaker::Candidate);
    &turns[..last.unwrap_or(0)]
}

/// A text without what is meant for a model; `None` where nothing is left.
fn cleared(text: &str, language: &str) -> Option<String> {
    let paper = Answer::written(text, None);
    evaluation::shown(&paper, language).map(|shown| shown.text())
}

fn or_nothing(text: String) -> String {
    if text.trim().is_empty() {
        return "(none)".to_owned();
    }
    text
}

/// The candidate's last answer.
fn last_answer(turns: &[Turn]) -> Option<&str> {
    let said = turns
        .iter()
        .rfind(|turn| turn.speaker == Speaker::Candidate)?;
    (said.kind == TurnKind::Answer).then_some(said.text.as_str())
}
