//! Words the question of a stage with a chat model, within the documented guardrails: the last 10 turns with 280
//! characters each are shown; 12 to 260 characters, nothing of itself or of policies, and not what was asked in the last
//! six turns. What does not hold is not said: the stage has words of its own.

use std::time::Duration;

use candor_core::{
    interview::Question,
    measured::NotMeasured,
    ports::{ChatModel, ChatRequest, ChatRole, ReplySchema, Watch},
    report::Provenance,
};
use serde::Deserialize;
use serde_json::json;

use crate::{
    evaluation::{self, Answer, chat::shape},
    mending::Asking,
    prepared::plan,
    prompt::{Prompt, fence, json_in, language_name, one_line},
    secrets::Secrets,
    turn_taking::overlap,
    words::normalised,
    written::{has_form, speaks_of_itself},
};

/// The prompt. Its version changes with its words.
const PROMPT: Prompt = Prompt {
    version: "practice-question.v1",
    text: include_str!("../../prompts/practice-question.v1.md"),
};
/// Tokens of a reply.
const TOKENS: u32 = 200;
/// Turns that are shown, and how much of each, in characters.
const SHOWN_TURNS: usize = 10;
const SHOWN_CHARS: usize = 280;
/// Shortest and longest question, in characters.
const SHORTEST: usize = 12;
const LONGEST: usize = 260;
/// Turns whose questions are not asked again, and the share of common words from which it would be one.
const COMPARED_TURNS: usize = 6;
const SAME: f64 = 0.86;
/// Longest role and field that are shown, in characters.
const LONGEST_NAME: usize = 128;
/// What a model says that speaks of rules instead of asking.
const OF_POLICIES: [&str; 8] = [
    "policy",
    "policies",
    "i cannot",
    "i can t",
    "i m sorry",
    "i am sorry",
    "guidelines",
    "openai",
];

/// What was said once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said<'a> {
    /// Whether the person who practises said it.
    pub is_person: bool,
    /// The words; empty where a question was skipped.
    pub text: &'a str,
}

/// The stage that is asked about: one of [`plan`]'s questions.
#[derive(Debug, Clone, Copy)]
pub struct Stage<'a> {
    /// Its question, in its own words.
    pub question: &'a Question,
    /// Role that is practised for.
    pub role: &'a str,
    /// Field of the role.
    pub domain: &'a str,
    /// What was said so far.
    pub turns: &'a [Said<'a>],
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reply {
    question: String,
}

/// Words of `model` for the question of a stage, within `timeout`.
///
/// # Errors
/// Why there are none: nothing was said yet, the model said nothing, or what it said may not be asked.
pub fn generate(
    model: &dyn ChatModel,
    stage: &Stage<'_>,
    timeout: Duration,
    watch: &dyn Watch,
) -> Result<(String, Provenance), NotMeasured> {
    let said = shown(stage);
    if !said.iter().any(|(is_person, _)| *is_person) {
        return Err(NotMeasured::new(
            "nothing_said",
            "there is nothing that the question could follow on from",
        ));
    }
    let asking = Asking {
        model,
        prompt: &PROMPT,
        code: "question_invalid",
        watch,
    };
    asking.ask(request(stage, &said, timeout), |reply, _| {
        checked(reply, stage).map_err(str::to_owned)
    })
}

/// The last turns as a model is shown them: of what the person said only what is meant for the interviewer.
fn shown(stage: &Stage<'_>) -> Vec<(bool, String)> {
    let language = stage.question.language.as_str();
    let last = &stage.turns[stage.turns.len().saturating_sub(SHOWN_TURNS)..];
    last.iter()
        .filter_map(|turn| {
            let text = if turn.is_person {
                let answer = Answer::written(turn.text, Some(language));
                evaluation::shown(&answer, language)?.text()
            } else {
                turn.text.to_owned()
            };
            let line: String = one_line(&text).chars().take(SHOWN_CHARS).collect();
            (!line.is_empty()).then_some((turn.is_person, line))
        })
        .collect()
}

fn request(stage: &Stage<'_>, said: &[(bool, String)], timeout: Duration) -> ChatRequest {
    let short = |text: &str| -> String { one_line(text).chars().take(LONGEST_NAME).collect() };
    let (role, domain) = (short(stage.role), short(stage.domain));
    let said: Vec<String> = said
        .iter()
        .map(|(is_person, text)| {
            let who = if *is_person { "Person" } else { "Interviewer" };
            format!("{who}: {text}")
        })
        .collect();
    let said = said.join("\n");
    // Role and field are the person's words: they stand inside the fence alone.
    let unnamed = plan("this role", "this field").questions;
    let matter = unnamed
        .into_iter()
        .find(|question| question.id == stage.question.id)
        .map_or_else(|| stage.question.text.clone(), |question| question.text);
    let fence = fence(&format!("{role}\n{domain}\n{said}"));
    let values = [
        ("fence", fence.as_str()),
        ("language", language_name(&stage.question.language)),
        ("stage", &matter),
        ("role", &role),
        ("domain", &domain),
        ("said", &said),
    ];
    ChatRequest {
        messages: vec![
            PROMPT.message(ChatRole::System, "system", &values),
            PROMPT.message(ChatRole::User, "said", &values),
        ],
        schema: Some(ReplySchema {
            name: "practice_question".to_owned(),
            schema: shape::object(&json!({"question": {"type": "string"}})),
        }),
        temperature: Some(0.2),
        max_tokens: TOKENS,
        timeout,
    }
}

