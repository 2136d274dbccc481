//! How others see that an event is ours: Standard Webhooks signatures, and `X-Signature` for a `callbackUrl`.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, HeaderName, HeaderValue};
use rand::Rng;
use sha2::Sha256;
use standardwebhooks::{
    HEADER_WEBHOOK_ID, HEADER_WEBHOOK_SIGNATURE, HEADER_WEBHOOK_TIMESTAMP, Webhook,
};

use crate::AppError;

/// A new secret: `whsec_` and 32 random bytes in base64.
pub(super) fn new_secret() -> String {
    let mut bytes = [0_u8; 32];
    rand::rng().fill_bytes(&mut bytes);
    format!("whsec_{}", STANDARD.encode(bytes))
}

/// The three headers of Standard Webhooks; one signature for each secret, so that a receiver that knows
/// either of them is content while they are exchanged.
///
/// # Errors
/// [`AppError::Internal`] when a secret is damaged.
pub(super) fn standard(
    secrets: &[String],
    event_id: &str,
    timestamp_s: i64,
    body: &str,
) -> Result<HeaderMap, AppError> {
    let signatures = secrets
        .iter()
        .map(|secret| Webhook::new(secret)?.sign(event_id, timestamp_s, body.as_bytes()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(AppError::internal)?;
    let mut headers = HeaderMap::new();
    for (name, value) in [
        (HEADER_WEBHOOK_ID, event_id.to_owned()),
        (HEADER_WEBHOOK_TIMESTAMP, timestamp_s.to_string()),
        (HEADER_WEBHOOK_SIGNATURE, signatures.join(" ")),
    ] {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::try_from(value).map_err(AppError::internal)?,
        );
    }
    Ok(headers)
}

/// `X-Signature` of a `callbackUrl`: HMAC-SHA-256 of the body in hexadecimal.
pub(super) fn callback(secret: &str, body: &str) -> HeaderMap {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(body.as_bytes());
    let signature = hex::encode(mac.finalize().into_bytes());
    let mut headers = HeaderMap::new();
    headers.insert(
        HeaderName::from_static("x-signature"),
        HeaderValue::try_from(signature).expect("hexadecimal digits are ASCII"),
    );
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn either_secret_verifies_while_they_are_exchanged() {
        let (old, new) = (new_secret(), new_secret());
        let now = jiff::Timestamp::now().as_second();
        let headers = standard(&[new.clone(), old.clone()], "msg_1", now, "{}").unwrap();
        for secret in [&old, &new] {
            Webhook::new(secret)
                .unwrap()
                .verify(b"{}", &headers)
                .unwrap();
        }
        let other = Webhook::new(&new_secret()).unwrap();
        assert!(other.verify(b"{}", &headers).is_err());
        assert!(
            Webhook::new(&new)
                .unwrap()
                .verify(b"{} ", &headers)
                .is_err()
        );
    }

    /// RFC 4231, test case 2.
    #[test]
    fn the_callback_signature_is_a_plain_hmac() {
        let headers = callback("Jefe", "what do ya want for nothing?");
        assert_eq!(
            headers["x-signature"],
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }
}
