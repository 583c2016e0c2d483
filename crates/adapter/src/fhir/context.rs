//! What every handler of one bundle has, and the one way its events are made.

use super::bundle::Bundle;
use super::element::{Meta, text};
use super::{relay, time};
use crate::Source;
use crate::envelope::Envelope;
use crate::rejection::{Fault, Place};
use event::{Body, Event, Instant, Keyring, Presented, Record, Sealer};
use std::collections::HashSet;

/// One bundle, its sender's configuration, and the keys.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) source: &'a Source,
    pub(super) keyring: &'a Keyring,
    pub(super) bundle: &'a Bundle,
}

/// One bundle's events in the making.
pub(super) struct Writer<'a> {
    envelope: Envelope<'a>,
    timestamp: Option<Instant>,
    /// The patients of whom the bundle's person facts are already told, by where they lie in memory.
    pub(super) told: HashSet<usize>,
    /// True once a death is told with its time: the Patient's mark says no more.
    pub(super) death_told: bool,
}

impl Context<'_> {
    /// A dateTime of an entry.
    pub(super) fn instant(self, written: Option<&str>, place: Place) -> Result<Option<Instant>, Fault> {
        time::instant(written, &self.source.zone, place)
    }

    /// The end of a period of an entry.
    pub(super) fn end(self, written: Option<&str>, place: Place) -> Result<Option<Instant>, Fault> {
        time::end(written, &self.source.zone, place)
    }

    /// `meta.lastUpdated` of the entry `at`.
    pub(super) fn last_updated(self, meta: Option<&Meta>, at: usize) -> Result<Option<Instant>, Fault> {
        let written = meta.and_then(|meta| meta.last_updated.as_deref());
        self.instant(written.and_then(|it| text(it, 40)), Place::Entry(at, "resource.meta.lastUpdated"))
    }
}

impl<'a> Writer<'a> {
    /// For the events of `context`'s bundle.
    pub(super) fn new(context: Context<'a>, message_id: &'a str, bytes: &[u8]) -> Result<Self, Fault> {
        let bundle = context.bundle;
        let timestamp = context.instant(bundle.timestamp.as_deref(), Place::Member("Bundle.timestamp"))?;
        let times = (Instant::MIN, Instant::MIN);
        let mut envelope = Envelope::new(context.source, context.keyring, message_id, bytes, times);
        envelope.relayed = relay::read(context);
        Ok(Self { envelope, timestamp, told: HashSet::new(), death_told: false })
    }

    /// From here on events were written when their message was; or at `own`, if that is not told.
    pub(super) fn recorded_with_message(&mut self, own: Option<Instant>) -> Result<Instant, Fault> {
        self.record_at(self.timestamp.or(own))
    }

    /// From here on events were written at `own`, the resource's own time, which may be long before the bundle was; or when
    /// the bundle was.
    pub(super) fn recorded(&mut self, own: Option<Instant>) -> Result<Instant, Fault> {
        self.record_at(own.or(self.timestamp))
    }

    fn record_at(&mut self, at: Option<Instant>) -> Result<Instant, Fault> {
        self.envelope.recorded_at = at.ok_or(Fault::missing(Place::Member("Bundle.timestamp")))?;
        Ok(self.envelope.recorded_at)
    }

    /// When what is told now was written.
    pub(super) fn recorded_at(&self) -> Instant {
        self.envelope.recorded_at
    }

    /// Adds an event.
    pub(super) fn add(
        &mut self,
        (record, presented): (&Record, &[Presented]),
        happened_at: Instant,
        body: impl FnOnce(Sealer<'_>) -> Body,
    ) {
        self.envelope.happened_at = happened_at;
        self.envelope.add(record, presented, body);
    }

    /// The events so far.
    pub(super) fn finish(self) -> Vec<Event> {
        self.envelope.finish()
    }
}
