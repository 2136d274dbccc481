//! Sign-in through OpenID Connect, against a provider that does what a test tells it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use axum::{
    Form, Json, Router,
    extract::State,
    http::StatusCode,
    routing::{get, post},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use candor_app::{config::Config, identity::setup};
use candor_core::access::{Actor, Role};
use candor_testkit::{Database, FakeEngines, HandClock, Storage, TestServer};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{PASSWORD, nobody, register};
use crate::calls::Answer;

const CLIENT: &str = "candor";
const SECRET: &str = "the secret of the client";
const EMAIL: &str = "ana@example.org";

/// A key of the provider.
struct Key {
    signing: EncodingKey,
    public: Value,
}

impl Key {
    fn new() -> Self {
        let pair = rcgen::KeyPair::generate().unwrap();
        let point = pair.public_key_raw();
        let (x, y) = point[1..].split_at(32);
        Self {
            signing: EncodingKey::from_ec_der(&pair.serialize_der()),
            public: json!({
                "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": "k1",
                "x": BASE64_URL_SAFE_NO_PAD.encode(x),
                "y": BASE64_URL_SAFE_NO_PAD.encode(y),
            }),
        }
    }
}

/// What the provider says the next time.
struct Script {
    url: String,
    public: Value,
    signing: EncodingKey,
    algorithm: Algorithm,
    /// Laid over the right claims.
    claims: Value,
    /// Nonce and challenge of the codes that were given out.
    codes: HashMap<String, (String, String)>,
    /// Whether a code counts more than once.
    is_lenient: bool,
}

type Shared = Arc<Mutex<Script>>;

struct Provider {
    script: Shared,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Provider {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let key = Key::new();
        let script = Arc::new(Mutex::new(Script {
            url,
            public: key.public,
            signing: key.signing,
            algorithm: Algorithm::ES256,
            claims: json!({}),
            codes: HashMap::new(),
            is_lenient: false,
        }));
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(describe))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .with_state(Arc::clone(&script));
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { script, task }
    }

    fn url(&self) -> String {
        self.script.lock().unwrap().url.clone()
    }

    /// Says this from now on instead of the right thing.
    fn say(&self, claims: Value) {
        self.script.lock().unwrap().claims = claims;
    }

    fn change(&self, change: impl FnOnce(&mut Script)) {
        change(&mut self.script.lock().unwrap());
    }
}

async fn describe(State(script): State<Shared>) -> Json<Value> {
    let url = script.lock().unwrap().url.clone();
    Json(json!({
        "issuer": url,
        "authorization_endpoint": format!("{url}/authorize"),
        "token_endpoint": format!("{url}/token"),
        "jwks_uri": format!("{url}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
    }))
}

async fn keys(State(script): State<Shared>) -> Json<Value> {
    Json(json!({"keys": [script.lock().unwrap().public]}))
}

async fn token(
    State(script): State<Shared>,
    headers: axum::http::HeaderMap,
    Form(sent): Form<HashMap<String, String>>,
) -> (StatusCode, Json<Value>) {
    let mut script = script.lock().unwrap();
    let refused = (
        StatusCode::BAD_REQUEST,
        Json(json!({"error": "invalid_grant"})),
    );
    let code = sent["code"].clone();
    let Some((nonce, challenge)) = script.codes.get(&code).cloned() else {
        return refused;
    };
    let proof = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(&sent["code_verifier"]));
    if proof != challenge || !headers.contains_key("authorization") {
        return refused;
    }
    if !script.is_lenient {
        script.codes.remove(&code);
    }
    let now = jiff::Timestamp::now().as_second();
    let mut claims = json!({
        "iss": script.url, "sub": "ana-at-provider", "aud": CLIENT, "nonce": nonce,
        "iat": now, "exp": now + 300,
        "email": EMAIL, "email_verified": true, "name": "Ana Díaz",
    });
    for (name, value) in script.claims.as_object().unwrap() {
        claims[name] = value.clone();
    }
    let header = Header {
        kid: Some("k1".to_owned()),
        ..Header::new(script.algorithm)
    };
    let id_token = jsonwebtoken::encode(&header, &claims, &script.signing).unwrap();
    let answer = json!({"access_token": "a", "token_type": "Bearer", "id_token": id_token});
    (StatusCode::OK, Json(answer))
}

