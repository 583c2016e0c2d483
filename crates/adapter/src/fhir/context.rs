//! What every handler of one bundle has, and the one way its events are made.

use super::bundle::Bundle;
use super::element::{Meta, text};
use super::time::When;
use super::{relay, time};
use crate::Source;
use crate::envelope::Envelope;
use crate::rejection::{Fault, Place};
use crate::remark::{Remark, RemarkCode};
use event::{Body, Event, FactKind, Instant, Keyring, Presented, Record, Sealer, SubjectStated, Token};
use std::collections::HashSet;
use std::ops::Deref;

/// One bundle, and its sender's configuration.
#[derive(Clone, Copy)]
pub(super) struct Reading<'a> {
    pub(super) source: &'a Source,
    pub(super) bundle: &'a Bundle,
    /// When the bundle was put together, if it tells.
    pub(super) written_at: Option<Instant>,
}

/// The same, and the keys.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    reading: Reading<'a>,
    pub(super) keyring: &'a Keyring,
}

impl<'a> Deref for Context<'a> {
    type Target = Reading<'a>;

    fn deref(&self) -> &Reading<'a> {
        &self.reading
    }
}

/// One bundle's events in the making.
pub(super) struct Writer<'a> {
    envelope: Envelope<'a>,
    timestamp: Option<When>,
    /// The patients of whom the bundle's person facts are already told, by where they lie in memory.
    pub(super) told: HashSet<usize>,
    /// True once a death is told with its time: the Patient's mark says no more.
    pub(super) death_told: bool,
    /// What contradicts itself in what is taken.
    pub(super) odd: Vec<Remark>,
}

impl<'a> Context<'a> {
    pub(super) fn new(source: &'a Source, keyring: &'a Keyring, bundle: &'a Bundle) -> Self {
        Self { reading: Reading::new(source, bundle), keyring }
    }
}

impl<'a> Reading<'a> {
    pub(super) fn new(source: &'a Source, bundle: &'a Bundle) -> Self {
        let mut reading = Self { source, bundle, written_at: None };
        reading.written_at = reading.timestamp().ok().flatten().map(|when| when.at);
        reading
    }

    fn timestamp(self) -> Result<Option<When>, Fault> {
        self.when(self.bundle.timestamp.as_deref(), Place::Member("Bundle.timestamp"))
    }

    /// A dateTime of an entry, as wide as it was written.
    pub(super) fn when(self, written: Option<&str>, place: Place) -> Result<Option<When>, Fault> {
        time::when(written, &self.source.zone, place)
    }

    /// A dateTime of an entry.
    pub(super) fn instant(self, written: Option<&str>, place: Place) -> Result<Option<Instant>, Fault> {
        time::instant(written, &self.source.zone, place)
    }

    /// The end of a period of an entry.
    pub(super) fn end(self, written: Option<&str>, place: Place) -> Result<Option<Instant>, Fault> {
        time::end(written, &self.source.zone, place)
    }

    /// `meta.lastUpdated` of the entry `at`.
    pub(super) fn last_updated(self, meta: Option<&Meta>, at: usize) -> Result<Option<When>, Fault> {
        let written = meta.and_then(|meta| meta.last_updated.as_deref());
        self.when(written.and_then(|it| text(it, 40)), Place::Entry(at, "resource.meta.lastUpdated"))
    }
}

impl<'a> Writer<'a> {
    /// For the events of `context`'s bundle.
    pub(super) fn new(context: Context<'a>, message_id: &'a str, bytes: &[u8]) -> Result<Self, Fault> {
        let timestamp = context.timestamp()?;
        let times = (Instant::MIN, Instant::MIN);
        let mut envelope = Envelope::new(context.source, context.keyring, message_id, bytes, times);
        envelope.relayed = relay::read(context);
        Ok(Self { envelope, timestamp, told: HashSet::new(), death_told: false, odd: Vec::new() })
    }

    /// From here on events were written at `own`: what a Provenance or the resource itself says. Only where neither does,
    /// when the bundle was put together: an old fact may be sent once more in a new one.
    pub(super) fn recorded(&mut self, own: Option<When>) -> Result<Instant, Fault> {
        let when = own.or(self.timestamp).ok_or(Fault::missing(Place::Member("Bundle.timestamp")))?;
        (self.envelope.recorded_at, self.envelope.recorded_width) = (when.at, when.width);
        Ok(when.at)
    }

    /// When what is told now was written.
    pub(super) fn recorded_at(&self) -> Instant {
        self.envelope.recorded_at
    }

    /// The last moment at which it may have been: a day is the whole of it.
    pub(super) fn recorded_until(&self) -> Instant {
        let (at, width) = (self.envelope.recorded_at, self.envelope.recorded_width);
        When { at, width }.last()
    }

    /// An event has told already by whom this record is known.
    pub(super) fn presents(&self, record: &Record) -> bool {
        self.envelope.presents(record)
    }

    /// Notes what contradicts itself.
    pub(super) fn note(&mut self, code: RemarkCode, place: Place) {
        self.odd.push(Remark { code, place });
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

    /// Adds whose a stay, a referral or a team is, in the stream of that thing itself; `is_doubt`: if the one of this key is
    /// another's, it may have ended.
    pub(super) fn tell_subject(
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
    pub(super) fn finish(self) -> (Vec<Event>, Vec<Remark>) {
        (self.envelope.finish(), self.odd)
    }
}
