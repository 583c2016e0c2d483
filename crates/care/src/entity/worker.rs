//! Workers' own streams: who is away, who stands in, whose contact data were confirmed.
//!
//! An absence is reported once and concerns every client of the worker. It is folded in the worker's stream and derived
//! into rows ([`crate::Rows::workers`]), which are looked up by the worker's key when an answer is made. So it is a
//! function of the set of events (law 2), and no client is refolded when a worker falls ill.
//!
//! Absences are a set: a cold in May does not replace a holiday in July. A return ends the absences that had begun by
//! then and were reported before it.

use super::{Evolve, entity};
use crate::fact::mark::Mark;
use crate::fact::period::{Period, Periods, last_reported};
use crate::fact::span::Report;
use crate::fact::{Origin, Reported};
use event::{Instant, Sealed, Token, Worker, WorkerEvent};
use serde::{Deserialize, Serialize};

/// The state of a worker, from the worker's own stream.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkerState {
    /// Every absence, at most until the return, with the substitute (`None`: nobody was named).
    pub absences: Vec<Period<Option<StandIn>>>,
    /// The last confirmation of the contact data.
    pub confirmed: Option<Confirmed>,
}

/// A worker is away at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Absence<'a> {
    /// Since when.
    pub from: Instant,
    /// Until when, without a gap, if known.
    pub until: Option<Instant>,
    /// Who stands in; `None`: nobody was named.
    pub substitute: Option<&'a StandIn>,
}

/// Somebody who stands in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandIn {
    /// The record that the sealed data belong to.
    pub record: Token,
    /// Their key at the source, if reported.
    pub key: Option<Token>,
    /// Who, and how to reach them.
    pub worker: Sealed<Worker>,
}

impl Report for StandIn {
    fn over(self, known: Self) -> Self {
        // A key identifies one person: it does not pass to another.
        let same = known.record == self.record && known.worker == self.worker;
        Self { key: self.key.or(known.key.filter(|_| same)), ..self }
    }
}

impl Report for Option<StandIn> {
    fn over(self, known: Self) -> Self {
        match (self, known) {
            (Some(newer), Some(older)) => Some(newer.over(older)),
            (newer, older) => newer.or(older),
        }
    }
}

/// Contact data that were checked and are right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmed {
    /// When they were.
    pub at: Instant,
    /// The record that the sealed data belong to, and the data as confirmed; `None`: as they were assigned.
    pub worker: Option<(Token, Sealed<Worker>)>,
}

impl Confirmed {
    /// The later of two confirmations; without data it keeps those of the earlier one.
    pub(crate) fn join(known: Option<Self>, other: Self) -> Self {
        let Some(known) = known else { return other };
        let (later, earlier) = if known.at > other.at { (known, other) } else { (other, known) };
        Self { worker: later.worker.or(earlier.worker), ..later }
    }
}

/// A worker's stream, folded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkerStream {
    /// The last event that touched it.
    pub origin: Origin,
    /// Every absence.
    pub absences: Periods<Option<StandIn>>,
    /// Every return, and where it stands.
    pub returns: Vec<(Mark, Instant)>,
    /// The last confirmation of the contact data.
    pub confirmed: Option<Confirmed>,
}

entity!(WorkerStream { absences, returns, confirmed });

impl Evolve for WorkerStream {
    type Event = WorkerEvent;

    fn new(origin: Origin) -> Self {
        Self { origin, absences: Periods::default(), returns: Vec::new(), confirmed: None }
    }

    fn evolve(&mut self, reported: &Reported, event: &WorkerEvent) {
        let (mark, record) = (reported.mark, reported.record());
        match event {
            WorkerEvent::WorkerAbsent(x) => {
                let stand_in = |worker| StandIn { record, key: x.substitute_key, worker };
                self.absences.report(mark, x.from, x.until, x.substitute.clone().map(stand_in));
            }
            WorkerEvent::WorkerReturned(x) => self.returns.push((mark, x.returned_at)),
            WorkerEvent::ContactPointConfirmed(x) => {
                let worker = x.worker.clone().map(|worker| (record, worker));
                let confirmed = Confirmed { at: x.confirmed_at, worker };
                self.confirmed = Some(Confirmed::join(self.confirmed.take(), confirmed));
            }
        }
    }
}

