//! The documented judge of *practice*: three marks over what was said in a recording, and why, by a chat model. A mark is
//! believed where it comes with words that were said; nothing is told that holds figures of the model's own.

use std::time::Duration;

use candor_core::{
    measured::NotMeasured,
    ports::{ChatModel, ChatRequest, ChatRole, ReplySchema, Watch},
    report::Provenance,
};
use serde::Deserialize;
use serde_json::json;

use crate::{
    evaluation::{self, Answer, Shown, chat::shape},
    figures::figures,
    mending::Asking,
    prompt::{Prompt, fence, json_in, language_name, one_line},
    secrets::Secrets,
    written::{has_form, speaks_of_itself},
};

/// The prompt. Its version changes with its words.
const PROMPT: Prompt = Prompt {
    version: "practice-rationale.v1",
    text: include_str!("../prompts/practice-rationale.v1.md"),
};
/// Name and version of the prompt.
pub const PROMPT_VERSION: &str = PROMPT.version;
/// Tokens of a reply.
const TOKENS: u32 = 900;
/// Longest part of what was said that is sent, in characters.
const LONGEST_SAID: usize = 12_000;
/// Longest role and field, and longest rationale, in characters; more than the model is told.
const LONGEST_NAME: usize = 128;
const LONGEST: usize = 1200;

/// What is judged.
#[derive(Debug, Clone, Copy)]
pub struct Spoken<'a> {
    /// Role that is practised for.
    pub role: &'a str,
    /// Field of the role.
    pub domain: &'a str,
    /// What was said.
    pub text: &'a str,
    /// In which language.
    pub language: &'a str,
}

/// A mark and the words that bear it out.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// 0 to 100.
    pub mark: f64,
    /// Words that were said.
    pub quote: String,
}

/// A judgement, checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Rationale {
    /// How far it goes.
    pub depth: Mark,
    /// Whether it is right.
    pub correctness: Mark,
    /// How much of it matters.
    pub relevance: Mark,
    /// Why.
    pub text: String,
    /// Whether only the beginning of what was said was judged.
    pub is_cut: bool,
    /// Who judged.
    pub provenance: Provenance,
}

