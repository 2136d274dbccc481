//! What is sent.

use candor_core::ports::{ChatRequest, ChatRole, ReplySchema};
use serde_json::{Map, Value, json};

use super::settings::{ChatSettings, JsonMode, TokenLimit};

/// The body of a request.
pub(super) fn of(settings: &ChatSettings, request: &ChatRequest) -> Vec<u8> {
    let told = request
        .schema
        .as_ref()
        .filter(|_| settings.json_mode != JsonMode::Schema);
    let mut body = Map::from_iter([
        ("model".to_owned(), json!(settings.model)),
        ("messages".to_owned(), messages(request, told)),
    ]);
    let limit = match settings.token_limit {
        TokenLimit::MaxTokens => "max_tokens",
        TokenLimit::MaxCompletionTokens => "max_completion_tokens",
    };
    body.insert(limit.to_owned(), json!(request.max_tokens));
    if let Some(temperature) = request.temperature {
        body.insert("temperature".to_owned(), json!(temperature));
    }
    if let Some(format) = request
        .schema
        .as_ref()
        .and_then(|schema| format(settings.json_mode, schema))
    {
        body.insert("response_format".to_owned(), format);
    }
    Value::Object(body).to_string().into_bytes()
}

fn format(mode: JsonMode, schema: &ReplySchema) -> Option<Value> {
    match mode {
        JsonMode::Schema => Some(json!({
            "type": "json_schema",
            "json_schema": {"name": schema.name, "strict": true, "schema": schema.schema},
        })),
        JsonMode::Object => Some(json!({"type": "json_object"})),
        JsonMode::Words => None,
    }
}

/// The messages; `told` is put into the first one: many servers take one system message only.
fn messages(request: &ChatRequest, told: Option<&ReplySchema>) -> Value {
    let mut messages: Vec<(ChatRole, String)> = request
        .messages
        .iter()
        .map(|message| (message.role, message.content.clone()))
        .collect();
    if let Some(schema) = told {
        let told = format!(
            "Reply with one JSON object and nothing else. It fits this JSON schema:\n{}",
            schema.schema
        );
        match messages.first_mut() {
            Some((ChatRole::System, content)) => {
                content.push_str("\n\n");
                content.push_str(&told);
            }
            _ => messages.insert(0, (ChatRole::System, told)),
        }
    }
    messages
        .into_iter()
        .map(|(role, content)| json!({"role": role.as_str(), "content": content}))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use candor_core::ports::ChatMessage;

    use super::{super::settings::Access, *};

    fn request() -> ChatRequest {
        ChatRequest {
            messages: vec![
                ChatMessage::new(ChatRole::System, "Judge."),
                ChatMessage::new(ChatRole::User, "An answer."),
            ],
            schema: Some(ReplySchema {
                name: "marks".to_owned(),
                schema: json!({"type": "object"}),
            }),
            temperature: Some(0.0),
            max_tokens: 50,
            timeout: Duration::from_secs(1),
        }
    }

    fn sent(settings: &ChatSettings, request: &ChatRequest) -> Value {
        serde_json::from_slice(&of(settings, request)).expect("it is JSON")
    }

    #[test]
    fn the_schema_goes_where_the_server_wants_it() {
        let mut settings = ChatSettings::new("http://localhost", Access::Open, "m");
        let body = sent(&settings, &request());
        assert_eq!(body["response_format"]["json_schema"]["name"], "marks");
        assert_eq!(body["messages"][0]["content"], "Judge.");
        settings.json_mode = JsonMode::Object;
        let body = sent(&settings, &request());
        assert_eq!(body["response_format"], json!({"type": "json_object"}));
        let first = body["messages"][0]["content"].as_str().expect("words");
        assert!(first.starts_with("Judge.") && first.ends_with("{\"type\":\"object\"}"));
        settings.json_mode = JsonMode::Words;
        assert!(sent(&settings, &request()).get("response_format").is_none());
    }

    #[test]
    fn limits_are_sent_under_the_servers_name_for_them() {
        let mut settings = ChatSettings::new("http://localhost", Access::Open, "m");
        let plain = ChatRequest {
            schema: None,
            temperature: None,
            ..request()
        };
        let body = sent(&settings, &plain);
        assert_eq!(body["max_tokens"], 50);
        assert!(body.get("temperature").is_none() && body.get("response_format").is_none());
        settings.token_limit = TokenLimit::MaxCompletionTokens;
        let body = sent(&settings, &plain);
        assert_eq!(body["max_completion_tokens"], 50);
        assert!(body.get("max_tokens").is_none());
    }
}
