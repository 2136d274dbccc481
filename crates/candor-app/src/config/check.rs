//! Whether settings make sense, alone and together.

use std::net::{IpAddr, SocketAddr};

use candor_core::access::Role;

use super::{Config, given};
use crate::secrets::SHORTEST;

/// Said where a secret is too weak for other machines to reach the server.
pub const TOO_SHORT_SECRET: &str =
    "auth.secret is too short or well known: at least 32 characters, or leave it empty";

/// Secrets that stand in read-mes.
const KNOWN_SECRETS: &[&str] = &[
    "change-me",
    "changeme",
    "your-secret",
    "dev-secret",
    "secret-key",
];

/// Folders of the media store: what lies there without a row is removed.
const MEDIA_FOLDERS: [&str; 5] = ["recordings", "uploads", "documents", "resumes", "artefacts"];

/// Whether only this machine reaches the address.
pub fn is_loopback(listen: &str) -> bool {
    listen.starts_with("localhost:")
        || listen
            .parse::<SocketAddr>()
            .is_ok_and(|address| address.ip().is_loopback())
}

impl Config {
    /// One line for each thing that is wrong; what is only unwise goes to `warnings`.
    pub(super) fn check(&self, warnings: &mut Vec<String>) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut must = |fine: bool, text: &str| {
            if !fine {
                wrong.push(text.to_owned());
            }
        };
        self.check_server(&mut must);
        self.check_auth(&mut must, warnings);
        self.check_stores(&mut must);
        self.check_limits(&mut must);
        must(
            ["text", "json"].contains(&self.telemetry.format.as_str()),
            "telemetry.format is text or json",
        );
        must(
            is_web(&self.telemetry.otlp_endpoint),
            "telemetry.otlp_endpoint starts with http:// or https://",
        );
        self.check_interviews(&mut must);
        wrong
    }

    fn check_interviews(&self, must: &mut impl FnMut(bool, &str)) {
        let (chat, mail) = (&self.chat, &self.mail);
        must(
            is_web(&chat.url),
            "chat.url starts with http:// or https://",
        );
        must(
            chat.url.is_empty() || !chat.model.is_empty(),
            "chat.url needs chat.model",
        );
        must(
            ["bearer", "azure", "open"].contains(&chat.access.as_str()),
            "chat.access is bearer, azure or open",
        );
        must(
            chat.url.is_empty() || chat.access == "open" || !chat.key.is_empty(),
            "chat.url needs chat.key, unless chat.access is open",
        );
        must(
            ["schema", "object", "words"].contains(&chat.json.as_str()),
            "chat.json is schema, object or words",
        );
        must(
            chat.timeout_s > 0.0 && chat.timeout_s <= 120.0 && (1..=9).contains(&chat.repeats),
            "chat.timeout_s is above 0 and at most 120, chat.repeats between 1 and 9",
        );
        must(
            mail.url.is_empty()
                || ["smtp://", "smtps://"]
                    .iter()
                    .any(|scheme| mail.url.starts_with(scheme)),
            "mail.url starts with smtp:// or smtps://",
        );
        must(
            mail.url.is_empty() || mail.from.contains('@'),
            "mail.url needs mail.from, an address",
        );
        must(
            mail.url.is_empty() || self.own_url().is_some(),
            "mail.url needs server.public_url, unless server.listen names only this machine with a port: links \
             in mail lead there, and what a request calls this server is not to be believed",
        );
        must(
            mail.timeout_s > 0.0 && mail.reminder_hours >= 0.0,
            "mail.timeout_s is above 0 and mail.reminder_hours not below 0",
        );
        must(
            self.interviews.live_s > 0 && self.interviews.practice_idle_hours > 0.0,
            "interviews.live_s and interviews.practice_idle_hours are above 0",
        );
    }

    /// Whether only this machine reaches the server.
    pub fn listens_on_loopback_only(&self) -> bool {
        self.server
            .listen
            .iter()
            .all(|address| is_loopback(address))
    }

    /// Whether tokens could be forged by guessing the secret.
    pub fn secret_is_weak(&self) -> bool {
        let Some(secret) = given(&self.auth.secret) else {
            return false;
        };
        let lower = secret.to_lowercase();
        let mut letters: Vec<char> = secret.chars().collect();
        letters.sort_unstable();
        letters.dedup();
        secret.chars().count() < SHORTEST
            || letters.len() < 8
            || KNOWN_SECRETS.iter().any(|known| lower.starts_with(known))
    }

    fn check_server(&self, must: &mut impl FnMut(bool, &str)) {
        let server = &self.server;
        must(!server.listen.is_empty(), "server.listen names no address");
        must(
            server.listen.iter().all(|address| is_address(address)),
            "server.listen holds addresses like 127.0.0.1:8000 or [::]:8000",
        );
        must(
            is_web(&server.public_url),
            "server.public_url is an address like https://interviews.example.org",
        );
        must(
            server.tls_cert.is_empty() == server.tls_key.is_empty(),
            "server.tls_cert and server.tls_key go together: set both or none",
        );
        must(
            server.trusted_proxies.iter().all(|text| is_network(text)),
            "server.trusted_proxies holds addresses like 10.0.0.7 or networks like 10.1.0.0/16",
        );
        must(
            server.allowed_origins.iter().all(|text| is_origin(text)),
            "server.allowed_origins holds origins like https://app.example.org (no path, no *)",
        );
        must(
            server.request_timeout_s > 0.0 && server.drain_s >= 0.0,
            "server.request_timeout_s is above 0 and server.drain_s not below 0",
        );
        must(
            server.body_limit_bytes > 0,
            "server.body_limit_bytes is above 0",
        );
    }

    fn check_auth(&self, must: &mut impl FnMut(bool, &str), warnings: &mut Vec<String>) {
        let auth = &self.auth;
        must(
            ["on", "off"].contains(&auth.mode.as_str()),
            "auth.mode is on or off",
        );
        must(
            auth.mode != "off" || self.listens_on_loopback_only(),
            "auth.mode = off is for this machine alone: let server.listen name 127.0.0.1 or [::1]",
        );
        must(
            ["auto", "open", "invite"].contains(&auth.registration.as_str()),
            "auth.registration is auto, open or invite",
        );
        must(
            auth.access_minutes > 0 && auth.refresh_days > 0,
            "auth.access_minutes and auth.refresh_days are above 0",
        );
        self.check_oidc(must);
        if self.secret_is_weak() {
            if self.listens_on_loopback_only() {
                warnings.push(TOO_SHORT_SECRET.to_owned());
            } else {
                must(false, TOO_SHORT_SECRET);
            }
        }
    }

    fn check_oidc(&self, must: &mut impl FnMut(bool, &str)) {
        let auth = &self.auth;
        let is_on = !auth.oidc_issuer.is_empty();
        must(
            is_on || (auth.oidc_client_id.is_empty() && auth.oidc_client_secret.is_empty()),
            "auth.oidc_client_id and auth.oidc_client_secret need auth.oidc_issuer",
        );
        must(
            !is_on || is_issuer(&auth.oidc_issuer),
            "auth.oidc_issuer starts with https:// (http:// only on this machine)",
        );
        must(
            !is_on || !auth.oidc_client_id.is_empty(),
            "auth.oidc_issuer needs auth.oidc_client_id",
        );
        must(
            !is_on || !self.server.public_url.is_empty(),
            "auth.oidc_issuer needs server.public_url: the provider sends people back there",
        );
        must(
            !is_on || auth.mode == "on",
            "auth.oidc_issuer needs auth.mode = on",
        );
        must(
            auth.oidc_role.is_empty() || Role::from_name(&auth.oidc_role).is_some(),
            "auth.oidc_role is candidate, reviewer, recruiter, admin or empty",
        );
        must(
            auth.oidc_role.is_empty() || !auth.oidc_domains.is_empty(),
            "auth.oidc_role needs auth.oidc_domains, or anybody could come in",
        );
    }

    fn check_stores(&self, must: &mut impl FnMut(bool, &str)) {
        let schemes = |text: &str, known: &[&str]| {
            text.is_empty() || known.iter().any(|scheme| text.starts_with(scheme))
        };
        const DATABASES: &[&str] = &["sqlite:", "postgres://", "postgresql://"];
        must(
            schemes(&self.store.url, DATABASES),
            "store.url starts with sqlite: or postgres: (documents are kept as JSON in them)",
        );
        must(
            schemes(&self.store.replica_url, &DATABASES[1..]),
            "store.replica_url starts with postgres:",
        );
        must(
            self.store.replica_url.is_empty() || self.store.url.starts_with("postgres"),
            "store.replica_url needs a PostgreSQL database as store.url",
        );
        must(
            schemes(&self.queue.url, DATABASES),
            "queue.url starts with sqlite: or postgres:",
        );
        must(
            schemes(&self.live.url, &["redis://", "rediss://"]),
            "live.url starts with redis:// or rediss://",
        );
        must(
            schemes(&self.media.url, &["file:///", "s3://"]),
            "media.url is file:///path or s3://bucket/prefix",
        );
        must(
            schemes(&self.media.import_url, &["s3://"]) && self.imports_lie_apart(),
            "media.import_url is s3://bucket/folder, and no folder of the media store",
        );
        must(
            self.media.s3_access_key_id.is_empty() == self.media.s3_secret_access_key.is_empty(),
            "media.s3_access_key_id and media.s3_secret_access_key go together",
        );
        must(
            is_web(&self.media.s3_endpoint),
            "media.s3_endpoint starts with http:// or https://",
        );
    }

    /// Whether imported documents lie where no sweep of the media store looks.
    fn imports_lie_apart(&self) -> bool {
        let place = |url: &str| {
            let (bucket, folder) = url
                .strip_prefix("s3://")?
                .split_once('/')
                .unwrap_or_default();
            Some((bucket.to_owned(), folder.trim_matches('/').to_owned()))
        };
        let Some((bucket, folder)) = place(&format!("{}/", self.media.import_url)) else {
            return true;
        };
        let Some((own, prefix)) = place(&format!("{}/", self.media.url)) else {
            return !bucket.is_empty();
        };
        let below = match prefix.as_str() {
            "" => Some(folder.as_str()),
            prefix => folder
                .strip_prefix(prefix)
                .and_then(|rest| rest.strip_prefix('/')),
        };
        let first = below.and_then(|rest| rest.split('/').next());
        !bucket.is_empty()
            && (bucket != own || !first.is_some_and(|first| MEDIA_FOLDERS.contains(&first)))
    }

    fn check_limits(&self, must: &mut impl FnMut(bool, &str)) {
        let (limits, jobs) = (&self.limits, &self.jobs);
        let seconds = [
            limits.download_s,
            limits.idle_s,
            limits.upload_hours,
            limits.duration_s,
            jobs.heartbeat_s,
            jobs.reconcile_s,
            jobs.backoff_s,
            jobs.step_timeout_s,
            self.webhooks.timeout_s,
            self.analysis.sample_fps,
        ];
        must(
            seconds
                .iter()
                .all(|value| value.is_finite() && *value > 0.0),
            "times, hours and rates in limits, jobs, webhooks and analysis are above 0",
        );
        let bytes = [
            limits.upload_bytes,
            limits.download_bytes,
            limits.segment_bytes,
        ];
        must(
            bytes.iter().all(|value| *value > 0) && limits.segments > 0 && limits.requests > 0,
            "limits are above 0",
        );
        must(
            jobs.takeover_s >= 2.0 * jobs.heartbeat_s,
            "jobs.takeover_s is at least twice jobs.heartbeat_s, or live workers lose their work",
        );
        must(
            jobs.backoff_max_s >= jobs.backoff_s,
            "jobs.backoff_max_s is not below jobs.backoff_s",
        );
        must(jobs.max_attempts > 0, "jobs.max_attempts is above 0");
    }
}

