//! Identifiers: newtypes over UUIDv7 whose text form keeps a prefix.

use std::{fmt, str::FromStr};

use uuid::Uuid;

/// The text is no identifier of the expected kind.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not an identifier of the form {expected}…")]
pub struct InvalidId {
    expected: &'static str,
}

/// Identifies one analysis of one recording; written `ana_<uuid>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AnalysisId(Uuid);

impl AnalysisId {
    const PREFIX: &'static str = "ana_";

    /// An identifier for a new analysis, ordered by creation time.
    pub fn generate() -> Self {
        Self(Uuid::now_v7())
    }

    /// Eight hexadecimal digits from the random part, for folder names.
    pub fn short(self) -> String {
        let text = self.0.simple().to_string();
        text[text.len() - 8..].to_owned()
    }
}

impl fmt::Display for AnalysisId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", Self::PREFIX, self.0)
    }
}

impl FromStr for AnalysisId {
    type Err = InvalidId;

    /// Reads `ana_<uuid>` or a bare UUID.
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let bare = text.strip_prefix(Self::PREFIX).unwrap_or(text);
        Uuid::parse_str(bare).map(Self).map_err(|_| InvalidId {
            expected: Self::PREFIX,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_reads_back_with_and_without_prefix() {
        let id = AnalysisId::generate();
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(id.to_string()[4..].parse(), Ok(id));
        assert!("ana_x".parse::<AnalysisId>().is_err());
    }
}
