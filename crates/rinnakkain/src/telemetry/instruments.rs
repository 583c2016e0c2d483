//! Every metric, declared once. Names and units as OpenTelemetry's semantic conventions have them.
//!
//! An attribute is a configured name or one of a few values, so the configuration bounds the number of series; none
//! identifies a client. `deploy/observability/README.md` has their names in Prometheus, and a test compares the dashboard and
//! the alert rules there with this table.
//!
//! # Adding a metric
//! Its constant and its line in `ALL` here, the place in `metrics.rs` that records it, its panel on the dashboard.

use opentelemetry::metrics::{Counter, Gauge, Histogram, Meter, UpDownCounter};

/// How a metric adds up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum InstrumentKind {
    /// Only rises.
    Counter,
    /// Rises and falls.
    UpDownCounter,
    /// A value at a time.
    Gauge,
    /// A distribution, by these bounds.
    Histogram(&'static [f64]),
}

/// One metric.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Declared {
    pub name: &'static str,
    /// UCUM; what is counted in braces.
    pub unit: &'static str,
    pub kind: InstrumentKind,
    pub description: &'static str,
}

/// Seconds, from a look-up's to a morning's after an outage.
const SECONDS: &[f64] = &[
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 60.0, 300.0, 1800.0, 10_800.0,
];
/// Events in a batch, of at most a thousand.
const EVENTS: &[f64] = &[0.0, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0];

const fn declared(name: &'static str, unit: &'static str, kind: InstrumentKind, description: &'static str) -> Declared {
    Declared { name, unit, kind, description }
}

pub const MESSAGES: Declared = declared(
    "rinnakkain.messages",
    "{message}",
    InstrumentKind::Counter,
    "Messages whose receipt is committed, by source and outcome: stored, duplicate, ignored, rejected",
);
pub const INGEST_DURATION: Declared = declared(
    "rinnakkain.ingest.duration",
    "s",
    InstrumentKind::Histogram(SECONDS),
    "From a message's arrival until it is stored: in PostgreSQL, or in Kafka where that stands between",
);
pub const INGEST_NOT_STORED: Declared = declared(
    "rinnakkain.ingest.not_stored",
    "{message}",
    InstrumentKind::Counter,
    "Messages that were not stored in time: their senders keep them",
);
pub const CONNECTIONS: Declared = declared(
    "rinnakkain.connections",
    "{connection}",
    InstrumentKind::UpDownCounter,
    "Open connections, by listener: mllp, http, grpc, health",
);
pub const SOURCE_AGE: Declared = declared(
    "rinnakkain.source.age",
    "s",
    InstrumentKind::Gauge,
    "How long ago a source last reported, by the slowest partition; absent if it never did",
);
pub const SOURCE_SILENT: Declared = declared(
    "rinnakkain.source.silent",
    "{source}",
    InstrumentKind::Gauge,
    "1 if a source has not reported within its declared silence, so that what it covers is \"not known\"; else 0",
);
pub const BATCH_SIZE: Declared = declared(
    "rinnakkain.projection.batch.size",
    "{event}",
    InstrumentKind::Histogram(EVENTS),
    "Events that were applied in one transaction",
);
pub const COMMIT_DURATION: Declared = declared(
    "rinnakkain.projection.commit.duration",
    "s",
    InstrumentKind::Histogram(SECONDS),
    "How long a transaction that applies a batch takes, its commit included",
);
pub const REFOLDS: Declared = declared(
    "rinnakkain.projection.refolds",
    "{client}",
    InstrumentKind::Counter,
    "Clients that were folded anew from their history, because of late events",
);
pub const LATE_EVENTS: Declared = declared(
    "rinnakkain.projection.late_events",
    "{event}",
    InstrumentKind::Counter,
    "Events that sort before what was folded already",
);
pub const LATENCY: Declared = declared(
    "rinnakkain.projection.latency",
    "s",
    InstrumentKind::Histogram(SECONDS),
    "From an event's receipt, by the ingest's clock, until answers show it, by the projector's",
);
pub const LAG_RECORDS: Declared = declared(
    "rinnakkain.projection.lag.records",
    "{record}",
    InstrumentKind::Gauge,
    "Records in Kafka that this projector has not applied, of the partitions that are its own",
);
pub const LAG_TIME: Declared = declared(
    "rinnakkain.projection.lag.time",
    "s",
    InstrumentKind::Gauge,
    "How long ago everything that was received was applied, by the slowest partition and ingest; with Kafka only",
);
pub const QUARANTINE: Declared = declared(
    "rinnakkain.quarantine.entries",
    "{entry}",
    InstrumentKind::Gauge,
    "Open entries of the quarantine, by source",
);
pub const GAPS: Declared = declared(
    "rinnakkain.journal.gaps",
    "{gap}",
    InstrumentKind::Gauge,
    "Open gaps of the journal: while there is one, no answer is \"none\"",
);
/// A refusal because of the client counts as granted: a difference between an unknown client and one who must not be seen
/// would disclose the second.
pub const DECISIONS: Declared = declared(
    "rinnakkain.access.decisions",
    "{decision}",
    InstrumentKind::Counter,
    "Questions by calling system: granted, that is answered and in the access log; refused, before anything is looked up",
);
pub const UNREGISTERED: Declared = declared(
    "rinnakkain.unregistered",
    "{request}",
    InstrumentKind::Counter,
    "Requests and calls without a registered token, by listener: http, grpc",
);
pub const LIMITED: Declared = declared(
    "rinnakkain.questions.limited",
    "{question}",
    InstrumentKind::Counter,
    "Questions that were refused because their user or their system asked about too many of whom nothing may be shown, by caller",
);
pub const IDENTITY_PROVIDER_FAILING: Declared = declared(
    "rinnakkain.identity_provider.failing",
    "{provider}",
    InstrumentKind::Gauge,
    "1 while the identity provider's keys cannot be fetched: known keys hold on for a time if nobody answers",
);
pub const CALLS: Declared = declared(
    "rpc.server.call.duration",
    "s",
    InstrumentKind::Histogram(SECONDS),
    "How long an answer over gRPC takes, by method and status",
);