fn checked(reply: &str, stage: &Stage<'_>) -> Result<String, &'static str> {
    let reply: Reply =
        serde_json::from_str(json_in(reply)).map_err(|_| "it is not of the shape asked for")?;
    let text = reply.question.trim();
    if text.chars().count() < SHORTEST || !has_form(text, LONGEST) {
        return Err("it is too short or long, or holds line breaks, markup or addresses");
    }
    if text.chars().filter(|c| *c == '?').count() != 1 {
        return Err("it does not ask exactly one question");
    }
    let key = normalised(text);
    let speaks_of_policies = OF_POLICIES
        .iter()
        .any(|phrase| format!(" {key} ").contains(&format!(" {phrase} ")));
    let own = [stage.question.text.as_str()];
    let rules = PROMPT.part("system").lines();
    let language = stage.question.language.as_str();
    let tells = Secrets::new(std::iter::empty(), rules, &own, language).are_told(text);
    if speaks_of_itself(text, &own) || speaks_of_policies || tells {
        return Err("it speaks of the one who asks, or of policies");
    }
    let last = &stage.turns[stage.turns.len().saturating_sub(COMPARED_TURNS)..];
    let is_repeat = last
        .iter()
        .filter(|turn| !turn.is_person)
        .any(|turn| overlap(&key, &normalised(turn.text)) >= SAME);
    if is_repeat {
        return Err("it was asked before");
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use candor_core::ports::{ChatError, Unwatched};

    use super::*;
    use crate::{
        injections::{cases, instructions},
        scripted::Scripted,
    };

    const ROLE: &str = "Backend Engineer";
    const ANSWER: &str =
        "I rebuilt the payment queue of a bank last year because it lost messages.";
    const GOOD: &str =
        "You rebuilt a payment queue: what draws you to this kind of work in banking?";

    fn asked(
        reply: Result<String, ChatError>,
        turns: &[Said<'_>],
    ) -> (Result<String, NotMeasured>, Scripted) {
        let model = Scripted::new(move |_, _| reply.clone());
        let plan = plan(ROLE, "FinTech");
        let stage = Stage {
            question: &plan.questions[1],
            role: ROLE,
            domain: "FinTech",
            turns,
        };
        let found = generate(&model, &stage, Duration::from_secs(1), &Unwatched);
        (found.map(|(text, _)| text), model)
    }

    fn turns() -> [Said<'static>; 2] {
        [
            Said {
                is_person: false,
                text: "What have you done so far that prepares you for this work?",
            },
            Said {
                is_person: true,
                text: ANSWER,
            },
        ]
    }

    fn says(question: &str) -> Result<String, ChatError> {
        Ok(json!({"question": question}).to_string())
    }

    #[test]
    fn a_question_within_the_guardrails_is_asked() {
        let (found, model) = asked(says(GOOD), &turns());
        assert_eq!(found.expect("it holds"), GOOD);
        let asked = model.asked();
        let (system, user) = (&asked[0].messages[0].content, &asked[0].messages[1].content);
        assert!(
            user.contains("Role: Backend Engineer") && user.contains(ANSWER),
            "{user}"
        );
        assert!(
            !system.contains(ROLE) && !system.contains("payment"),
            "{system}"
        );
        assert_eq!(asked[0].temperature, Some(0.2));
    }

    #[test]
    fn anything_else_leaves_the_stage_its_own_words() {
        let long = format!("Why {}?", "so ".repeat(90));
        for wrong in [
            "Why?",
            long.as_str(),
            "Tell me why you want to work here.",
            "Why this role? And why this field?",
            "As an AI language model, may I ask why you want this role?",
            "I cannot discuss that because of my policy, but why this role?",
            "What have you done that prepares you for this work?",
            "Why <b>this</b> role, of all the roles?",
        ] {
            let (found, model) = asked(says(wrong), &turns());
            assert_eq!(found.expect_err(wrong).code, "question_invalid");
            assert_eq!(
                model.asked().len(),
                1,
                "the person waits: nothing is mended"
            );
        }
        let (found, _) = asked(Err(ChatError::TimedOut), &turns());
        assert_eq!(found.expect_err("no reply").code, "chat_timed_out");
        let (found, model) = asked(says(GOOD), &turns()[..1]);
        assert_eq!(found.expect_err("nothing said").code, "nothing_said");
        assert!(model.asked().is_empty());
    }

    #[test]
    fn roles_and_answers_are_data_whatever_they_say() {
        let ask = |said: &str| {
            let plan = plan(said, said);
            let turns = [Said {
                is_person: true,
                text: said,
            }];
            let stage = Stage {
                question: &plan.questions[1],
                role: said,
                domain: said,
                turns: &turns,
            };
            let shown = [(true, said.to_owned())];
            request(&stage, &shown, Duration::from_secs(1))
        };
        let plain = instructions(&ask("Nurse"));
        for case in cases() {
            assert_eq!(instructions(&ask(&case.injected)), plain, "{}", case.id);
        }
    }

    #[test]
    fn ten_turns_of_280_characters_are_shown() {
        let long = "I built things and measured them. ".repeat(20);
        let turns: Vec<Said<'_>> = (0..14)
            .map(|at| Said {
                is_person: at % 2 == 1,
                text: if at % 2 == 1 {
                    &long
                } else {
                    "And what came next?"
                },
            })
            .collect();
        let (_, model) = asked(says(GOOD), &turns);
        let user = model.asked()[0].messages[1].content.clone();
        let lines = user.lines().filter(|line| line.starts_with("Person: "));
        let lengths: Vec<usize> = lines.map(|line| line.chars().count() - 8).collect();
        assert_eq!(lengths.len(), 5);
        assert!(lengths.iter().all(|n| *n <= SHOWN_CHARS), "{lengths:?}");
    }
}
