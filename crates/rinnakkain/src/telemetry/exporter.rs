//! An exporter that logs once when its collector goes away, and once when it is back.
//!
//! Nothing waits for it: the SDK has a thread and a bounded queue for each exporter, and drops what finds no room.

use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::metrics::Temporality;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::exporter::PushMetricExporter;
use opentelemetry_sdk::trace::{SpanData, SpanExporter};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Wraps `E`.
#[derive(Debug)]
pub struct LoggingExporter<E> {
    exporter: E,
    what: &'static str,
    away: AtomicBool,
}

impl<E> LoggingExporter<E> {
    pub fn new(exporter: E, what: &'static str) -> Self {
        Self { exporter, what, away: AtomicBool::new(false) }
    }

    fn log(&self, result: OTelSdkResult) -> OTelSdkResult {
        let was_away = self.away.swap(result.is_err(), Ordering::Relaxed);
        match &result {
            Err(_) if !was_away => tracing::warn!(
                what = self.what,
                "the collector takes nothing: check telemetry.otlp. Until it does they are dropped; nothing else is affected"
            ),
            Ok(()) if was_away => tracing::info!(what = self.what, "the collector takes them again"),
            _ => {}
        }
        result
    }
}

impl<E: SpanExporter> SpanExporter for LoggingExporter<E> {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        self.log(self.exporter.export(batch).await)
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.exporter.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}

impl<E: PushMetricExporter> PushMetricExporter for LoggingExporter<E> {
    async fn export(&self, metrics: &ResourceMetrics) -> OTelSdkResult {
        self.log(self.exporter.export(metrics).await)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.exporter.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn temporality(&self) -> Temporality {
        self.exporter.temporality()
    }
}
