//! A clientship for which nobody is responsible, and no reason is known (1301/2014 42 §).
//!
//! It is loose from the clientship's beginning, or from the end of the last who was responsible. A named own worker ties
//! it, and so do another responsible worker, the child's social worker, a report that naming is unnecessary, and the
//! clientship's end.

use crate::fact::span::Span;
use crate::rule::current_workers::assigned;
use crate::rule::own_worker::{NotNamed, OwnWorker, spans};
use crate::rule::source::Completeness;
use crate::{Origin, ParallelView};
use event::{Instant, WorkerRole};

const RESPONSIBLE: [WorkerRole; 3] =
    [WorkerRole::OwnWorker, WorkerRole::ResponsibleWorker, WorkerRole::ChildsSocialWorker];

pub(super) fn find(view: &ParallelView, at: Instant) -> impl Iterator<Item = (Instant, &Origin)> {
    let own_worker = OwnWorker::of(Some(view), assigned(view, at), Completeness::Complete, at);
    let nobody = matches!(own_worker, OwnWorker::NotNamed { why: Some(NotNamed::NotKnown), .. });
    let ends = spans(view).filter(|it| RESPONSIBLE.contains(&it.what.role)).filter_map(Span::until);
    let last = ends.filter(|end| *end <= at).max();
    let clientships = view.lanes().into_iter().flat_map(|lane| lane.clientships.values()).filter(move |_| nobody);
    clientships
        .filter_map(move |it| it.spans.since(at).map(|since| (last.map_or(since, |last| last.max(since)), &it.origin)))
}