async fn server(
    test: &str,
    database: Database,
    provider: &Provider,
    change: impl FnOnce(&mut Config),
) -> Option<TestServer> {
    let engines = FakeEngines::default();
    TestServer::start_with(test, database, engines, |config| {
        settings(config, provider);
        change(config);
    })
    .await
}

fn settings(config: &mut Config, provider: &Provider) {
    config.server.public_url = "http://127.0.0.1:8000".to_owned();
    config.auth.logins_per_minute = 10_000;
    config.auth.oidc_issuer = provider.url();
    config.auth.oidc_client_id = CLIENT.to_owned();
    config.auth.oidc_client_secret = SECRET.to_owned();
}

/// `name=value` of each cookie that an answer sets and does not clear.
fn jar(answer: &Answer) -> String {
    let set = answer.headers.get_all("set-cookie").iter();
    let set = set.map(|value| value.to_str().unwrap());
    let set = set.filter(|text| !text.contains("Max-Age=0"));
    let pairs: Vec<&str> = set.map(|text| text.split(';').next().unwrap()).collect();
    pairs.join("; ")
}

/// A browser that was sent to the provider and got a code there.
struct Away {
    cookie: String,
    state: String,
    code: String,
}

async fn away(server: &TestServer, provider: &Provider) -> Away {
    let answer = nobody(server).get("/api/v1/auth/oidc/start").await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    let to: url::Url = answer.header("location").parse().unwrap();
    assert!(
        to.as_str()
            .starts_with(&format!("{}/authorize?", provider.url()))
    );
    let asked: HashMap<String, String> = to.query_pairs().into_owned().collect();
    assert_eq!(asked["response_type"], "code");
    assert_eq!(asked["client_id"], CLIENT);
    assert_eq!(asked["scope"], "openid email profile");
    assert_eq!(asked["code_challenge_method"], "S256");
    assert_eq!(
        asked["redirect_uri"],
        "http://127.0.0.1:8000/api/v1/auth/oidc/callback"
    );
    let cookie = answer.header("set-cookie");
    assert!(
        cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Lax"),
        "{cookie}"
    );
    assert!(!cookie.contains(&asked["state"]), "it is sealed");
    let code = uuid::Uuid::new_v4().simple().to_string();
    let proof = (asked["nonce"].clone(), asked["code_challenge"].clone());
    provider.change(|script| drop(script.codes.insert(code.clone(), proof)));
    Away {
        cookie: jar(&answer),
        state: asked["state"].clone(),
        code,
    }
}

async fn back(server: &TestServer, away: &Away) -> Answer {
    let path = format!(
        "/api/v1/auth/oidc/callback?code={}&state={}",
        away.code, away.state
    );
    let cookie = [("cookie", away.cookie.as_str())];
    nobody(server).send(Method::GET, &path, &cookie, None).await
}

async fn sign_in(server: &TestServer, provider: &Provider) -> Answer {
    let away = away(server, provider).await;
    back(server, &away).await
}

/// Invites the address and gives the organisation.
async fn invite(server: &TestServer, role: Role) {
    let organisation = server.organisation("Acme").await;
    let operator = Actor::operator(organisation);
    setup::invite_person(&server.app, &operator, EMAIL, None, role)
        .await
        .unwrap();
}

#[rstest]
#[tokio::test]
async fn an_invited_person_signs_in_and_is_found_again_by_their_identity(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "an_invited_person_signs_in_and_is_found_again_by_their_identity";
    let provider = Provider::start().await;
    let Some(server) = server(test, database, &provider, |_| {}).await else {
        return;
    };
    invite(&server, Role::Recruiter).await;
    let answer = sign_in(&server, &provider).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    assert_eq!(answer.header("location"), "/");
    let cookies = jar(&answer);
    assert!(cookies.contains("candor_access=") && cookies.contains("candor_refresh="));
    let browser = nobody(&server);
    let cookie = ("cookie", cookies.as_str());
    let me = browser
        .send(Method::GET, "/api/v1/users/me", &[cookie], None)
        .await
        .expect(200);
    assert_eq!(me["login"], EMAIL);
    let session = browser
        .send(Method::GET, "/api/v1/auth/session", &[cookie], None)
        .await;
    let session = session.expect(200);
    let csrf = ("x-csrf-token", session["csrf_token"].as_str().unwrap());
    let body = Some(json!({"title": "T"}));
    let made = browser
        .send(Method::POST, "/api/v1/interviews", &[cookie, csrf], body)
        .await;
    made.expect(201);

    // Another address by then, another capital in it: the same person.
    provider.say(json!({"email": "Ana.Diaz@example.org"}));
    let again = jar(&sign_in(&server, &provider).await);
    let cookie = ("cookie", again.as_str());
    let same = browser
        .send(Method::GET, "/api/v1/users/me", &[cookie], None)
        .await
        .expect(200);
    assert_eq!(same["id"], me["id"]);
    // Somebody else who got the address does not get the account.
    provider.say(json!({"sub": "another"}));
    let other = sign_in(&server, &provider).await;
    assert_eq!(other.problem(409), "account_exists");
}

