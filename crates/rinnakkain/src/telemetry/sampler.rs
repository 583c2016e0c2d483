//! Which traces are recorded.

use opentelemetry::trace::{Link, SpanContext, SpanKind, TraceContextExt, TraceId, TraceState};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::trace::{Sampler, SamplingDecision, SamplingResult, ShouldSample};

/// Samples a part of the messages and questions by their trace id alone: no sender decides what is recorded here. Later spans
/// of a message, in any process, are recorded if its arrival was; a batch, if one of its messages was.
#[derive(Clone, Debug)]
pub struct ByArrival(Sampler);

impl ByArrival {
    /// From 0 to 1.
    pub fn of(part: f64) -> Self {
        Self(Sampler::TraceIdRatioBased(part))
    }
}

impl ShouldSample for ByArrival {
    fn should_sample(
        &self,
        parent: Option<&Context>,
        trace: TraceId,
        name: &str,
        kind: &SpanKind,
        attributes: &[KeyValue],
        links: &[Link],
    ) -> SamplingResult {
        let before = parent.map(|parent| parent.span().span_context().clone()).filter(SpanContext::is_valid);
        let follows = *kind == SpanKind::Consumer || before.as_ref().is_some_and(|before| !before.is_remote());
        if !follows {
            return self.0.should_sample(parent, trace, name, kind, attributes, links);
        }
        let recorded =
            before.is_some_and(|before| before.is_sampled()) || links.iter().any(|link| link.span_context.is_sampled());
        let decision = if recorded { SamplingDecision::RecordAndSample } else { SamplingDecision::Drop };
        SamplingResult { decision, attributes: Vec::new(), trace_state: TraceState::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use opentelemetry::trace::{SpanId, TraceFlags};

    #[test]
    fn an_arrival_is_recorded_by_its_trace_and_what_follows_it_as_it_was() {
        let context = |sampled: bool, remote: bool| {
            let flags = TraceFlags::new(u8::from(sampled));
            let (trace, span) = (TraceId::from_bytes([1; 16]), SpanId::from_bytes([1; 8]));
            SpanContext::new(trace, span, flags, remote, TraceState::default())
        };
        let decide = |part: f64, parent: Option<SpanContext>, kind: SpanKind, links: &[SpanContext]| {
            let parent = parent.map(|parent| Context::new().with_remote_span_context(parent));
            let links: Vec<_> = links.iter().map(|it| Link::new(it.clone(), Vec::new(), 0)).collect();
            let trace = TraceId::from_bytes([1; 16]);
            let result = ByArrival::of(part).should_sample(parent.as_ref(), trace, "", &kind, &[], &links);
            result.decision == SamplingDecision::RecordAndSample
        };
        for (part, ours) in [(0.0, false), (1.0, true)] {
            assert_eq!(decide(part, None, SpanKind::Server, &[]), ours);
            assert_eq!(decide(part, None, SpanKind::Internal, &[]), ours, "a question");
            for sampled in [true, false] {
                assert_eq!(
                    decide(part, Some(context(sampled, true)), SpanKind::Server, &[]),
                    ours,
                    "whatever its sender decided"
                );
                assert_eq!(decide(part, Some(context(sampled, true)), SpanKind::Consumer, &[]), sampled, "a commit");
                assert_eq!(
                    decide(part, Some(context(sampled, false)), SpanKind::Internal, &[]),
                    sampled,
                    "within another"
                );
                assert_eq!(
                    decide(part, None, SpanKind::Consumer, &[context(false, true), context(sampled, true)]),
                    sampled
                );
            }
            assert!(!decide(part, None, SpanKind::Consumer, &[]), "a batch of no message");
        }
    }
}
