//! The one way in which a bundle's events are made.

use super::context::Context;
use super::relay;
use super::time::When;
use crate::envelope::Envelope;
use crate::rejection::{Place, RejectionReason};
use crate::remark::{Remark, RemarkCode};
use event::{Body, Event, FactKind, Instant, Presented, Record, Sealer, SubjectStated, Token};
use std::collections::HashSet;

/// One bundle's events in the making.
pub(in crate::fhir) struct Writer<'a> {
    envelope: Envelope<'a>,
    timestamp: Option<When>,
    /// The patients of whom the bundle's person facts are already told, by where they lie in memory.
    pub(in crate::fhir) reported: HashSet<usize>,
    /// True once a death is told with its time: the Patient's mark says no more.
    pub(in crate::fhir) death_reported: bool,
    /// What contradicts itself in what is taken.
    pub(in crate::fhir) remarks: Vec<Remark>,
}

impl<'a> Writer<'a> {
    /// For the events of `context`'s bundle.
    pub(in crate::fhir) fn new(
        context: Context<'a>,
        message_id: &'a str,
        bytes: &[u8],
    ) -> Result<Self, RejectionReason> {
        let timestamp = context.timestamp()?;
        let times = (Instant::MIN, Instant::MIN);
        let mut envelope = Envelope::new(context.source, context.keyring, message_id, bytes, times);
        envelope.relayed = relay::read(context);
        Ok(Self { envelope, timestamp, reported: HashSet::new(), death_reported: false, remarks: Vec::new() })
    }

    /// From here on events were written at `own`: what a Provenance or the resource itself says. Only where neither does,
    /// when the bundle was put together: an old fact may be sent once more in a new one.
    pub(in crate::fhir) fn recorded(&mut self, own: Option<When>) -> Result<Instant, RejectionReason> {
        let when = own.or(self.timestamp).ok_or(RejectionReason::missing(Place::Member("Bundle.timestamp")))?;
        (self.envelope.recorded_at, self.envelope.recorded_width) = (when.at, when.width);
        Ok(when.at)
    }

    /// When what is told now was written.
    pub(in crate::fhir) fn recorded_at(&self) -> Instant {
        self.envelope.recorded_at
    }

    /// The last moment at which it may have been: a day is the whole of it.
    pub(in crate::fhir) fn recorded_until(&self) -> Instant {
        let (at, width) = (self.envelope.recorded_at, self.envelope.recorded_width);
        When { at, width }.last()
    }

    /// An event has told already by whom this record is known.
    pub(in crate::fhir) fn presents(&self, record: &Record) -> bool {
        self.envelope.presents(record)
    }

    /// Notes what contradicts itself.
    pub(in crate::fhir) fn note(&mut self, code: RemarkCode, place: Place) {
        self.remarks.push(Remark { code, place });
    }

    /// Adds an event.
    pub(in crate::fhir) fn add(
        &mut self,
        (record, presented): (&Record, &[Presented]),
        happened_at: Instant,
        body: impl FnOnce(Sealer<'_>) -> Body,
    ) {
        self.envelope.happened_at = happened_at;
        self.envelope.add(record, presented, body);
    }

    /// Adds whose a stay, a referral or a team is, in the stream of that thing itself; `is_doubt`: if the one of this key is
    /// another's, it may have ended.
    pub(in crate::fhir) fn add_subject(
        &mut self,
        stream: &Record,
        (kind, key): (FactKind, Token),
        subject: &Record,
        is_doubt: bool,
    ) {
        let stated = SubjectStated { kind, key, subject: subject.clone(), ends: is_doubt };
        self.add((stream, &[]), self.recorded_at(), |_| Body::from(stated));
    }

    /// The events so far, and what is odd in them.
    pub(in crate::fhir) fn finish(self) -> (Vec<Event>, Vec<Remark>) {
        (self.envelope.finish(), self.remarks)
    }
}