#[rstest]
#[tokio::test]
async fn people_of_a_domain_become_what_the_settings_say(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "people_of_a_domain_become_what_the_settings_say";
    let provider = Provider::start().await;
    let change = |config: &mut Config| {
        config.auth.oidc_domains = vec!["example.org".to_owned()];
        config.auth.oidc_role = "reviewer".to_owned();
    };
    let Some(server) = server(test, database, &provider, change).await else {
        return;
    };
    let organisation = server.organisation("Acme").await;
    let cookies = jar(&sign_in(&server, &provider).await);
    let cookie = [("cookie", cookies.as_str())];
    let me = nobody(&server)
        .send(Method::GET, "/api/v1/users/me", &cookie, None)
        .await
        .expect(200);
    assert_eq!(me["display_name"], "Ana Díaz");
    let session = nobody(&server)
        .send(Method::GET, "/api/v1/auth/session", &cookie, None)
        .await;
    assert_eq!(
        session.expect(200)["organisation_id"],
        organisation.to_string()
    );
    let list = nobody(&server)
        .send(Method::GET, "/api/v1/interviews", &cookie, None)
        .await;
    list.expect(200);
    provider.say(json!({"sub": "b", "email": "eve@elsewhere.example"}));
    assert_eq!(
        sign_in(&server, &provider).await.problem(403),
        "domain_refused"
    );
    provider.say(json!({"sub": "b", "email": "eve@example.org.evil.example"}));
    assert_eq!(
        sign_in(&server, &provider).await.problem(403),
        "domain_refused"
    );
}

#[rstest]
#[tokio::test]
async fn an_account_with_a_password_is_not_taken_over(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "an_account_with_a_password_is_not_taken_over";
    let provider = Provider::start().await;
    let change = |config: &mut Config| config.auth.registration = "open".to_owned();
    let Some(server) = server(test, database, &provider, change).await else {
        return;
    };
    register(&server, EMAIL).await;
    assert_eq!(
        sign_in(&server, &provider).await.problem(409),
        "account_exists"
    );
    let login = json!({"login": EMAIL, "password": PASSWORD});
    nobody(&server)
        .post("/api/v1/auth/login", login)
        .await
        .expect(200);
    assert_eq!(
        sign_in(&server, &provider).await.problem(409),
        "account_exists"
    );
}

#[rstest]
#[tokio::test]
async fn what_the_provider_can_not_vouch_for_is_refused(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "what_the_provider_can_not_vouch_for_is_refused";
    let provider = Provider::start().await;
    let Some(server) = server(test, database, &provider, |_| {}).await else {
        return;
    };
    invite(&server, Role::Reviewer).await;
    let now = jiff::Timestamp::now().as_second();
    for (what, claims, code) in [
        ("nonce", json!({"nonce": "another"}), "sign_in_refused"),
        (
            "audience",
            json!({"aud": "somebody-else"}),
            "sign_in_refused",
        ),
        (
            "audiences",
            json!({"aud": [CLIENT, "somebody-else"]}),
            "sign_in_refused",
        ),
        (
            "issuer",
            json!({"iss": "https://id.example.net"}),
            "sign_in_refused",
        ),
        (
            "expiry",
            json!({"iat": now - 600, "exp": now - 300}),
            "sign_in_refused",
        ),
        (
            "unverified",
            json!({"email_verified": false}),
            "email_not_verified",
        ),
        (
            "no word",
            json!({"email_verified": null}),
            "email_not_verified",
        ),
        ("no address", json!({"email": null}), "email_not_verified"),
        ("nobody", json!({"sub": ""}), "sign_in_refused"),
        (
            "stranger",
            json!({"email": "eve@example.org"}),
            "not_invited",
        ),
    ] {
        provider.say(claims);
        let answer = sign_in(&server, &provider).await;
        assert_eq!(answer.problem(403), code, "{what}");
        assert_eq!(jar(&answer), "", "{what}: no session begins");
    }
    provider.say(json!({}));
    let right = Key::new();
    let wrong = Key::new();
    provider.change(|script| {
        script.public = right.public;
        script.signing = wrong.signing;
    });
    let answer = sign_in(&server, &provider).await;
    assert_eq!(
        answer.problem(403),
        "sign_in_refused",
        "signed by another key"
    );
    // The client's secret is no signature.
    provider.change(|script| {
        script.signing = EncodingKey::from_secret(SECRET.as_bytes());
        script.algorithm = Algorithm::HS256;
    });
    let answer = sign_in(&server, &provider).await;
    assert_eq!(
        answer.problem(403),
        "sign_in_refused",
        "signed with the secret"
    );
    provider.change(|script| {
        script.signing = right.signing;
        script.algorithm = Algorithm::ES256;
    });
    assert_eq!(sign_in(&server, &provider).await.status, 303);
}

