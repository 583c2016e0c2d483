//! The one way in which a bundle's events are made.

use super::author::Author;
use super::context::Context;
use super::relay;
use super::time::When;
use crate::event_builder::EventBuilder;
use crate::rejection::{MessagePlace, RejectionReason};
use crate::remark::{Remark, RemarkCode};
use event::{Body, Event, FactKind, Instant, Presented, Sealer, StreamId, SubjectStated, Token};
use std::collections::HashSet;

/// One bundle's events in the making.
pub(in crate::fhir) struct Writer<'a> {
    builder: EventBuilder<'a>,
    timestamp: Option<When>,
    /// The patients whose person data are already added, by their address in memory.
    pub(in crate::fhir) reported: HashSet<usize>,
    /// True once a death with its time has been added: then the Patient's own `deceased` adds nothing.
    pub(in crate::fhir) death_reported: bool,
    /// The contradictions so far.
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
        let mut builder = EventBuilder::new(context.source, context.keyring, message_id, bytes, times);
        builder.relayed = relay::read(context);
        Ok(Self { builder, timestamp, reported: HashSet::new(), death_reported: false, remarks: Vec::new() })
    }

    /// Sets the entry that the next events come from: when it was written, in whose register and in what role. The time
    /// is `own`, from a Provenance or the resource itself, because an old fact may be sent again in a new bundle;
    /// without it, the bundle's timestamp.
    pub(in crate::fhir) fn recorded(
        &mut self,
        context: Context<'_>,
        at: usize,
        own: Option<When>,
    ) -> Result<Instant, RejectionReason> {
        let Author { controller, role } = context.author(at);
        (self.builder.controller, self.builder.author_role) = (controller, role);
        let when = own.or(self.timestamp).ok_or(RejectionReason::missing(MessagePlace::Member("Bundle.timestamp")))?;
        (self.builder.recorded_at, self.builder.recorded_width) = (when.at, when.width);
        Ok(when.at)
    }

    /// When the events that are added now were written.
    pub(in crate::fhir) fn recorded_at(&self) -> Instant {
        self.builder.recorded_at
    }

    /// The last moment at which it may have been: a day is the whole of it.
    pub(in crate::fhir) fn recorded_until(&self) -> Instant {
        let (at, width) = (self.builder.recorded_at, self.builder.recorded_width);
        When { at, width }.last()
    }

    /// True if an event already presents identifiers of this record.
    pub(in crate::fhir) fn presents(&self, record: &StreamId) -> bool {
        self.builder.presents(record)
    }

    /// How many events there are so far.
    pub(in crate::fhir) fn events(&self) -> usize {
        self.builder.len()
    }

    /// Adds a remark.
    pub(in crate::fhir) fn note(&mut self, code: RemarkCode, place: MessagePlace) {
        self.remarks.push(Remark { code, place });
    }

    /// Adds an event.
    pub(in crate::fhir) fn add(
        &mut self,
        (record, presented): (&StreamId, &[Presented]),
        happened_at: Instant,
        body: impl FnOnce(Sealer<'_>) -> Body,
    ) {
        self.builder.happened_at = happened_at;
        self.builder.add(record, presented, body);
    }

    /// Adds the client of a stay, a referral or a team, in the stream of that thing itself; `is_doubt`: if the thing
    /// with this key is another's, it may have ended.
    pub(in crate::fhir) fn add_subject(
        &mut self,
        stream: &StreamId,
        (kind, key): (FactKind, Token),
        subject: &StreamId,
        is_doubt: bool,
    ) {
        let stated = SubjectStated { kind, key, subject: subject.clone(), ends: is_doubt };
        self.add((stream, &[]), self.recorded_at(), |_| Body::from(stated));
    }

    /// The events so far, and the remarks on them.
    pub(in crate::fhir) fn finish(self) -> (Vec<Event>, Vec<Remark>) {
        (self.builder.finish(), self.remarks)
    }
}
