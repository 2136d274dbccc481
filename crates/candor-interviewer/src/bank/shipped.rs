//! The files of the shipped bank.

use candor_core::interview::RoleFamily;

/// Languages of the bank.
pub const LANGUAGES: [&str; 4] = ["en", "tr", "fr", "id"];

/// A file of one role in one language.
type File = (RoleFamily, &'static str, &'static str);

macro_rules! files {
    ($folder:literal: $($language:literal),*) => {
        &[$(
            (RoleFamily::Technical, $language, include_str!(concat!("../../", $folder, "/", $language, "/technical.toml"))),
            (RoleFamily::Behavioral, $language, include_str!(concat!("../../", $folder, "/", $language, "/behavioral.toml"))),
            (RoleFamily::Sales, $language, include_str!(concat!("../../", $folder, "/", $language, "/sales.toml"))),
            (
                RoleFamily::CustomerSuccess,
                $language,
                include_str!(concat!("../../", $folder, "/", $language, "/customer_success.toml")),
            ),
        )*]
    };
}

pub(super) static FILES: &[File] = files!("bank": "en", "tr", "fr", "id");
pub(super) static REFERENCES: &[File] = files!("references": "en", "tr", "fr", "id");
