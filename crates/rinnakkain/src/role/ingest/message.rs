//! A message as it came: its id, its receipt, and its bytes under their seal.

use adapter::{Outcome, Rejection, SourceProfile, VERSION};
use bytes::Bytes;
use event::{Instant, Keyring, OpenError, RawMessage, Receipt, ReceiptOutcome, Rejected, Sealed, Token};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// A message that was received.
#[derive(Clone, Copy)]
pub struct Message<'a> {
    /// What is kept of it.
    pub bytes: &'a [u8],
    /// The bytes that distinguish it from others.
    pub head: &'a [u8],
    /// The source's own id of the message, if it could be read.
    id: Option<&'a str>,
    /// A second id by which its sender may ask: [`adapter::Translation::header_id`].
    header: Option<&'a str>,
}

impl<'a> Message<'a> {
    pub fn whole(bytes: &'a [u8], id: Option<&'a str>) -> Self {
        Self { bytes, head: bytes, id, header: None }
    }

    pub fn with_header(self, header: Option<&'a str>) -> Self {
        Self { header, ..self }
    }

    /// Only its beginning was received. The beginning identifies it, and its bytes are not kept: a part must never be taken for
    /// a message.
    pub fn beginning(head: &'a [u8], id: Option<&'a str>) -> Self {
        Self { bytes: b"", head, id, header: None }
    }

    /// Its id here: a keyed function of the source and the bytes (for a part, of its beginning and its id), so that a second
    /// copy has the same id.
    fn key(self, keyring: &Keyring, source: &str) -> Uuid {
        /// UUIDv5 of the DNS namespace and `quarantine.rinnakkain`; fixed for ever.
        const NAMESPACE: Uuid = Uuid::from_u128(0x1d1c_38a4_6ac9_5f0b_93c5_8a70_5d53_b1c7);
        let digest = hex::encode(Sha256::digest(self.head));
        let token = if self.bytes.len() == self.head.len() {
            keyring.token("quarantine", source, &digest)
        } else {
            keyring.token("quarantine-beginning", source, &format!("{digest} {}", self.id.unwrap_or_default()))
        };
        Uuid::new_v5(&NAMESPACE, token.as_bytes())
    }

    fn token(self, keyring: &Keyring, source: &str) -> Option<Token> {
        self.id.map(|id| token(keyring, source, id))
    }

    /// Its quarantine entry.
    pub fn refused(
        self,
        keyring: &Keyring,
        source: &SourceProfile,
        rejection: &Rejection,
        received_at: Instant,
    ) -> Rejected {
        let own = adapter::own_numbers(source, keyring, self.head);
        let source = source.name.as_str();
        let id = self.key(keyring, source);
        Rejected {
            id,
            source: source.to_owned(),
            received_at,
            adapter_version: VERSION,
            code: rejection.code.as_str().to_owned(),
            place: rejection.place.to_string(),
            text: rejection.text.to_owned(),
            message: self.token(keyring, source),
            named: rejection.named.clone(),
            own: own.into_iter().filter(|token| rejection.named.contains(token)).collect(),
            raw: seal(keyring, source, id, Bytes::copy_from_slice(self.bytes)),
        }
    }

    /// Its receipt, with its bytes if they are to be kept. The quarantine keeps the bytes of refused messages.
    pub fn receipt(
        self,
        keyring: &Keyring,
        source: &SourceProfile,
        outcome: &Outcome,
        (received_at, copy_id): (Instant, Uuid),
        keep: bool,
    ) -> Receipt {
        let id = self.key(keyring, &source.name);
        let outcome = match outcome {
            Outcome::Events(events) => ReceiptOutcome::Stored(events.iter().map(|event| event.id).collect()),
            Outcome::Ignored => ReceiptOutcome::Ignored,
            Outcome::Rejected(rejection) => ReceiptOutcome::Rejected {
                code: rejection.code.as_str().to_owned(),
                place: rejection.place.to_string(),
                text: rejection.text.to_owned(),
            },
        };
        let keep = keep && !matches!(outcome, ReceiptOutcome::Rejected { .. });
        Receipt {
            id,
            copy_id,
            source: source.name.clone(),
            message: self.token(keyring, &source.name),
            header: self.header.map(|id| token(keyring, &source.name, id)),
            received_at,
            adapter_version: source.version(),
            outcome,
            raw: keep.then(|| seal(keyring, &source.name, id, Bytes::copy_from_slice(self.bytes))),
        }
    }
}

/// Of an id that a source gave to a message.
fn token(keyring: &Keyring, source: &str, id: &str) -> Token {
    keyring.token("message", source, id)
}

/// A message's bytes under the seal of its id.
pub fn seal(keyring: &Keyring, source: &str, id: Uuid, bytes: Bytes) -> Sealed<RawMessage> {
    keyring.sealer(record(keyring, source, id), id).seal(&RawMessage { bytes })
}

/// The bytes that [`seal`] sealed.
pub fn open(keyring: &Keyring, source: &str, id: Uuid, raw: &Sealed<RawMessage>) -> Result<Bytes, OpenError> {
    Ok(keyring.open(&record(keyring, source, id), raw)?.expose().bytes.clone())
}

fn record(keyring: &Keyring, source: &str, id: Uuid) -> Token {
    keyring.token("quarantine-entry", source, &id.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::role::ingest::refusal::of_the_database;
    use event::NewKeys;
    use zeroize::Zeroizing;

    #[test]
    fn an_entry_opens_and_a_second_copy_is_the_same_entry() {
        let keys = NewKeys { index: Zeroizing::new([1; 32]), seal: Zeroizing::new([2; 32]) };
        let keyring = Keyring::parse(&keys.to_file()).unwrap();
        let source = SourceProfile::new("kys", adapter::Format::Hl7v2);
        let entry = |message: Message<'_>, micros| {
            message.refused(&keyring, &source, &of_the_database(), Instant::from_micros(micros).unwrap())
        };
        let whole = Message::whole(b"a message", None);
        let (first, second) = (entry(whole, 1), entry(whole, 2));
        assert_eq!((first.id, &first.raw), (second.id, &second.raw));
        assert_eq!(open(&keyring, "kys", first.id, &first.raw).unwrap(), b"a message".as_slice());
        assert!(open(&keyring, "tk", first.id, &first.raw).is_err());

        let begun = entry(Message::beginning(b"a message", Some("1")), 3);
        assert_eq!(begun.id, entry(Message::beginning(b"a message", Some("1")), 4).id, "the same frame again");
        assert!(open(&keyring, "kys", begun.id, &begun.raw).unwrap().is_empty());
        let others = [
            first.id,
            entry(Message::beginning(b"a message", Some("2")), 5).id,
            entry(Message::beginning(b"another", Some("1")), 6).id,
        ];
        assert!(!others.contains(&begun.id));
    }
}