/// All of them: what the dashboard shows.
#[cfg(test)]
const ALL: [Declared; 20] = [
    MESSAGES,
    INGEST_DURATION,
    INGEST_NOT_STORED,
    CONNECTIONS,
    SOURCE_AGE,
    SOURCE_SILENT,
    BATCH_SIZE,
    COMMIT_DURATION,
    REFOLDS,
    LATE_EVENTS,
    LATENCY,
    LAG_RECORDS,
    LAG_TIME,
    QUARANTINE,
    GAPS,
    DECISIONS,
    UNREGISTERED,
    LIMITED,
    IDENTITY_PROVIDER_FAILING,
    CALLS,
];

impl Declared {
    pub fn counter(&self, meter: &Meter) -> Counter<u64> {
        meter.u64_counter(self.name).with_unit(self.unit).with_description(self.description).build()
    }

    pub fn up_down_counter(&self, meter: &Meter) -> UpDownCounter<i64> {
        meter.i64_up_down_counter(self.name).with_unit(self.unit).with_description(self.description).build()
    }

    pub fn gauge(&self, meter: &Meter) -> Gauge<f64> {
        meter.f64_gauge(self.name).with_unit(self.unit).with_description(self.description).build()
    }

    pub fn histogram(&self, meter: &Meter) -> Histogram<f64> {
        let bounds = match self.kind {
            InstrumentKind::Histogram(bounds) => bounds.to_vec(),
            InstrumentKind::Counter | InstrumentKind::UpDownCounter | InstrumentKind::Gauge => Vec::new(),
        };
        let histogram = meter.f64_histogram(self.name).with_unit(self.unit).with_description(self.description);
        histogram.with_boundaries(bounds).build()
    }

    /// What it is called in Prometheus, as the collector writes it: OpenTelemetry's "Prometheus and OpenMetrics
    /// Compatibility". A histogram is three series, `_bucket`, `_sum` and `_count` after this.
    #[cfg(test)]
    pub fn prometheus(&self) -> String {
        let unit = match self.unit {
            "s" => "_seconds",
            // What is in braces is a remark and no unit.
            _ => "",
        };
        let total = if self.kind == InstrumentKind::Counter { "_total" } else { "" };
        format!("{}{unit}{total}", self.name.replace('.', "_"))
    }
}

#[cfg(test)]
mod tests;
