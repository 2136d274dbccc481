//! Settings from their layers: defaults, file, environment, flags.

use std::collections::BTreeMap;

use toml::{Table, Value};

use super::{Config, DEFAULTS, Use, WELL_KNOWN};

mod chat;

/// Where settings come from; later ones win.
#[derive(Debug, Default)]
pub struct Sources {
    /// Text of the file that `--config` names.
    pub file: Option<String>,
    /// The environment.
    pub environment: BTreeMap<String, String>,
    /// `section.key` and its value as a flag gave it.
    pub flags: Vec<(&'static str, Value)>,
}

/// Who may do everything on a fresh installation.
#[derive(Clone, PartialEq, Eq)]
pub struct FirstAdmin {
    /// What they sign in with.
    pub email: String,
    /// At least 12 characters.
    pub password: String,
}

impl std::fmt::Debug for FirstAdmin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FirstAdmin(…)")
    }
}

/// Checked settings and what came with them.
#[derive(Debug)]
pub struct Composed {
    /// The settings.
    pub config: Config,
    /// The first admin, where the environment names one.
    pub first_admin: Option<FirstAdmin>,
    /// What the operator should know.
    pub warnings: Vec<String>,
}

/// Settings that can't be used; one line for each thing that is wrong.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct ConfigError(pub Vec<String>);

/// Own names that are no settings of the server.
const OTHER_NAMES: &[&str] = &[
    "CANDOR_ADMIN_EMAIL",
    "CANDOR_ADMIN_PASSWORD",
    "CANDOR_BIN",
    "CANDOR_CONFIG",
    "CANDOR_DATA_DIR",
    "CANDOR_FFMPEG",
    "CANDOR_FFPROBE",
    "CANDOR_LOG",
    "CANDOR_MODELS_DIR",
    "CANDOR_PORT",
    "CANDOR_PRLIMIT",
    "CANDOR_SERVERS",
    "CANDOR_SETPRIV",
    "CANDOR_SHARED",
    "CANDOR_STATE",
];

/// Shortest password of the first admin, in characters.
const SHORTEST_PASSWORD: usize = 12;

impl Sources {
    /// The settings, checked once and for all.
    ///
    /// # Errors
    /// [`ConfigError`] with everything that is wrong.
    pub fn compose(&self) -> Result<Composed, ConfigError> {
        let defaults: Table = DEFAULTS.parse().expect("a test reads the defaults");
        let mut layers = Layers {
            merged: defaults.clone(),
            defaults,
            wrong: Vec::new(),
            warnings: Vec::new(),
        };
        if let Some(file) = &self.file {
            layers.file(file);
        }
        layers.well_known(&self.environment);
        layers.own(&self.environment);
        for (key, value) in &self.flags {
            layers.set(key, value.clone());
        }
        let first_admin = layers.first_admin(&self.environment);
        if !layers.wrong.is_empty() {
            return Err(ConfigError(layers.wrong));
        }
        let config: Config = Value::Table(layers.merged)
            .try_into()
            .map_err(|error: toml::de::Error| ConfigError(vec![error.message().to_owned()]))?;
        let wrong = config.check(&mut layers.warnings);
        if wrong.is_empty() {
            Ok(Composed {
                config,
                first_admin,
                warnings: layers.warnings,
            })
        } else {
            Err(ConfigError(wrong))
        }
    }
}

struct Layers {
    defaults: Table,
    merged: Table,
    wrong: Vec<String>,
    warnings: Vec<String>,
}

impl Layers {
    fn file(&mut self, text: &str) {
        let file: Table = match text.parse() {
            Ok(file) => file,
            Err(error) => return self.wrong.push(format!("the configuration file: {error}")),
        };
        for (section, values) in file {
            let Value::Table(values) = values else {
                self.wrong.push(format!(
                    "the configuration file: {section} stands in no section"
                ));
                continue;
            };
            for (name, value) in values {
                let key = format!("{section}.{name}");
                if self.default(&key).is_some() {
                    self.set(&key, value);
                } else {
                    self.wrong
                        .push(format!("the configuration file: there is no setting {key}"));
                }
            }
        }
    }

