//! The provider: found by its address, asked for a code, and for what the code says about a person. It is asked
//! anew each time, so that keys and addresses that it changes count at once; redirects are not followed.

use std::{future::Future, time::Duration};

use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, HttpRequest, HttpResponse, IssuerUrl, Nonce, OAuth2TokenResponse,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, TokenResponse,
    core::{
        CoreAuthenticationFlow, CoreClient, CoreIdTokenClaims, CoreJwsSigningAlgorithm,
        CoreProviderMetadata, CoreTokenResponse, CoreUserInfoClaims,
    },
};

use super::{Attempt, is_on, refused};
use crate::{
    AppError,
    config::{Auth, Config, given},
};

/// Longest wait for one answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Largest answer, in bytes.
const MOST_BYTES: usize = 1 << 20;

/// Where the provider sends people back to.
const CALLBACK: &str = "/api/v1/auth/oidc/callback";

/// Signatures that count: none that a shared secret could forge.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// What the provider says about a person. Never printed.
pub(super) struct Claims {
    pub issuer: String,
    pub subject: String,
    pub email: Option<String>,
    pub is_email_verified: bool,
    pub name: Option<String>,
}

/// The provider of the settings.
pub(super) struct Provider<'a> {
    auth: &'a Auth,
    redirect: String,
    http: reqwest::Client,
}

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// An exchange with the provider that failed.
#[derive(Debug, thiserror::Error)]
enum HttpError {
    #[error("the identity provider can't be reached")]
    Network(#[from] reqwest::Error),
    #[error("the identity provider answers more than {MOST_BYTES} bytes")]
    TooLarge,
    #[error("the identity provider answers nonsense")]
    Nonsense(#[from] http::Error),
}

impl<'a> Provider<'a> {
    /// # Errors
    /// [`AppError::NotFound`] where there is none.
    pub fn of(config: &'a Config) -> Result<Self, AppError> {
        if !is_on(config) {
            return Err(AppError::NotFound("sign-in"));
        }
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .user_agent(concat!("candor/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(AppError::internal)?;
        Ok(Self {
            auth: &config.auth,
            redirect: format!(
                "{}{CALLBACK}",
                config.server.public_url.trim_end_matches('/')
            ),
            http,
        })
    }

    /// Where the browser goes, and what has to be known when it comes back.
    pub async fn begin(&self, ends_s: i64) -> Result<(String, Attempt), AppError> {
        let client = self.discover().await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let scopes = self.auth.oidc_scopes.iter().cloned().map(Scope::new);
        let (url, state, nonce) = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .add_scopes(scopes)
            .set_pkce_challenge(challenge)
            .url();
        let attempt = Attempt {
            state: state.secret().clone(),
            nonce: nonce.secret().clone(),
            verifier: verifier.secret().clone(),
            ends_s,
        };
        Ok((url.into(), attempt))
    }

    /// Exchanges the code, and checks signature, issuer, audience, times and nonce of what comes.
    pub async fn claims(&self, attempt: &Attempt, code: String) -> Result<Claims, AppError> {
        let client = self.discover().await?;
        let http = self.http();
        let exchanged = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(away)?
            .set_pkce_verifier(PkceCodeVerifier::new(attempt.verifier.clone()))
            .request_async(&http)
            .await;
        let tokens = exchanged.map_err(|error| match error {
            RequestTokenError::ServerResponse(answer) => {
                tracing::warn!(error = ?answer.error(), "oidc.code_refused");
                refused("the provider does not take the code; begin again")
            }
            error => away(error),
        })?;
        let token = tokens
            .id_token()
            .ok_or_else(|| refused("the provider says nothing about you"))?;
        let rules = client.id_token_verifier().set_allowed_algs(ALGORITHMS);
        let nonce = Nonce::new(attempt.nonce.clone());
        let claims = token.claims(&rules, &nonce).map_err(|error| {
            tracing::warn!(%error, "oidc.token_refused");
            refused("what the provider says about you can't be trusted")
        })?;
        let mut read = read(claims);
        if read.email.is_none() {
            self.ask_for_email(&client, &tokens, claims, &mut read)
                .await?;
        }
        Ok(read)
    }

    /// Some providers tell the address only when they are asked for it.
    async fn ask_for_email(
        &self,
        client: &Client,
        tokens: &CoreTokenResponse,
        claims: &CoreIdTokenClaims,
        read: &mut Claims,
    ) -> Result<(), AppError> {
        let subject = Some(claims.subject().clone());
        let Ok(request) = client.user_info(tokens.access_token().clone(), subject) else {
            return Ok(());
        };
        let told: CoreUserInfoClaims = request.request_async(&self.http()).await.map_err(away)?;
        read.email = told.email().map(|email| email.to_string());
        read.is_email_verified = told.email_verified() == Some(true);
        Ok(())
    }

    async fn discover(&self) -> Result<Client, AppError> {
        let issuer = IssuerUrl::new(self.auth.oidc_issuer.clone()).map_err(AppError::internal)?;
        let found = CoreProviderMetadata::discover_async(issuer, &self.http())
            .await
            .map_err(away)?;
        let id = ClientId::new(self.auth.oidc_client_id.clone());
        let secret = given(&self.auth.oidc_client_secret).map(str::to_owned);
        let redirect = RedirectUrl::new(self.redirect.clone()).map_err(AppError::internal)?;
        Ok(
            CoreClient::from_provider_metadata(found, id, secret.map(ClientSecret::new))
                .set_redirect_uri(redirect),
        )
    }

    fn http(
        &self,
    ) -> impl Fn(
        HttpRequest,
    )
        -> std::pin::Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send>>
    + use<> {
        let client = self.http.clone();
        move |request| Box::pin(exchange(client.clone(), request))
    }
}

async fn exchange(
    client: reqwest::Client,
    request: HttpRequest,
) -> Result<HttpResponse, HttpError> {
    let mut response = client.execute(request.try_into()?).await?;
    let mut answer = http::Response::builder().status(response.status());
    for (name, value) in response.headers() {
        answer = answer.header(name, value);
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > MOST_BYTES {
            return Err(HttpError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(answer.body(body)?)
}

fn read(claims: &CoreIdTokenClaims) -> Claims {
    Claims {
        issuer: claims.issuer().to_string(),
        subject: claims.subject().to_string(),
        email: claims.email().map(|email| email.to_string()),
        is_email_verified: claims.email_verified() == Some(true),
        name: claims
            .name()
            .and_then(|name| name.get(None))
            .map(|name| name.to_string()),
    }
}

fn away(source: impl std::error::Error + Send + Sync + 'static) -> AppError {
    AppError::Unavailable {
        retry_after_s: 5,
        source: source.into(),
    }
}
