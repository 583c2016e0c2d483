//! An event that no source sent: a person decided or recorded it through this product.

use event::{Body, Event, Instant, Keyring, Presented, ReceivedEvent, Register, Sealer, StreamId, event_id};

/// The source of the consents and the duty service's contacts that callers record, and the system of the records that
/// hold them. No source of messages has this name.
pub const CONSENTS: &str = "recorded-consents";

/// Where and when it stands.
pub(crate) struct Recorded<'a> {
    /// The name that stands for a source; no source of messages has it.
    pub(crate) source: &'static str,
    /// The stream.
    pub(crate) record: &'a StreamId,
    /// The identifiers that it presents.
    pub(crate) presented: &'a [Presented],
    /// The register.
    pub(crate) register: Register,
    /// When it happened, was recorded and received.
    pub(crate) at: Instant,
}

/// The event. `message_id` identifies it: the same id again gives a copy of it.
pub(crate) fn event(
    keyring: &Keyring,
    message_id: &str,
    recorded: &Recorded<'_>,
    body: impl FnOnce(Sealer<'_>) -> Body,
) -> ReceivedEvent {
    let Recorded { source, record, presented, register, at } = *recorded;
    let id = event_id(source, message_id, &[0; 32], 0);
    let event = Event {
        id,
        source: source.to_owned(),
        message: keyring.token("message", source, message_id),
        adapter_version: 1,
        relayed: None,
        happened_at: at,
        recorded_at: at,
        recorded_width: 0,
        sequence: None,
        ordinal: 0,
        register,
        record: record.clone(),
        presented: presented.to_vec(),
        body: body(keyring.sealer(record.key, id)),
        controller: None,
        author_role: None,
    };
    ReceivedEvent { received_at: at, event }
}