    fn own(&mut self, environment: &BTreeMap<String, String>) {
        for (name, text) in environment {
            let Some(rest) = name.strip_prefix("CANDOR_") else {
                continue;
            };
            match rest.split_once("__") {
                Some((section, key)) => {
                    let key = format!("{}.{}", section.to_lowercase(), key.to_lowercase());
                    if self.default(&key).is_some() {
                        self.text(name, &key, text);
                    } else {
                        self.wrong
                            .push(format!("{name}: there is no setting {key}"));
                    }
                }
                None if OTHER_NAMES.contains(&name.as_str()) || rest.starts_with("TEST_") => {}
                None => self
                    .warnings
                    .push(format!("{name} is set but means nothing to Candor")),
            }
        }
    }

    fn well_known(&mut self, environment: &BTreeMap<String, String>) {
        let given = |name: &str| {
            environment
                .get(name)
                .map(String::as_str)
                .filter(|text| !text.is_empty())
        };
        // The first name of a setting wins, so it is written last.
        for known in WELL_KNOWN.iter().rev() {
            if let (Use::Setting(key), Some(text)) = (known.meaning, given(known.name)) {
                self.text(known.name, key, text);
            }
        }
        if given("DATABASE_URL").is_none()
            && let Some(host) = given("DB_HOST")
        {
            match database_url(host, given) {
                Some(url) => self.set("store.url", url.into()),
                None => self
                    .wrong
                    .push("DB_PORT is no port, or DB_HOST is no host".to_owned()),
            }
        }
        if let Some(bucket) = given("S3_BUCKET_NAME") {
            self.set("media.url", format!("s3://{bucket}").into());
        }
        if let Some(port) = given("PORT") {
            match port.parse::<u16>() {
                Ok(port) => self.port(port),
                Err(_) => self.wrong.push("PORT is no port number".to_owned()),
            }
        }
        match (given("LOG_LEVEL"), given("DEBUG")) {
            (Some(level), _) => self.log_level(level),
            (None, Some(debug)) if truthy(debug) == Some(true) => {
                self.set("telemetry.log", "debug".into());
            }
            _ => {}
        }
        // A key is for the server that it was given with, never for another one.
        if given("CANDOR_CHAT__URL").is_none() {
            let named = chat::named(given);
            for (key, value) in named.settings {
                self.set(key, value.into());
            }
            self.warnings.extend(named.warning);
        }
        let redis = given("REDIS_URL").or_else(|| given("REDIS_HOST"));
        if redis.is_some() && !self.is_given("live.url", environment) {
            self.warnings.push(
                "REDIS_URL is set, but live state stays in this process: set live.url \
                 (CANDOR_LIVE__URL) to share it"
                    .to_owned(),
            );
        }
        if given("MONGODB_URI").is_some() {
            let message = "MONGODB_URI is set: documents are kept as JSON in SQLite or PostgreSQL; \
                           set store.url (CANDOR_STORE__URL or DATABASE_URL) to one of them";
            if self.is_given("store.url", environment) {
                self.warnings
                    .push("MONGODB_URI is set but not used: store.url is".to_owned());
            } else {
                self.wrong.push(message.to_owned());
            }
        }
    }

    fn is_given(&self, key: &str, environment: &BTreeMap<String, String>) -> bool {
        let own = format!("CANDOR_{}", key.replace('.', "__").to_uppercase());
        let merged = self.find(&self.merged, key).and_then(Value::as_str);
        environment.get(&own).is_some_and(|text| !text.is_empty())
            || merged.is_some_and(|text| !text.is_empty())
    }

    fn port(&mut self, port: u16) {
        let first = self
            .find(&self.merged, "server.listen")
            .and_then(Value::as_array)
            .and_then(|list| list.first())
            .and_then(Value::as_str)
            .and_then(|address| address.rsplit_once(':'))
            .map_or("127.0.0.1", |(host, _)| host)
            .to_owned();
        self.set(
            "server.listen",
            Value::Array(vec![format!("{first}:{port}").into()]),
        );
    }

