//! A stay: osastohoitojakso or päivystyskäynti.
//!
//! ADT → status follows HL7's v2-to-FHIR map (Event\[EncounterStatus\]): A01, A02, A13 in progress; A03 finished; A05
//! planned, and not known once its time has passed without another report; A11 cancelled; A08 keeps the status. A
//! finished stay may be in progress again (A13). A21 and A22: on leave, and back.
//!
//! A reported value (class, ward, start) replaces what stood unless that stands after it ([`Mark`]); an absent value
//! keeps it. Whether the client is there is derived from all of it: `status`.

mod again;
mod evolve;
mod fact;
pub(crate) mod leave;
mod status;

use again::Start;
pub use fact::StayFact;
pub use status::{Certainty, StayStatus};

use crate::entity::entity;
use crate::entity::list::OnList;
use crate::fact::Origin;
use crate::fact::limits::Limits;
use crate::fact::mark::Mark;
use crate::fact::revocable::Revocable;
use event::{Code, Instant, StayClass, Token, Ward};
use leave::Leave;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// One stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stay {
    /// The last event that touched it.
    pub origin: Origin,
    /// Its key in the view; `None`: it has none. Not part of the view's bytes.
    #[serde(skip)]
    pub key: Option<Token>,
    /// PV1-2, as last reported.
    pub class: Option<StayClass>,
    /// PV1-3, as last reported.
    pub ward: Option<Ward>,
    /// PV1-44, as last reported.
    pub started_at: Option<Instant>,
    /// Where the last reports of class, ward and start stand.
    pub newest: Newest,
    /// The earliest time of any of its events.
    pub first_seen: Instant,
    /// A05; A38 revokes. When the client is expected, if reported.
    pub plan: Revocable<Option<Instant>>,
    /// A01, A04 and what implies them; A11 revokes.
    pub admission: Revocable<()>,
    /// A16, PV2-9; A25 revokes. `None` inside: pending, no time reported.
    pub planned_discharge: Revocable<Option<Instant>>,
    /// A03; A13 revokes.
    pub discharge: Revocable<Discharge>,
    /// By its source it begins later than it was recorded: the client has not come yet.
    pub begins_later: bool,
    /// A21, A22 and their cancellations.
    pub leave: Leave,
    /// A06 or A07, if it came before any report that the client is there.
    pub changed_first: Option<Mark>,
    /// Where the client was before the last A02.
    pub prior_ward: Option<Ward>,
    /// The wards that the client was on before, and until when at most. A correction may replace a mistaken ward: that
    /// one counts as left too.
    pub left: BTreeMap<Ward, Instant>,
    /// A12.
    pub ward_change_cancelled: Option<Mark>,
    /// A45: the record that it was moved to.
    pub reassigned: Option<(Mark, Token)>,
    /// Its other keys ([`event::StayCorrected::also`]): a stay under one of them may be this one.
    pub also: BTreeSet<Token>,
    /// The last report that the client is there, and the record in whose stream it stands.
    pub present: Option<(Mark, Token)>,
    /// The latest time at which the client was there, by any report.
    pub seen_at: Option<Instant>,
    /// The last reported start.
    pub last_start: Option<Start>,
    /// Whether its source's lists have it: see [`ParallelView::heal`](crate::ParallelView::heal). Not part of the view's
    /// bytes.
    #[serde(skip)]
    pub on_list: OnList,
    /// It belongs to another client by its own stream ([`crate::StatedSubject`]), or continues under another of its
    /// keys. Not part of the view's bytes.
    #[serde(skip)]
    pub superseded: bool,
    /// True if it has no visit number and was put together from its record's facts.
    pub inferred: bool,
    /// How certain it is, given facts without a visit number: see [`crate::Unplaced`]. Not part of the view's bytes.
    #[serde(skip)]
    pub certainty: Certainty,
    /// How long a stay counts that nobody ends. Not part of the view's bytes.
    #[serde(skip)]
    pub limits: Limits,
}

entity!(Stay {
    key, class, started_at, newest, first_seen, plan, admission, planned_discharge, discharge, begins_later, leave, changed_first,
    ward_change_cancelled, reassigned, also, present, seen_at, on_list, superseded, inferred, certainty, limits
}
place ward => *ward = None,
place prior_ward => *prior_ward = None,
place left => left.clear(),
place last_start => if let Some(start) = last_start { start.ward = None });

/// Where the last reports of class, ward and start stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Newest {
    class: Option<Mark>,
    ward: Option<Mark>,
    start: Option<Mark>,
}

/// An end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Discharge {
    /// PV1-45.
    pub ended_at: Instant,
    /// PV1-36.
    pub disposition: Option<Code>,
    /// By its source it comes later than it was recorded: until then the client is there.
    pub comes_later: bool,
}

impl Stay {
    /// Nothing is known except that `origin` reported something of it.
    #[must_use]
    pub fn new(origin: Origin, inferred: bool) -> Self {
        Self {
            first_seen: origin.happened_at,
            origin,
            key: None,
            class: None,
            ward: None,
            started_at: None,
            newest: Newest::default(),
            plan: Revocable::default(),
            admission: Revocable::default(),
            planned_discharge: Revocable::default(),
            discharge: Revocable::default(),
            begins_later: false,
            leave: Leave::default(),
            changed_first: None,
            prior_ward: None,
            left: BTreeMap::new(),
            ward_change_cancelled: None,
            reassigned: None,
            also: BTreeSet::new(),
            present: None,
            seen_at: None,
            last_start: None,
            on_list: OnList::AsReported,
            superseded: false,
            inferred,
            certainty: Certainty::AsReported,
            limits: Limits::default(),
        }
    }

    /// A message without a client reports the client there. Where is not known; and if this stay is not in progress, it
    /// is not known whether the client is there.
    pub(crate) fn is_reported_there(&mut self, reported: &Mark) {
        if self.end_mark().is_some_and(|end| end.stands_after(reported)) {
            return;
        }
        if !self.newest.ward.is_some_and(|known| known.stands_after(reported)) {
            self.go_from(reported.time());
        }
        let clinic = self.class == Some(StayClass::Outpatient);
        if self.admission.in_force().is_none() || self.is_over() || clinic {
            self.certainty = Certainty::MayBeThere(reported.time());
        }
        self.class = self.class.filter(|_| !clinic);
    }

    /// The client is no longer on the ward, as far as is known.
    fn go_from(&mut self, at: Instant) {
        if let Some(ward) = self.ward.take() {
            self.has_left(ward, at);
        }
    }

    /// The client was on the ward, at most until then.
    fn has_left(&mut self, ward: Ward, at: Instant) {
        let until = self.left.entry(ward).or_insert(at);
        *until = at.max(*until);
    }

    /// It continues a stay under another key: the client was on the wards of that one.
    pub(crate) fn continues(&mut self, earlier: &Self) {
        let until = earlier.present.map_or(earlier.since(), |(mark, _)| mark.time());
        let ward = earlier.ward.iter().map(|ward| (ward, until));
        for (ward, at) in earlier.left.iter().map(|(ward, at)| (ward, *at)).chain(ward) {
            self.has_left(ward.clone(), at);
        }
    }

    /// It belongs to another record (A45, or its own stream), and nothing has reported it here since: no later report,
    /// and, where both records are one person, no report of the record that got it.
    #[must_use]
    pub fn is_elsewhere(&self) -> bool {
        let reassigned = self.reassigned.is_some_and(|(moved, to)| {
            self.present.is_none_or(|(present, record)| record != to && !present.stands_after(&moved))
        });
        reassigned || self.superseded
    }
}
