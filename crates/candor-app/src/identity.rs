//! Who somebody is: accounts, sessions, API keys, sign-in limits.

use candor_core::access::Actor;

use crate::{App, AppError};

/// The actor behind an access token or an API key.
///
/// # Errors
/// [`AppError::Unauthenticated`] when it is unknown, expired, revoked or forged.
pub async fn authenticate(_app: &App, _token: &str) -> Result<Actor, AppError> {
    Err(AppError::Unauthenticated)
}
