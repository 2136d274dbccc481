//! What native operations answer when they don't do what they were asked, for the description of the
//! interface: one type for each kind of operation.

use std::collections::BTreeMap;

use utoipa::{
    IntoResponses, PartialSchema,
    openapi::{ContentBuilder, RefOr, Response, ResponseBuilder},
};

use crate::problem::Problem;

/// What a status says, in the native interface.
pub fn meaning(status: u16) -> &'static str {
    match status {
        400 => "The body is no JSON",
        401 => "No valid credentials",
        403 => "Not allowed for this role or key",
        404 => "No such thing, or not the caller's",
        408 => "It took too long",
        409 => "It contradicts the present state",
        410 => "It is gone",
        412 => "It was changed since it was read",
        413 => "Larger than allowed",
        415 => "Content of a kind that is not taken",
        422 => "Understood, but something in it can't be",
        428 => "If-Match is missing",
        429 => "Too many requests",
        503 => "Not available now; try again later",
        _ => "An error",
    }
}

/// A `problem+json` answer.
pub fn problem(status: u16) -> Response {
    ResponseBuilder::new()
        .description(meaning(status))
        .content(
            "application/problem+json",
            ContentBuilder::new()
                .schema(Some(Problem::schema()))
                .build(),
        )
        .build()
}

macro_rules! problems {
    ($($(#[$doc:meta])* $name:ident: $($status:literal)*;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name;

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                [$($status),*]
                    .into_iter()
                    .map(|status: u16| (status.to_string(), problem(status).into()))
                    .collect()
            }
        }
    )*};
}

problems! {
    /// Of an operation that sums up the caller's organisation.
    OverviewProblems: 401 403 503;
    /// Of an operation that shows a list of the caller's organisation.
    ListProblems: 401 403 422 503;
    /// Of an operation that shows one thing.
    GetProblems: 401 403 404 503;
    /// Of an operation that shows a list below one thing.
    SublistProblems: 401 403 404 422 503;
    /// Of an operation that makes something from a JSON body.
    CreateProblems: 400 401 403 409 413 415 422 503;
    /// Of an operation that makes something below another thing from a JSON body.
    AppendProblems: 400 401 403 404 409 413 415 422 503;
    /// Of an operation that changes something, given its version and a JSON body.
    UpdateProblems: 400 401 403 404 409 412 413 415 422 428 503;
    /// Of an operation that deletes something.
    DeleteProblems: 401 403 404 409 412 422 503;
    /// Of an operation that changes something from a JSON body, whatever its version.
    ChangeProblems: 400 401 403 404 409 413 415 422 503;
    /// Of registering.
    RegisterProblems: 400 403 409 413 415 422 429 503;
    /// Of signing in.
    SignInProblems: 400 401 403 413 415 422 429 503;
    /// Of signing in through another system.
    ElsewhereProblems: 403 404 409 422 429 503;
    /// Of going on with a session or ending it.
    RefreshProblems: 400 401 403 413 415 422 503;
    /// Of using a one-time link.
    SetupProblems: 400 404 409 413 415 422 429 503;
    /// Of an operation without a body that does something with one thing.
    ActProblems: 401 403 404 409 422 503;
}
