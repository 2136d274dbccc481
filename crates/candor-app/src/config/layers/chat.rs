//! The chat server that well-known names of the environment stand for.
//!
//! Each family of names is one server. A family counts whole or not at all, so that no key goes to a server that it was
//! not made for.

use super::truthy;

/// OpenRouter's own address.
const OPENROUTER: &str = "https://openrouter.ai/api/v1";
/// The model of the documented program, where the environment names none.
const PROXY_MODEL: &str = "azure/gpt-4.1";
/// What callers put behind the address that is wanted here.
const ENDPOINT: &str = "/chat/completions";

/// What the environment says of a chat server.
#[derive(Debug, Default)]
pub(super) struct Named {
    /// Keys of `[chat]` and their values: all of one server, or none.
    pub(super) settings: Vec<(&'static str, String)>,
    /// A family that names a server but not enough of it.
    pub(super) warning: Option<String>,
}

/// The first family of names that names a whole server.
pub(super) fn named<'a>(given: impl Fn(&str) -> Option<&'a str>) -> Named {
    let families = [
        proxy(&given),
        azure(&given),
        openrouter(&given),
        ollama(&given),
    ];
    let mut named = Named::default();
    for family in families {
        match family {
            Family::Absent => {}
            Family::Partly(what) => {
                named.warning.get_or_insert_with(|| {
                    format!("{what}: no chat model is switched on by these names")
                });
            }
            Family::Whole(server) => {
                named.settings = server.settings();
                named.warning = None;
                break;
            }
        }
    }
    named
}

enum Family {
    Absent,
    Partly(&'static str),
    Whole(Server),
}

struct Server {
    url: String,
    key: String,
    model: String,
    access: &'static str,
    api_version: String,
}

impl Server {
    fn settings(self) -> Vec<(&'static str, String)> {
        vec![
            ("chat.url", self.url),
            ("chat.key", self.key),
            ("chat.model", self.model),
            ("chat.access", self.access.to_owned()),
            ("chat.api_version", self.api_version),
        ]
    }
}

fn proxy<'a>(given: &impl Fn(&str) -> Option<&'a str>) -> Family {
    let Some(url) = given("PROXYLLM_URL") else {
        return Family::Absent;
    };
    let model = given("PROXYLLM_MODEL").unwrap_or(PROXY_MODEL);
    let key = given("PROXYLLM_KEY").unwrap_or_default();
    Family::Whole(Server {
        url: base(url),
        key: key.to_owned(),
        model: model.to_owned(),
        access: if key.is_empty() { "open" } else { "bearer" },
        api_version: String::new(),
    })
}

fn azure<'a>(given: &impl Fn(&str) -> Option<&'a str>) -> Family {
    let is_off = given("USE_AZURE_OPENAI").and_then(truthy) == Some(false);
    let endpoint = given("AZURE_OPENAI_ENDPOINT").filter(|_| !is_off);
    let Some(endpoint) = endpoint else {
        return Family::Absent;
    };
    let deployment =
        given("AZURE_OPENAI_DEPLOYMENT").or_else(|| given("AZURE_OPENAI_DEPLOYMENT_NAME"));
    let (Some(deployment), Some(key)) = (deployment, given("AZURE_OPENAI_API_KEY")) else {
        return Family::Partly(
            "AZURE_OPENAI_ENDPOINT is set without AZURE_OPENAI_API_KEY or AZURE_OPENAI_DEPLOYMENT",
        );
    };
    let endpoint = endpoint.trim_end_matches('/');
    Family::Whole(Server {
        url: format!("{endpoint}/openai/deployments/{deployment}"),
        key: key.to_owned(),
        model: deployment.to_owned(),
        access: "azure",
        api_version: given("AZURE_OPENAI_API_VERSION")
            .unwrap_or_default()
            .to_owned(),
    })
}

fn openrouter<'a>(given: &impl Fn(&str) -> Option<&'a str>) -> Family {
    let Some(key) = given("OPENROUTER_API_KEY") else {
        return Family::Absent;
    };
    let Some(model) = given("OPENROUTER_MODEL") else {
        return Family::Partly("OPENROUTER_API_KEY is set without OPENROUTER_MODEL");
    };
    Family::Whole(Server {
        url: base(given("OPENROUTER_BASE_URL").unwrap_or(OPENROUTER)),
        key: key.to_owned(),
        model: model.to_owned(),
        access: "bearer",
        api_version: String::new(),
    })
}

fn ollama<'a>(given: &impl Fn(&str) -> Option<&'a str>) -> Family {
    let Some(url) = given("OLLAMA_BASE_URL").or_else(|| given("OLLAMA_URL")) else {
        return Family::Absent;
    };
    let Some(model) = given("OLLAMA_MODEL") else {
        return Family::Partly("OLLAMA_BASE_URL is set without OLLAMA_MODEL");
    };
    let mut url = base(url);
    // Its interface in OpenAI's form lies below /v1.
    if !url.ends_with("/v1") {
        url.push_str("/v1");
    }
    Family::Whole(Server {
        url,
        key: String::new(),
        model: model.to_owned(),
        access: "open",
        api_version: String::new(),
    })
}

fn base(url: &str) -> String {
    let url = url.trim_end_matches('/');
    url.strip_suffix(ENDPOINT).unwrap_or(url).to_owned()
}