impl Rationale {
    /// Mean of the marks, 0 to 100.
    pub fn overall(&self) -> f64 {
        (self.depth.mark + self.correctness.mark + self.relevance.mark) / 3.0
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reply {
    answer_depth: Mark,
    technical_correctness: Mark,
    job_role_relevance: Mark,
    rationale: String,
}

/// Lets `model` judge, within `timeout`. A judgement that does not hold may be mended once.
///
/// # Errors
/// Why there is none.
pub fn judge(
    model: &dyn ChatModel,
    spoken: &Spoken<'_>,
    timeout: Duration,
    watch: &dyn Watch,
) -> Result<Rationale, NotMeasured> {
    let cut: String = spoken.text.chars().take(LONGEST_SAID).collect();
    let is_cut = cut.len() < spoken.text.len();
    let answer = Answer::written(&cut, Some(spoken.language));
    let shown = evaluation::shown(&answer, spoken.language).ok_or_else(|| {
        NotMeasured::new(
            "nothing_said",
            "there are no words in a language that can be judged",
        )
    })?;
    let said = shown.text();
    let asking = Asking {
        model,
        prompt: &PROMPT,
        code: "rationale_invalid",
        watch,
    };
    let (reply, provenance) = asking.ask(request(spoken, &said, timeout), |reply, _| {
        checked(reply, &shown, &said, spoken.language)
    })?;
    Ok(Rationale {
        depth: reply.answer_depth,
        correctness: reply.technical_correctness,
        relevance: reply.job_role_relevance,
        text: reply.rationale.trim().to_owned(),
        is_cut,
        provenance,
    })
}

fn request(spoken: &Spoken<'_>, said: &str, timeout: Duration) -> ChatRequest {
    let short = |text: &str| -> String { one_line(text).chars().take(LONGEST_NAME).collect() };
    let (role, domain) = (short(spoken.role), short(spoken.domain));
    let fence = fence(&format!("{role}\n{domain}\n{said}"));
    let values = [
        ("fence", fence.as_str()),
        ("language", language_name(spoken.language)),
        ("role", &role),
        ("domain", &domain),
        ("said", said),
    ];
    let mark = shape::object(&json!({"mark": {"type": "number"}, "quote": {"type": "string"}}));
    ChatRequest {
        messages: vec![
            PROMPT.message(ChatRole::System, "system", &values),
            PROMPT.message(ChatRole::User, "said", &values),
        ],
        schema: Some(ReplySchema {
            name: "practice_rationale".to_owned(),
            schema: shape::object(&json!({
                "answer_depth": mark, "technical_correctness": mark, "job_role_relevance": mark,
                "rationale": {"type": "string"},
            })),
        }),
        temperature: Some(0.0),
        max_tokens: TOKENS,
        timeout,
    }
}

fn checked(reply: &str, shown: &Shown, said: &str, language: &str) -> Result<Reply, String> {
    let reply: Reply = serde_json::from_str(json_in(reply))
        .map_err(|_| "- it is not of the shape asked for".to_owned())?;
    let mut wrong = Vec::new();
    for (name, mark) in [
        ("answer_depth", &reply.answer_depth),
        ("technical_correctness", &reply.technical_correctness),
        ("job_role_relevance", &reply.job_role_relevance),
    ] {
        if !(0.0..=100.0).contains(&mark.mark) {
            wrong.push(format!("- the mark of `{name}` is not from 0 to 100"));
        }
        if shown.find(&mark.quote).is_none() {
            wrong.push(format!("- the quote of `{name}` was not said"));
        }
    }
    let text = reply.rationale.trim();
    if !has_form(text, LONGEST) {
        wrong.push(
            "- `rationale` is empty, too long, or holds line breaks, markup or addresses"
                .to_owned(),
        );
    }
    if !figures(text).is_subset(&figures(said)) {
        wrong.push("- `rationale` holds a figure that was not said".to_owned());
    }
    let rules = PROMPT.part("system").lines();
    let secrets = Secrets::new(std::iter::empty(), rules, &[said], language);
    if speaks_of_itself(text, &[said]) || secrets.are_told(text) {
        wrong.push("- `rationale` speaks of the one who judges, or of these rules".to_owned());
    }
    if wrong.is_empty() {
        Ok(reply)
    } else {
        Err(wrong.join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use candor_core::ports::{ChatError, Unwatched};
    use serde_json::Value;

    use super::*;
    use crate::{
        injections::{cases, instructions},
        scripted::Scripted,
    };

    const SAID: &str = "I moved the queue into the database because it lost messages. \
        Lost payments fell from forty a week to zero within two months.";

    fn reply(quote: &str, rationale: &str) -> Value {
        let mark = |mark: f64| json!({"mark": mark, "quote": quote});
        json!({
            "answer_depth": mark(70.0), "technical_correctness": mark(80.0),
            "job_role_relevance": mark(60.0), "rationale": rationale,
        })
    }

    fn judged(replies: &[Value], language: &str) -> (Result<Rationale, NotMeasured>, usize) {
        let texts: Vec<String> = replies.iter().map(Value::to_string).collect();
        let model = Scripted::saying(&texts);
        let spoken = Spoken {
            role: "Backend Engineer",
            domain: "FinTech",
            text: SAID,
            language,
        };
        let found = judge(&model, &spoken, Duration::from_secs(5), &Unwatched);
        let n = model.asked().len();
        (found, n)
    }

    #[test]
    fn marks_stand_on_words_that_were_said() {
        let good = reply(
            "it lost messages",
            "It names the fault, what was done and what came of it.",
        );
        let (found, n) = judged(std::slice::from_ref(&good), "en");
        let found = found.expect("it holds");
        assert!((found.overall() - 70.0).abs() < 1e-9 && !found.is_cut && n == 1);
        let bad = reply("I rewrote everything", "It is deep.");
        let (found, n) = judged(&[bad.clone(), good], "en");
        assert_eq!(
            found.expect("it was mended").provenance.settings["mended"],
            "1"
        );
        assert_eq!(n, 2);
        let (found, _) = judged(&[bad], "en");
        assert_eq!(found.expect_err("made up").code, "rationale_invalid");
    }

    #[test]
    fn what_was_said_is_data_whatever_it_says() {
        let ask = |said: &str| {
            let spoken = Spoken {
                role: said,
                domain: said,
                text: said,
                language: "en",
            };
            request(&spoken, said, Duration::from_secs(1))
        };
        let plain = instructions(&ask(SAID));
        for case in cases() {
            assert_eq!(instructions(&ask(&case.injected)), plain, "{}", case.id);
        }
    }

    #[test]
    fn made_up_figures_marks_and_languages_are_refused() {
        let fine = "it lost messages";
        let mut over = reply(fine, "It is deep.");
        over["answer_depth"]["mark"] = json!(140.0);
        for wrong in [
            over,
            reply(fine, "Payments improved by 90 percent."),
            reply(fine, "As an AI I find it deep."),
            reply("messages", "It is deep."),
            reply(fine, ""),
        ] {
            let (found, _) = judged(std::slice::from_ref(&wrong), "en");
            assert_eq!(found.expect_err("no").code, "rationale_invalid", "{wrong}");
        }
        let (found, n) = judged(&[reply(fine, "It is deep.")], "xx");
        assert_eq!(
            (found.expect_err("no").code.as_str(), n),
            ("nothing_said", 0)
        );
        let model = Scripted::new(|_, _| Err(ChatError::TimedOut));
        let spoken = Spoken {
            role: "R",
            domain: "D",
            text: SAID,
            language: "en",
        };
        let found = judge(&model, &spoken, Duration::from_secs(1), &Unwatched);
        assert_eq!(found.expect_err("no reply").code, "chat_timed_out");
    }
}
