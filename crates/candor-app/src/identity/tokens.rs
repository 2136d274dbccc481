//! Access and refresh tokens: JSON web tokens signed with HMAC-SHA-256, as *practice* documents them.
//!
//! A signature says only that we made the token; whether it still counts, the database says.

use candor_core::ids::{OrganisationId, TokenFamilyId};
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{App, AppError};

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum TokenType {
    /// Says who calls.
    Access,
    /// Is exchanged once for new tokens.
    Refresh,
}

/// Content of a token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Claims {
    /// What the person chose to sign in with.
    pub sub: String,
    /// Name that people see; in access tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// What the token is for.
    pub token_type: TokenType,
    /// Issued, in seconds since 1970.
    pub iat: i64,
    /// Not valid from then on.
    pub exp: i64,
    /// Identifier of this token.
    pub jti: Uuid,
    /// The session that it belongs to.
    pub fam: TokenFamilyId,
    /// The organisation that it acts in.
    pub org: OrganisationId,
}

impl Claims {
    /// When it ends.
    pub fn ends(&self) -> Timestamp {
        Timestamp::from_second(self.exp).unwrap_or(Timestamp::MIN)
    }
}

/// Signs a token.
pub(super) fn sign(app: &App, claims: &Claims) -> Result<String, AppError> {
    let key = EncodingKey::from_secret(app.secrets.signing_key());
    jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &key).map_err(AppError::internal)
}

/// Content of a token of this kind that we signed and that has not expired.
pub(super) fn read(app: &App, token: &str, kind: TokenType) -> Result<Claims, AppError> {
    let mut rules = Validation::new(Algorithm::HS256);
    // The application's clock decides, not the library's.
    rules.validate_exp = false;
    rules.validate_aud = false;
    rules.required_spec_claims.clear();
    let key = DecodingKey::from_secret(app.secrets.signing_key());
    let claims = jsonwebtoken::decode::<Claims>(token, &key, &rules)
        .map_err(|_| AppError::Unauthenticated)?
        .claims;
    if claims.token_type != kind || app.clock.now() >= claims.ends() {
        return Err(AppError::Unauthenticated);
    }
    Ok(claims)
}
