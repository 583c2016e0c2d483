//! Who the own worker is; if nobody is named, why.
//!
//! 1301/2014 42 § 1 mom.: an own worker is named for the duration of the clientship, unless another worker responsible
//! for the services is already named (a child's social worker is one: 417/2007 13 b §) or naming is obviously
//! unnecessary.

use crate::ParallelView;
use crate::entity::assignment::Assigned;
use crate::entity::clientship::OpenClientship;
use crate::fact::mark::Mark;
use crate::fact::span::Span;
use crate::rule::current_workers::CurrentWorker;
use crate::rule::source::Completeness;
use event::{Code, Instant, Token, WorkerRole};

/// Who the own worker is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OwnWorker {
    /// Named. More than one where registers or clientships disagree: all are shown.
    Named(Vec<CurrentWorker>),
    /// Not named, and every source that covers it has reported in time.
    NotNamed {
        /// A clientship is in force: somebody must be named, unless the law has an exception.
        clientship: bool,
        /// The exception. `None`: there is no clientship and no responsible worker, so there is nothing to explain.
        why: Option<NotNamed>,
        /// The code that the source reported; otherwise the code of the last own worker's end.
        reason: Option<Code>,
        /// Who is responsible for the services instead.
        instead: Vec<CurrentWorker>,
    },
    /// Not known.
    NotKnown(Completeness),
}

/// Why no own worker is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotNamed {
    /// Another responsible worker is named.
    ResponsibleWorker,
    /// The child's social worker is named.
    ChildsSocialWorker,
    /// Naming is unnecessary, by the source's code.
    Unnecessary,
    /// The reason is not known: it needs review.
    NotKnown,
}

/// Codes for "naming is obviously unnecessary".
const UNNECESSARY: [&str; 4] = ["obviously-unnecessary", "unnecessary", "ilmeisen-tarpeeton", "tarpeeton"];

impl OwnWorker {
    /// The own worker at `at`, among the workers who may be seen. `completeness` is that of workers and clientships. If
    /// nobody is named, the clientships and assignments of the view that may be seen give the reason.
    #[must_use]
    pub(crate) fn of(
        view: impl FnOnce() -> Option<ParallelView>,
        assigned: Vec<CurrentWorker>,
        completeness: Completeness,
        at: Instant,
    ) -> Self {
        let of_role = |role| move |worker: &CurrentWorker| worker.role == role;
        let named: Vec<_> = assigned.iter().filter(|it| of_role(WorkerRole::OwnWorker)(it)).cloned().collect();
        if !named.is_empty() {
            return Self::Named(named);
        }
        if !completeness.is_complete() {
            return Self::NotKnown(completeness);
        }
        let view = view();
        let view = view.as_ref();
        let lanes = view.into_iter().flat_map(ParallelView::lanes);
        let clientships = lanes.flat_map(|lane| &lane.clientships);
        let open: Vec<_> = clientships.filter_map(|(key, it)| Some((*key, it.open_at(at)?))).collect();
        let reported = open.iter().find_map(|(key, open)| reason(view?, *key, open, at).cloned());
        let unnecessary = reported.as_ref().is_some_and(means_unnecessary);
        let responsible = |role| assigned.iter().any(of_role(role));
        let why = if responsible(WorkerRole::ResponsibleWorker) {
            Some(NotNamed::ResponsibleWorker)
        } else if responsible(WorkerRole::ChildsSocialWorker) {
            Some(NotNamed::ChildsSocialWorker)
        } else if unnecessary {
            Some(NotNamed::Unnecessary)
        } else {
            (!open.is_empty()).then_some(NotNamed::NotKnown)
        };
        let reason = if open.is_empty() { None } else { reported.or_else(|| last_end(view, at)) };
        let roles = [WorkerRole::ResponsibleWorker, WorkerRole::ChildsSocialWorker];
        let instead = assigned.into_iter().filter(|worker| roles.contains(&worker.role)).collect();
        Self::NotNamed { clientship: !open.is_empty(), why, reason, instead }
    }
}

/// Why nobody is named for this clientship, by its source.
fn reason<'v>(view: &ParallelView, clientship: Token, open: &'v Span<OpenClientship>, at: Instant) -> Option<&'v Code> {
    let (code, mark) = open.what.own_worker_not_named.as_ref()?;
    (!was_named_after(view, clientship, mark, at)).then_some(code)
}

/// By its source nobody need be named for this clientship.
pub(crate) fn is_unnecessary(view: &ParallelView, clientship: Token, open: &Span<OpenClientship>, at: Instant) -> bool {
    reason(view, clientship, open, at).is_some_and(means_unnecessary)
}

fn means_unnecessary(code: &Code) -> bool {
    UNNECESSARY.contains(&code.as_str())
}

/// Was an own worker named for the clientship after `mark`? Then the earlier reason for naming nobody is superseded,
/// even if that worker has left.
fn was_named_after(view: &ParallelView, clientship: Token, mark: &Mark, at: Instant) -> bool {
    let mut spans = spans(view);
    spans.any(|it| {
        it.what.role == Some(WorkerRole::OwnWorker)
            && it.what.clientship.is_none_or(|of| of == clientship)
            && it.from <= at
            && it.mark().stands_after(mark)
    })
}

/// Why the last own worker left.
fn last_end(view: Option<&ParallelView>, at: Instant) -> Option<Code> {
    let ends = spans(view?).filter(|it| it.what.role == Some(WorkerRole::OwnWorker)).filter_map(|it| it.end());
    ends.filter(|end| end.at <= at).max_by_key(|end| end.at)?.why.clone()
}

pub(crate) fn spans(view: &ParallelView) -> impl Iterator<Item = &Span<Assigned>> {
    let assignments = view.lanes().into_iter().flat_map(|lane| lane.assignments.values());
    assignments.flat_map(|it| it.spans.all())
}
