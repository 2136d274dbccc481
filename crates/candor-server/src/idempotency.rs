//! `Idempotency-Key` on requests that change something: the same key with the same request takes effect once.

use axum::{
    body::{Body, Bytes},
    extract::{FromRequestParts, Request},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use candor_app::{
    AppError,
    idempotency::{self, Answer, Claimed, Turn},
};
use sha2::{Digest, Sha256};
use utoipa::openapi::{
    OpenApi, RefOr, Required,
    path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem},
    schema::{ObjectBuilder, Type},
};

use crate::{
    ServerState,
    auth::Caller,
    problem::{ApiError, InDoubt, Problem},
    responses::problem,
};

/// The header.
const KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Told with an answer that was kept.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// Headers of an answer that are kept with it.
const KEPT: [HeaderName; 3] = [header::CONTENT_TYPE, header::ETAG, header::LOCATION];

/// Answers repeated requests with what the first one was answered. Requests without a key, and those of
/// nobody, pass through.
pub async fn once(state: &ServerState, request: Request, next: Next) -> Response {
    let changes = !matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    match request.headers().get(KEY) {
        Some(key) if changes => {
            let key = key.to_str().unwrap_or_default().to_owned();
            match handle(state.clone(), key, request, next).await {
                Ok(response) | Err(response) => response,
            }
        }
        _ => next.run(request).await,
    }
}

async fn handle(
    state: ServerState,
    key: String,
    request: Request,
    next: Next,
) -> Result<Response, Response> {
    let (mut parts, body) = request.into_parts();
    let actor = match Caller::from_request_parts(&mut parts, &state).await {
        Ok(Caller(actor)) => actor,
        // It must not be done without its key, should the database come back the next moment.
        Err(error @ ApiError(AppError::Unavailable { .. })) => return Err(error.into_response()),
        Err(_) => return Ok(next.run(Request::from_parts(parts, body)).await),
    };
    let mut hash = Sha256::new();
    hash.update(parts.method.as_str());
    hash.update([0]);
    hash.update(parts.uri.to_string());
    hash.update([0]);
    let body = hash_body(&state, &parts, body, &mut hash).await?;
    let app = &state.app;
    let turn = idempotency::begin(app, &actor, &key, hex::encode(hash.finalize()))
        .await
        .map_err(|error| refused(error).into_response())?;
    match turn {
        Turn::Done(answer) => Ok(replay(answer)),
        Turn::First(claimed) => {
            let request = Request::from_parts(parts, body);
            // On a task of its own, so that the answer is kept also when the client goes away.
            let work = tokio::spawn(async move { first(&state, claimed, request, next).await });
            work.await
                .map_err(|error| ApiError(AppError::internal(error)).into_response())
        }
    }
}

/// JSON bodies are part of the request; recordings are not read twice, their size and type stand for them.
async fn hash_body(
    state: &ServerState,
    parts: &Parts,
    body: Body,
    hash: &mut Sha256,
) -> Result<Body, Response> {
    let header = |name| {
        parts
            .headers
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    let kind = header(header::CONTENT_TYPE).unwrap_or_default();
    if !kind.is_empty() && !kind.contains("json") && !kind.contains("urlencoded") {
        // The boundary of a form differs from try to try.
        hash.update(kind.split(';').next().unwrap_or_default());
        hash.update([0]);
        hash.update(header(header::CONTENT_LENGTH).unwrap_or_default());
        return Ok(body);
    }
    let limit = state.app.config.server.body_limit_bytes;
    let bytes = axum::body::to_bytes(body, usize::try_from(limit).unwrap_or(usize::MAX))
        .await
        .map_err(|_| ApiError(AppError::TooLarge { limit }).into_response())?;
    hash.update(&bytes);
    Ok(Body::from(bytes))
}

async fn first(state: &ServerState, claimed: Claimed, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    if response.status().is_success() && !is_private(&response) {
        let kept = keep(state, claimed, response).await;
        return kept.unwrap_or_else(|error| ApiError(error).into_response());
    }
    // Nobody knows whether it took effect: the key stays, so that it does not do so twice.
    if response.extensions().get::<InDoubt>().is_some() {
        return response;
    }
    // It was refused and changed nothing: it may be mended and sent again.
    idempotency::release(&state.app, claimed).await;
    response
}

/// Answers with tokens and keys are nobody's to keep, the database's neither.
fn is_private(response: &Response) -> bool {
    response
        .headers()
        .get(header::CACHE_CONTROL)
        .is_some_and(|value| value == "no-store")
}

async fn keep(
    state: &ServerState,
    claimed: Claimed,
    response: Response,
) -> Result<Response, AppError> {
    let (parts, body) = response.into_parts();
    let bytes: Bytes = axum::body::to_bytes(body, usize::MAX)
        .await
        .map_err(AppError::internal)?;
    let answer = Answer {
        status: parts.status.as_u16(),
        headers: kept_headers(&parts.headers),
        body: String::from_utf8_lossy(&bytes).into_owned(),
    };
    idempotency::keep(&state.app, claimed, &answer).await;
    Ok(Response::from_parts(parts, Body::from(bytes)))
}

fn kept_headers(headers: &HeaderMap) -> Vec<(String, String)> {
    KEPT.iter()
        .filter_map(|name| {
            let value = headers.get(name)?.to_str().ok()?;
            Some((name.to_string(), value.to_owned()))
        })
        .collect()
}

fn replay(answer: Answer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let mut response = (status, answer.body).into_response();
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_TYPE);
    for (name, value) in answer.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            headers.insert(name, value);
        }
    }
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    response
}

fn refused(error: AppError) -> Problem {
    let mut problem = Problem::from(error);
    if problem.code == "idempotency_in_progress" {
        problem.retry_after_s = Some(1);
    }
    problem
}

/// Describes the header, and what it can lead to, for every operation that changes something.
pub fn describe(api: &mut OpenApi) {
    for item in api.paths.paths.values_mut() {
        for operation in changing(item) {
            operation
                .parameters
                .get_or_insert_default()
                .push(parameter().into());
            for status in [401, 409, 413, 422, 503_u16] {
                operation
                    .responses
                    .responses
                    .entry(status.to_string())
                    .or_insert_with(|| RefOr::T(problem(status)));
            }
        }
    }
}

fn changing(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [
        &mut item.post,
        &mut item.put,
        &mut item.patch,
        &mut item.delete,
    ]
    .into_iter()
    .flatten()
    .filter(|operation| {
        operation
            .security
            .as_ref()
            .is_none_or(|all| !all.is_empty())
    })
}

fn parameter() -> Parameter {
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(
            "The same key with the same request takes effect once; its answer is kept for 24 hours",
        ))
        .schema(Some(
            ObjectBuilder::new()
                .schema_type(Type::String)
                .max_length(Some(255)),
        ))
        .build()
}
