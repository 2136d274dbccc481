//! A value, or the reason why there is none: unknown is never zero.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Why something was not measured: a stable code for programs and a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, thiserror::Error)]
#[error("{message}")]
pub struct NotMeasured {
    /// Stable identifier in `snake_case`, e.g. `no_face`, `no_audio`, `no_model`, `too_short`.
    pub code: String,
    /// What a reader is told, e.g. "face visible 12 % of the time".
    pub message: String,
}

impl NotMeasured {
    /// A reason from its stable code and the sentence for people.
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            message: message.into(),
        }
    }
}

/// A measured value or the reason why it is missing.
pub type Measured<T> = Result<T, NotMeasured>;

/// Modules for `#[serde(flatten, with = "…")]`: a [`Measured`] field is written as two fields, its value or `null`,
/// and where that is `null`, the reason.
macro_rules! two_fields {
    ($($module:ident: $value:ident, $reason:ident;)*) => {$(
        mod $module {
            use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

            use $crate::measured::{Measured, NotMeasured};

            #[derive(Serialize)]
            struct Written<'a, T> {
                $value: Option<&'a T>,
                #[serde(skip_serializing_if = "Option::is_none")]
                $reason: Option<&'a NotMeasured>,
            }

            #[derive(Deserialize)]
            struct Read<T> {
                $value: Option<T>,
                $reason: Option<NotMeasured>,
            }

            pub fn serialize<T: Serialize, S: Serializer>(
                field: &Measured<T>,
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                let written = Written {
                    $value: field.as_ref().ok(),
                    $reason: field.as_ref().err(),
                };
                written.serialize(serializer)
            }

            pub fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Measured<T>, D::Error> {
                let read = Read::deserialize(deserializer)?;
                match (read.$value, read.$reason) {
                    (Some(value), _) => Ok(Ok(value)),
                    (None, Some(reason)) => Ok(Err(reason)),
                    (None, None) => Err(D::Error::missing_field(stringify!($reason))),
                }
            }
        }
    )*};
}

pub(crate) use two_fields;
