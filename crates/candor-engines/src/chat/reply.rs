//! Reads what a server sends back. Nothing of its prose goes into errors: servers repeat what was asked, also keys.

use candor_core::ports::{ChatError, ChatReply, ChatRequest, ChatUsage, estimated_tokens};
use serde::Deserialize;
use serde_json::Value;

/// The reply ended at its limit.
pub(super) const CUT: &str = "it was cut at its limit of tokens";
/// The reply has no words.
pub(super) const WORDLESS: &str = "it holds no words";
/// Longest name of a model and of an error, in characters.
const LONGEST_NAME: usize = 100;

#[derive(Deserialize)]
struct Body {
    model: Option<String>,
    choices: Vec<Choice>,
    usage: Option<Usage>,
}

#[derive(Deserialize)]
struct Choice {
    message: Message,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Message {
    content: Option<Content>,
    refusal: Option<String>,
}

/// Most servers send a string, some send parts.
#[derive(Deserialize)]
#[serde(untagged)]
enum Content {
    Text(String),
    Parts(Vec<Part>),
}

#[derive(Deserialize)]
struct Part {
    text: Option<String>,
}

#[derive(Deserialize)]
struct Usage {
    prompt_tokens: Option<u64>,
    completion_tokens: Option<u64>,
}

/// Reads the reply to `request`, which asked for `model`.
///
/// # Errors
/// [`ChatError::Malformed`] for what is no such reply, [`ChatError::Refused`] where the model would not answer; with
/// what it took where the model ran.
pub(super) fn read(
    bytes: &[u8],
    request: &ChatRequest,
    model: &str,
) -> Result<ChatReply, ChatError> {
    let body: Body = serde_json::from_slice(bytes)
        .map_err(|_| ChatError::Malformed("it is not of the documented shape"))?;
    let choice = body
        .choices
        .into_iter()
        .next()
        .ok_or(ChatError::Malformed(WORDLESS))?;
    let has_refused = (choice.message.refusal).is_some_and(|words| !words.is_empty());
    let text = match choice.message.content {
        Some(Content::Text(text)) => text,
        Some(Content::Parts(parts)) => parts.into_iter().filter_map(|part| part.text).collect(),
        None => String::new(),
    };
    let usage = usage(body.usage, request, &text);
    let refused = |code: &str| ChatError::Refused {
        status: 200,
        code: Some(code.to_owned()),
    };
    let wrong = match choice.finish_reason.as_deref() {
        Some("length") => Some(ChatError::Malformed(CUT)),
        Some("content_filter") => Some(refused("content_filter")),
        _ if has_refused => Some(refused("refusal")),
        _ if text.trim().is_empty() => Some(ChatError::Malformed(WORDLESS)),
        _ => None,
    };
    if let Some(error) = wrong {
        return Err(ChatError::Wasted {
            error: Box::new(error),
            usage,
        });
    }
    Ok(ChatReply {
        model: body
            .model
            .and_then(|name| printable(&name))
            .unwrap_or_else(|| model.to_owned()),
        text,
        usage,
    })
}

fn usage(counted: Option<Usage>, request: &ChatRequest, text: &str) -> ChatUsage {
    if let Some(Usage {
        prompt_tokens: Some(prompt_tokens),
        completion_tokens: Some(completion_tokens),
    }) = counted
    {
        return ChatUsage {
            prompt_tokens,
            completion_tokens,
            is_estimated: false,
        };
    }
    let asked = request.messages.iter();
    ChatUsage {
        prompt_tokens: asked
            .map(|message| estimated_tokens(&message.content))
            .sum(),
        completion_tokens: estimated_tokens(text),
        is_estimated: true,
    }
}

fn printable(name: &str) -> Option<String> {
    let name: String = name
        .chars()
        .filter(|c| !c.is_control())
        .take(LONGEST_NAME)
        .collect();
    (!name.trim().is_empty()).then_some(name)
}

/// The error code in the body of a refusal: an identifier, and none that was asked or that lets somebody in.
pub(super) fn error_code(bytes: &[u8], request: &ChatRequest, key: Option<&str>) -> Option<String> {
    let body: Value = serde_json::from_slice(bytes).ok()?;
    let error = body.get("error")?;
    let codes = [error.get("code"), error.get("type")];
    let code = codes.into_iter().flatten().find_map(Value::as_str)?;
    let is_identifier = (1..=LONGEST_NAME).contains(&code.len())
        && code
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
    let is_told = request
        .messages
        .iter()
        .any(|message| message.content.contains(code))
        || key.is_some_and(|key| code.contains(key) || key.contains(code));
    (is_identifier && !is_told).then(|| code.to_owned())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use candor_core::ports::{ChatMessage, ChatRole};

    use super::*;

    fn request() -> ChatRequest {
        ChatRequest {
            messages: vec![ChatMessage::new(ChatRole::User, "I met Ada_Lovelace.")],
            schema: None,
            temperature: None,
            max_tokens: 50,
            timeout: Duration::from_secs(1),
        }
    }

    fn read(text: &str) -> Result<ChatReply, ChatError> {
        super::read(text.as_bytes(), &request(), "asked-for").map_err(|error| error.cause().clone())
    }

    #[test]
    fn words_come_as_a_string_or_in_parts() {
        let whole = read(
            r#"{"model":"m-2","choices":[{"message":{"content":"Yes."}}],
            "usage":{"prompt_tokens":7,"completion_tokens":2,"total_tokens":9}}"#,
        )
        .expect("a reply");
        assert_eq!((whole.text.as_str(), whole.model.as_str()), ("Yes.", "m-2"));
        assert_eq!(
            (whole.usage.prompt_tokens, whole.usage.is_estimated),
            (7, false)
        );
        let parts = read(
            r#"{"choices":[{"message":{"content":[{"type":"text","text":"Ye"},{"type":"text","text":"s."}]}}]}"#,
        )
        .expect("a reply");
        assert_eq!(
            (parts.text.as_str(), parts.model.as_str()),
            ("Yes.", "asked-for")
        );
        assert!(parts.usage.is_estimated && parts.usage.completion_tokens == 2);
    }