#[rstest]
#[tokio::test]
async fn an_attempt_counts_once_and_in_its_own_browser(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "an_attempt_counts_once_and_in_its_own_browser";
    let provider = Provider::start().await;
    let clock = Arc::new(HandClock::of_now());
    let started = TestServer::start_on(
        test,
        database,
        Storage::Folder,
        FakeEngines::default(),
        Arc::clone(&clock) as _,
        |config| settings(config, &provider),
    );
    let Some(server) = started.await else {
        return;
    };
    invite(&server, Role::Reviewer).await;
    provider.change(|script| script.is_lenient = true);
    let away = async || away(&server, &provider).await;
    let code = async |away: &Away| back(&server, away).await.problem(403);

    let used = away().await;
    assert_eq!(back(&server, &used).await.status, 303);
    assert_eq!(code(&used).await, "sign_in_expired", "sent again");
    let mut no_cookie = away().await;
    no_cookie.cookie.clear();
    assert_eq!(code(&no_cookie).await, "sign_in_expired");
    let mut forged = away().await;
    forged.cookie = format!("candor_oidc={}", "A".repeat(200));
    assert_eq!(code(&forged).await, "sign_in_expired");
    // The code of one browser in another: what an attacker would sign a victim in with.
    let (mine, mut victims) = (away().await, away().await);
    victims.code = mine.code.clone();
    victims.state = mine.state.clone();
    assert_eq!(code(&victims).await, "sign_in_refused");
    let (mine, mut mixed) = (away().await, away().await);
    mixed.code = mine.code;
    assert_eq!(code(&mixed).await, "sign_in_refused", "PKCE binds the code");
    let mut unknown = away().await;
    unknown.code = "unknown".to_owned();
    assert_eq!(code(&unknown).await, "sign_in_refused");
    let late = away().await;
    clock.advance(jiff::SignedDuration::from_secs(601));
    assert_eq!(code(&late).await, "sign_in_expired");

    let declined = away().await;
    let path = format!(
        "/api/v1/auth/oidc/callback?error=access_denied&state={}",
        declined.state
    );
    let page = [
        ("cookie", declined.cookie.as_str()),
        ("accept", "text/html"),
    ];
    let told = nobody(&server).send(Method::GET, &path, &page, None).await;
    assert_eq!(told.status, 403);
    assert!(
        told.text.contains("<h1>You are not signed in</h1>"),
        "{}",
        told.text
    );
    let policy = told.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    let nothing = nobody(&server).get("/api/v1/auth/oidc/callback").await;
    assert_eq!(nothing.problem(403), "sign_in_expired");
}

#[tokio::test]
async fn a_provider_that_is_away_is_told_and_none_is_not_found() {
    let test = "a_provider_that_is_away_is_told_and_none_is_not_found";
    let provider = Provider::start().await;
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nowhere = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    let away = server(test, Database::Sqlite, &provider, |config| {
        config.auth.oidc_issuer = nowhere;
    });
    let away = away.await.expect("SQLite is always there");
    let answer = nobody(&away).get("/api/v1/auth/oidc/start").await;
    assert_eq!(answer.problem(503), "unavailable");
    assert_eq!(answer.header("retry-after"), "5");
    let off = TestServer::start(test, Database::Sqlite)
        .await
        .expect("SQLite is always there");
    for path in [
        "/api/v1/auth/oidc/start",
        "/api/v1/auth/oidc/callback?code=a&state=b",
    ] {
        assert_eq!(nobody(&off).get(path).await.problem(404), "not_found");
    }
}
