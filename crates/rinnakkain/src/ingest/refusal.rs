//! What is refused: sealed for the quarantine, and opened again.

use crate::hex;
use adapter::{Outcome, Place, Refusal, Rejection, RejectionCode, VERSION};
use bytes::Bytes;
use event::{Instant, Keyring, OpenError, RawMessage, Sealed, Token};
use sha2::{Digest, Sha256};
use store::Rejected;
use uuid::Uuid;

/// The entry of one refused message. Its id is a keyed function of source and bytes: a second copy is the same entry.
pub fn seal(
    keyring: &Keyring,
    source: &str,
    message: &[u8],
    message_id: Option<Token>,
    rejection: &Rejection,
    received_at: Instant,
) -> Rejected {
    /// UUIDv5 of the DNS namespace and `quarantine.rinnakkain`; fixed for ever.
    const NAMESPACE: Uuid = Uuid::from_u128(0x1d1c_38a4_6ac9_5f0b_93c5_8a70_5d53_b1c7);
    let digest = hex::encode(&Sha256::digest(message));
    // What has no bytes to tell it by (a frame over the limit) is told by its time.
    let digest = if message.is_empty() { received_at.as_micros().to_string() } else { digest };
    let id = Uuid::new_v5(&NAMESPACE, keyring.token("quarantine", source, &digest).as_bytes());
    let raw = RawMessage { bytes: Bytes::copy_from_slice(message) };
    Rejected {
        id,
        source: source.to_owned(),
        received_at,
        adapter_version: VERSION,
        code: rejection.code.as_str().to_owned(),
        place: rejection.place.to_string(),
        text: rejection.text.to_owned(),
        message: message_id,
        named: rejection.named.clone(),
        raw: keyring.sealer(record(keyring, source, id), id).seal(&raw),
    }
}

/// The bytes of an entry.
pub fn open(keyring: &Keyring, source: &str, id: Uuid, raw: &Sealed<RawMessage>) -> Result<Bytes, OpenError> {
    Ok(keyring.open(&record(keyring, source, id), raw)?.expose().bytes.clone())
}

fn record(keyring: &Keyring, source: &str, id: Uuid) -> Token {
    keyring.token("quarantine-entry", source, &id.to_string())
}

/// Whom a message names that is refused for another reason than its content.
pub fn named(outcome: Outcome) -> Vec<Token> {
    match outcome {
        Outcome::Rejected(rejection) => rejection.named,
        Outcome::Ignored => Vec::new(),
        Outcome::Events(events) => {
            let presented = events.iter().flat_map(|event| &event.presented);
            let mut tokens: Vec<_> = presented.flat_map(|presented| presented.tokens.iter().copied()).collect();
            tokens.sort_unstable();
            tokens.dedup();
            tokens
        }
    }
}

/// The database took a message's event into the quarantine.
pub fn of_the_database() -> Rejection {
    Rejection {
        code: RejectionCode::DataTypeError,
        place: Place::Message,
        text: "the database refuses a value of this message",
        named: Vec::new(),
        acknowledgement: Refusal::Error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use event::NewKeys;
    use zeroize::Zeroizing;

    #[test]
    fn an_entry_opens_and_a_second_copy_is_the_same_entry() {
        let keys = NewKeys { index: Zeroizing::new([1; 32]), seal: Zeroizing::new([2; 32]) };
        let keyring = Keyring::parse(&keys.to_file()).unwrap();
        let entry = |micros| {
            let at = Instant::from_micros(micros).unwrap();
            seal(&keyring, "kys", b"a message", None, &of_the_database(), at)
        };
        let (first, second) = (entry(1), entry(2));
        assert_eq!((first.id, &first.raw), (second.id, &second.raw));
        assert_eq!(open(&keyring, "kys", first.id, &first.raw).unwrap(), b"a message".as_slice());
        assert!(open(&keyring, "tk", first.id, &first.raw).is_err());
    }
}