    #[test]
    fn what_is_no_reply_is_an_error() {
        for text in [
            "",
            "<html>",
            "{}",
            r#"{"choices":[]}"#,
            r#"{"choices":[{"message":{"content":null}}]}"#,
            r#"{"choices":[{"message":{"content":" \n"}}]}"#,
        ] {
            assert!(matches!(read(text), Err(ChatError::Malformed(_))), "{text}");
        }
        let cut = read(r#"{"choices":[{"finish_reason":"length","message":{"content":"{\"a"}}]}"#);
        assert_eq!(cut, Err(ChatError::Malformed(CUT)));
    }

    #[test]
    fn what_is_of_no_use_has_its_price_too() {
        let cut = br#"{"choices":[{"finish_reason":"length","message":{"content":"{\"a"}}],
            "usage":{"prompt_tokens":7,"completion_tokens":50}}"#;
        let error = super::read(cut, &request(), "m").expect_err("it is cut");
        let usage = error.usage().expect("the server counts");
        assert_eq!((usage.prompt_tokens, usage.completion_tokens), (7, 50));
        let empty = br#"{"choices":[{"message":{"content":null}}]}"#;
        let error = super::read(empty, &request(), "m").expect_err("no words");
        assert!(error.usage().is_some_and(|usage| usage.is_estimated));
    }

    #[test]
    fn a_model_that_will_not_answer_is_told_apart() {
        for text in [
            r#"{"choices":[{"finish_reason":"content_filter","message":{"content":""}}]}"#,
            r#"{"choices":[{"message":{"content":null,"refusal":"I can't help with that."}}]}"#,
        ] {
            assert!(matches!(
                read(text),
                Err(ChatError::Refused { status: 200, .. })
            ));
        }
    }

    #[test]
    fn codes_tell_neither_words_nor_keys() {
        let code = |text: &str| error_code(text.as_bytes(), &request(), Some("sk-1"));
        assert_eq!(
            code(r#"{"error":{"message":"too long: I met","code":"context_length_exceeded"}}"#),
            Some("context_length_exceeded".to_owned())
        );
        for text in [
            r#"{"error":{"code":"Ada_Lovelace"}}"#,
            r#"{"error":{"code":"sk-1"}}"#,
            r#"{"error":{"code":"two words"}}"#,
            r#"{"error":{"message":"I met Ada"}}"#,
            "I met Ada",
        ] {
            assert_eq!(code(text), None, "{text}");
        }
    }
}
