//! Writing what must be written although the database is away for a while.

use std::{future::Future, time::Duration};

use tokio::time::sleep;

use crate::AppError;

/// Waits between tries while the database is away: about a minute together.
pub(crate) const WAITS: [Duration; 8] = [
    Duration::from_millis(100),
    Duration::from_millis(300),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(5),
    Duration::from_secs(10),
    Duration::from_secs(20),
    Duration::from_secs(20),
];

/// Tries once more after each of `waits`, until it succeeds.
pub(crate) async fn persistently<T, F: Future<Output = Result<T, AppError>>>(
    waits: &[Duration],
    mut attempt: impl FnMut() -> F,
) -> Result<T, AppError> {
    for wait in waits {
        match attempt().await {
            Ok(value) => return Ok(value),
            Err(error) => tracing::debug!(error = %error, "database.tried_again"),
        }
        sleep(*wait).await;
    }
    attempt().await
}
