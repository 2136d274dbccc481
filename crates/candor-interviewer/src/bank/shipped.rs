//! The files of the shipped bank.

use candor_core::interview::RoleFamily;

/// Languages of the bank.
pub const LANGUAGES: [&str; 4] = ["en", "tr", "fr", "id"];

macro_rules! files {
    ($($language:literal),*) => {
        &[$(
            (RoleFamily::Technical, $language, include_str!(concat!("../../bank/", $language, "/technical.toml"))),
            (RoleFamily::Behavioral, $language, include_str!(concat!("../../bank/", $language, "/behavioral.toml"))),
            (RoleFamily::Sales, $language, include_str!(concat!("../../bank/", $language, "/sales.toml"))),
            (RoleFamily::CustomerSuccess, $language, include_str!(concat!("../../bank/", $language, "/customer_success.toml"))),
        )*]
    };
}

pub(super) static FILES: &[(RoleFamily, &str, &str)] = files!("en", "tr", "fr", "id");
