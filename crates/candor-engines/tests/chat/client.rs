//! What the client makes of good servers, bad servers and none.

use std::{
    net::TcpListener,
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

use candor_core::ports::{
    ChatError, ChatMessage, ChatModel, ChatReply, ChatRequest, ChatRole, EngineError, ReplySchema,
    Unwatched, Watch,
};
use candor_engines::chat::{Access, ChatSettings, OpenAiChat, circuit::CircuitSettings};
use candor_testkit::chat::{Act, ChatServer, reply};
use serde_json::json;

const KEY: &str = "sk-very-secret";
const SAID: &str = "I_was_born_in_Ghent";

fn settings(url: &str) -> ChatSettings {
    ChatSettings {
        read_timeout: Duration::from_millis(300),
        retry_wait: Duration::from_millis(1),
        longest_wait: Duration::from_secs(1),
        ..ChatSettings::new(url, Access::Bearer(KEY.to_owned()), "asked-for")
    }
}

fn request() -> ChatRequest {
    ChatRequest {
        messages: vec![
            ChatMessage::new(ChatRole::System, "Judge the answer."),
            ChatMessage::new(ChatRole::User, SAID),
        ],
        schema: Some(ReplySchema {
            name: "marks".to_owned(),
            schema: json!({"type": "object"}),
        }),
        temperature: Some(0.0),
        max_tokens: 100,
        timeout: Duration::from_secs(5),
    }
}

fn ask(server: &ChatServer) -> Result<ChatReply, ChatError> {
    OpenAiChat::new(settings(&server.url()))
        .expect("valid settings")
        .complete(&request(), &Unwatched)
        .map_err(|error| error.cause().clone())
}

fn status(status: u16) -> Act {
    Act::Status {
        status,
        retry_after: None,
        body: String::new(),
    }
}

fn busy(retry_after: u64) -> Act {
    Act::Status {
        status: 429,
        retry_after: Some(retry_after),
        body: String::new(),
    }
}

fn good() -> Act {
    Act::Say("Fine.".to_owned())
}

#[test]
fn a_reply_comes_with_its_model_and_its_tokens() {
    let server = ChatServer::start([good()]);
    let reply = ask(&server).unwrap();
    assert_eq!(
        (reply.text.as_str(), reply.model.as_str()),
        ("Fine.", "scripted-1")
    );
    assert_eq!(
        (reply.usage.prompt_tokens, reply.usage.completion_tokens),
        (120, 30)
    );
    assert!(!reply.usage.is_estimated);
    let got = server.got();
    assert!(got[0].head.starts_with("POST /v1/chat/completions "));
    assert!(got[0].head.contains("authorization: Bearer sk-very-secret"));
    assert_eq!(got[0].body["model"], "asked-for");
    assert_eq!(got[0].body["temperature"], 0.0);
    assert_eq!(got[0].body["messages"][1]["content"], SAID);
    assert_eq!(
        got[0].body["response_format"]["json_schema"]["name"],
        "marks"
    );
}

#[test]
fn azure_gets_its_header_and_its_version() {
    let server = ChatServer::start([good()]);
    let azure = Access::Azure {
        key: KEY.to_owned(),
        api_version: Some("2024-10-21".to_owned()),
    };
    let settings = ChatSettings {
        access: azure,
        base_url: format!("{}/openai/deployments/d/", server.url()),
        ..settings("")
    };
    OpenAiChat::new(settings)
        .unwrap()
        .complete(&request(), &Unwatched)
        .unwrap();
    let head = &server.got()[0].head;
    assert!(
        head.starts_with("POST /v1/openai/deployments/d/chat/completions?api-version=2024-10-21 "),
        "{head}"
    );
    assert!(head.contains("api-key: sk-very-secret") && !head.contains("authorization"));
}

#[test]
fn a_server_that_counts_no_tokens_gets_an_estimate_that_says_so() {
    let server = ChatServer::start([Act::Body(
        r#"{"choices":[{"message":{"content":"Fine."}}]}"#.to_owned(),
    )]);
    let reply = ask(&server).unwrap();
    assert!(reply.usage.is_estimated && reply.usage.prompt_tokens > 5);
    assert_eq!(reply.model, "asked-for");
}

#[test]
fn faults_that_pass_are_outlived() {
    for fault in [
        busy(0),
        status(500),
        status(503),
        Act::Reset,
        Act::Truncated,
    ] {
        let server = ChatServer::start([fault.clone(), fault.clone(), good()]);
        let reply = ask(&server).unwrap_or_else(|error| panic!("{fault:?}: {error}"));
        assert_eq!(reply.text, "Fine.");
        assert_eq!(server.got().len(), 3, "{fault:?}");
    }
}

#[test]
fn faults_that_stay_are_named() {
    let expected = |error: &ChatError| match error {
        ChatError::RateLimited { .. } => "busy",
        ChatError::Unavailable(_) => "down",
        _ => "other",
    };
    for (fault, name) in [
        (busy(0), "busy"),
        (status(500), "down"),
        (Act::Reset, "down"),
        (Act::Truncated, "down"),
    ] {
        let server = ChatServer::start([fault.clone()]);
        let error = ask(&server).expect_err("it stays");
        assert_eq!(expected(&error), name, "{fault:?}: {error}");
        assert_eq!(server.got().len(), 3, "{fault:?}");
    }
}

#[test]
fn a_wait_that_the_server_names_is_kept() {
    let server = ChatServer::start([busy(1), good()]);
    let began = Instant::now();
    ask(&server).unwrap();
    assert!(began.elapsed() >= Duration::from_secs(1));
}

#[test]
fn a_server_that_wants_too_long_a_wait_is_not_waited_for() {
    let server = ChatServer::start([busy(3600), good()]);
    let error = ask(&server).expect_err("nobody waits an hour");
    let retry_after = Some(Duration::from_secs(3600));
    assert_eq!(error, ChatError::RateLimited { retry_after });
    assert_eq!(server.got().len(), 1);
}

#[test]
fn a_spent_quota_is_not_asked_again() {
    let server = ChatServer::start([Act::Status {
        status: 429,
        retry_after: None,
        body: r#"{"error":{"code":"insufficient_quota"}}"#.to_owned(),
    }]);
    assert!(matches!(ask(&server), Err(ChatError::RateLimited { .. })));
    assert_eq!(server.got().len(), 1);
}

#[test]
fn a_refusal_is_final_and_tells_neither_key_nor_words() {
    for code in [SAID, KEY, "invalid_api_key"] {
        let body =
            json!({"error": {"message": format!("Bad key {KEY} for: {SAID}"), "code": code}});
        let server = ChatServer::start([Act::Status {
            status: 401,
            retry_after: None,
            body: body.to_string(),
        }]);
        let error = ask(&server).expect_err("it is refused");
        let told = format!("{error} {error:?}");
        assert!(told.contains("401"), "{told}");
        assert!(!told.contains(KEY) && !told.contains(SAID), "{told}");
        assert_eq!(told.contains("invalid_api_key"), code == "invalid_api_key");
        assert_eq!(server.got().len(), 1);
    }
    assert!(!format!("{:?}", settings("http://localhost")).contains(KEY));
    let model = OpenAiChat::new(settings("http://localhost")).unwrap();
    assert!(!format!("{model:?}").contains(KEY));
}

#[test]
fn silence_ends_with_the_requests_time() {
    let server = ChatServer::start([Act::Hang]);
    let model = OpenAiChat::new(settings(&server.url())).unwrap();
    let hurried = ChatRequest {
        timeout: Duration::from_millis(400),
        ..request()
    };
    let began = Instant::now();
    assert_eq!(
        model.complete(&hurried, &Unwatched),
        Err(ChatError::TimedOut)
    );
    assert!(began.elapsed() < Duration::from_secs(3));
}

#[test]
fn a_reply_that_stops_half_way_is_given_up() {
    let server = ChatServer::start([Act::Stall]);
    let began = Instant::now();
    assert_eq!(ask(&server), Err(ChatError::TimedOut));
    assert!(began.elapsed() < Duration::from_secs(3));
}

#[test]
fn a_reply_that_trickles_ends_with_the_requests_time() {
    let server = ChatServer::start([Act::Slowly("Fine.".to_owned(), Duration::from_millis(50))]);
    let model = OpenAiChat::new(settings(&server.url())).unwrap();
    let hurried = ChatRequest {
        timeout: Duration::from_millis(600),
        ..request()
    };
    let began = Instant::now();
    assert_eq!(
        model.complete(&hurried, &Unwatched),
        Err(ChatError::TimedOut)
    );
    assert!(began.elapsed() < Duration::from_secs(3));
}

#[test]
fn a_slow_reply_that_keeps_coming_is_read_to_its_end() {
    let server = ChatServer::start([Act::Slowly("Fine.".to_owned(), Duration::from_millis(2))]);
    assert_eq!(ask(&server).unwrap().text, "Fine.");
}

#[test]
fn an_endless_reply_is_not_read() {
    let server = ChatServer::start([Act::Oversize(2 * 1024 * 1024)]);
    assert!(matches!(ask(&server), Err(ChatError::Malformed(_))));
    assert_eq!(server.got().len(), 1);
}

#[test]
fn a_reply_of_another_shape_is_not_taken() {
    for body in ["<html>", "{\"choices\":{}}", "", &reply("Fine.")[..40]] {
        let server = ChatServer::start([Act::Body(body.to_owned())]);
        assert!(
            matches!(ask(&server), Err(ChatError::Malformed(_))),
            "{body}"
        );
    }
}

#[test]
fn a_redirect_is_not_followed() {
    let server = ChatServer::start([status(302), good()]);
    assert!(matches!(
        ask(&server),
        Err(ChatError::Refused { status: 302, .. })
    ));
    assert_eq!(server.got().len(), 1);
}

#[test]
fn a_model_that_is_down_for_the_whole_interview_costs_next_to_nothing() {
    let server = ChatServer::start([status(503)]);
    let model = OpenAiChat::new(ChatSettings {
        circuit: CircuitSettings {
            failures: 5,
            pause: Duration::from_secs(600),
        },
        ..settings(&server.url())
    })
    .unwrap();
    let mut shut = 0;
    for _ in 0..50 {
        match model.complete(&request(), &Unwatched) {
            Err(ChatError::CircuitOpen { retry_after }) => {
                assert!(retry_after > Duration::from_secs(500));
                shut += 1;
            }
            Err(ChatError::Unavailable(_)) => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(shut, 48);
    assert_eq!(server.got().len(), 5);
    let began = Instant::now();
    (0..1000).for_each(|_| {
        let _ = model.complete(&request(), &Unwatched);
    });
    assert!(began.elapsed() < Duration::from_secs(1));
}

#[test]
fn a_server_that_comes_back_is_used_again() {
    let server = ChatServer::start([Act::Reset]);
    let model = OpenAiChat::new(ChatSettings {
        max_attempts: 1,
        circuit: CircuitSettings {
            failures: 2,
            pause: Duration::from_millis(200),
        },
        ..settings(&server.url())
    })
    .unwrap();
    let ask = || model.complete(&request(), &Unwatched);
    assert!(matches!(ask(), Err(ChatError::Unavailable(_))));
    assert!(matches!(ask(), Err(ChatError::Unavailable(_))));
    let Err(ChatError::CircuitOpen { retry_after }) = ask() else {
        panic!("it was let through");
    };
    server.follow([good()]);
    std::thread::sleep(retry_after);
    assert_eq!(ask().unwrap().text, "Fine.");
    assert_eq!(ask().unwrap().text, "Fine.");
}

#[test]
fn nobody_at_the_address_is_an_error_in_time() {
    let port = TcpListener::bind("127.0.0.1:0")
        .expect("a free port")
        .local_addr()
        .expect("an address");
    let model = OpenAiChat::new(settings(&format!("http://{port}/v1"))).unwrap();
    let error = model
        .complete(&request(), &Unwatched)
        .expect_err("nobody is there");
    assert!(matches!(error, ChatError::Unavailable(_)), "{error:?}");
}

#[test]
fn cancelling_does_not_wait_for_the_server() {
    struct AfterStart(AtomicU32);
    impl Watch for AfterStart {
        fn progress(&self, _fraction: f32) {}
        fn is_cancelled(&self) -> bool {
            self.0.fetch_add(1, Ordering::Relaxed) > 1
        }
    }
    let server = ChatServer::start([Act::Hang]);
    let model = OpenAiChat::new(settings(&server.url())).unwrap();
    let patient = ChatRequest {
        timeout: Duration::from_secs(600),
        ..request()
    };
    let outcome = model.complete(&patient, &AfterStart(0.into()));
    assert_eq!(outcome, Err(ChatError::Cancelled));
}

#[test]
fn addresses_and_keys_that_cannot_be_used_are_refused() {
    for url in [
        "",
        "api.example.com",
        "ftp://example.com",
        "file:///etc",
        "http://example.com/v1",
        "https://name:word@example.com/v1",
        "https://example.com/v1?key=1",
    ] {
        assert!(
            matches!(OpenAiChat::new(settings(url)), Err(EngineError::Input(_))),
            "{url}"
        );
    }
    let allowed = ChatSettings {
        allow_plain_http: true,
        ..settings("http://example.com/v1")
    };
    assert!(OpenAiChat::new(allowed).is_ok());
    let broken = ChatSettings {
        access: Access::Bearer("two\nlines".to_owned()),
        ..settings("https://example.com/v1")
    };
    let Err(EngineError::Input(told)) = OpenAiChat::new(broken) else {
        panic!("it was taken");
    };
    assert!(!told.contains("lines"));
}

#[test]
fn a_name_leads_to_the_checked_addresses_alone() {
    let server = ChatServer::start([good()]);
    let url = server.url().replace("127.0.0.1", "model.invalid");
    let port = url
        .rsplit(':')
        .next()
        .and_then(|rest| rest.split('/').next());
    let port: u16 = port.and_then(|port| port.parse().ok()).expect("a port");
    let model = OpenAiChat::new(ChatSettings {
        allow_plain_http: true,
        addresses: vec![([127, 0, 0, 1], port).into()],
        ..settings(&url)
    })
    .unwrap();
    assert_eq!(
        model.complete(&request(), &Unwatched).unwrap().text,
        "Fine."
    );
}
