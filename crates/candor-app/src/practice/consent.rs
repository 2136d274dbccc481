//! The practising person's own consent.

use candor_core::{access::Actor, ids::InterviewId};
use sea_orm::DatabaseTransaction;

use crate::{
    App, AppError,
    consent::{self, ConsentStatement, Scope, Subject},
};

/// Version of what a bare "yes" agrees to: that one's own recording is kept and analysed, face and voice
/// included, for oneself.
pub const VERSION: &str = "practice-1";

/// What a client says about consent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Agreement {
    /// The signed-in person agrees for themself.
    Yes,
    /// Who agreed to which text, and when.
    Stated(ConsentStatement),
}

impl Agreement {
    /// The statement that is recorded.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for a bare "yes" of a machine, which can't agree for itself.
    pub(super) fn statement(self, app: &App, actor: &Actor) -> Result<ConsentStatement, AppError> {
        match (self, actor.user()) {
            (Self::Stated(statement), _) => Ok(statement),
            (Self::Yes, Some(person)) => Ok(ConsentStatement {
                version: VERSION.to_owned(),
                obtained_at: app.clock.now(),
                by: person.to_string(),
            }),
            (Self::Yes, None) => Err(AppError::invalid(
                "invalid_consent",
                "consent",
                "a key can't agree for a person; send consent as {version, obtainedAt, by}",
            )),
        }
    }
}

/// Records an agreement that covers a whole session.
///
/// # Errors
/// [`AppError::Invalid`] for an impossible statement.
pub(super) async fn agree(
    app: &App,
    transaction: &DatabaseTransaction,
    actor: &Actor,
    session: InterviewId,
    agreement: Agreement,
) -> Result<(), AppError> {
    let statement = agreement.statement(app, actor)?;
    consent::establish(
        app,
        transaction,
        actor,
        Subject::Interview(session),
        Some(statement),
        &Scope::ALL,
    )
    .await?;
    Ok(())
}
