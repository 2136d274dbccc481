//! What was measured of an answer, in sentences: assembled by code, or written by a chat model that must cite what it was
//! given. It says what was measured and what was not; it judges nobody and recommends nothing.

use std::time::Duration;

use candor_core::{
    measured::{Measured, NotMeasured},
    ports::{ChatModel, ChatRequest, ChatRole, ReplySchema, Watch},
    report::Provenance,
};
use serde::Deserialize;
use serde_json::json;

use crate::{
    citing::{self, Advice, Given, Observation},
    evaluation::chat::shape,
    mending::Asking,
    prompt::{Prompt, fence, json_in, language_name},
    words::normalised,
};

/// Identifier and version of the assembled sentences.
pub const FORMULA: &str = "commentary.v1";
/// The prompt. Its version changes with its words.
const PROMPT: Prompt = Prompt {
    version: "commentary-chat.v1",
    text: include_str!("../prompts/commentary.v1.md"),
};
/// Tokens of a reply.
const TOKENS: u32 = 1200;
/// Longest text, in characters; more than the model is told.
const LONGEST: usize = 900;
/// What nobody but a person may say of somebody.
const VERDICTS: [&str; 15] = [
    "hire",
    "hired",
    "hiring",
    "reject",
    "rejected",
    "recommend",
    "recommended",
    "recommendation",
    "suitable",
    "unsuitable",
    "qualified",
    "unqualified",
    "invite",
    "shortlist",
    "good fit",
];

/// Something that was looked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// Its name in the middle of a sentence, e.g. "eye contact".
    pub name: &'static str,
    /// A sentence with value and unit, without its full stop; or why there is none.
    pub found: Measured<String>,
}

impl Fact {
    /// A fact from a value and the sentence that tells it.
    pub fn of<T>(
        name: &'static str,
        value: &Measured<T>,
        sentence: impl FnOnce(&T) -> String,
    ) -> Self {
        Self {
            name,
            found: value.as_ref().map(sentence).map_err(Clone::clone),
        }
    }
}

/// What was looked for, by part.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Measurements {
    /// The total.
    pub overall: Vec<Fact>,
    /// The picture.
    pub face: Vec<Fact>,
    /// The sound.
    pub voice: Vec<Fact>,
    /// What was said.
    pub content: Vec<Fact>,
}

/// The four texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commentary {
    /// About the total.
    pub overall: String,
    /// About the picture.
    pub face: String,
    /// About the sound.
    pub voice: String,
    /// About what was said.
    pub content: String,
}

/// What was measured first, then what was not, with its reasons.
fn sentences(facts: &[Fact]) -> Vec<String> {
    let measured = facts.iter().filter_map(|fact| fact.found.as_ref().ok());
    let mut sentences: Vec<String> = measured.map(|text| format!("{text}.")).collect();
    let mut reasons: Vec<(&NotMeasured, Vec<&str>)> = Vec::new();
    for fact in facts {
        let Err(reason) = &fact.found else { continue };
        match reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, names)) => names.push(fact.name),
            None => reasons.push((reason, vec![fact.name])),
        }
    }
    for (reason, names) in reasons {
        let why = reason.message.trim_end_matches('.');
        sentences.push(format!("Not measured: {} ({why}).", names.join(", ")));
    }
    sentences
}

