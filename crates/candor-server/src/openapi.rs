//! The description of the interface: `/openapi.json`, and `/docs` to read and try it.

use axum::{Json, Router, routing::get};
use utoipa::{
    OpenApi as _,
    openapi::{
        ComponentsBuilder, Content, OpenApi, Ref, RefOr, ResponseBuilder,
        path::Operation,
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

use crate::{ServerState, problem::Problem};

mod docs;

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Candor",
        description = "Self-hosted AI interviewer: the native interface under /api/v1 and the documented routes of five systems."
    ),
    components(schemas(Problem))
)]
struct Base;

/// What is said before any route.
pub fn base() -> OpenApi {
    let mut description = Base::openapi();
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some(
            "Access token of a person, an API key, or the token of an interview",
        ))
        .build();
    let key = ApiKey::Header(ApiKeyValue::new("X-API-Key"));
    let components = description.components.take().unwrap_or_default();
    description.components = Some(
        ComponentsBuilder::from(components)
            .security_scheme("bearer", SecurityScheme::Http(bearer))
            .security_scheme("api_key", SecurityScheme::ApiKey(key))
            .build(),
    );
    description
}

/// Adds the errors that requests meet before any handler, wherever a route does not describe them itself.
pub fn complete(description: &mut OpenApi) {
    for item in description.paths.paths.values_mut() {
        let operations = [
            &mut item.get,
            &mut item.put,
            &mut item.post,
            &mut item.delete,
            &mut item.patch,
            &mut item.head,
            &mut item.options,
        ];
        for operation in operations.into_iter().flatten() {
            add_common(operation);
        }
    }
}

fn add_common(operation: &mut Operation) {
    let mut common = vec![
        (400, "The request can't be read"),
        (
            503,
            "Busy, or something it needs is away; `Retry-After` says when to come back",
        ),
    ];
    if operation.request_body.is_some() {
        common.extend([
            (413, "The body is larger than allowed"),
            (415, "The body is of another type"),
            (422, "The body does not fit the description"),
        ]);
    }
    for (status, text) in common {
        let problem = Content::new(Some(RefOr::Ref(Ref::from_schema_name("Problem"))));
        operation
            .responses
            .responses
            .entry(status.to_string())
            .or_insert_with(|| {
                ResponseBuilder::new()
                    .description(text)
                    .content("application/problem+json", problem)
                    .build()
                    .into()
            });
    }
}

/// The whole description as JSON.
pub fn document() -> String {
    let (_, description) = crate::router::described();
    description
        .to_pretty_json()
        .expect("a description is plain values")
}

/// Serves the description and the page.
pub fn routes(description: OpenApi) -> Router<ServerState> {
    Router::new()
        .route(
            "/openapi.json",
            get(move || async move { Json(description) }),
        )
        .merge(docs::routes())
}
