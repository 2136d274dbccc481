//! Where log lines and traces go.

use std::io::IsTerminal;

use anyhow::{Context, Result};
use candor_app::config::{Config, given};
use opentelemetry::{KeyValue, trace::TracerProvider as _};
use opentelemetry_otlp::{Protocol, WithExportConfig};
use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};
use tracing_subscriber::{
    EnvFilter, Layer, fmt, layer::SubscriberExt, registry, util::SubscriberInitExt,
};

/// Sends the last traces when dropped.
pub struct Log(Option<SdkTracerProvider>);

impl Drop for Log {
    fn drop(&mut self) {
        if let Some(traces) = &self.0
            && let Err(error) = traces.shutdown()
        {
            eprintln!("the last traces were not sent: {error}");
        }
    }
}

/// Logs of a command go to standard error and only when `CANDOR_LOG` asks for them: a quiet command
/// stays quiet.
pub fn start_quiet() {
    if let Ok(filter) = EnvFilter::try_from_env("CANDOR_LOG") {
        fmt()
            .with_env_filter(filter)
            .with_writer(std::io::stderr)
            .init();
    }
}

/// Logs of a server go to standard error in the form that the settings ask for; traces to the collector.
///
/// # Errors
/// When the filter can't be read or the collector's address can't be used.
pub fn start(config: &Config) -> Result<Log> {
    let settings = &config.telemetry;
    let filter = match std::env::var("CANDOR_LOG") {
        Ok(text) if !text.is_empty() => text,
        _ => settings.log.clone(),
    };
    // The migrators say line by line what Candor says once.
    let quiet = "sea_orm_migration=warn,sqlx::postgres::notice=warn";
    let filter =
        EnvFilter::try_new(format!("{quiet},{filter}")).context("telemetry.log is no filter")?;
    let lines = fmt::layer()
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    let lines = if settings.format == "json" {
        lines.json().flatten_event(true).boxed()
    } else {
        lines.boxed()
    };
    let traces = match given(&settings.otlp_endpoint) {
        Some(endpoint) => Some(exporter(endpoint, &settings.environment)?),
        None => None,
    };
    let spans = traces
        .as_ref()
        .map(|traces| tracing_opentelemetry::layer().with_tracer(traces.tracer("candor")));
    registry().with(filter).with(lines).with(spans).init();
    Ok(Log(traces))
}

fn exporter(endpoint: &str, environment: &str) -> Result<SdkTracerProvider> {
    // The exporter may speak TLS before anything else of the server does.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let exporter = opentelemetry_otlp::SpanExporter::builder()
        .with_http()
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(format!("{}/v1/traces", endpoint.trim_end_matches('/')))
        .build()
        .context("telemetry.otlp_endpoint can't be used")?;
    let mut resource = Resource::builder()
        .with_service_name("candor")
        .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")));
    if let Some(environment) = given(environment) {
        resource = resource.with_attribute(KeyValue::new(
            "deployment.environment.name",
            environment.to_owned(),
        ));
    }
    Ok(SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .with_resource(resource.build())
        .build())
}
