//! Sign-in through OpenID Connect: an authorization code with PKCE, bound to the browser that began.
//!
//! What has to be remembered until the person comes back stands sealed in a cookie of theirs. Each attempt
//! counts once, whatever the provider says to a code that is sent twice.

use candor_core::access::Role;
use candor_store::{StoreError, records::identities};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use super::sessions::Session;
use crate::{
    App, AppError,
    config::{Config, given},
    secrets::token_hash,
};

mod account;
mod provider;

/// How long somebody may take at the provider.
const LIFE: SignedDuration = SignedDuration::from_mins(10);

/// Longest text that is read of what comes back.
const LONGEST: usize = 4096;

/// What a browser gets to begin with.
#[derive(Debug, Clone)]
pub struct Begun {
    /// Where it goes: the provider.
    pub url: String,
    /// What it keeps until it comes back.
    pub sealed: String,
    /// How long it may take, in seconds.
    pub life_s: i64,
}

/// With what it comes back.
#[derive(Debug, Clone, Default)]
pub struct Returned {
    /// Is exchanged for the identity.
    pub code: Option<String>,
    /// Of the attempt.
    pub state: Option<String>,
    /// Why there is no code.
    pub error: Option<String>,
}

/// An attempt to sign in, as the browser keeps it.
#[derive(Serialize, Deserialize)]
struct Attempt {
    state: String,
    nonce: String,
    verifier: String,
    ends_s: i64,
}

/// Whether people can sign in that way.
pub fn is_on(config: &Config) -> bool {
    given(&config.auth.oidc_issuer).is_some()
}

/// Begins to sign somebody in.
///
/// # Errors
/// [`AppError::NotFound`] where it is off; [`AppError::Unavailable`] when the provider does not answer.
pub async fn begin(app: &App) -> Result<Begun, AppError> {
    let provider = provider::Provider::of(&app.config)?;
    let ends = app.clock.now() + LIFE;
    let (url, attempt) = provider.begin(ends.as_second()).await?;
    let text = serde_json::to_string(&attempt).map_err(AppError::internal)?;
    Ok(Begun {
        url,
        sealed: app.secrets.seal(&text),
        life_s: LIFE.as_secs(),
    })
}

/// Signs somebody in who comes back from the provider with what their browser kept.
///
/// # Errors
/// [`AppError::NotFound`] where it is off; [`AppError::Refused`] (`sign_in_expired`, `sign_in_refused`,
/// `sign_in_declined`, `email_not_verified`, `domain_refused`, `not_invited`, `no_organisation`);
/// [`AppError::Conflict`] (`account_exists`) where the address has an account with a password;
/// [`AppError::Unavailable`] when the provider does not answer.
pub async fn finish(
    app: &App,
    sealed: Option<&str>,
    returned: Returned,
) -> Result<Session, AppError> {
    let provider = provider::Provider::of(&app.config)?;
    let now = app.clock.now();
    let attempt = sealed
        .and_then(|sealed| app.secrets.unseal(sealed))
        .and_then(|text| serde_json::from_str::<Attempt>(&text).ok())
        .filter(|attempt| now.as_second() < attempt.ends_s)
        .ok_or_else(expired)?;
    let state = short(returned.state);
    if !bool::from(state.as_bytes().ct_eq(attempt.state.as_bytes())) {
        return Err(refused("the answer belongs to another attempt to sign in"));
    }
    let ends = Timestamp::from_second(attempt.ends_s).map_err(AppError::internal)?;
    let hash = token_hash(&attempt.state);
    let spent = identities::spend_state(app.store.writer(), &hash, now.into(), ends.into());
    match spent.await {
        Ok(()) => {}
        Err(StoreError::Conflict { .. }) => return Err(expired()),
        Err(error) => return Err(error.into()),
    }
    if returned.error.is_some() {
        return Err(AppError::refused(
            "sign_in_declined",
            "the provider did not sign you in; try again",
        ));
    }
    let claims = provider.claims(&attempt, short(returned.code)).await?;
    account::open(app, &claims).await
}

/// What people become who were not invited.
fn role_of_strangers(config: &Config) -> Option<Role> {
    given(&config.auth.oidc_role).and_then(Role::from_name)
}

fn short(text: Option<String>) -> String {
    text.filter(|text| text.len() <= LONGEST)
        .unwrap_or_default()
}

fn expired() -> AppError {
    AppError::refused(
        "sign_in_expired",
        "this attempt to sign in is over or was used; begin again",
    )
}

fn refused(why: &str) -> AppError {
    AppError::refused("sign_in_refused", why)
}
