//! What all events of one message share, and the ids they get (rule R1).

use crate::SourceProfile;
use event::{Body, Code, Event, Instant, Keyring, Presented, Register, Relayed, Sealer, StreamId, event_id};
use sha2::{Digest, Sha256};

/// One message's events in the making.
pub(crate) struct EventBuilder<'a> {
    source: &'a SourceProfile,
    keyring: &'a Keyring,
    message_id: &'a str,
    digest: [u8; 32],
    events: Vec<Event>,
    /// When it took place.
    pub(crate) happened_at: Instant,
    /// When the source wrote it.
    pub(crate) recorded_at: Instant,
    /// The precision of that time as written, in microseconds.
    pub(crate) recorded_width: i64,
    /// The source's sequence number.
    pub(crate) sequence: Option<i64>,
    /// The register.
    pub(crate) register: Register,
    /// The intermediary it came through.
    pub(crate) relayed: Option<Relayed>,
    /// The controller's OID, where the message gives it.
    pub(crate) controller: Option<Code>,
    /// The author's role, where the message gives it.
    pub(crate) author_role: Option<Code>,
}

impl<'a> EventBuilder<'a> {
    /// For the message of these bytes.
    pub(crate) fn new(
        source: &'a SourceProfile,
        keyring: &'a Keyring,
        message_id: &'a str,
        bytes: &[u8],
        (happened_at, recorded_at): (Instant, Instant),
    ) -> Self {
        let digest = Sha256::digest(bytes).into();
        let register = source.register;
        Self {
            source,
            keyring,
            message_id,
            digest,
            events: Vec::new(),
            happened_at,
            recorded_at,
            recorded_width: 0,
            sequence: None,
            register,
            relayed: None,
            controller: None,
            author_role: None,
        }
    }

    /// Adds an event of `record`; `body` seals with the event's own sealer.
    pub(crate) fn add(&mut self, record: &StreamId, presented: &[Presented], body: impl FnOnce(Sealer<'_>) -> Body) {
        let ordinal = u32::try_from(self.events.len()).unwrap_or(u32::MAX);
        let id = event_id(&self.source.name, self.message_id, &self.digest, ordinal);
        self.events.push(Event {
            id,
            source: self.source.name.clone(),
            message: self.keyring.token("message", &self.source.name, self.message_id),
            adapter_version: self.source.version(),
            happened_at: self.happened_at,
            recorded_at: self.recorded_at,
            recorded_width: self.recorded_width,
            sequence: self.sequence,
            ordinal,
            register: self.register,
            record: record.clone(),
            presented: presented.to_vec(),
            relayed: self.relayed.clone(),
            body: body(self.keyring.sealer(record.key, id)),
            controller: self.controller.clone(),
            author_role: self.author_role.clone(),
        });
    }

    /// How many events there are so far.
    pub(crate) fn len(&self) -> usize {
        self.events.len()
    }

    /// True if an event already presents identifiers of this record.
    pub(crate) fn presents(&self, record: &StreamId) -> bool {
        self.events.iter().any(|event| event.record == *record && !event.presented.is_empty())
    }

    /// True if nothing was added.
    pub(crate) fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// The events so far.
    pub(crate) fn finish(self) -> Vec<Event> {
        self.events
    }
}
