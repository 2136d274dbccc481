//! Why a use case did not do what it was asked, in terms that every interface can translate.

use candor_core::access::Denied;
use candor_store::StoreError;

/// An inner error of any kind.
pub type Source = Box<dyn std::error::Error + Send + Sync>;

/// See the variants; each has one HTTP status in the native interface.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AppError {
    /// The request says something impossible (422).
    #[error("{message}")]
    Invalid {
        /// Stable code, e.g. `invalid_time`.
        code: &'static str,
        /// What to do, for people.
        message: String,
        /// The field, as the client wrote it.
        field: Option<String>,
    },
    /// Nobody agreed to the recording or the analysis (422, `consent_required`).
    #[error(
        "consent is required: send meta.consent {{version, obtainedAt, by}}, or use a key made with --attest-consent"
    )]
    ConsentRequired,
    /// No valid credentials (401).
    #[error("sign in, or send a valid token or API key")]
    Unauthenticated,
    /// Valid credentials that don't allow it (403).
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Refused whoever asks (403).
    #[error("{message}")]
    Refused {
        /// Stable code, e.g. `registration_closed`.
        code: &'static str,
        /// What to do, for people.
        message: String,
    },
    /// No such thing, or not the caller's (404).
    #[error("no such {0}")]
    NotFound(&'static str),
    /// It contradicts the present state (409).
    #[error("{message}")]
    Conflict {
        /// Stable code, e.g. `login_taken`.
        code: &'static str,
        /// What to do, for people.
        message: String,
    },
    /// It was there, and is not any more (410).
    #[error("{message}")]
    Gone {
        /// Stable code, e.g. `invitation_cancelled`.
        code: &'static str,
        /// What to do, for people.
        message: String,
    },
    /// It was changed since it was read (412).
    #[error("it was changed since it was read; read it again and repeat the change")]
    Stale,
    /// Larger than allowed (413).
    #[error("larger than the limit of {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// Content of a kind that is not taken (415).
    #[error("{0}")]
    Unsupported(String),
    /// Too many requests (429).
    #[error("too many requests; try again in {retry_after_s} s")]
    RateLimited {
        /// Seconds to wait.
        retry_after_s: u64,
    },
    /// A store is away: nothing was accepted (503).
    #[error("not available now; try again in {retry_after_s} s")]
    Unavailable {
        /// Seconds to wait.
        retry_after_s: u64,
        /// What is away.
        #[source]
        source: Source,
    },
    /// There is no room for it: nothing was accepted (503, `disk_full`).
    #[error("there is no room for it now; try again in {retry_after_s} s")]
    Full {
        /// Seconds to wait.
        retry_after_s: u64,
        /// What is full.
        #[source]
        source: Source,
    },
    /// A defect (500); the source is logged once, never sent.
    #[error("an internal error")]
    Internal(#[source] Source),
}

impl AppError {
    /// [`AppError::Invalid`] about one field.
    pub fn invalid(code: &'static str, field: &str, message: impl Into<String>) -> Self {
        Self::Invalid {
            code,
            message: message.into(),
            field: Some(field.to_owned()),
        }
    }

    /// [`AppError::Conflict`].
    pub fn conflict(code: &'static str, message: impl Into<String>) -> Self {
        Self::Conflict {
            code,
            message: message.into(),
        }
    }

    /// [`AppError::Refused`].
    pub fn refused(code: &'static str, message: impl Into<String>) -> Self {
        Self::Refused {
            code,
            message: message.into(),
        }
    }

    /// [`AppError::Gone`].
    pub fn gone(code: &'static str, message: impl Into<String>) -> Self {
        Self::Gone {
            code,
            message: message.into(),
        }
    }

    /// [`AppError::Full`].
    pub fn full(source: impl Into<Source>) -> Self {
        Self::Full {
            retry_after_s: 60,
            source: source.into(),
        }
    }

    /// What a failure of the local disk means: it is full, or away.
    pub fn disk(error: std::io::Error) -> Self {
        use std::io::ErrorKind::{QuotaExceeded, StorageFull};
        if matches!(error.kind(), StorageFull | QuotaExceeded) {
            Self::full(error)
        } else {
            Self::Unavailable {
                retry_after_s: 5,
                source: error.into(),
            }
        }
    }

    /// Whether it may have been done all the same: see [`StoreError::is_in_doubt`].
    pub fn is_in_doubt(&self) -> bool {
        match self {
            Self::Unavailable { source, .. } => source
                .downcast_ref::<StoreError>()
                .is_some_and(StoreError::is_in_doubt),
            _ => false,
        }
    }

    /// [`AppError::Internal`].
    pub fn internal(source: impl Into<Source>) -> Self {
        Self::Internal(source.into())
    }
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound { entity } => Self::NotFound(entity),
            StoreError::Conflict { entity } => Self::Conflict {
                code: "conflict",
                message: format!("the {entity} was changed or exists already"),
            },
            error @ StoreError::Full(_) => Self::full(error),
            error @ (StoreError::Unavailable(_)
            | StoreError::Objects(_)
            | StoreError::Live(_)
            | StoreError::Queue(_)) => Self::Unavailable {
                retry_after_s: 5,
                source: error.into(),
            },
            error => Self::Internal(error.into()),
        }
    }
}

impl From<sea_orm::DbErr> for AppError {
    fn from(error: sea_orm::DbErr) -> Self {
        StoreError::from(error).into()
    }
}
