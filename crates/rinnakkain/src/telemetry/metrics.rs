//! Records the metrics. Without OTLP each of these functions returns at once.

use super::instruments as of;
use crate::clock;
use crate::config::{JOURNAL, UNKNOWN_SENDER};
use api::Timing;
use care::source::SourceState;
use event::Instant;
use journal::Lag;
use opentelemetry::KeyValue;
use opentelemetry::metrics::{Counter, Gauge, Histogram, Meter, UpDownCounter};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;
use std::time::Duration;
use store::{Applied, Batch};

/// Set once, at the start of a process that sends metrics.
static METRICS: OnceLock<Metrics> = OnceLock::new();

const SOURCE: &str = "rinnakkain.source";
/// A source of the journal that is not configured here.
const OTHER: &str = "other";

struct Metrics {
    meter: Meter,
    /// Every source that may be named.
    sources: BTreeSet<String>,
    messages: Counter<u64>,
    ingest_duration: Histogram<f64>,
    not_stored: Counter<u64>,
    connections: UpDownCounter<i64>,
    source_age: Gauge<f64>,
    source_silent: Gauge<f64>,
    batch_size: Histogram<f64>,
    commit_duration: Histogram<f64>,
    refolds: Counter<u64>,
    late_events: Counter<u64>,
    latency: Histogram<f64>,
    lag_time: Gauge<f64>,
    quarantine: Gauge<f64>,
    gaps: Gauge<f64>,
    decisions: Counter<u64>,
    unregistered: Counter<u64>,
    limited: Counter<u64>,
    identity_provider: Gauge<f64>,
    calls: Histogram<f64>,
}

/// From now on metrics are gathered; `sources` are the configured ones.
pub fn begin(meter: &Meter, sources: impl Iterator<Item = String>) {
    let metrics = Metrics {
        meter: meter.clone(),
        sources: sources.chain([UNKNOWN_SENDER, JOURNAL].map(str::to_owned)).collect(),
        messages: of::MESSAGES.counter(meter),
        ingest_duration: of::INGEST_DURATION.histogram(meter),
        not_stored: of::INGEST_NOT_STORED.counter(meter),
        connections: of::CONNECTIONS.up_down_counter(meter),
        source_age: of::SOURCE_AGE.gauge(meter),
        source_silent: of::SOURCE_SILENT.gauge(meter),
        batch_size: of::BATCH_SIZE.histogram(meter),
        commit_duration: of::COMMIT_DURATION.histogram(meter),
        refolds: of::REFOLDS.counter(meter),
        late_events: of::LATE_EVENTS.counter(meter),
        latency: of::LATENCY.histogram(meter),
        lag_time: of::LAG_TIME.gauge(meter),
        quarantine: of::QUARANTINE.gauge(meter),
        gaps: of::GAPS.gauge(meter),
        decisions: of::DECISIONS.counter(meter),
        unregistered: of::UNREGISTERED.counter(meter),
        limited: of::LIMITED.counter(meter),
        identity_provider: of::IDENTITY_PROVIDER_FAILING.gauge(meter),
        calls: of::CALLS.histogram(meter),
    };
    // A process begins once.
    let _ = METRICS.set(metrics);
}

/// Whether anything is gathered.
pub fn are_on() -> bool {
    METRICS.get().is_some()
}

impl Metrics {
    fn known<'a>(&self, name: &'a str) -> &'a str {
        if self.sources.contains(name) { name } else { OTHER }
    }

    fn source(&self, name: &str) -> KeyValue {
        KeyValue::new(SOURCE, self.known(name).to_owned())
    }
}

/// A batch is committed.
pub fn applied(batch: &Batch, applied: &Applied, took: Duration) {
    let Some(metrics) = METRICS.get() else { return };
    for ((source, outcome), count) in &applied.messages {
        let outcome = KeyValue::new("rinnakkain.outcome", outcome.name());
        metrics.messages.add(*count, &[metrics.source(source), outcome]);
    }
    metrics.commit_duration.record(took.as_secs_f64(), &[]);
    metrics.refolds.add(applied.refolds, &[]);
    metrics.late_events.add(applied.late, &[]);
    if batch.events.is_empty() {
        // Watermarks and receipts alone: with Kafka one comes many times a second.
        return;
    }
    metrics.batch_size.record(as_number(batch.events.len()), &[]);
    let (copies, now): (BTreeSet<_>, _) = (applied.copies.iter().collect(), clock::now());
    let mut sources: BTreeMap<&str, [KeyValue; 1]> = BTreeMap::new();
    for received in batch.events.iter().filter(|received| !copies.contains(&received.event.id)) {
        let source = received.event.source.as_str();
        let source = sources.entry(source).or_insert_with(|| [metrics.source(source)]);
        metrics.latency.record(seconds(received.received_at, now), source);
    }
}

