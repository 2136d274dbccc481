//! The chat model that the settings name.
//!
//! Where what candidates say leaves this machine unencrypted, it stays in the private network: the name is resolved
//! once, every address checked, and the client pinned to them.

use std::{
    net::{SocketAddr, ToSocketAddrs},
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::Result;
use candor_app::{
    config::{Config, given},
    media::guard::{AddressClass, classify},
};
use candor_core::{
    ports::{ChatError, ChatModel, ChatReply, ChatRequest, Watch},
    report::Provenance,
};
use candor_engines::chat::{Access, ChatSettings, JsonMode, OpenAiChat};
use url::{Host, Url};

use crate::exit::Refused;

/// The chat model of the settings; `None` where they name none. Nothing is sent, and no name resolved.
///
/// # Errors
/// [`Refused`] for settings that can't be used.
pub fn open(config: &Config) -> Result<Option<Arc<dyn ChatModel>>> {
    let chat = &config.chat;
    let Some(url) = given(&chat.url) else {
        return Ok(None);
    };
    let mut settings = ChatSettings::new(url, access(config), &chat.model);
    settings.json_mode = match chat.json.as_str() {
        "object" => JsonMode::Object,
        "words" => JsonMode::Words,
        _ => JsonMode::Schema,
    };
    let parsed = Url::parse(url).map_err(|_| refused("is no address"))?;
    if parsed.scheme() == "https" || is_loopback(&parsed) {
        let model = OpenAiChat::new(settings).map_err(|error| Refused(error.to_string()))?;
        return Ok(Some(Arc::new(model)));
    }
    if !config.fetch.allow_private {
        return Err(refused(
            "must begin with https://, unless it leads to this machine, or to a private network and \
             fetch.allow_private is on",
        )
        .into());
    }
    settings.allow_plain_http = true;
    // What can't be used whatever the name resolves to is found now.
    OpenAiChat::new(settings.clone()).map_err(|error| Refused(error.to_string()))?;
    Ok(Some(Arc::new(PrivateChat {
        url: parsed,
        settings,
        pinned: Mutex::new(None),
    })))
}

fn refused(what: &str) -> Refused {
    Refused(format!("chat.url {what}"))
}

fn access(config: &Config) -> Access {
    let chat = &config.chat;
    match chat.access.as_str() {
        "open" => Access::Open,
        "azure" => Access::Azure {
            key: chat.key.clone(),
            api_version: given(&chat.api_version).map(str::to_owned),
        },
        _ => Access::Bearer(chat.key.clone()),
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// A server in a private network. Its name is resolved when it is first asked: a server that is not there yet keeps
/// nobody from starting.
struct PrivateChat {
    url: Url,
    settings: ChatSettings,
    pinned: Mutex<Option<Arc<OpenAiChat>>>,
}

impl PrivateChat {
    fn pinned(&self) -> Result<Arc<OpenAiChat>, ChatError> {
        let unavailable = |why: &str| ChatError::Unavailable(why.to_owned());
        let mut pinned = self.pinned.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(model) = pinned.as_ref() {
            return Ok(Arc::clone(model));
        }
        let addresses = resolve(&self.url)?;
        let is_private = |address: &SocketAddr| {
            let class = classify(address.ip());
            matches!(class, AddressClass::Private | AddressClass::Loopback)
        };
        // One bad address among good ones is a trick: none is used then.
        if addresses.is_empty() || !addresses.iter().all(is_private) {
            return Err(unavailable("its address is in no private network"));
        }
        let mut settings = self.settings.clone();
        settings.addresses = addresses;
        let model = OpenAiChat::new(settings).map_err(|_| unavailable("no client"))?;
        Ok(Arc::clone(pinned.insert(Arc::new(model))))
    }
}

fn resolve(url: &Url) -> Result<Vec<SocketAddr>, ChatError> {
    let host = url.host_str().unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let port = url.port_or_known_default().unwrap_or(80);
    let found = (host, port)
        .to_socket_addrs()
        .map_err(|_| ChatError::Unavailable("its name can't be resolved".to_owned()))?;
    Ok(found.collect())
}

impl ChatModel for PrivateChat {
    fn complete(&self, request: &ChatRequest, watch: &dyn Watch) -> Result<ChatReply, ChatError> {
        self.pinned()?.complete(request, watch)
    }

    fn provenance(&self) -> Provenance {
        let made = self.pinned.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(model) = made.as_ref() {
            return model.provenance();
        }
        Provenance {
            engine: candor_engines::chat::ENGINE.to_owned(),
            version: "v1".to_owned(),
            model: Some(self.settings.model.clone()),
            model_sha256: None,
            formula: None,
            settings: [(
                "host".to_owned(),
                self.url.host_str().unwrap_or_default().to_owned(),
            )]
            .into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(url: &str, change: impl FnOnce(&mut Config)) -> Result<bool, String> {
        let mut config = Config::default();
        config.chat.url = url.to_owned();
        config.chat.model = "m".to_owned();
        config.chat.key = "k".to_owned();
        change(&mut config);
        open(&config)
            .map(|model| model.is_some())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn without_an_address_there_is_no_chat_model() {
        assert_eq!(opened("", |_| {}), Ok(false));
    }

    #[test]
    fn answers_leave_this_machine_encrypted_or_for_a_private_network() {
        for url in [
            "https://api.example/v1",
            "http://127.0.0.1:11434/v1",
            "http://[::1]:1/v1",
        ] {
            assert_eq!(opened(url, |_| {}), Ok(true), "{url}");
        }
        let plain = "http://10.1.2.3:11434/v1";
        let error = opened(plain, |_| {}).expect_err("it is not encrypted");
        assert!(error.contains("https://"), "{error}");
        assert_eq!(opened(plain, |c| c.fetch.allow_private = true), Ok(true));
        let error = opened("https://me:secret@api.example/v1", |_| {}).expect_err("it has a name");
        assert!(!error.contains("secret"), "{error}");
    }

    #[test]
    fn an_address_that_leads_elsewhere_is_not_asked() {
        let mut config = Config::default();
        config.chat.url = "http://198.51.100.7:1/v1".to_owned();
        config.chat.model = "m".to_owned();
        config.chat.access = "open".to_owned();
        config.fetch.allow_private = true;
        let model = open(&config).expect("it is set up").expect("it is there");
        let request = ChatRequest {
            messages: Vec::new(),
            schema: None,
            temperature: None,
            max_tokens: 1,
            timeout: std::time::Duration::from_secs(1),
        };
        let error = model.complete(&request, &candor_core::ports::Unwatched);
        assert!(matches!(error, Err(ChatError::Unavailable(why)) if why.contains("no private")));
    }
}
