//! What is left of a refused body is read for a moment, so that the client sees the answer and not a broken
//! connection. Whoever sends more than that gets a broken connection.

use std::time::Duration;

use axum::extract::Multipart;
use bytes::Bytes;
use futures::{Stream, StreamExt, future::ready};

/// How long.
const MOMENT: Duration = Duration::from_secs(2);

/// Reads a body.
pub async fn body<E>(body: impl Stream<Item = Result<Bytes, E>>) {
    let rest = body
        .take_while(|chunk| ready(chunk.is_ok()))
        .for_each(|_| ready(()));
    // Both ends are fine.
    let _ = tokio::time::timeout(MOMENT, rest).await;
}

/// Reads a form.
pub async fn form(form: &mut Multipart) {
    let rest = async { while let Ok(Some(_)) = form.next_field().await {} };
    // Both ends are fine.
    let _ = tokio::time::timeout(MOMENT, rest).await;
}
