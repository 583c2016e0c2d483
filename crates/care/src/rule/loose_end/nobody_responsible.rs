//! A clientship for which nobody is responsible, and no reason is known (1301/2014 42 §).
//!
//! Each clientship is examined by itself: an assignment counts for the clientship that it names, or for all if it names
//! none. A clientship is loose from its beginning, or from the end of the last responsible worker's assignment. A named
//! own worker ties it, and so do another responsible worker, the child's social worker, a report that naming is
//! unnecessary, and the clientship's end.

use crate::fact::span::Span;
use crate::rule::current_workers::assigned;
use crate::rule::own_worker::{is_unnecessary, spans};
use crate::thing::Belongs;
use crate::{Origin, ParallelView};
use event::{Instant, Token, WorkerRole};

const RESPONSIBLE: [WorkerRole; 3] =
    [WorkerRole::OwnWorker, WorkerRole::ResponsibleWorker, WorkerRole::ChildsSocialWorker];

pub(super) fn find(view: &ParallelView, at: Instant) -> impl Iterator<Item = (Instant, &Origin)> {
    // Of which service task a worker is does not matter.
    let named = assigned(view, at, &Belongs::default()).into_iter().filter(|it| RESPONSIBLE.contains(&it.role));
    let named: Vec<Option<Token>> = named.map(|it| it.clientship).collect();
    let clientships = view.lanes().into_iter().flat_map(|lane| &lane.clientships);
    clientships.filter_map(move |(key, clientship)| {
        let counts = |of: &Option<Token>| of.is_none_or(|of| of == *key);
        if named.iter().any(counts) || is_unnecessary(view, *key, clientship.open_at(at)?, at) {
            return None;
        }
        let since = clientship.spans.since(at)?;
        let were = spans(view)
            .filter(|it| it.what.role.is_some_and(|role| RESPONSIBLE.contains(&role)) && counts(&it.what.clientship));
        let last = were.filter_map(Span::until).filter(|end| *end <= at).max();
        Some((last.map_or(since, |last| last.max(since)), &clientship.origin))
    })
}
