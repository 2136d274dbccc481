//! Figures for operators: `/metrics` in the form of Prometheus.

use std::{sync::OnceLock, thread, time::Duration};

use axum::{
    Extension,
    extract::FromRequestParts,
    http::{header, request::Parts},
    response::{IntoResponse, Response},
};
use candor_core::access::Action;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{ServerState, auth::Caller, middleware::ClientAddress, problem::Problem};

/// Upper ends of the classes of durations, in seconds.
const SECONDS: [f64; 14] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0,
];
/// How often samples are put into their classes.
const UPKEEP: Duration = Duration::from_secs(15);

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new().routes(routes!(metrics_of_the_process))
}

/// The figures of this process; collected from the first call on.
pub fn figures() -> &'static PrometheusHandle {
    static FIGURES: OnceLock<PrometheusHandle> = OnceLock::new();
    FIGURES.get_or_init(|| {
        let recorder = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)
            .expect("there are classes")
            .build_recorder();
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!("metrics.recorder_taken");
        }
        let kept = handle.clone();
        // Without it samples would pile up where nobody asks for them.
        let upkeep = thread::Builder::new()
            .name("metrics".to_owned())
            .spawn(move || {
                loop {
                    thread::sleep(UPKEEP);
                    kept.run_upkeep();
                }
            });
        if let Err(error) = upkeep {
            tracing::warn!(%error, "metrics.no_upkeep");
        }
        metrics::gauge!("candor_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
        handle
    })
}

/// This machine itself, or somebody who may steer queues.
struct Operator;

impl FromRequestParts<ServerState> for Operator {
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &ServerState,
    ) -> Result<Self, Self::Rejection> {
        let address = Extension::<ClientAddress>::from_request_parts(parts, state).await;
        if address.is_ok_and(|address| address.is_this_machine) {
            return Ok(Self);
        }
        let caller = Caller::from_request_parts(parts, state)
            .await
            .map_err(IntoResponse::into_response)?;
        match caller.0.may(Action::OperateQueues) {
            Ok(_) => Ok(Self),
            Err(denied) => Err(Problem::from(candor_app::AppError::from(denied)).into_response()),
        }
    }
}

/// Figures of this process.
///
/// Open to this machine itself, elsewhere to keys and people who may operate queues.
#[utoipa::path(
    get, path = "/metrics", tag = "system",
    security((), ("bearer" = []), ("api_key" = [])),
    responses(
        (status = 200, description = "Prometheus text format", body = String, content_type = "text/plain"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn metrics_of_the_process(_operator: Operator) -> impl IntoResponse {
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], figures().render())
}