/// A message is stored, this long after it came.
pub fn stored(source: &str, took: Duration) {
    let Some(metrics) = METRICS.get() else { return };
    metrics.ingest_duration.record(took.as_secs_f64(), &[metrics.source(source)]);
}

/// A message was not stored in time.
pub fn not_stored(source: &str) {
    let Some(metrics) = METRICS.get() else { return };
    metrics.not_stored.add(1, &[metrics.source(source)]);
}

/// An open connection; dropped, it is closed.
pub struct Connection(&'static str);

impl Connection {
    /// On this listener.
    pub fn open(listener: &'static str) -> Self {
        count(listener, 1);
        Self(listener)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        count(self.0, -1);
    }
}

fn count(listener: &'static str, by: i64) {
    if let Some(metrics) = METRICS.get() {
        metrics.connections.add(by, &[KeyValue::new("rinnakkain.listener", listener)]);
    }
}

/// Each source, as the answers see it.
pub fn sources(states: &[SourceState], now: Instant) {
    let Some(metrics) = METRICS.get() else { return };
    for state in states {
        let source = [metrics.source(&state.name)];
        metrics.source_silent.record(f64::from(u8::from(state.silent)), &source);
        if let Some(at) = state.reported_until {
            metrics.source_age.record(seconds(at, now), &source);
        }
    }
}

/// How many entries are open, of each source that has any.
pub fn quarantined(open: &BTreeMap<String, u64>) {
    let Some(metrics) = METRICS.get() else { return };
    let mut counts: BTreeMap<&str, u64> = metrics.sources.iter().map(|name| (name.as_str(), 0)).collect();
    for (source, count) in open {
        *counts.entry(metrics.known(source)).or_default() += count;
    }
    for (source, count) in counts {
        metrics.quarantine.record(as_number(count), &[metrics.source(source)]);
    }
}

/// How many gaps are open; and up to when everything that was received is applied, if Kafka stands between.
pub fn journal(gaps: usize, applied_until: Option<Instant>, now: Instant) {
    let Some(metrics) = METRICS.get() else { return };
    metrics.gaps.record(as_number(gaps), &[]);
    if let Some(until) = applied_until {
        metrics.lag_time.record(seconds(until, now), &[]);
    }
}

/// The reader's lag is observed whenever metrics are sent.
pub fn follow(lag: Lag) {
    let Some(metrics) = METRICS.get() else { return };
    let of::Declared { name, unit, description, .. } = of::LAG_RECORDS;
    let gauge = metrics.meter.u64_observable_gauge(name).with_unit(unit).with_description(description);
    let _ = gauge.with_callback(move |it| lag.get().iter().for_each(|records| it.observe(*records, &[]))).build();
}

/// Whether a calling system was answered; `None`: an unregistered one.
pub fn decided(caller: Option<&str>, granted: bool) {
    let Some(metrics) = METRICS.get() else { return };
    if caller.is_none() {
        unregistered("grpc");
    }
    let caller = KeyValue::new("rinnakkain.caller", caller.unwrap_or("unregistered").to_owned());
    let decision = KeyValue::new("rinnakkain.decision", if granted { "granted" } else { "refused" });
    metrics.decisions.add(1, &[caller, decision]);
}

/// Somebody without a registered token was refused.
pub fn unregistered(listener: &'static str) {
    let Some(metrics) = METRICS.get() else { return };
    metrics.unregistered.add(1, &[KeyValue::new("rinnakkain.listener", listener)]);
}

/// A question was refused because its user or its system asked about too many of whom nothing may be shown.
pub fn limited(caller: &str) {
    let Some(metrics) = METRICS.get() else { return };
    metrics.limited.add(1, &[KeyValue::new("rinnakkain.caller", caller.to_owned())]);
}

/// Whether the identity provider's keys could be fetched when it was last tried.
pub fn identity_provider(fetched: bool) {
    let Some(metrics) = METRICS.get() else { return };
    metrics.identity_provider.record(f64::from(u8::from(!fetched)), &[]);
}

/// A call over gRPC has ended.
pub fn called(call: &Timing) {
    let Some(metrics) = METRICS.get() else { return };
    let attributes = [
        KeyValue::new("rpc.system.name", "grpc"),
        KeyValue::new("rpc.method", call.method),
        KeyValue::new("rpc.response.status_code", call.status),
    ];
    metrics.calls.record(call.took.as_secs_f64(), &attributes);
}

/// Never negative, even where two clocks differ.
fn seconds(from: Instant, to: Instant) -> f64 {
    let micros = u64::try_from(to.as_micros().saturating_sub(from.as_micros())).unwrap_or_default();
    Duration::from_micros(micros).as_secs_f64()
}

/// Counts are far below 2⁵³.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2⁵³")]
fn as_number(count: impl TryInto<u64>) -> f64 {
    count.try_into().unwrap_or(u64::MAX) as f64
}
