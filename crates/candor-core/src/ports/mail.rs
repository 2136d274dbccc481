//! Mail that is sent to one person.

/// Sends mail. Called beside the runtime: it may block.
pub trait Mailer: Send + Sync {
    /// Hands a mail over to the next mail server.
    ///
    /// # Errors
    /// See [`MailError`].
    fn send(&self, mail: &Mail) -> Result<(), MailError>;
}

/// One mail to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Unique and stable: a mail that is sent twice can be told by it. Letters, digits, `_` and `-`.
    pub id: String,
    /// Name of the person, where it is known.
    pub to_name: Option<String>,
    /// Address of the person.
    pub to_address: String,
    /// Subject.
    pub subject: String,
    /// As plain text.
    pub text: String,
    /// As HTML.
    pub html: String,
    /// Calendar entry that belongs to it.
    pub calendar: Option<Calendar>,
}

/// A calendar entry in a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// `REQUEST` or `CANCEL`.
    pub method: &'static str,
    /// The iCalendar object.
    pub content: String,
}

/// Why a mail was not handed over. The texts name no person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// Trying again may help.
    #[error("{0}")]
    Passing(String),
    /// Trying again won't help.
    #[error("{0}")]
    Permanent(String),
}