fn is_address(text: &str) -> bool {
    text.parse::<SocketAddr>().is_ok()
        || text
            .strip_prefix("localhost:")
            .is_some_and(|port| port.parse::<u16>().is_ok())
}

/// Empty, or an address of the web.
fn is_web(text: &str) -> bool {
    text.is_empty()
        || url::Url::parse(text)
            .is_ok_and(|url| ["http", "https"].contains(&url.scheme()) && url.has_host())
}

/// A provider that can't be listened to on the way.
fn is_issuer(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| match url.host() {
        Some(url::Host::Ipv4(address)) => url.scheme() == "https" || address.is_loopback(),
        Some(url::Host::Ipv6(address)) => url.scheme() == "https" || address.is_loopback(),
        Some(url::Host::Domain(name)) => {
            url.scheme() == "https" || (url.scheme() == "http" && name == "localhost")
        }
        None => false,
    })
}

fn is_origin(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| url.origin().ascii_serialization() == text)
}

fn is_network(text: &str) -> bool {
    let (address, bits) = text.split_once('/').unwrap_or((text, "0"));
    let most = match address.parse::<IpAddr>() {
        Ok(IpAddr::V4(_)) => 32,
        Ok(IpAddr::V6(_)) => 128,
        Err(_) => return false,
    };
    bits.parse::<u8>().is_ok_and(|bits| bits <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(change: impl FnOnce(&mut Config)) -> String {
        let mut config = Config::default();
        change(&mut config);
        config.check(&mut Vec::new()).join("\n")
    }

    #[test]
    fn the_defaults_are_fine() {
        let mut warnings = Vec::new();
        assert_eq!(Config::default().check(&mut warnings), Vec::<String>::new());
        assert_eq!(warnings, Vec::<String>::new());
    }

    #[test]
    fn each_impossible_setting_is_named() {
        assert!(wrong(|c| c.server.listen = vec!["8000".into()]).contains("server.listen"));
        assert!(wrong(|c| c.server.tls_cert = "x".into()).contains("tls_key"));
        assert!(
            wrong(|c| c.server.trusted_proxies = vec!["10.0.0.0/33".into()]).contains("trusted")
        );
        assert!(wrong(|c| c.server.allowed_origins = vec!["*".into()]).contains("allowed_origins"));
        assert!(wrong(|c| c.server.public_url = "interviews".into()).contains("public_url"));
        assert!(wrong(|c| c.store.url = "mongodb://x/y".into()).contains("store.url"));
        assert!(wrong(|c| c.live.url = "http://x".into()).contains("live.url"));
        assert!(wrong(|c| c.jobs.takeover_s = 1.0).contains("takeover"));
        assert!(wrong(|c| c.telemetry.format = "xml".into()).contains("format"));
    }

    #[test]
    fn mail_from_a_server_that_others_reach_needs_its_public_address() {
        let mail = |c: &mut Config| {
            c.mail.url = "smtp://127.0.0.1:25".into();
            c.mail.from = "interviews@example.org".into();
        };
        assert_eq!(wrong(mail), "", "links lead to this machine");
        let open = |c: &mut Config| {
            mail(c);
            c.server.listen.push("0.0.0.0:8000".into());
        };
        assert!(wrong(open).contains("mail.url needs server.public_url"));
        let named = |c: &mut Config| {
            open(c);
            c.server.public_url = "https://interviews.example.org".into();
        };
        assert_eq!(wrong(named), "");
        let silent = |c: &mut Config| c.server.listen = vec!["0.0.0.0:8000".into()];
        assert_eq!(wrong(silent), "", "without mail nothing leads anywhere");
    }

    #[test]
    fn sign_in_elsewhere_needs_all_that_it_rests_on() {
        let fine = |c: &mut Config| {
            c.auth.oidc_issuer = "https://id.example.org".into();
            c.auth.oidc_client_id = "candor".into();
            c.server.public_url = "https://interviews.example.org".into();
        };
        assert_eq!(wrong(fine), "");
        let but = |change: fn(&mut Config)| {
            wrong(|c| {
                fine(c);
                change(c);
            })
        };
        assert!(but(|c| c.auth.oidc_issuer = "http://id.example.org".into()).contains("https://"));
        assert_eq!(
            but(|c| c.auth.oidc_issuer = "http://127.0.0.1:9".into()),
            ""
        );
        assert!(but(|c| c.auth.oidc_client_id.clear()).contains("client_id"));
        assert!(but(|c| c.auth.oidc_issuer.clear()).contains("oidc_issuer"));
        assert!(but(|c| c.server.public_url.clear()).contains("public_url"));
        assert!(but(|c| c.auth.oidc_role = "king".into()).contains("oidc_role"));
        assert!(but(|c| c.auth.oidc_role = "reviewer".into()).contains("oidc_domains"));
    }

    #[test]
    fn a_weak_secret_is_refused_where_others_reach_the_server() {
        for secret in [
            "short",
            "change-me-in-production-please-do",
            &"a".repeat(40),
        ] {
            let local = |c: &mut Config| c.auth.secret = secret.into();
            assert_eq!(wrong(local), "");
            let open = |c: &mut Config| {
                local(c);
                c.server.listen = vec!["0.0.0.0:8000".into()];
            };
            assert!(wrong(open).contains("auth.secret"), "{secret}");
        }
    }

    #[test]
    fn no_sign_in_is_for_this_machine_alone() {
        assert_eq!(wrong(|c| c.auth.mode = "off".into()), "");
        let open = |c: &mut Config| {
            c.auth.mode = "off".into();
            c.server.listen.push("192.168.1.2:80".into());
        };
        assert!(wrong(open).contains("auth.mode"));
    }
}
