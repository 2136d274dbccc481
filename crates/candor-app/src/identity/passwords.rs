//! Passwords: argon2id, hashed beside the runtime, only a few at once.

use std::{sync::OnceLock, time::Duration};

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};

use crate::{App, AppError};

/// Longest wait for others' passwords to be hashed.
const PATIENCE: Duration = Duration::from_secs(5);

/// Most characters of a password: hashing must not be a way to keep the server busy.
pub const LONGEST: usize = 128;

/// Fewest characters of a password on the documented routes, whose clients may send six.
pub const SHORTEST_DOCUMENTED: usize = 6;

/// Fewest characters of a password that is chosen elsewhere.
pub const SHORTEST: usize = 8;

/// Fewest characters of the first admin's and of invited people's passwords.
pub const SHORTEST_OF_STAFF: usize = 12;

/// Whether somebody may choose this password.
///
/// # Errors
/// [`AppError::Invalid`] (`weak_password`).
pub fn check(password: &str, handle: &str, shortest: usize) -> Result<(), AppError> {
    let weak = |message: String| Err(AppError::invalid("weak_password", "password", message));
    let length = password.chars().count();
    if !(shortest..=LONGEST).contains(&length) {
        return weak(format!(
            "password must have {shortest} to {LONGEST} characters"
        ));
    }
    if password.to_lowercase() == handle.trim().to_lowercase() {
        return weak("password must differ from what you sign in with".to_owned());
    }
    let mut characters = password.chars();
    let first = characters.next();
    if characters.all(|other| Some(other) == first) {
        return weak("password must not be one character repeated".to_owned());
    }
    Ok(())
}

/// The text that the database keeps of a password.
///
/// # Errors
/// [`AppError::RateLimited`] when too many are hashed already.
pub(super) async fn hash(app: &App, password: &str) -> Result<String, AppError> {
    let password = password.to_owned();
    beside(app, move || digest(&password)).await?
}

/// Whether the password fits. Without a hash it takes as long and says no: who asks learns nothing about
/// which accounts exist.
///
/// # Errors
/// [`AppError::RateLimited`] when too many are hashed already.
pub(super) async fn verify(
    app: &App,
    password: &str,
    hash: Option<String>,
) -> Result<bool, AppError> {
    // Longer ones can't have been set.
    let password: String = password.chars().take(LONGEST + 1).collect();
    beside(app, move || {
        static NOBODY: OnceLock<Option<String>> = OnceLock::new();
        let known = hash.is_some();
        let hash = hash.or_else(|| {
            NOBODY
                .get_or_init(|| digest("nobody has this password").ok())
                .clone()
        });
        let fits = hash.is_some_and(|hash| {
            PasswordHash::new(&hash).is_ok_and(|hash| {
                Argon2::default()
                    .verify_password(password.as_bytes(), &hash)
                    .is_ok()
            })
        });
        fits && known
    })
    .await
}

fn digest(password: &str) -> Result<String, AppError> {
    // Argon2id, 19 MiB, two passes: the library's defaults follow OWASP's advice.
    Ok(Argon2::default()
        .hash_password(password.as_bytes())
        .map_err(|error| AppError::internal(error.to_string()))?
        .to_string())
}

async fn beside<T: Send + 'static>(
    app: &App,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, AppError> {
    let permit = tokio::time::timeout(PATIENCE, app.identity.hashing().acquire_owned())
        .await
        .map_err(|_| AppError::RateLimited { retry_after_s: 5 })?
        .map_err(AppError::internal)?;
    tokio::task::spawn_blocking(move || {
        let result = work();
        drop(permit);
        result
    })
    .await
    .map_err(AppError::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_characters_are_enough_where_documented_and_nowhere_else() {
        assert!(check("pa55wd", "alice", SHORTEST_DOCUMENTED).is_ok());
        assert!(check("pa55wd", "alice", SHORTEST).is_err());
        assert!(check(&"ab".repeat(64), "alice", SHORTEST).is_ok());
        assert!(check(&"ab".repeat(65), "alice", SHORTEST).is_err());
    }

    #[test]
    fn the_id_and_one_repeated_character_are_no_passwords() {
        assert!(check("Alice-Cooper", "alice-cooper ", SHORTEST).is_err());
        assert!(check("aaaaaaaaaaaa", "alice", SHORTEST).is_err());
    }
}