/// The texts as code puts them together.
pub fn assemble(measured: &Measurements) -> Commentary {
    let text = |facts: &[Fact]| match sentences(facts) {
        none if none.is_empty() => "Nothing was looked for.".to_owned(),
        sentences => sentences.join(" "),
    };
    Commentary {
        overall: text(&measured.overall),
        face: text(&measured.face),
        voice: text(&measured.voice),
        content: text(&measured.content),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reply {
    overall: Advice,
    face: Advice,
    voice: Advice,
    content: Advice,
}

/// Lets `model` write the texts in `language`, within `timeout`. A reply that does not hold may be mended once.
///
/// # Errors
/// Why there are none; [`assemble`] always has some.
pub fn write(
    model: &dyn ChatModel,
    measured: &Measurements,
    language: &str,
    timeout: Duration,
    watch: &dyn Watch,
) -> Result<(Commentary, Provenance), NotMeasured> {
    let parts = parts(measured);
    if parts
        .iter()
        .any(|(_, observations)| observations.is_empty())
    {
        return Err(NotMeasured::new(
            "no_observations",
            "there is a part that nothing was looked for in",
        ));
    }
    let asking = Asking {
        model,
        prompt: &PROMPT,
        code: "commentary_invalid",
        watch,
    };
    let request = request(&parts, language, timeout);
    asking.ask(request, |reply, _| checked(reply, &parts, language))
}

/// The observations of each part; their ids go on over all of them.
fn parts(measured: &Measurements) -> [(&'static str, Vec<Observation>); 4] {
    let mut n = 0;
    [
        ("overall", &measured.overall),
        ("face", &measured.face),
        ("voice", &measured.voice),
        ("content", &measured.content),
    ]
    .map(|(name, facts)| {
        let observations = sentences(facts).into_iter().map(|text| {
            n += 1;
            Observation {
                id: format!("o{n}"),
                text,
            }
        });
        (name, observations.collect())
    })
}

fn request(
    parts: &[(&'static str, Vec<Observation>); 4],
    language: &str,
    timeout: Duration,
) -> ChatRequest {
    let told = parts.iter();
    let told: Vec<String> = told
        .map(|(name, observations)| format!("{name}:\n{}", citing::listed(observations)))
        .collect();
    let told = told.join("\n\n");
    let fence = fence(&told);
    let values = [
        ("fence", fence.as_str()),
        ("language", language_name(language)),
        ("measured", &told),
    ];
    let [overall, face, voice, content] = [0, 1, 2, 3].map(|at: usize| citing::shape(&parts[at].1));
    ChatRequest {
        messages: vec![
            PROMPT.message(ChatRole::System, "system", &values),
            PROMPT.message(ChatRole::User, "measured", &values),
        ],
        schema: Some(ReplySchema {
            name: "commentary".to_owned(),
            schema: shape::object(&json!({
                "overall": overall, "face": face, "voice": voice, "content": content,
            })),
        }),
        temperature: Some(0.0),
        max_tokens: TOKENS,
        timeout,
    }
}

fn checked(
    reply: &str,
    parts: &[(&'static str, Vec<Observation>); 4],
    language: &str,
) -> Result<Commentary, String> {
    let reply: Reply = serde_json::from_str(json_in(reply))
        .map_err(|_| "- it is not of the shape asked for".to_owned())?;
    let texts = [&reply.overall, &reply.face, &reply.voice, &reply.content];
    let wrong: Vec<String> = texts
        .iter()
        .zip(parts)
        .filter_map(|(text, (name, observations))| {
            let given = Given {
                observations,
                open: &[],
                // Nothing that was given is anybody's own words, so nobody can ask for the rules.
                rules: "",
                language,
            };
            let held = text.holds(&given, LONGEST);
            let why = held.and_then(|()| judges_nobody(&text.text)).err()?;
            Some(format!("- `{name}` {why}"))
        })
        .collect();
    if !wrong.is_empty() {
        return Err(wrong.join("\n"));
    }
    let trimmed = |advice: Advice| advice.text.trim().to_owned();
    Ok(Commentary {
        overall: trimmed(reply.overall),
        face: trimmed(reply.face),
        voice: trimmed(reply.voice),
        content: trimmed(reply.content),
    })
}

fn judges_nobody(text: &str) -> Result<(), &'static str> {
    let spaced = format!(" {} ", normalised(text));
    let is_verdict = VERDICTS
        .iter()
        .any(|word| spaced.contains(&format!(" {word} ")));
    if is_verdict {
        return Err("judges or recommends somebody");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use candor_core::ports::Unwatched;
    use serde_json::Value;

    use super::*;
    use crate::scripted::Scripted;

    fn measured() -> Measurements {
        let known = |name, text: &str| Fact {
            name,
            found: Ok(text.to_owned()),
        };
        let unknown = |name, message: &str| Fact {
            name,
            found: Err(NotMeasured::new("no_face", message)),
        };
        Measurements {
            overall: vec![known("total", "The answer comes to 64 of 100 points")],
            face: vec![
                unknown("eye contact", "no face was seen"),
                unknown("turning away", "no face was seen"),
            ],
            voice: vec![
                known("pace", "2.4 words per second were spoken"),
                unknown("pitch", "too little of it is voiced."),
            ],
            content: vec![known(
                "relevance",
                "Nearness to the question is 70.1 of 100",
            )],
        }
    }

    #[test]
    fn texts_are_put_together_from_what_was_measured() {
        let made = assemble(&measured());
        assert_eq!(made.overall, "The answer comes to 64 of 100 points.");
        assert_eq!(
            made.face,
            "Not measured: eye contact, turning away (no face was seen)."
        );
        assert_eq!(
            made.voice,
            "2.4 words per second were spoken. Not measured: pitch (too little of it is voiced)."
        );
        assert_eq!(
            assemble(&Measurements::default()).face,
            "Nothing was looked for."
        );
    }

    fn reply(overall: &str, cites: &str) -> Value {
        let said = |text: &str, cites: &str| json!({"text": text, "cites": [cites]});
        json!({
            "overall": said(overall, cites),
            "face": said("No face was seen, so nothing was measured of it.", "o2"),
            "voice": said("The pace was 2.4 words per second.", "o3"),
            "content": said("Nearness to the question is 70.1 of 100.", "o5"),
        })
    }

    fn wrote(replies: &[Value]) -> (Result<Commentary, NotMeasured>, usize) {
        let texts: Vec<String> = replies.iter().map(Value::to_string).collect();
        let model = Scripted::saying(&texts);
        let written = write(
            &model,
            &measured(),
            "en",
            Duration::from_secs(5),
            &Unwatched,
        );
        let n = model.asked().len();
        (written.map(|(commentary, _)| commentary), n)
    }

    #[test]
    fn a_model_says_what_it_was_given_and_no_more() {
        let good = reply("The total is 64 of 100 points.", "o1");
        let (written, n) = wrote(std::slice::from_ref(&good));
        assert_eq!(
            written.expect("it holds").overall,
            "The total is 64 of 100 points."
        );
        assert_eq!(n, 1);
        for wrong in [
            reply("The total is 65 of 100 points.", "o1"),
            reply("The total is 64 of 100 points.", "o5"),
            reply("The total is 64 of 100 points: hire.", "o1"),
            reply("I recommend the candidate.", "o1"),
            reply("", "o1"),
        ] {
            let (written, n) = wrote(std::slice::from_ref(&wrong));
            assert_eq!(
                written.expect_err("no").code,
                "commentary_invalid",
                "{wrong}"
            );
            assert_eq!(n, 2, "mended once");
            let (written, _) = wrote(&[wrong, good.clone()]);
            assert!(written.is_ok());
        }
    }
}
