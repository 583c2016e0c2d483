//! A message's trace: a span from its arrival until it is stored, one for its commit; a span for each batch, with links to
//! the messages in it; and a span for each question.
//!
//! A message's spans are one trace, through Kafka's headers too (W3C Trace Context). A batch has many messages, so it is a
//! trace of its own; links lead from one to the other. Spans have names and configured attributes, and no events.

use super::metrics;
use adapter::{Format, SourceProfile};
use journal::TraceParent;
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState};
use std::time::Instant;
use tracing::{Span, field, info_span};
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// The target of spans for traces only: no log takes them.
pub const TARGET: &str = "otlp";
/// The most messages that a batch links to and records the commits of.
pub const MOST: u32 = 64;

/// One message, from its arrival until it is known to be stored.
#[derive(Default)]
pub struct Receiving {
    span: Option<Span>,
    source: String,
    begun: Option<Instant>,
    parent: Option<TraceParent>,
}

impl Receiving {
    /// `parent`: the trace that the sender began, if any.
    pub fn begin(source: &SourceProfile, parent: Option<TraceParent>) -> Self {
        if !metrics::are_on() {
            // The sender's trace goes on as it came (W3C Trace Context 4.3): the next reader may record.
            return Self { parent, ..Self::default() };
        }
        let protocol = match source.format {
            Format::Hl7v2 => "mllp",
            Format::Social | Format::Fhir => "http",
        };
        let span = info_span!(
            target: TARGET,
            parent: None,
            "receive",
            otel.kind = "server",
            network.protocol.name = protocol,
            rinnakkain.source = source.name,
            rinnakkain.outcome = field::Empty,
        );
        if let Some(parent) = &parent {
            // A span that no subscriber takes has no parent either.
            let _ = span.set_parent(opentelemetry::Context::new().with_remote_span_context(context(parent)));
        }
        Self { span: Some(span), source: source.name.clone(), begun: Some(Instant::now()), parent }
    }

    /// The outcome of its translation.
    pub fn is(&self, outcome: &'static str) {
        if let Some(span) = &self.span {
            span.record("rinnakkain.outcome", outcome);
        }
    }

    /// The parent of later spans; `None`: there is no trace.
    pub fn trace(&self) -> Option<TraceParent> {
        let own = self.span.as_ref().and_then(|span| {
            let context = span.context();
            let span = context.span();
            let own = span.span_context();
            let parent = || TraceParent::new(own.trace_id().to_bytes(), own.span_id().to_bytes(), own.is_sampled());
            own.is_valid().then(parent)
        });
        own.or(self.parent)
    }

    /// It is stored.
    pub fn stored(self) {
        if let Some(begun) = self.begun {
            metrics::stored(&self.source, begun.elapsed());
        }
    }
}

/// One question: `method` is `package.Service/Method`, `parent` the caller's `traceparent`.
pub fn answering(method: &'static str, parent: Option<&str>) -> Span {
    let span = info_span!(
        target: TARGET,
        parent: None,
        "answer",
        otel.name = method,
        otel.kind = "server",
        rpc.system.name = "grpc",
        rpc.method = method,
        rpc.response.status_code = field::Empty,
    );
    if let Some(parent) = parent.filter(|_| !span.is_disabled()).and_then(TraceParent::parse) {
        let _ = span.set_parent(opentelemetry::Context::new().with_remote_span_context(context(&parent)));
    }
    span
}

/// One batch, from when it is taken until it is committed. Dropped, it has ended, and so have its messages' commits.
pub struct Applying {
    span: Span,
    _commits: Vec<Span>,
}

impl Applying {
    /// `traces`: those of its messages, as [`recorded`] gives them.
    pub fn begin(events: usize, traces: &[TraceParent]) -> Self {
        let span = info_span!(
            target: TARGET,
            parent: None,
            "apply",
            otel.kind = "consumer",
            messaging.batch.message_count = i64::try_from(events).unwrap_or(i64::MAX),
        );
        let mut commits = Vec::new();
        for trace in traces.iter().take(if span.is_disabled() { 0 } else { MOST as usize }) {
            span.add_link(context(trace));
            let commit = info_span!(target: TARGET, parent: None, "commit", otel.kind = "consumer");
            let _ = commit.set_parent(opentelemetry::Context::new().with_remote_span_context(context(trace)));
            commits.push(commit);
        }
        Self { span, _commits: commits }
    }

    pub fn span(&self) -> Span {
        self.span.clone()
    }
}

/// The recorded traces among these, each once, and at most [`MOST`].
pub fn recorded(traces: impl Iterator<Item = TraceParent>) -> Vec<TraceParent> {
    let mut recorded = Vec::new();
    if !metrics::are_on() {
        return recorded;
    }
    for trace in traces.filter(TraceParent::is_sampled) {
        if recorded.len() < MOST as usize && !recorded.contains(&trace) {
            recorded.push(trace);
        }
    }
    recorded
}

fn context(trace: &TraceParent) -> SpanContext {
    SpanContext::new(
        TraceId::from_bytes(trace.trace_id()),
        SpanId::from_bytes(trace.parent_id()),
        TraceFlags::new(u8::from(trace.is_sampled())),
        true,
        TraceState::default(),
    )
}

/// A trace that begins here and that is not recorded. Without random numbers from the system others may share its id; nothing
/// depends on that.
pub fn unrecorded() -> TraceParent {
    let mut random = [0; 24];
    if getrandom::fill(&mut random).is_err() {
        tracing::debug!("the system has no random numbers for a trace");
    }
    let (mut trace, mut parent) = ([0; 16], [0; 8]);
    trace.copy_from_slice(&random[..16]);
    parent.copy_from_slice(&random[16..]);
    TraceParent::new(trace, parent, false)
}