impl WorkerStream {
    /// The state that it leaves.
    #[must_use]
    pub fn state(&self) -> WorkerState {
        let ended = |absence: &Period<Option<StandIn>>| {
            let ends = |(mark, at): &&(Mark, Instant)| *at >= absence.from && !absence.mark.stands_after(mark);
            let returned = self.returns.iter().filter(ends).map(|(_, at)| *at);
            Period { until: absence.until.into_iter().chain(returned).min(), ..absence.clone() }
        };
        WorkerState { absences: self.absences.iter().map(ended).collect(), confirmed: self.confirmed.clone() }
    }
}

impl WorkerState {
    /// Joins the states of one worker from two streams: the absences of both, the later confirmation.
    pub(crate) fn join(&mut self, other: &Self) {
        self.absences.extend(other.absences.iter().cloned());
        self.absences.sort_by_key(|it| (it.from, it.until, it.mark.order()));
        self.absences.dedup();
        if let Some(confirmed) = other.confirmed.clone() {
            self.confirmed = Some(Confirmed::join(self.confirmed.take(), confirmed));
        }
    }

    /// The absence at `now`: the periods that cover it, and those that adjoin without a gap.
    #[must_use]
    pub fn absent_at(&self, now: Instant) -> Option<Absence<'_>> {
        let covering = || self.absences.iter().filter(|it| it.covers(now));
        let from = covering().map(|it| it.from).min()?;
        // They are sorted by their starts, so one pass is enough; `None`: open-ended.
        let mut until = Some(now);
        for it in self.absences.iter().filter(|it| it.until.is_none_or(|until| until > now)) {
            if until.is_some_and(|until| it.from <= until) {
                until = until.zip(it.until).map(|(a, b)| a.max(b));
            }
        }
        let substitute = last_reported(covering().filter(|it| it.what.is_some())).and_then(|it| it.what.as_ref());
        Some(Absence { from, until, substitute })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entity::cases::{at, given, key, worker};
    use event::{ContactPointConfirmed, WorkerAbsent, WorkerReturned};

    #[test]
    fn what_a_workers_stream_leaves() {
        let worker_key = key("1");
        let absent = |from, until: Option<i64>| {
            let (from, until, substitute) = (at(from), until.map(at), None);
            WorkerEvent::WorkerAbsent(WorkerAbsent { worker_key, from, until, substitute_key: None, substitute })
        };
        let returned =
            |at_minute| WorkerEvent::WorkerReturned(WorkerReturned { worker_key, returned_at: at(at_minute) });
        let away = |it: &WorkerStream| it.state().absent_at(at(9)).map(|it| (it.from, it.until));
        given([(1, absent(2, None))]).then(away, Some((at(2), None)));
        given([(1, absent(2, Some(12))), (3, absent(12, Some(14)))]).then(away, Some((at(2), Some(at(14)))));
        given([(1, absent(2, None)), (6, returned(6))]).then(away, None);
        given([(6, returned(6)), (1, absent(2, None))]).then(away, None);
        given([(6, returned(6)), (8, absent(8, None))]).then(away, Some((at(8), None)));
        let confirmed = |minute, worker| {
            let confirmed_at = at(minute);
            WorkerEvent::ContactPointConfirmed(ContactPointConfirmed { worker_key, confirmed_at, worker })
        };
        let of = |it: &WorkerStream| it.confirmed.clone().map(|it| (it.at, it.worker.is_some()));
        given([(1, confirmed(1, Some(worker("Testi")))), (3, confirmed(3, None))]).then(of, Some((at(3), true)));
    }
}