    fn log_level(&mut self, level: &str) {
        let level = match level.to_lowercase().as_str() {
            "warning" => "warn".to_owned(),
            "critical" | "fatal" => "error".to_owned(),
            level => level.to_owned(),
        };
        self.set("telemetry.log", level.into());
    }

    fn first_admin(&mut self, environment: &BTreeMap<String, String>) -> Option<FirstAdmin> {
        let given = |name: &str| {
            [format!("CANDOR_{name}"), name.to_owned()]
                .iter()
                .find_map(|name| environment.get(name).filter(|text| !text.is_empty()))
                .cloned()
        };
        match (given("ADMIN_EMAIL"), given("ADMIN_PASSWORD")) {
            (Some(email), Some(password)) => {
                if password.chars().count() < SHORTEST_PASSWORD {
                    self.wrong.push(format!(
                        "CANDOR_ADMIN_PASSWORD is too short: {SHORTEST_PASSWORD} characters or more"
                    ));
                }
                Some(FirstAdmin { email, password })
            }
            (None, None) => None,
            _ => {
                self.wrong.push(
                    "CANDOR_ADMIN_EMAIL and CANDOR_ADMIN_PASSWORD go together: set both or none"
                        .to_owned(),
                );
                None
            }
        }
    }

    /// Reads the text in the form that the default value has.
    fn text(&mut self, name: &str, key: &str, text: &str) {
        let value = match self.default(key) {
            Some(Value::Integer(_) | Value::Float(_)) => text
                .trim()
                .parse::<i64>()
                .map(Value::Integer)
                .or_else(|_| text.trim().parse::<f64>().map(Value::Float))
                .ok(),
            Some(Value::Boolean(_)) => truthy(text).map(Value::Boolean),
            Some(Value::Array(_)) => Some(list(text)),
            _ => Some(Value::String(text.to_owned())),
        };
        match value {
            Some(value) => self.set(key, value),
            None => self
                .wrong
                .push(format!("{name} can't be read as a value of {key}")),
        }
    }

    fn set(&mut self, key: &str, value: Value) {
        let kind = self.default(key).map(Value::type_str);
        let fits = kind == Some(value.type_str())
            || (kind == Some("integer") && value.type_str() == "float");
        if !fits {
            self.wrong
                .push(format!("{key} must be a value like its default"));
            return;
        }
        let (section, name) = key.split_once('.').expect("keys have two parts");
        if let Some(Value::Table(section)) = self.merged.get_mut(section) {
            section.insert(name.to_owned(), value);
        }
    }

    fn default(&self, key: &str) -> Option<&Value> {
        self.find(&self.defaults, key)
    }

    fn find<'a>(&self, table: &'a Table, key: &str) -> Option<&'a Value> {
        let (section, name) = key.split_once('.')?;
        table.get(section)?.as_table()?.get(name)
    }
}

fn truthy(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "1" | "true" | "yes" | "on" => Some(true),
        "0" | "false" | "no" | "off" => Some(false),
        _ => None,
    }
}

/// `a, b` or `["a", "b"]`.
fn list(text: &str) -> Value {
    let text = text.trim();
    let inner = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(text);
    Value::Array(
        inner
            .split(',')
            .map(|item| item.trim().trim_matches(['"', '\'']))
            .filter(|item| !item.is_empty())
            .map(Value::from)
            .collect(),
    )
}

fn database_url<'a>(host: &str, given: impl Fn(&str) -> Option<&'a str>) -> Option<String> {
    let mut url = url::Url::parse("postgres://host/").ok()?;
    url.set_host(Some(host)).ok()?;
    url.set_port(Some(given("DB_PORT").unwrap_or("5432").parse().ok()?))
        .ok()?;
    url.set_path(given("DB_NAME").unwrap_or("candor"));
    url.set_username(given("DB_USER").unwrap_or("candor"))
        .ok()?;
    url.set_password(given("DB_PASS")).ok()?;
    Some(url.into())
}

#[cfg(test)]
mod tests;
