//! Logs on standard error; if configured, traces and metrics over OTLP. All of them hold counts, times, configured names,
//! codes and places; never content, identifiers or message ids.
//!
//! A process without `[telemetry] otlp` gathers nothing: it has no metrics ([`metrics`]), and no subscriber takes the spans
//! that are only for traces ([`spans`]). While the collector is away its data are dropped; nothing else is affected.

mod exporter;
mod filters;
pub mod instruments;
pub mod metrics;
mod sampler;
pub mod spans;
pub mod watch;

use crate::config::{Config, LogFormat};
use anyhow::Context;
use exporter::LoggingExporter;
use opentelemetry::KeyValue;
use opentelemetry::metrics::MeterProvider;
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{MetricExporter, SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::{PeriodicReader, SdkMeterProvider};
use opentelemetry_sdk::trace::SdkTracerProvider;
use sampler::ByArrival;
use std::io::IsTerminal;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::timeout;
use tracing::Subscriber;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

/// How long the collector may take to answer.
const ANSWER: Duration = Duration::from_secs(5);
/// How long the last export may take at the stop.
const LAST: Duration = Duration::from_secs(5);

/// The providers of traces and metrics, if they are configured.
pub struct Telemetry(Option<(SdkTracerProvider, SdkMeterProvider)>);

/// For the service; `role` is what this process does.
pub fn init(config: &Config, role: &'static str) -> anyhow::Result<Telemetry> {
    let filter = filters::logged(&config.log.filter)?;
    let log = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_target(false);
    let log = match config.log.format {
        LogFormat::Json => log.json().with_filter(filter).boxed(),
        LogFormat::Text => log.with_ansi(std::io::stderr().is_terminal()).with_filter(filter).boxed(),
    };
    let providers = providers(config, role)?;
    let traces = providers.as_ref().map(|(traces, _)| traced(traces));
    tracing_subscriber::registry().with(log).with(traces).init();
    std::panic::set_hook(Box::new(|panic| {
        // The payload may quote a value: the place is enough to find the bug.
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!("panic at {place} (payload withheld)");
    }));
    if let Some((_, meters)) = &providers {
        let sources = config.senders.iter().map(|sender| sender.source.name.clone());
        metrics::begin(&meters.meter("rinnakkain"), sources);
    }
    Ok(Telemetry(providers))
}

/// Our own spans, by their names and with their fields only.
fn traced<S: Subscriber + for<'s> LookupSpan<'s> + Send + Sync>(traces: &SdkTracerProvider) -> impl Layer<S> + use<S> {
    tracing_opentelemetry::layer()
        .with_tracer(traces.tracer("rinnakkain"))
        .with_location(false)
        .with_threads(false)
        .with_target(false)
        .with_tracked_inactivity(false)
        .with_context_activation(false)
        .with_filter(filters::traced())
}

fn providers(config: &Config, role: &'static str) -> anyhow::Result<Option<(SdkTracerProvider, SdkMeterProvider)>> {
    let Some(settings) = &config.telemetry else { return Ok(None) };
    let spans = SpanExporter::builder().with_tonic().with_endpoint(settings.otlp()).with_timeout(ANSWER).build();
    let metrics = MetricExporter::builder().with_tonic().with_endpoint(settings.otlp()).with_timeout(ANSWER).build();
    let (spans, metrics) = (spans.context("telemetry.otlp")?, metrics.context("telemetry.otlp")?);
    let resource = Resource::builder()
        .with_service_name("rinnakkain")
        .with_attributes([
            KeyValue::new("service.version", env!("CARGO_PKG_VERSION")),
            KeyValue::new("service.instance.id", format!("{}/{role}", config.ingest)),
        ])
        .build();
    let traces = SdkTracerProvider::builder()
        .with_sampler(ByArrival::of(*settings.sampled))
        .with_max_links_per_span(spans::MOST)
        .with_resource(resource.clone())
        .with_batch_exporter(LoggingExporter::new(spans, "traces"))
        .build();
    let reader =
        PeriodicReader::builder(LoggingExporter::new(metrics, "metrics")).with_interval(*settings.every).build();
    Ok(Some((traces, SdkMeterProvider::builder().with_resource(resource).with_reader(reader).build())))
}

impl Telemetry {
    /// Sends the rest, if the collector takes it in time.
    pub async fn flush(self) {
        let Self(Some((traces, metrics))) = self else { return };
        let (done, sent) = oneshot::channel();
        // In a detached thread: the SDK blocks, and a collector that is away must not delay the end.
        let last = move || {
            let _ = (traces.shutdown_with_timeout(LAST), metrics.shutdown_with_timeout(LAST));
            let _ = done.send(());
        };
        if std::thread::Builder::new().name("telemetry-flush".to_owned()).spawn(last).is_ok() {
            // In time or not, nothing more can be done.
            let _ = timeout(LAST, sent).await;
        }
    }
}

/// For an operator's command: logs warnings and errors only.
pub fn quiet() {
    let subscriber =
        tracing_subscriber::fmt().with_writer(std::io::stderr).with_env_filter(EnvFilter::new("warn,sqlx=off"));
    // A second initialisation changes nothing.
    let _ = subscriber.with_target(false).without_time().try_init();
}
