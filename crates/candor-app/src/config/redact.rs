//! Settings without their secrets, for every print.

use std::fmt;

use toml::Value;

use super::Config;

/// What stands for a secret.
const HIDDEN: &str = "…";

/// A field as `Debug` shows it.
pub(super) struct Shown<'a>(pub &'static str, pub &'a dyn fmt::Debug);

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hide(self.0, &format!("{:?}", self.1), "\"\""))
    }
}

impl Config {
    /// All settings as a TOML file, secrets hidden.
    pub fn shown(&self) -> String {
        let mut table = Value::try_from(self).expect("settings are plain values");
        for section in table
            .as_table_mut()
            .into_iter()
            .flat_map(toml::Table::iter_mut)
        {
            for (name, value) in section.1.as_table_mut().into_iter().flatten() {
                if let Value::String(text) = value {
                    *text = hide(name, text, "");
                }
            }
        }
        toml::to_string(&table).expect("settings are plain values")
    }
}

fn hide(name: &str, text: &str, empty: &str) -> String {
    if (name.contains("secret") || name == "key") && text != empty {
        return HIDDEN.to_owned();
    }
    // Credentials stand between "://" and the last "@" before the path.
    let Some(scheme) = text.find("://").map(|at| at + 3) else {
        return text.to_owned();
    };
    let rest = &text[scheme..];
    let authority = rest.find('/').unwrap_or(rest.len());
    match rest[..authority].rfind('@') {
        Some(at) => format!("{}{HIDDEN}{}", &text[..scheme], &rest[at..]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_print_of_the_settings_holds_a_secret() {
        let mut config = Config::default();
        config.auth.secret = "sesame-1".into();
        config.store.url = "postgres://candor:sesame-2@db.example/candor".into();
        config.live.url = "redis://:sesame-3@cache.example:6379/0".into();
        config.media.s3_secret_access_key = "sesame-4".into();
        config.webhooks.callback_secret = "sesame-5".into();
        config.chat.key = "sesame-6".into();
        config.mail.url = "smtp://candor:sesame-7@mail.example:587".into();
        for print in [
            config.shown(),
            format!("{config:?}"),
            format!("{config:#?}"),
        ] {
            assert!(!print.contains("sesame"), "{print}");
            assert!(print.contains("@db.example/candor"), "{print}");
        }
    }
}
