//! The progress of an analysis as server-sent events: what happened so far, then what happens.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use candor_app::{AppError, analyses, jobs::JobEvent};
use candor_core::ids::AnalysisId;
use futures::{Stream, StreamExt};
use serde_json::json;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    ServerState, auth::Caller, path::Path, problem::ApiResult, responses::SublistProblems,
};

/// Where a client says which event it saw last.
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// A comment this often keeps proxies from closing a quiet stream.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new().routes(routes!(follow_analysis))
}

/// Follows an analysis: everything that happened to it, or what happened after `Last-Event-ID`, then what
/// happens; ends when the analysis ends.
#[utoipa::path(
    get, path = "/api/v1/analyses/{id}/events", tag = "analyses",
    params(
        ("id" = String, Path, description = "The analysis"),
        ("Last-Event-ID" = Option<String>, Header, description = "Go on after this event"),
    ),
    responses(
        (status = 200, content_type = "text/event-stream", body = String,
            description = "Events with id, name (e.g. `step.done`) and JSON data `{at, …}`"),
        SublistProblems
    )
)]
async fn follow_analysis(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<AnalysisId>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let last = last_event(&headers)?;
    let events = analyses::events(&state.app, &actor, id, last).await?;
    let stream = Sse::new(written(events)).keep_alive(KeepAlive::new().interval(KEEP_ALIVE));
    let no_store = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    Ok((no_store, stream).into_response())
}

fn last_event(headers: &HeaderMap) -> Result<Option<i64>, AppError> {
    let Some(value) = headers.get(LAST_EVENT_ID) else {
        return Ok(None);
    };
    let number = value.to_str().ok().and_then(|text| text.parse().ok());
    number.map(Some).ok_or_else(|| {
        AppError::invalid(
            "invalid_event_id",
            "Last-Event-ID",
            "Last-Event-ID is the id of an event of this stream",
        )
    })
}

/// An error ends the stream: the client comes back with the last id it saw.
fn written(
    events: impl Stream<Item = Result<JobEvent, AppError>> + Send,
) -> impl Stream<Item = Result<Event, Infallible>> + Send {
    events
        .take_while(|event| {
            if let Err(error) = event {
                tracing::warn!(%error, "analysis.events_broken");
            }
            std::future::ready(event.is_ok())
        })
        .filter_map(|event| std::future::ready(event.ok()))
        .map(|event| {
            let mut data = event.data;
            if !data.is_object() {
                data = json!({ "value": data });
            }
            data["at"] = json!(event.at);
            Ok(Event::default()
                .id(event.id.to_string())
                .event(event.kind)
                .data(data.to_string()))
        })
}
