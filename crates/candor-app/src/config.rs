//! Settings of the server. `config.default.toml` is the defaults; nothing else holds any.

use std::fmt;

use serde::{Deserialize, Serialize};

mod address;
mod check;
mod layers;
mod redact;
mod well_known;

pub use check::{TOO_SHORT_SECRET, is_loopback};
pub use layers::{Composed, ConfigError, FirstAdmin, Sources};
pub use well_known::{Use, WELL_KNOWN, WellKnown};

/// The commented file with every setting and its default.
pub const DEFAULTS: &str = include_str!("../config.default.toml");

macro_rules! section {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        #[expect(missing_docs, reason = "the fields are described in config.default.toml")]
        pub struct $name { $(pub $field: $type,)* }

        impl fmt::Debug for $name {
            /// Without secrets.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name))
                    $(.field(stringify!($field), &redact::Shown(stringify!($field), &self.$field)))*
                    .finish()
            }
        }
    };
}

section! {
    /// All settings.
    Config {
        server: Server,
        auth: Auth,
        store: StoreSettings,
        queue: Queue,
        live: Live,
        media: Media,
        limits: Limits,
        fetch: Fetch,
        jobs: Jobs,
        webhooks: Webhooks,
        analysis: Analysis,
        interviews: Interviews,
        chat: Chat,
        mail: Mail,
        telemetry: Telemetry,
    }
}

section! {
    /// `[server]`
    Server {
        listen: Vec<String>,
        reuse_port: bool,
        public_url: String,
        tls_cert: String,
        tls_key: String,
        trusted_proxies: Vec<String>,
        allowed_origins: Vec<String>,
        request_timeout_s: f64,
        body_limit_bytes: u64,
        drain_s: f64,
    }
}

section! {
    /// `[auth]`
    Auth {
        mode: String,
        registration: String,
        secret: String,
        access_minutes: u32,
        refresh_days: u32,
        logins_per_minute: u32,
        lockout_failures: u32,
        lockout_minutes: u32,
        oidc_issuer: String,
        oidc_client_id: String,
        oidc_client_secret: String,
        oidc_scopes: Vec<String>,
        oidc_domains: Vec<String>,
        oidc_role: String,
    }
}

section! {
    /// `[store]`
    StoreSettings {
        url: String,
        replica_url: String,
    }
}

section! {
    /// `[queue]`
    Queue { url: String, }
}

section! {
    /// `[live]`
    Live { url: String, }
}

section! {
    /// `[media]`
    Media {
        url: String,
        import_url: String,
        s3_endpoint: String,
        s3_region: String,
        s3_access_key_id: String,
        s3_secret_access_key: String,
        s3_path_style: bool,
    }
}

section! {
    /// `[limits]`
    Limits {
        upload_bytes: u64,
        download_bytes: u64,
        download_s: f64,
        idle_s: f64,
        upload_hours: f64,
        segment_bytes: u64,
        segments: u32,
        duration_s: f64,
        requests: usize,
        disk_reserve_bytes: u64,
    }
}

section! {
    /// `[fetch]`
    Fetch {
        allow_loopback: bool,
        allow_private: bool,
    }
}

section! {
    /// `[jobs]`
    Jobs {
        cpu: usize,
        io: usize,
        llm: usize,
        webhook: usize,
        heartbeat_s: f64,
        takeover_s: f64,
        reconcile_s: f64,
        max_attempts: u32,
        backoff_s: f64,
        backoff_max_s: f64,
        step_timeout_s: f64,
    }
}

section! {
    /// `[webhooks]`
    Webhooks {
        allow_private: bool,
        timeout_s: f64,
        callback_secret: String,
    }
}

section! {
    /// `[analysis]`
    Analysis {
        sample_fps: f64,
        smooth_win: u32,
        max_width: u32,
        max_timeline: u32,
        language: String,
        stt_model: String,
    }
}

section! {
    /// `[interviews]`
    Interviews {
        live_s: u64,
        practice_idle_hours: f64,
    }
}

section! {
    /// `[chat]`
    Chat {
        url: String,
        key: String,
        model: String,
        access: String,
        api_version: String,
        json: String,
        timeout_s: f64,
        repeats: u32,
    }
}

section! {
    /// `[mail]`
    Mail {
        url: String,
        from: String,
        timeout_s: f64,
        reminder_hours: f64,
    }
}

section! {
    /// `[telemetry]`
    Telemetry {
        log: String,
        format: String,
        otlp_endpoint: String,
        environment: String,
    }
}

impl Default for Config {
    fn default() -> Self {
        toml::from_str(DEFAULTS).expect("the embedded defaults are complete; a test reads them")
    }
}

/// `None` for the empty text that stands for "not set".
pub fn given(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_file_is_complete_and_holds_no_unknown_key() {
        let config = Config::default();
        assert_eq!(config.server.listen, ["127.0.0.1:8000"]);
    }
}
