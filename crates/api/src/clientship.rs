//! Clientships, social work in health care and ended assignments, rendered.

use crate::proto;
use crate::value::{code, end_of, provenance, role, timestamp};
use care::{
    Assigned, Assignment, Clientship, HealthSocialWork, Lane, OnList, OpenClientship, OpenHealthSocialWork, Span, Spans,
};
use event::{Code, Instant};

pub(crate) fn clientship(clientship: &Clientship, at: Instant) -> proto::Clientship {
    let Clientship { origin, spans } = clientship;
    let (span, closed) = (spans.shown(at), end_of(spans, at));
    let (service_task, own_worker_not_named) = span.map_or((None, None), |span| {
        let OpenClientship { service_task, own_worker_not_named } = &span.what;
        (service_task.as_ref(), own_worker_not_named.as_ref().map(|(code, _)| code))
    });
    proto::Clientship {
        open: clientship.open_at(at).is_some(),
        opened_at: since(spans, at).map(timestamp),
        closed_at: closed.map(|it| timestamp(it.at)),
        service_task: code(service_task),
        own_worker_not_named: code(own_worker_not_named),
        ground: code(closed.and_then(|it| it.why.as_ref())),
        provenance: Some(provenance(origin)),
    }
}

pub(crate) fn social_work(work: &HealthSocialWork, at: Instant) -> proto::HealthSocialWork {
    let HealthSocialWork { origin, spans } = work;
    let (span, closed) = (spans.shown(at), end_of(spans, at));
    let channel = span.and_then(|span| {
        // Who does it stands among the workers.
        let OpenHealthSocialWork { worker: _, channel } = &span.what;
        channel.as_ref()
    });
    proto::HealthSocialWork {
        open: work.open_at(at).is_some(),
        opened_at: since(spans, at).map(timestamp),
        until: span.and_then(Span::term).map(timestamp),
        closed_at: closed.map(|it| timestamp(it.at)),
        channel: code(channel),
        outcome: code(closed.and_then(|it| it.why.as_ref())),
        provenance: Some(provenance(origin)),
    }
}

fn since<T>(spans: &Spans<T>, at: Instant) -> Option<Instant> {
    spans.since(at).or_else(|| spans.shown(at).map(|span| span.from))
}

/// The ended periods of one assignment.
pub(crate) fn ended(assignment: &Assignment, lane: &Lane, at: Instant) -> Vec<proto::EndedAssignment> {
    // Stand-ins and absences are of those who work with the client now.
    let Assignment { origin, spans, substitutions: _, on_list: _, worker: _ } = assignment;
    let row = |span: Option<&Span<Assigned>>, ended_at, reason: Option<&Code>| proto::EndedAssignment {
        role: span.and_then(|it| it.what.role).map(role).unwrap_or_default(),
        from: span.map(|it| timestamp(it.from)),
        ended_at: Some(timestamp(ended_at)),
        reason: code(reason),
        provenance: Some(provenance(origin)),
    };
    let over = |span: &Span<Assigned>| {
        let (ended_at, reason) = ended_at(assignment, span, lane, at)?;
        Some(row(Some(span), ended_at, reason.as_ref()))
    };
    let only_end = spans.only_end().filter(|end| end.at <= at);
    let only_end = only_end.map(|end| row(None, end.at, end.why.as_ref()));
    spans.all().iter().filter_map(over).chain(only_end).collect()
}

/// When it ended: by its own end, by its term, by its source's list, or with its clientship (1301/2014 42 §).
fn ended_at(
    assignment: &Assignment,
    span: &Span<Assigned>,
    lane: &Lane,
    at: Instant,
) -> Option<(Instant, Option<Code>)> {
    let over = |end: &Instant| *end <= at;
    if let Some(until) = span.until().filter(over) {
        let end = span.end().filter(|end| end.at == until);
        return Some((until, end.and_then(|end| end.why.clone())));
    }
    if let OnList::Gone(as_of) = assignment.on_list {
        return Some((as_of, None));
    }
    let clientship = lane.clientships.get(&span.what.clientship?)?;
    if clientship.bears_at(at) {
        return None;
    }
    let closed = clientship.spans.all().iter().filter_map(Span::until).filter(over).max();
    let only_end = clientship.spans.only_end().map(|end| end.at);
    closed.or(only_end).map(|closed| (closed, None))
}
