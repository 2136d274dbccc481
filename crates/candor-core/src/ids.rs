//! Identifiers: newtypes over UUIDs whose text form keeps a prefix.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use uuid::Uuid;

/// The text is no identifier of the expected kind.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not an identifier of the form {expected}…")]
pub struct InvalidId {
    expected: &'static str,
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident $prefix:literal $new:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Uuid);

        impl $name {
            /// What its text form begins with.
            pub const PREFIX: &'static str = $prefix;

            /// A new identifier.
            pub fn generate() -> Self {
                Self(Uuid::$new())
            }

            /// The bare UUID, as the database and the documented contracts write it.
            pub fn uuid(self) -> Uuid {
                self.0
            }

            /// Eight hexadecimal digits from the random part, for folder names.
            pub fn short(self) -> String {
                let text = self.0.simple().to_string();
                text[text.len() - 8..].to_owned()
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}{}", Self::PREFIX, self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            /// Reads the prefixed form or a bare UUID.
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let bare = text.strip_prefix(Self::PREFIX).unwrap_or(text);
                Uuid::parse_str(bare).map(Self).map_err(|_| InvalidId {
                    expected: Self::PREFIX,
                })
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?
                    .parse()
                    .map_err(D::Error::custom)
            }
        }
    )*};
}

// Version 7 is ordered by creation time; what must not be guessed is version 4.
ids! {
    /// An organisation: the workspace that every row belongs to.
    OrganisationId "org_" now_v7;
    /// A person with an account.
    UserId "usr_" now_v7;
    /// One signed-in session of a person.
    TokenFamilyId "fam_" new_v4;
    /// An API key (not the key itself).
    ApiKeyId "key_" now_v7;
    /// A person who is interviewed.
    CandidateId "can_" now_v7;
    /// A job that people are interviewed for.
    PositionId "pos_" now_v7;
    /// A candidate's application for a position.
    ApplicationId "app_" now_v7;
    /// An interview.
    InterviewId "int_" now_v7;
    /// A token of one interview (not the token itself).
    InterviewTokenId "itk_" now_v7;
    /// A question of an interview.
    QuestionId "que_" now_v7;
    /// A recording.
    RecordingId "rec_" now_v7;
    /// A resumable upload; whoever knows it is still asked who they are.
    UploadId "upl_" new_v4;
    /// One analysis of one recording.
    AnalysisId "ana_" now_v7;
    /// One run of a pipeline.
    JobId "job_" now_v7;
    /// What a step made.
    ArtefactId "art_" now_v7;
    /// A finished report.
    ReportId "rep_" now_v7;
    /// A consent.
    ConsentId "con_" now_v7;
    /// An address that events are told to.
    WebhookId "whk_" now_v7;
    /// One event for one address.
    DeliveryId "dlv_" now_v7;
    /// A question of an organisation's own bank.
    BankQuestionId "bnk_" now_v7;
    /// One revision of a position's rubric.
    RubricId "rub_" now_v7;
    /// A résumé or a job description that was handed in.
    DocumentId "doc_" now_v7;
    /// An invitation to an interview.
    InvitationId "inv_" now_v7;
    /// One mail about an invitation.
    MailId "mai_" now_v7;
    /// What a person decided after an interview.
    DecisionId "dec_" now_v7;
    /// What somebody wrote about their own practice.
    ReflectionId "ref_" now_v7;
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
        assert!(id.to_string().parse::<JobId>().is_err());
    }
}
